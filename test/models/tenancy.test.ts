// From the schema itself: a table that is added is tested here without a line more, or asks for an
// entry in SPECIMENS.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { rows, run, transaction } from "../../src/models/database.ts";
import type { Business } from "../../src/models/index.ts";
import { JOINED, MOVED } from "../../src/models/customer-merger.ts";
import { isTenants, readSchema, type Reference, type Table } from "../../src/models/schema.ts";
import { problemsOf, unknownTables } from "../../src/privacy/data-map.ts";
import { ANEW, planOf, STAYS } from "../../src/models/takeout-tables.ts";
import { tenantTables } from "../../src/models/tenant-tables.ts";
import { open, world, type World } from "../support/world.ts";

type Values = Record<string, string | number | boolean | null>;

/** What a table's own checks ask of a row; all other columns take anything. */
const SPECIMENS: Record<string, (given: Values) => Values> = {
  absences: () => ({ from_date: "2027-02-01", to_date: "2027-02-01" }),
  allocations: ({ hold_id }) => ({ busy_from: 1, busy_until: 2, expires_at: hold_id ? 9 : null }),
  appointments: () => ({ starts_at: 1, ends_at: 2 }),
  audit_entries: () => ({ actor: "system" }),
  calendar_busy: () => ({ busy_from: 1, busy_until: 2 }),
  calendar_feeds: () => ({ names_customers: false }),
  closures: () => ({ from_date: "2027-02-01", to_date: "2027-02-01" }),
  appointment_values: () => ({ value_text: "x" }),
  customer_values: () => ({ value_text: "x" }),
  contacts: () => ({ role: "primary" }),
  erasures: () => ({ actor: "customer" }),
  deliveries: () => ({ kind: "confirmation" }),
  exceptions: () => ({ kind: "closed" }),
  fields: () => ({
    subject: "customer",
    type: "text",
    requirement: "optional",
    retention_days: 1,
  }),
  transfer_parts: () => ({ bytes: "" }),
  transfers: () => ({ kind: "all_out", state: "draft" }),
  hours: () => ({ weekday: 1, from_minute: 1, to_minute: 2 }),
  notice_texts: () => ({ kind: "confirmation", text: "{link}" }),
  notices: () => ({ kind: "confirmation", enabled: true }),
  resources: () => ({ kind: "room" }),
  retentions: () => ({ class: "customer", months: 12 }),
  service_hours: () => ({ weekday: 1, from_minute: 1, to_minute: 2 }),
  services: () => ({ minutes: 30, step: 30 }),
  staff: () => ({ role: "provider" }),
  waiting_entries: () => ({ from_date: "2027-02-01", to_date: "2027-02-01" }),
  webhook_calls: ({ customer_id }) => ({ event: "test", customer_id: customer_id ?? null }),
  waiting_offers: () => ({ starts_at: 1, ends_at: 2 }),
};

await open();
const schema = await readSchema();
const ofTenants = [...schema.values()].filter(isTenants);

class Undo extends Error {}

