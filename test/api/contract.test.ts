// The document says what the program does: every example in it is run against the program, and each
// answer is held against the schema that the document gives for it.
import assert from "node:assert/strict";
import { z } from "zod";
import { example, exampleTimes } from "../../src/api/example.ts";
import type { Schema } from "../../src/api/json-schema.ts";
import { openApi } from "../../src/api/openapi.ts";
import { operationsOf } from "../../src/api/operation.ts";
import { routes } from "../../src/api/routes.ts";
import { messagesOn } from "../../src/api/webhooks.document.ts";
import { type PersonalField, personalFields } from "../../src/domain/told.ts";
import { type WebhookEvent, webhookEvents } from "../../src/domain/webhooks.ts";
import { keysOf } from "../../src/models/customer-keys.ts";
import { FIRST_LOCATION } from "../../src/models/location.ts";
import { run, transaction } from "../../src/models/database.ts";
import { Webhook } from "../../src/models/webhook.ts";
import { hashToken } from "../../src/secrets.ts";
import { bookHaircut } from "../support/bookings.ts";
import { apiRoutes, keyFor, program, type Reply } from "../support/program.ts";
import { startTarget } from "../support/target.ts";
import { buildService, buildStaff, runJobs, type World, world } from "../support/world.ts";

const now = Date.now();
const times = exampleTimes(now);
const document = openApi(routes, now);
const operations = operationsOf(routes);

describe("the OpenAPI document", () => {
  it("is served to everybody", async () => {
    await world();
    const { status, body, headers } = await program().get("/api/v1/openapi.json");
    assert.equal(status, 200);
    assert.match(headers["content-type"] ?? "", /^application\/json/);
    assert.deepEqual(body, JSON.parse(JSON.stringify(openApi(routes, Date.now()))));
  });

  it("describes every route, each under a name of its own", () => {
    const described = Object.entries(document.paths).flatMap(([path, verbs]) =>
      Object.keys(verbs).map((verb) => `${verb.toUpperCase()} /api/v1${path}`),
    );
    const served = apiRoutes.map(
      ({ verb, path }) => `${verb} ${path.replaceAll(/:(\w+)/g, "{$1}")}`,
    );
    assert.deepEqual(described.toSorted(), served.toSorted());
    assert.equal(new Set(operations.map(({ id }) => id)).size, operations.length);
  });

  it("refers to nothing that is not in it", () => {
    const text = JSON.stringify(document);
    for (const [, path = ""] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = path.split("/").reduce<unknown>((at, key) => {
        return (at as Record<string, unknown> | undefined)?.[key];
      }, document);
      assert.ok(found, path);
    }
    assert.doesNotMatch(text, /\$defs/);
  });

  it("has a parameter for each name in a path", () => {
    for (const [path, verbs] of Object.entries(document.paths))
      for (const operation of Object.values(verbs)) {
        const { parameters } = operation as { parameters: Array<{ name: string; in: string }> };
        const given = parameters.filter((one) => one.in === "path").map(({ name }) => name);
        const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        assert.deepEqual(given, wanted, path);
      }
  });
});

describe("every example of the document", () => {
  let cast: World;
  let key: string;
  beforeEach(async () => {
    cast = await world();
    await furnish(cast);
    key = await keyFor(cast.salon, cast.anaStaff);
  });

  for (const { id, verb, path, endpoint } of operations)
    it(`${verb} ${path}: its answer is as it says, and so is the one it gets`, async () => {
      const shown = endpoint.example(times);
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown.params?.[name] ?? "");
      const query = new URLSearchParams(shown.query).toString();
      const address = `/api/v1${filled}${query && `?${query}`}`;
      const reply = await program(key).ask(verb, address, shown.body, {
        "idempotency-key": `example-${id}`,
      });
      assert.equal(reply.status, endpoint.status, JSON.stringify(reply.body));
      if (endpoint.status === 204) return assert.equal(reply.body, undefined);
      const schema = answerOf(path, verb, reply.status);
      for (const answer of [shown.answer, reply.body]) holds(schema, answer);
      assert.deepEqual(membersOf(reply.body), membersOf(shown.answer));
      declared(reply, path, verb);
    });

  it("of a problem is as its schema says", async () => {
    const reply = await program(key).post("appointments", { start: "soon" });
    assert.equal(reply.status, 422);
    holds({ $ref: "#/components/schemas/Problem" }, reply.body);
  });
});

describe("what webhooks are told, by the document", () => {
  for (const { event, example: shown } of messagesOn(times))
    it(`${event}: its example is as it says`, () => holds(messageOf(event), shown));

  it("is what they are told: the same appointment that the API answers with", async () => {
    const cast = await world();
    const target = await startTarget();
    const events = Object.keys(webhookEvents) as WebhookEvent[];
    const fields = Object.keys(personalFields) as PersonalField[];
    const staff = { kind: "staff", staffId: cast.anaStaff.id } as const;
    await Webhook.add(cast.salon, { url: `${target.url}/`, events, fields }, staff, now);
    const id = await bookHaircut(cast, { now });
    await runJobs();
    const told = target.heard.map(({ body }) => JSON.parse(body) as Told);
    await target.stop();
    for (const one of told) holds(messageOf(one.type), one);
    const { body } = await program(await keyFor(cast.salon, cast.anaStaff)).get(
      `appointments/${id}`,
    );
    const { fields: _, ...answered } = body as Record<string, unknown>;
    assert.deepEqual(told.find(({ type }) => type === "appointment.booked")?.data, answered);
    assert.ok(told.some(({ type }) => type === "customer.created"));
  });

  function messageOf(event: WebhookEvent): Schema {
    const described = document.webhooks[event] as unknown as { post: Message };
    return described.post.requestBody.content["application/json"].schema;
  }
  type Message = { requestBody: { content: { "application/json": { schema: Schema } } } };
  type Told = { type: WebhookEvent; data: unknown };
});

