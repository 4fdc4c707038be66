// Reading much, over some time, as if in one moment: what is changed meanwhile is not seen, and whoever
// changes it does not wait.
import type { Sequelize, Transaction } from "sequelize";
import { isPostgres, sequelize } from "./database.ts";
import { type Binds, executeOnPostgres, executeOnSqlite, finalizeOn } from "./statements.ts";

/** Plain rows, as `rows` of database.ts gives them. */
export type Read = <Row extends object>(sql: string, bind?: Binds) => Promise<Row[]>;

type ConnectionManager = {
  getConnection(options: object): Promise<object>;
  releaseConnection(connection: object): Promise<void> | void;
};

const execute = isPostgres ? executeOnPostgres(sequelize) : executeOnSqlite(sequelize);
const [BEGIN, END] = isPostgres
  ? ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "ROLLBACK"]
  : ["BEGIN", "ROLLBACK"];
let snapshots = 0;

/** Runs `work` with a way to read the database as it is now. */
export async function snapshot<T>(work: (read: Read) => Promise<T>): Promise<T> {
  const manager = connectionManager(sequelize);
  const connection = await manager.getConnection({ uuid: `snapshot-${++snapshots}` });
  const within = { connection } as unknown as Transaction;
  const read: Read = async (sql, bind = {}) => (await execute(sql, bind, within)).rows as never;
  try {
    await execute(BEGIN, {}, within);
    return await work(read);
  } finally {
    await execute(END, {}, within).catch(() => undefined);
    await finalizeOn(connection);
    await manager.releaseConnection(connection);
  }
}

function connectionManager(of: Sequelize): ConnectionManager {
  return (of as unknown as { connectionManager: ConnectionManager }).connectionManager;
}
