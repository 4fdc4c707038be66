// PostgreSQL as we need it: nothing is waited for without an end, and a connection on which a
// transaction cannot be undone is thrown away. Sequelize's own transactions do the latter too, but
// say so on the console.
import type { Client, QueryConfig } from "pg";
import { Sequelize, Transaction } from "sequelize";
import { asSequelizeError } from "./statements.ts";

// milliseconds
const CONNECTING = 5000;
const ACQUIRING = 10_000;
const UNDOING = 5000;
let answering = 30_000;

/** For migrations, which take as long as they take: no limit on connections made from now on. */
export function liftTimeLimit(): void {
  answering = 0;
}

export function connectToPostgres(url: string): Sequelize {
  const sequelize = new Sequelize(url, {
    logging: false,
    retry: { max: 1 },
    pool: { max: 16, acquire: ACQUIRING },
    dialectOptions: { connectionTimeoutMillis: CONNECTING, keepAlive: true },
  });
  sequelize.addHook("beforeConnect", (options: { dialectOptions?: object }) => {
    options.dialectOptions = { ...options.dialectOptions, query_timeout: answering };
  });
  // Compiling a statement takes longer than any of ours does: a year's report nine tenths of a second.
  sequelize.addHook("afterConnect", async (client) => {
    await (client as Client).query("SET jit = off");
  });
  return sequelize;
}

/** Runs a unit of work in a transaction of its own. */
export async function commitOnPostgres<T>(
  sequelize: Sequelize,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const { connectionManager } = sequelize as unknown as { connectionManager: ConnectionManager };
  const connection = await connectionManager.getConnection({});
  const transaction = new Transaction(sequelize, {});
  Object.assign(transaction, { connection });
  try {
    await ask(connection, "BEGIN");
    const value = await work(transaction).finally(() => finish(transaction));
    await ask(connection, "COMMIT");
    connectionManager.releaseConnection(connection);
    return value;
  } catch (error) {
    await undo(connectionManager, connection);
    throw error;
  }
}

type ConnectionManager = {
  getConnection(options: object): Promise<Client>;
  releaseConnection(connection: Client): void;
  destroyConnection(connection: Client): Promise<void>;
};

async function ask(connection: Client, text: string): Promise<void> {
  await connection.query(text).catch((error: Error) => {
    throw asSequelizeError(error, text);
  });
}

// A query that outlives its unit must fail, not slip into the next one's.
function finish(transaction: Transaction): void {
  Object.assign(transaction, { finished: "commit" });
}

async function undo(connectionManager: ConnectionManager, connection: Client): Promise<void> {
  const rollback: QueryConfig & { query_timeout: number } = {
    text: "ROLLBACK",
    query_timeout: UNDOING,
  };
  try {
    await connection.query(rollback);
    connectionManager.releaseConnection(connection);
  } catch {
    await connectionManager.destroyConnection(connection).catch(() => undefined);
  }
}
