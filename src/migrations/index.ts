// The schema's steps, in order. Each runs in one transaction together with the row that says it
// ran, so a migration killed at any point has either happened or not.
import { Umzug } from "umzug";
import { Conflict, Unavailable } from "../errors.ts";
import { isPostgres, rows, run, sequelize, transaction } from "../models/database.ts";
import { liftTimeLimit } from "../models/postgres.ts";
import * as people from "./0001-people.ts";
import * as businesses from "./0002-businesses.ts";
import * as servicesAndStaff from "./0003-services-and-staff.ts";
import * as appointments from "./0004-appointments.ts";
import * as deliveriesAndAudit from "./0005-deliveries-and-audit.ts";
import * as statisticsAndReferrals from "./0006-statistics-and-referrals.ts";
import * as api from "./0011-api.ts";
import * as webhooks from "./0012-webhooks.ts";
import * as calendars from "./0013-calendars.ts";
import * as fields from "./0014-fields.ts";
import * as leaving from "./0015-leaving.ts";
import * as absences from "./0016-absences.ts";
import * as notices from "./0017-notices.ts";
import * as waiting from "./0019-waiting.ts";
import * as series from "./0024-series.ts";
import * as absenceMails from "./0020-absence-mails.ts";
import * as retention from "./0028-retention.ts";
import * as operators from "./0026-operators.ts";
import * as security from "./0027-security.ts";

const steps: Record<string, { up(): Promise<void> }> = {
  "0001-people": people,
  "0002-businesses": businesses,
  "0003-services-and-staff": servicesAndStaff,
  "0004-appointments": appointments,
  "0005-deliveries-and-audit": deliveriesAndAudit,
  "0006-statistics-and-referrals": statisticsAndReferrals,
  "0011-api": api,
  "0012-webhooks": webhooks,
  "0013-calendars": calendars,
  "0014-fields": fields,
  "0015-leaving": leaving,
  "0016-absences": absences,
  "0017-notices": notices,
  "0019-waiting": waiting,
  "0024-series": series,
  "0020-absence-mails": absenceMails,
  "0028-retention": retention,
  "0026-operators": operators,
  "0027-security": security,
};

const umzug = new Umzug({
  migrations: Object.entries(steps).map(([name, step]) => ({
    name,
    up: () => applyOnce(name, step),
  })),
  // The step has logged itself, inside its transaction.
  storage: {
    executed: appliedSteps,
    logMigration: async () => undefined,
    unlogMigration: async () => undefined,
  },
  logger: undefined,
});

/** Brings the schema up to date; two that run at once wait for one another. */
export async function migrate(): Promise<string[]> {
  liftTimeLimit();
  await transaction(async () => {
    await waitForOthers();
    await sequelize.query("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)");
  });
  const applied = await umzug.up();
  return applied.map(({ name }) => name);
}

/**
 * @throws Conflict when the database is older or newer than this program
 * @throws Unavailable when it does not answer
 */
export async function requireCurrentSchema(): Promise<void> {
  const applied = await appliedSteps().catch(noneOfNoTable);
  const missing = Object.keys(steps).filter((name) => !applied.includes(name));
  if (missing.length > 0) throw new Conflict("The database is not up to date: npm run migrate");
  if (applied.length > Object.keys(steps).length)
    throw new Conflict("The database is newer than this program: deploy the newer program");
}

function applyOnce(name: string, step: { up(): Promise<void> }): Promise<void> {
  return transaction(async () => {
    await waitForOthers();
    if ((await appliedSteps()).includes(name)) return;
    await step.up();
    await run("INSERT INTO migrations (name) VALUES ($name)", { name });
  });
}

async function appliedSteps(): Promise<string[]> {
  const applied = await rows<{ name: string }>("SELECT name FROM migrations ORDER BY name");
  return applied.map(({ name }) => name);
}

// PostgreSQL: 42P01 undefined_table.
function noneOfNoTable(error: Error & { original?: { code?: string } }): string[] {
  if (error.original?.code === "42P01" || error.message.includes("no such table")) return [];
  throw new Unavailable("DATABASE_URL: the database does not answer");
}

// On SQLite, writers take turns by themselves.
async function waitForOthers(): Promise<void> {
  if (isPostgres) await sequelize.query("SELECT pg_advisory_xact_lock(7203145)");
}