describe("[P5.2] what belongs to a business", () => {
  let cast: World;
  before(async () => {
    cast = await world();
    await transaction(async () => {
      for (const table of ["notices", "reminders"]) await run(`DELETE FROM ${table}`);
    });
  });

  it("is in tables that the tests see", () => {
    const names = ofTenants.map(({ name }) => name);
    for (const name of ["allocations", "appointments", "customers", "deliveries", "staff"])
      assert.ok(names.includes(name), name);
  });

  for (const table of ofTenants) {
    it(`${table.name}: no row is without its business`, async () => {
      const own = table.references.filter(({ columns }) => columns.includes("business_id"));
      assert.ok(own.length > 0, "business_id is a foreign key, alone or with others");
      const inKey = table.name === "business_profiles"; // SQLite: a key of integers is never null
      const column = table.columns.find(({ name }) => name === "business_id");
      assert.ok(column?.required || inKey, "business_id must be given");
    });

    it(`[P10.1] ${table.name}: says what becomes of it when a customer is erased`, () => {
      const entry = tenantTables[table.name];
      assert.ok(entry, `no entry in src/models/tenant-tables.ts`);
      if (!entry.erased) return assert.ok(!isOfCustomers(table), "it has rows of customers");
      const { become, stay = [] } = entry.erased;
      if (!become) return;
      const texts = table.columns.filter(({ type }) => type === "text").map(({ name }) => name);
      const spokenOf = new Set([...Object.keys(become), ...stay]);
      assert.deepEqual(new Set(texts).difference(spokenOf), new Set(), "texts without a word");
    });

    it(`${table.name}: a row with its own business's rows can be stored`, () =>
      undone(() => insert(table, cast.salon)));

    for (const { name } of table.columns.filter(refersByName))
      it(`${table.name}.${name} is a foreign key together with the business`, () => {
        const reference = table.references.find(({ columns }) => columns.includes(name));
        assert.deepEqual(reference?.columns, ["business_id", name]);
        assert.deepEqual(reference?.toColumns, ["business_id", "id"]);
      });

    for (const reference of table.references.filter(isTenantReference))
      it(`${table.name}.${keyOf(reference)} refuses another business's ${reference.to}`, async () => {
        const theirs = () => insert(tableNamed(reference.to), cast.garage);
        await undone(async () => {
          const id = await insert(tableNamed(reference.to), cast.salon);
          await insert(table, cast.salon, { [keyOf(reference)]: id });
        });
        await assert.rejects(
          undone(async () => insert(table, cast.salon, { [keyOf(reference)]: await theirs() })),
          (error: { original?: Error }) => /foreign key/i.test(String(error.original?.message)),
        );
      });
  }

  it("and to a customer, goes over when she is merged into another", () => {
    const referring = ofTenants.filter(({ references }) =>
      references.some(({ to }) => to === "customers"),
    );
    const merged: readonly string[] = [...MOVED, ...JOINED];
    assert.deepEqual(
      referring.map(({ name }) => name).filter((name) => !merged.includes(name)),
      [],
      "src/models/customer-merger.ts says what becomes of its rows",
    );
  });

  it("[P10.1] no table is spoken of that is not there", () => {
    const there = new Set(ofTenants.map(({ name }) => name));
    assert.deepEqual(new Set(Object.keys(tenantTables)).difference(there), new Set());
  });

  for (const table of [...schema.values()].filter((candidate) => !isTenants(candidate)))
    it(`${table.name}: belongs to no business, and refers to nothing that does`, () => {
      for (const { to } of table.references) assert.ok(!isTenants(tableNamed(to)), to);
      assert.deepEqual(table.columns.filter(refersByName), []);
    });
});

describe("[P10.2] the data map", () => {
  for (const table of schema.values())
    it(`${table.name}: each column has its class, and each word its column`, () => {
      assert.deepEqual(problemsOf(table), []);
    });

  it("speaks of no table that is not there", () => {
    assert.deepEqual(unknownTables(schema), []);
  });

  it("finds a column without a word, a word without a column, and a table without either", () => {
    const given = { type: "text", required: false, nullable: true } as const;
    const texts = (...names: string[]) => names.map((name) => ({ name, ...given }));
    const told = problemsOf({
      name: "contacts",
      columns: texts("name", "email", "fax"),
      references: [],
    });
    assert.equal(told.length, 2);
    assert.match(told[0] ?? "", /dataMap\.contacts: add "fax" to one of the classes/);
    assert.match(told[1] ?? "", /"role" is no column/);
    const unknown = problemsOf({ name: "faxes", columns: texts("sender"), references: [] });
    assert.match(unknown[0] ?? "", /dataMap\.faxes: say what the table keeps/);
  });
});

/** Whose rows are a customer's: the database leads from them to her. */
function isOfCustomers({ name, references }: Table): boolean {
  const keys = references.map(({ columns }) => columns.at(-1));
  const isLinked = keys.includes("customer_id") || keys.includes("appointment_id");
  return name === "customers" || (isLinked && !NAMELESS.has(name));
}