const SHELVES = [
  "INSERT INTO categories (business_id, name) VALUES ($businessId, 'Hair')",
  `INSERT INTO addons (business_id, name, minutes, price, created_at)
   VALUES ($businessId, 'Wash', 10, 500, $now)`,
  `INSERT INTO resources (business_id, location_id, kind, name, capacity, created_at)
   VALUES ($businessId, ${FIRST_LOCATION}, 'room', 'Chair 1', 1, $now)`,
];

/** Agreed to by Ana. */
const WEBHOOK = [
  `INSERT INTO webhooks (id, business_id, url, secret, created_at)
   VALUES ($webhook, $businessId, 'https://example.com/here', 'sealed', $now)`,
  `INSERT INTO webhook_consents (business_id, webhook_id, staff_id, events, fields, given_at)
   VALUES ($businessId, $webhook, $staffId, 'appointment.booked', '', $now)`,
];

/** What the examples speak of, under the very ids that stand in them. */
async function furnish({ salon }: World): Promise<void> {
  const ben = await buildStaff(salon, { id: example.provider.id, name: "Ben Brown" });
  const fields = {
    id: example.service.id,
    name: "Haircut",
    slug: "haircut-of-the-example",
    mostRepeats: 12,
    waitingList: true,
  };
  await buildService(salon, fields, [ben]);
  const bind = {
    businessId: salon.id,
    serviceId: example.service.id,
    staffId: ben.id,
    ...example.customer,
    customerId: example.customer.id,
    now,
  };
  await transaction(async () => {
    await run(
      `INSERT INTO customers (id, business_id, identity, name, email, phone, name_key, phone_key,
         search, created_at)
       VALUES ($customerId, $businessId, $email, $name, $email, $phone, $nameKey, $phoneKey,
         $search, $now)`,
      { ...bind, ...keysOf(example.customer, []) },
    );
    await run(
      `INSERT INTO series (id, business_id, rule, created_at)
       VALUES ($series, $businessId, '{"every":"week","interval":1,"count":2}', $now)`,
      { ...bind, series: example.series },
    );
    for (const [id, start, status] of [
      [example.appointment, times.start, "confirmed"],
      [example.appointmentBefore, now - 86_400_000, "confirmed"],
      [example.appointmentAsked, times.start, "requested"],
    ])
      await run(
        `INSERT INTO appointments (id, business_id, service_id, staff_id, location_id, customer_id,
           series_id, starts_at, ends_at, zone, status, price, uid, token_hash, created_at)
         VALUES ($id, $businessId, $serviceId, $staffId, ${FIRST_LOCATION}, $customerId,
           $series, $start, $end, 'America/New_York', $status, 3500, $uid, $uid, $now)`,
        {
          ...bind,
          series: example.series,
          id,
          start,
          status,
          end: Number(start) + 1_800_000,
          uid: `example-${id}`,
        },
      );
    for (const sql of SHELVES) await run(sql, bind);
    await run(
      `INSERT INTO waiting_entries (id, business_id, service_id, staff_id, location_id, people, name,
         email, from_date, to_date, from_minute, to_minute, uid, token_hash, created_at)
       VALUES ($waiting, $businessId, $serviceId, $staffId, ${FIRST_LOCATION}, 1, 'Walt Weiss',
         'walt@example.com', $day, $day, 1020, 1080, 'waits', 'waits', $now)`,
      { ...bind, waiting: example.waiting, day: times.day },
    );
    for (const sql of WEBHOOK) await run(sql, { ...bind, webhook: example.webhook });
    await run(
      `INSERT INTO holds (business_id, service_id, staff_id, location_id, starts_at, token_hash,
         expires_at, created_at)
       VALUES ($businessId, $serviceId, $staffId, ${FIRST_LOCATION}, $start, $hash, $end, $now)`,
      { ...bind, start: times.later, hash: hashToken(example.hold), end: now + 600_000 },
    );
  });
}

type Described = {
  responses: Record<
    string,
    { headers: object; content: { "application/json": { schema: Schema } } }
  >;
};

function operationAt(path: string, verb: string): Described {
  const verbs = document.paths[path] as Record<string, unknown>;
  return verbs[verb.toLowerCase()] as Described;
}

function answerOf(path: string, verb: string, status: number): Schema {
  const schema = operationAt(path, verb).responses[status]?.content["application/json"].schema;
  assert.ok(schema, `${status} is not described`);
  return schema;
}

function declared({ status, headers }: Reply, path: string, verb: string): void {
  for (const name of Object.keys(operationAt(path, verb).responses[status]?.headers ?? {}))
    assert.ok(headers[name.toLowerCase()], `${name} is missing`);
}

/** By the document alone: the schema is read back from it. A field it does not list is refused. */
function holds(schema: Schema, value: unknown): void {
  const { schemas } = document.components;
  const text = JSON.stringify({ ...schema, $defs: schemas }, closed);
  const whole = JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")) as object;
  const result = z.fromJSONSchema(whole as never).safeParse(value);
  assert.ok(result.success, z.prettifyError(result.error ?? new z.ZodError([])));
}

function closed(name: string, value: unknown): unknown {
  const isSchema = typeof value === "object" && value !== null && "properties" in value;
  return isSchema && name !== "Problem" ? { ...value, additionalProperties: false } : value;
}

/** The names of all members, so that no example leaves one out. */
function membersOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(membersOf);
  if (typeof value !== "object" || value === null) return "";
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, member]) => [name, membersOf(member)]));
}
