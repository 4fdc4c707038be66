import { isPostgres, rows, sequelize, transaction } from "../../src/models/database.ts";
import { tableNames } from "./stored.ts";

type Trigger = { name: string; sql: string };

/** The schema stays, all rows go. Asks only the tables that have any: most have none. */
export async function emptyTables(): Promise<void> {
  const names = (await tableNames()).filter((name) => name !== "migrations");
  await transaction(async () => {
    const full = await withRows(names);
    if (full.length === 0) return;
    const deletions = full.map((name) => `DELETE FROM ${name}`);
    if (isPostgres) {
      // TRUNCATE makes new files for every table and index; this only marks the few rows there are.
      // As a replica the session asks no trigger and no foreign key.
      const asReplica = "SET LOCAL session_replication_role = replica";
      await sequelize.query([asReplica, ...deletions].join("; "));
      return;
    }
    await sequelize.query("PRAGMA defer_foreign_keys = ON");
    const aside = await dropDeleteTriggers(full);
    for (const deletion of deletions) await sequelize.query(deletion);
    for (const { sql } of aside) await sequelize.query(sql);
  });
}

async function withRows(names: string[]): Promise<string[]> {
  const asked = names.map(
    (name) => `SELECT '${name}' AS name WHERE EXISTS (SELECT 1 FROM ${name})`,
  );
  return (await rows<{ name: string }>(asked.join(" UNION ALL "))).map(({ name }) => name);
}

// SQLite: what lets no row be deleted must stand aside, and come back.
async function dropDeleteTriggers(tables: string[]): Promise<Trigger[]> {
  const triggers = await rows<Trigger & { table: string }>(
    `SELECT name, sql, tbl_name AS "table" FROM sqlite_schema
     WHERE type = 'trigger' AND sql LIKE '%BEFORE DELETE%RAISE(ABORT%'`,
  );
  const inTheWay = triggers.filter(({ table }) => tables.includes(table));
  for (const { name } of inTheWay) await sequelize.query(`DROP TRIGGER ${name}`);
  return inTheWay;
}