/** What refers to a customer's bookings and has no text that somebody typed. */
const NAMELESS = new Set([
  "allocations",
  "appointment_addons",
  "audit_entries",
  "delivery_appointments",
  "holds",
]);

describe("[D22] what a business leaves with", () => {
  const plan = planOf(schema);

  it("is every table of a business, or there is a reason why not", () => {
    const going = new Set(plan.map(({ name }) => name));
    for (const name of Object.keys(tenantTables))
      assert.ok(going.has(name) !== Boolean(STAYS[name]), name);
    assert.deepEqual(
      Object.keys(STAYS).filter((name) => !schema.has(name)),
      [],
    );
  });

  for (const { name, columns } of plan) {
    it(`${name}: has nothing secret`, () => {
      const secrets = columns.filter((column) =>
        /token|nonce|secret|hash|password/.test(column.name),
      );
      assert.deepEqual(
        secrets.map((column) => column.name),
        [],
      );
    });

    it(`${name}: can be stored again from what is in it`, () => {
      const given = new Set([
        ...columns.map((column) => column.name),
        ...Object.keys(ANEW[name]?.() ?? {}),
      ]);
      const missing = schema
        .get(name)
        ?.columns.filter((column) => column.required && !given.has(column.name))
        .map((column) => column.name)
        .filter((column) => column !== "business_id" && column !== "id");
      assert.deepEqual(missing, []);
    });
  }
});

/** A row of this business with all that must be given. Gives its id. Inside a transaction. */
async function insert(table: Table, business: Business, given: Values = {}): Promise<number> {
  const row: Values = { ...SPECIMENS[table.name]?.(given), ...given };
  if (isTenants(table)) row.business_id = business.id;
  for (const { name, type, required } of table.columns) {
    if (name in row || !required) continue;
    const to = table.references.find(({ columns }) => columns.at(-1) === name)?.to;
    if (to) row[name] = await insert(tableNamed(to), business);
    else row[name] = type === "text" ? randomUUID() : 1;
  }
  await complete(table.name, row, business);
  const names = Object.keys(row);
  const hasId = table.columns.some(({ name }) => name === "id");
  const [made] = await rows<{ id: number }>(
    `INSERT INTO ${table.name} (${names.join(", ")})
     VALUES (${names.map((name) => `$${name}`).join(", ")})
     RETURNING ${hasId ? "id" : "1 AS id"}`,
    row,
  );
  return made?.id ?? 0;
}

/**
 * An allocation is an appointment's or a hold's, and takes the time of the provider or of the
 * resource it names.
 */
async function complete(table: string, row: Values, business: Business): Promise<void> {
  if (table !== "allocations") return;
  if (!row.resource_id) row.staff_id ??= await insert(tableNamed("staff"), business);
  row.subject = row.resource_id ? `resource:${row.resource_id}` : `staff:${row.staff_id}`;
  if (!row.hold_id) row.appointment_id ??= await insert(tableNamed("appointments"), business);
}

/** Whatever it does is undone, so that tests do not meet. */
async function undone(work: () => Promise<unknown>): Promise<void> {
  const undoing = transaction(async () => {
    await work();
    throw new Undo();
  });
  await undoing.catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
}

function tableNamed(name: string): Table {
  const table = schema.get(name);
  if (!table) throw new Error(`no table ${name}`);
  return table;
}

/** business_id refers to the business itself; people and operators belong to no business. */
function isTenantReference({ to }: Reference): boolean {
  return isTenants(tableNamed(to));
}

function keyOf({ columns }: Reference): string {
  return columns.find((name) => name !== "business_id") ?? "";
}

/** staff_id names a row of `staff`, appointment_id one of `appointments`, if these are tenants'. */
function refersByName({ name }: { name: string }): boolean {
  const noun = /^(.+)_id$/.exec(name)?.[1];
  const table = noun === undefined ? undefined : (schema.get(noun) ?? schema.get(`${noun}s`));
  return table !== undefined && isTenants(table);
}
