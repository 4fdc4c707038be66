// All that is stored of what somebody typed: every row of every table, and every key of Redis.
import { config } from "../../config/index.ts";
import { isPostgres, rows } from "../../src/models/database.ts";
import type { Piece, Sink } from "./canary.ts";
import { files, redisContents } from "./sinks.ts";

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

function databaseFiles(storage: string): Sink {
  return files(storage, `${storage}-wal`, `${storage}-shm`);
}
