// Statements prepared once a connection and run by the driver itself, on the connection Sequelize
// would use: a third of what `sequelize.query` costs. Errors are Sequelize's, so callers meet one
// kind.
import { createHash } from "node:crypto";
import type { Client } from "pg";
import { DatabaseError, type Sequelize, type Transaction, UniqueConstraintError } from "sequelize";
import type sqlite3 from "sqlite3";
import { remember } from "../domain/remember.ts";

export type Binds = Record<string, unknown>;
export type Outcome<Row> = { rows: Row[]; changed: number };
/** Runs one statement; values are bound as `$name`. */
export type Execute = <Row extends object>(
  sql: string,
  bind: Binds,
  transaction: Transaction | undefined,
) => Promise<Outcome<Row>>;

type ConnectionManager = {
  getConnection(options: object): Promise<unknown>;
  releaseConnection(connection: unknown): void;
};

const MOST_STATEMENTS = 500; // of one connection; texts made of lists of varying length come and go

export function executeOnPostgres(sequelize: Sequelize): Execute {
  const { connectionManager } = sequelize as unknown as { connectionManager: ConnectionManager };
  const run = async (client: Client, sql: string, bind: Binds) => {
    const { name, text, names } = numbered(sql);
    try {
      const values = names.map((key) => bind[key]);
      const result = await client.query({ name, text, values });
      return { rows: result.rows, changed: result.rowCount ?? 0 };
    } catch (error) {
      throw asSequelizeError(error as Error, sql);
    }
  };
  return async (sql, bind, transaction) => {
    const own = connectionOf(transaction) as Client | undefined;
    if (own) return run(own, sql, bind);
    const client = (await connectionManager.getConnection({})) as Client;
    try {
      return await run(client, sql, bind);
    } finally {
      connectionManager.releaseConnection(client);
    }
  };
}

export function executeOnSqlite(sequelize: Sequelize): Execute {
  const { connectionManager } = sequelize as unknown as { connectionManager: ConnectionManager };
  return async (sql, bind, transaction) => {
    const connection = (connectionOf(transaction) ??
      (await connectionManager.getConnection({ uuid: "default" }))) as sqlite3.Database;
    const statement = preparedOn(connection, sql);
    const values = Object.fromEntries(namesIn(sql).map((name) => [`$${name}`, bind[name]]));
    return isSelecting(sql) ? all(statement, values, sql) : change(statement, values, sql);
  };
}

/** Statements must go before their connection can close. */
export async function finalizeStatements(): Promise<void> {
  const every = [...openStatements].flatMap((statements) => [...statements.values()]);
  openStatements.clear();
  await Promise.all(
    every.map((statement) => new Promise<void>((done) => statement.finalize(() => done()))),
  );
}

const bySqliteConnection = new WeakMap<sqlite3.Database, Map<string, sqlite3.Statement>>();
const openStatements = new Set<Map<string, sqlite3.Statement>>();

function preparedOn(connection: sqlite3.Database, sql: string): sqlite3.Statement {
  let statements = bySqliteConnection.get(connection);
  if (!statements || !openStatements.has(statements)) {
    statements = new Map();
    bySqliteConnection.set(connection, statements);
    openStatements.add(statements);
  }
  const known = statements.get(sql);
  if (known) return known;
  const [oldest] = statements.keys();
  if (statements.size >= MOST_STATEMENTS && oldest !== undefined) {
    statements.get(oldest)?.finalize();
    statements.delete(oldest);
  }
  // A text that cannot be prepared says so when it is run.
  const made = connection.prepare(sql, () => undefined);
  statements.set(sql, made);
  return made;
}

function all<Row>(statement: sqlite3.Statement, values: Binds, sql: string) {
  return new Promise<Outcome<Row>>((resolve, reject) => {
    statement.all<Row>(values, (error, rows) => {
      if (error) reject(asSequelizeError(error, sql));
      else resolve({ rows, changed: rows.length });
    });
  });
}

function change<Row>(statement: sqlite3.Statement, values: Binds, sql: string) {
  return new Promise<Outcome<Row>>((resolve, reject) => {
    statement.run(values, function done(this: sqlite3.RunResult, error: Error | null) {
      if (error) reject(asSequelizeError(error, sql));
      else resolve({ rows: [], changed: this.changes });
    });
  });
}

const isSelecting = remember(
  2000,
  (sql: string) => /^\s*(SELECT|WITH|PRAGMA|EXPLAIN)\b/i.test(sql) || /\bRETURNING\b/i.test(sql),
);

const namesIn = remember(2000, (sql: string) => [
  ...new Set([...sql.matchAll(/\$([a-zA-Z_]\w*)/g)].map(([, name = ""]) => name)),
]);

/** `$name` as PostgreSQL has it: by number, each name one number. */
const numbered = remember(2000, (sql: string) => {
  const names = namesIn(sql);
  const text = sql.replaceAll(
    /\$([a-zA-Z_]\w*)/g,
    (_, name: string) => `$${names.indexOf(name) + 1}`,
  );
  const name = createHash("sha256").update(text).digest("base64url").slice(0, 20);
  return { name, text, names };
});

function connectionOf(transaction: Transaction | undefined): unknown {
  const current = transaction as { connection?: unknown; finished?: string } | undefined;
  if (current?.finished) throw new Error("a query outlived its transaction");
  return current?.connection;
}

// PostgreSQL: 23505 unique_violation. SQLite names it in the message.
function asSequelizeError(error: Error & { code?: string }, sql: string): Error {
  const parent = Object.assign(error, { sql });
  if (error.code === "23505" || error.message.includes("UNIQUE constraint failed"))
    return new UniqueConstraintError({ message: "unique constraint", errors: [], parent });
  return new DatabaseError(parent);
}
