// All that is stored of what somebody typed: every row of every table, and every key of Redis.
import { execFileSync } from "node:child_process";
import { config } from "../../config/index.ts";
import { isPostgres, rows } from "../../src/models/database.ts";
import type { Piece, Sink } from "./canary.ts";
import { redisContents } from "./sinks.ts";

/** The database's rows, its own files where they are within reach (SQLite), and Redis. */
export const stored: Sink[] = [
  everyRow,
  redisContents(config.redisUrl),
  ...(config.database.dialect === "sqlite" ? [databaseFiles(config.database.storage)] : []),
];

/** The tables there are. */
export async function tableNames(): Promise<string[]> {
  const sql = isPostgres
    ? "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    : "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
  return (await rows<{ name: string }>(sql)).map(({ name }) => name);
}

async function everyRow(): Promise<Piece[]> {
  const names = await tableNames();
  return Promise.all(
    names.map(async (name) => {
      const found = await rows(`SELECT * FROM ${name}`);
      return { where: `table ${name}`, bytes: Buffer.from(JSON.stringify(found)) };
    }),
  );
}

// Read by another process: closing a file of SQLite's in this one would drop the locks that its own
// connections hold (POSIX), and the next process to leave would take the log away under them.
function databaseFiles(storage: string): Sink {
  return () =>
    [storage, `${storage}-wal`].map((where) => {
      const bytes = execFileSync("cat", [where], { maxBuffer: 2 ** 30 });
      return { where, bytes };
    });
}
