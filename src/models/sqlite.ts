// SQLite as we need it: every connection configures itself when it opens, and all writers of this
// process share one connection, in turn.
//
// Sequelize opens a connection for each transaction and never runs our pragmas on it, and writers
// that wait inside SQLite's busy handler block the threads the holder needs for its COMMIT. So
// writes queue in this process instead, and those that wait are committed together: each in a
// savepoint of its own, one fsync for all.
import sqlite3 from "sqlite3";
import { type Sequelize, Transaction } from "sequelize";

// WAL lets readers go on while one writes; FULL makes an answered booking survive a power cut;
// secure_delete overwrites what was erased.
const PRAGMAS = [
  "PRAGMA busy_timeout = 10000",
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = FULL",
  "PRAGMA foreign_keys = ON",
  "PRAGMA secure_delete = ON",
  "PRAGMA temp_store = MEMORY",
  "PRAGMA cache_size = -16000",
];

class ConfiguredDatabase extends sqlite3.Database {
  constructor(file: string, mode?: number, callback?: (error: Error | null) => void) {
    super(file, mode, (error) => {
      if (error) return callback?.(error);
      this.exec(PRAGMAS.join(";"), (failure) => callback?.(failure));
    });
  }
}

/** The sqlite3 module with self-configuring connections, for Sequelize's `dialectModule`. */
export const dialectModule = { ...sqlite3, Database: ConfiguredDatabase };

type Unit = { work: (transaction: Transaction) => Promise<void>; fail: (error: unknown) => void };
type ConnectionManager = {
  getConnection(options: { uuid: string }): Promise<sqlite3.Database>;
};

const TOGETHER = 64; // transactions that share a commit at most: bounds how long the first one waits

/** Runs units of work one after the other on the one writing connection. */
export function createWriter(sequelize: Sequelize) {
  const waiting: Array<Unit & { done: () => void }> = [];
  let running = false;

  return function write(work: Unit["work"]): Promise<void> {
    return new Promise((resolve, reject) => {
      waiting.push({ work, done: resolve, fail: reject });
      if (!running) void drain();
    });
  };

  async function drain() {
    running = true;
    while (waiting.length > 0) await commitTogether(waiting.splice(0, TOGETHER));
    running = false;
  }

  // Each hop to the database's thread costs as much as a statement, so what stands between two
  // units is one hop: the savepoint of the one goes, that of the next comes.
  async function commitTogether(units: typeof waiting) {
    const finished: typeof waiting = [];
    try {
      const connection = await writingConnection(sequelize);
      await exec(connection, "BEGIN IMMEDIATE; SAVEPOINT unit");
      try {
        for (const [i, unit] of units.entries()) {
          const isDone = await succeeded(sequelize, connection, unit);
          if (isDone) finished.push(unit);
          const isLast = i === units.length - 1;
          if (!isDone) await exec(connection, "ROLLBACK TO unit");
          else if (!isLast) await exec(connection, "RELEASE unit; SAVEPOINT unit");
        }
        await exec(connection, "COMMIT");
      } catch (error) {
        await exec(connection, "ROLLBACK").catch(() => undefined);
        throw error;
      }
    } catch (error) {
      for (const unit of units) unit.fail(error);
      return;
    }
    for (const unit of finished) unit.done();
  }
}

/** A unit that fails is undone alone; those committed with it stand. */
async function succeeded(
  sequelize: Sequelize,
  connection: sqlite3.Database,
  unit: Unit,
): Promise<boolean> {
  const transaction = new Transaction(sequelize, {});
  Object.assign(transaction, { connection });
  try {
    await unit.work(transaction);
    return true;
  } catch (error) {
    unit.fail(error);
    return false;
  } finally {
    // A query that outlives its unit must fail, not slip into the next one's.
    Object.assign(transaction, { finished: "commit" });
  }
}

function writingConnection(sequelize: Sequelize): Promise<sqlite3.Database> {
  return connectionManager(sequelize).getConnection({ uuid: "writer" });
}

/** The reading connection refuses to write, so that no write can miss the queue. */
export async function makeReaderReadOnly(sequelize: Sequelize): Promise<void> {
  const reader = await connectionManager(sequelize).getConnection({ uuid: "default" });
  await exec(reader, "PRAGMA query_only = ON");
}

const PATIENCE = [50, 200, 1000]; // ms between tries: readers of an earlier state leave soon

/** Empties the log into the database's file and cuts it off. False while others read from it. */
export async function truncateLog(sequelize: Sequelize): Promise<boolean> {
  // A connection of its own, so that its waiting holds up nobody.
  const connection = await connectionManager(sequelize).getConnection({ uuid: "log" });
  for (const wait of [...PATIENCE, 0]) {
    if (await isTruncated(connection)) return true;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return false;
}

function isTruncated(connection: sqlite3.Database): Promise<boolean> {
  return new Promise((resolve, reject) => {
    connection.get<{ busy: number }>("PRAGMA wal_checkpoint(TRUNCATE)", (error, row) =>
      error ? reject(error) : resolve(row?.busy === 0),
    );
  });
}

function connectionManager(sequelize: Sequelize): ConnectionManager {
  return (sequelize as unknown as { connectionManager: ConnectionManager }).connectionManager;
}

function exec(connection: sqlite3.Database, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.exec(sql, (error) => (error ? reject(error) : resolve()));
  });
}
