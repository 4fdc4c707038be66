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
  return async (sql, bind, transaction) => {
    const own = connectionOf(transaction) as Client | undefined;
    if (own) return runOnPostgres(own, sql, bind);
    const client = (await connectionManager.getConnection({})) as Client;
    try {
      return await runOnPostgres(client, sql, bind);
    } finally {
      connectionManager.releaseConnection(client);
    }
  };
}

async function runOnPostgres<Row>(client: Client, sql: string, bind: Binds): Promise<Outcome<Row>> {
  const { name, text, names } = numbered(sql);
  try {
    const values = names.map((key) => bind[key]);
    const result = await client.query({ name, text, values });
    return { rows: result.rows as Row[], changed: result.rowCount ?? 0 };
  } catch (error) {
    const { message } = error as Error;
    // As Sequelize marks one that hangs: the pool gives it to nobody else.
    if (message === "Query read timeout") Object.assign(client, { _invalid: true });
    throw asSequelizeError(error as Error, sql);
  }
}

export function executeOnSqlite(sequelize: Sequelize): Execute {
  const { connectionManager } = sequelize as unknown as { connectionManager: ConnectionManager };
  return async (sql, bind, transaction) => {
    const connection = (connectionOf(transaction) ??
      (await connectionManager.getConnection({ uuid: "default" }))) as sqlite3.Database;
    const statement = await preparedOn(connection, sql);
    requireUnfinished(transaction);
    const values = Object.fromEntries(namesIn(sql).map((name) => [`$${name}`, bind[name]]));
    return isSelecting(sql) ? all(statement, values, sql) : change(statement, values, sql);
  };
}

/** Statements must go before their connection can close. */
export async function finalizeStatements(): Promise<void> {
  const every = [...openStatements].flatMap((statements) => [...statements.values()]);
  openStatements.clear();
  await Promise.allSettled(every.map(finalize));
}

/** The same for one connection. */
export async function finalizeOn(connection: object): Promise<void> {
  const statements = bySqliteConnection.get(connection as sqlite3.Database);
  if (!statements) return;
  openStatements.delete(statements);
  await Promise.allSettled([...statements.values()].map(finalize));
}

type Prepared = Promise<sqlite3.Statement>;

const bySqliteConnection = new WeakMap<sqlite3.Database, Map<string, Prepared>>();
const openStatements = new Set<Map<string, Prepared>>();

function preparedOn(connection: sqlite3.Database, sql: string): Prepared {
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
    finalize(statements.get(oldest)).catch(() => undefined);
    statements.delete(oldest);
  }
  const made = prepare(connection, sql);
  statements.set(sql, made);
  made.catch(() => statements.delete(sql));
  return made;
}

// Awaited before it is run: a statement that could not be prepared never calls back when it is run.
function prepare(connection: sqlite3.Database, sql: string): Prepared {
  return new Promise((resolve, reject) => {
    const statement = connection.prepare(sql, (error: Error | null) => {
      if (error) reject(asSequelizeError(error, sql));
      else resolve(statement);
    });
  });
}

async function finalize(prepared: Prepared | undefined): Promise<void> {
  const statement = await prepared;
  await new Promise<void>((done) => statement?.finalize(() => done()));
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
  return { name: nameOf(text), text, names };
});

const named = new Map<string, string>();

// PostgreSQL keeps a named statement for as long as its connection lives. Texts made of lists of
// varying length come without end, so only the first so many texts have a name.
function nameOf(text: string): string | undefined {
  if (named.size < MOST_STATEMENTS && !named.has(text))
    named.set(text, createHash("sha256").update(text).digest("base64url").slice(0, 20));
  return named.get(text);
}

function connectionOf(transaction: Transaction | undefined): unknown {
  requireUnfinished(transaction);
  return (transaction as { connection?: unknown } | undefined)?.connection;
}

function requireUnfinished(transaction: Transaction | undefined): void {
  const { finished } = (transaction ?? {}) as { finished?: string };
  if (finished) throw new Error("a query outlived its transaction");
}

// PostgreSQL: 23505 unique_violation. SQLite names it in the message.
export function asSequelizeError(error: Error & { code?: string }, sql: string): Error {
  const parent = Object.assign(error, { sql });
  if (error.code === "23505" || error.message.includes("UNIQUE constraint failed"))
    return new UniqueConstraintError({ message: "unique constraint", errors: [], parent });
  return new DatabaseError(parent);
}
