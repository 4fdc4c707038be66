// [D23] An upgrade that is killed at any moment loses nothing, and the next one finishes it.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import sqlite3 from "sqlite3";
import { config } from "../../config/index.ts";
import { isPostgres, sequelize } from "../../src/models/database.ts";
import { open } from "../support/world.ts";

const KILLS = 4;
const NAME = "killed_upgrade";
const SCHEMA = isPostgres
  ? `SELECT table_name || '.' || column_name || ' ' || data_type AS line FROM information_schema.columns
     WHERE table_schema = 'public' ORDER BY line`
  : "SELECT COALESCE(sql, name) AS line FROM sqlite_master ORDER BY line";

describe("[D23] migrations", function () {
  this.timeout(120_000);
  const url = isPostgres ? postgresUrl() : `sqlite:${join(config.dataDir, `${NAME}.sqlite`)}`;

  before(async () => {
    await open();
    if (isPostgres) await sequelize.query(`CREATE DATABASE ${NAME}`);
  });
  after(async () => {
    if (isPostgres) await sequelize.query(`DROP DATABASE ${NAME} WITH (FORCE)`);
    else for (const end of ["", "-wal", "-shm"]) rmSync(`${url.slice(7)}${end}`, { force: true });
  });

  it("killed again and again, end with the same schema and the rows there were", async () => {
    let kept = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const upgrade = start();
      const over = once(upgrade, "exit");
      // Some steps later each time, in the middle of the next one.
      while (upgrade.exitCode === null && (await steps()) < kill * 4) await wait(10);
      upgrade.kill("SIGKILL");
      await over;
      if (await has("people")) {
        await ask(
          `INSERT INTO people (name, email, created_at) VALUES ('P', 'p${kill}@x.example', 1)`,
        );
        kept++;
      }
    }
    const [code] = (await once(start(), "exit")) as [number];
    assert.equal(code, 0);
    assert.ok(kept > 0, "it was killed between steps");
    const people = await ask("SELECT name AS line FROM people");
    assert.equal(people.length, kept);
    const own = await sequelize.query(SCHEMA).then(([lines]) => lines as Array<{ line: string }>);
    assert.deepEqual(
      await ask(SCHEMA),
      own.map(({ line }) => line),
    );
  });

  /** npm run migrate, on a database of its own. */
  function start(): ChildProcess {
    const env = { ...process.env, DATABASE_URL: url };
    const script = join(config.root, "src/migrations/run.ts");
    return spawn(process.execPath, [script], { env, stdio: "ignore" });
  }

  /** How many have been applied. */
  function steps(): Promise<number> {
    return ask("SELECT name AS line FROM migrations").then(
      ({ length }) => length,
      () => 0,
    );
  }

  async function has(table: string): Promise<boolean> {
    return ask(`SELECT count(*) AS line FROM ${table}`).then(
      () => true,
      () => false,
    );
  }

  async function ask(sql: string): Promise<string[]> {
    const lines = isPostgres ? await askPostgres(sql) : await askSqlite(sql);
    return lines.map(({ line }) => line);
  }

  async function askPostgres(sql: string): Promise<Array<{ line: string }>> {
    const client = new pg.Client(url);
    await client.connect();
    try {
      const { rows } = await client.query<{ line: string }>(sql);
      return rows;
    } finally {
      await client.end();
    }
  }

  function askSqlite(sql: string): Promise<Array<{ line: string }>> {
    const database = new sqlite3.Database(url.slice("sqlite:".length));
    return new Promise<Array<{ line: string }>>((resolve, reject) => {
      database.all<{ line: string }>(sql, (error, lines) =>
        error ? reject(error) : resolve(lines),
      );
    }).finally(() => database.close());
  }
});

function postgresUrl(): string {
  const { database } = config;
  if (database.dialect !== "postgres") throw new Error("not on PostgreSQL");
  const url = new URL(database.url);
  url.pathname = `/${NAME}`;
  return url.href;
}
