// The one way to the database. `transaction` is the only way to write; whatever runs inside it,
// however deep, uses its connection without being handed it.
import { AsyncLocalStorage } from "node:async_hooks";
import { types } from "pg";
import { Sequelize, type Transaction } from "sequelize";
import { config } from "../../config/index.ts";
import { log } from "../log.ts";
import { within } from "../within.ts";
import { commitOnPostgres, connectToPostgres } from "./postgres.ts";
import { createWriter, dialectModule, makeReaderReadOnly, truncateLog } from "./sqlite.ts";
import {
  type Binds,
  type Execute,
  executeOnPostgres,
  executeOnSqlite,
  finalizeStatements,
} from "./statements.ts";

type Scope = { transaction: Transaction; afterCommit: Array<() => unknown> };
/** How a raw row shows a boolean: SQLite has none and gives 0 or 1. */
export type Flag = boolean | 0 | 1;

const scopes = new AsyncLocalStorage<Scope | undefined>();

// Sequelize asks this namespace for the transaction of a query that names none.
Sequelize.useCLS({
  get: () => scopes.getStore()?.transaction,
  set: () => undefined,
  run: (work: (context: unknown) => unknown) => work({}),
  bind: (work: unknown) => work,
});

// BIGINT columns hold epoch milliseconds and money, all within 2^53.
types.setTypeParser(types.builtins.INT8, Number);

const { database } = config;
export const isPostgres = database.dialect === "postgres";

/** The ids of a JSON list that is bound to a name, in SQL: however many, the text stays the same. */
export function among(name: string): string {
  return isPostgres
    ? `SELECT CAST(json_array_elements_text($${name}::json) AS INTEGER)`
    : `SELECT value FROM json_each($${name})`;
}
export const sequelize = connect();
const execute: Execute = isPostgres ? executeOnPostgres(sequelize) : executeOnSqlite(sequelize);
let statements = 0;
sequelize.addHook("beforeQuery", () => void statements++);
const write = isPostgres ? undefined : createWriter(sequelize);
const commitListeners: Array<() => void> = [];
let asked: Promise<unknown> | undefined;
let readerIsReadOnly: Promise<void> | undefined;

/**
 * Runs `work` in a transaction and gives its result. Inside another transaction it joins that one,
 * so verbs may call verbs. `work` may run again (PostgreSQL: deadlock, serialization), so it must
 * do nothing but database work: no I/O, no counters.
 */
export async function transaction<T>(work: () => Promise<T>): Promise<T> {
  if (scopes.getStore()) return work();
  return write ? writeInTurn(write, work) : retrying(() => commitAlone(work));
}

/** Runs `then` after the outermost commit, outside of it; at once if there is no transaction. */
export function afterCommit(then: () => unknown): void {
  const scope = scopes.getStore();
  if (scope) scope.afterCommit.push(then);
  else then();
}

/** Has `listener` called after each commit of this process. */
export function onCommit(listener: () => void): void {
  commitListeners.push(listener);
}

/**
 * A projection: plain rows of the columns asked for, of a SELECT or a RETURNING. Values are bound
 * as `$name`.
 */
export async function rows<Row extends object>(sql: string, bind: Binds = {}): Promise<Row[]> {
  return (await counted<Row>(sql, bind)).rows;
}

/** One statement that changes rows: how many it changed. Only inside a transaction. */
export async function run(sql: string, bind: Binds = {}): Promise<number> {
  return (await counted(sql, bind)).changed;
}

/** How many statements this process has run: for /metrics, and for tests of what a page costs. */
export function statementCount(): number {
  return statements;
}

const ANSWERING = 2000; // ms

/** Whether the database answers, for /readyz. It is asked once at a time. */
export async function databaseAnswers(): Promise<boolean> {
  asked ??= sequelize.query("SELECT 1").finally(() => (asked = undefined));
  return within(ANSWERING, asked).catch(() => false);
}

/** On SQLite the connection for reading refuses writes from here on. Call once after migrating. */
export function openDatabase(): Promise<void> {
  readerIsReadOnly ??= isPostgres ? Promise.resolve() : makeReaderReadOnly(sequelize);
  return readerIsReadOnly;
}

/**
 * Has the database forget what was overwritten or deleted: SQLite keeps earlier pages in its log.
 * What PostgreSQL keeps until its next vacuum and in its archive is its operator's to end.
 */
export async function forgetTraces(): Promise<void> {
  if (isPostgres || (await truncateLog(sequelize))) return;
  log.warn("the database's log is in use; it is emptied with its next checkpoint");
}

export async function closeDatabase(): Promise<void> {
  await finalizeStatements();
  await sequelize.close();
}

function counted<Row extends object>(sql: string, bind: Binds) {
  statements++;
  return execute<Row>(sql, bind, scopes.getStore()?.transaction);
}

function connect(): Sequelize {
  if (database.dialect === "postgres") return connectToPostgres(database.url);
  return new Sequelize({
    logging: false,
    retry: { max: 1 },
    dialect: "sqlite",
    storage: database.storage,
    dialectModule,
  });
}

async function writeInTurn<T>(
  inTurn: NonNullable<typeof write>,
  work: () => Promise<T>,
): Promise<T> {
  let result: { value: T } | undefined;
  const after: Scope["afterCommit"] = [];
  await inTurn(async (current) => {
    const scope = { transaction: current, afterCommit: after };
    result = { value: await scopes.run(scope, work) };
  });
  if (!result) throw new Error("a unit of work was committed without a result");
  runAll(after);
  return result.value;
}

async function commitAlone<T>(work: () => Promise<T>): Promise<T> {
  const after: Scope["afterCommit"] = [];
  const value = await commitOnPostgres(sequelize, (current) =>
    scopes.run({ transaction: current, afterCommit: after }, work),
  );
  runAll(after);
  return value;
}

const DEADLOCK_OR_SERIALIZATION = new Set(["40P01", "40001"]);

async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries > 3 || !DEADLOCK_OR_SERIALIZATION.has(sqlState(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * tries));
    }
  }
}

function sqlState(error: unknown): string {
  const { original } = error as { original?: { code?: string } };
  return original?.code ?? "";
}

// What follows a commit may fail without undoing it: the change stands, and the sweep catches up.
function runAll(afterwards: Array<() => unknown>): void {
  for (const listener of commitListeners) listener();
  scopes.exit(() => {
    for (const then of afterwards) {
      Promise.try(then).catch((error: unknown) => log.warn({ error }, "after a commit"));
    }
  });
}
