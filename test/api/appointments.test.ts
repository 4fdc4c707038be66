import assert from "node:assert/strict";
import { cursorTo } from "../../src/api/cursor.ts";
import { addDays } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { AuditEntry, Customer } from "../../src/models/index.ts";
import { signedIn } from "../support/browser.ts";
import { keyFor, type Program, problemOf, program, type Reply } from "../support/program.ts";
import { countQueries } from "../support/queries.ts";
import { buildService, upcoming, type World, world } from "../support/world.ts";

const TUESDAY = upcoming(2, 540);
const DORA = { name: "Dora Diaz", email: "dora@example.com", phone: "555 0123" };

describe("appointments of programs", () => {
  let cast: World;
  let shop: Program;
  beforeEach(async () => {
    cast = await world();
    shop = program(await keyFor(cast.salon, cast.anaStaff));
  });

  /** Tuesday, so many minutes after nine. */
  function at(minutes = 0): string {
    return new Date(TUESDAY.instant + minutes * 60_000).toISOString();
  }

  function wish(minutes = 0, more: object = {}): object {
    return { service_id: cast.haircut.id, start: at(minutes), customer: DORA, ...more };
  }

  function book(minutes = 0, more: object = {}, headers = {}): Promise<Reply> {
    return shop.post("appointments", wish(minutes, more), headers);
  }

  function appointments() {
    return rows("SELECT id FROM appointments");
  }

  it("are booked at once, as everybody’s are, by a program named in the history", async () => {
    const { status, body, headers } = await book(0, { note: "Comes with a dog" });
    assert.equal(status, 201, JSON.stringify(body));
    assert.equal(headers.location, `/api/v1/appointments/${body.id}`);
    assert.equal(headers.etag, '"0-confirmed"');
    assert.equal(body.start, TUESDAY.iso.replace(/\[.*/, ""));
    assert.equal(body.zone, "America/New_York");
    assert.deepEqual(body.price, { amount: 3500, currency: "USD" });
    assert.equal(body.customer.name, DORA.name);
    const [entry] = await AuditEntry.ofAppointment(cast.salon.id, body.id);
    assert.equal(entry?.actor, "api");
    assert.match(entry?.keyName ?? "", /^Key /);
    const owed = await rows<{ kind: string }>("SELECT kind FROM deliveries ORDER BY kind");
    assert.deepEqual(
      owed.map(({ kind }) => kind),
      ["confirmation", "reminder", "staff_booked"],
    );
    const page = await (await signedIn(cast.ana)).get(`/b/anas-salon/appointments/${body.id}`);
    assert.match(page.$("main").text(), /A program \(Key .*\).*booked it/s);
    const own = new URL(body.customer_url).pathname;
    assert.equal((await shop.get(own)).status, 200, "the customer’s own page");
  });

  it("are booked of a hold, once, whoever asks for the time meanwhile", async () => {
    const held = await shop.post("holds", { service_id: cast.haircut.id, start: at() });
    assert.equal(held.status, 201);
    assert.equal(problemOf(await book()), "time-taken");
    const body = { hold: held.body.token, customer: DORA };
    const booked = await Promise.all([1, 2, 3].map(() => shop.post("appointments", body)));
    for (const reply of booked) assert.equal(reply.status, 201, JSON.stringify(reply.body));
    assert.equal(new Set(booked.map((reply) => reply.body.id)).size, 1);
    const [entry] = await AuditEntry.ofAppointment(cast.salon.id, booked[0]?.body.id);
    assert.equal(entry?.actor, "api");
    const seen = await shop.get(`holds/${held.body.token}`);
    assert.equal(seen.body.appointment_id, booked[0]?.body.id);
    assert.equal(problemOf(await shop.delete(`holds/${held.body.token}`)), "conflict");
  });

  it("leave a time to others when its hold is given back", async () => {
    const held = await shop.post("holds", { service_id: cast.haircut.id, start: at() });
    for (let i = 0; i < 2; i++)
      assert.equal((await shop.delete(`holds/${held.body.token}`)).status, 204);
    assert.equal((await book()).status, 201);
  });

  it("[D1] never get a time that somebody has, and are told the next free ones", async () => {
    await book();
    const reply = await book(0, { customer: { name: "Emil" } });
    assert.equal(reply.status, 409);
    assert.equal(problemOf(reply), "time-taken");
    const [next] = reply.body.next_times;
    assert.equal(Date.parse(next.start), TUESDAY.instant + 30 * 60_000);
    assert.deepEqual(next.provider_ids, [cast.benStaff.id]);
    assert.equal((await book(0, { override: true })).status, 409, "not by override either");
    assert.equal((await book(7 * 60 + 660)).status, 409, "what is not offered is not to be had");
    assert.equal((await book(7 * 60 + 660, { override: true })).status, 201, "but on the record");
  });

  it("[D29] [D24] are booked once by ten requests with one key, all of which get one answer", async () => {
    const key = { "idempotency-key": "4f9d1c86" };
    const replies = await Promise.all(Array.from({ length: 10 }, () => book(0, {}, key)));
    assert.equal((await appointments()).length, 1);
    for (const { status, body, headers } of replies) {
      assert.equal(status, 201);
      assert.deepEqual(body, replies[0]?.body);
      assert.equal(headers.etag, replies[0]?.headers.etag);
    }
    const replayed = replies.filter(({ headers }) => headers["idempotency-replayed"] === "true");
    assert.equal(replayed.length, 9);
  });

  it("[D29] are booked once by ten requests without any key", async () => {
    const replies = await Promise.all(Array.from({ length: 10 }, () => book()));
    assert.equal((await appointments()).length, 1);
    assert.equal(replies.filter(({ status }) => status === 201).length, 1);
    assert.equal(replies.filter((reply) => problemOf(reply) === "time-taken").length, 9);
  });

  it("are booked once even when the answer got lost", async () => {
    const key = { "idempotency-key": "lost" };
    const first = await book(0, {}, key);
    await transaction(() => run("DELETE FROM api_requests"));
    const again = await book(0, {}, key);
    assert.equal(again.status, 201);
    assert.equal(again.body.id, first.body.id);
    assert.equal((await appointments()).length, 1);
  });

  it("move, and say which version they were", async () => {
    const { body } = await book();
    const path = `appointments/${body.id}/rescheduling`;
    const moved = await shop.post(path, { start: at(60) }, { "if-match": '"0-confirmed"' });
    assert.equal(moved.status, 200, JSON.stringify(moved.body));
    assert.equal(moved.headers.etag, '"1-confirmed"');
    assert.equal(Date.parse(moved.body.start), TUESDAY.instant + 3_600_000);
    const stale = await shop.post(path, { start: at() }, { "if-match": '"0-confirmed"' });
    assert.equal(stale.status, 412);
    assert.equal(problemOf(stale), "precondition-failed");
    const taken = await book();
    assert.equal(taken.status, 201);
    const refused = await shop.post(path, { start: at() });
    assert.equal(problemOf(refused), "time-taken");
    assert.ok(refused.body.next_times.length > 0);
  });

  it("are cancelled once, within any notice, and then stand", async () => {
    const { body } = await book();
    await transaction(() => run("UPDATE services SET cancelling_notice = 43200"));
    const path = `appointments/${body.id}`;
    for (let i = 0; i < 2; i++) {
      const { status, body: now } = await shop.post(`${path}/cancellation`);
      assert.equal(status, 200);
      assert.equal(now.status, "cancelled");
      assert.equal(now.version, "1-cancelled");
    }
    const moved = await shop.post(`${path}/rescheduling`, { start: at(60) });
    assert.equal(problemOf(moved), "conflict");
    assert.equal((await book()).status, 201, "the time is free");
  });

  it("say what became of them", async () => {
    const { body } = await book();
    const soon = await shop.post(`appointments/${body.id}/mark`, { as: "no_show" });
    assert.equal(problemOf(soon), "conflict");
    await transaction(() =>
      run("UPDATE appointments SET starts_at = $start, ends_at = $end", {
        start: Date.now() - 7_200_000,
        end: Date.now() - 5_400_000,
      }),
    );
    const marked = await shop.post(`appointments/${body.id}/mark`, { as: "completed" });
    assert.equal(marked.body.status, "completed");
    assert.equal(marked.headers.etag, '"0-completed"');
  });

  it("are not booked while the business takes none, but can be cancelled [D26]", async () => {
    const { body } = await book();
    await transaction(() => run("UPDATE businesses SET bookings_open = FALSE"));
    assert.equal(problemOf(await book(60)), "bookings-closed");
    const moved = await shop.post(`appointments/${body.id}/rescheduling`, { start: at(60) });
    assert.equal(moved.status, 200);
    assert.equal((await shop.post(`appointments/${body.id}/cancellation`)).status, 200);
  });

  for (const [what, more, pointer] of [
    ["no customer", { customer: undefined }, "#/customer"],
    ["two customers", { customer_id: 1 }, "#/customer"],
    ["a name of nothing", { customer: { name: " " } }, "#/customer/name"],
    ["an address that is none", { customer: { name: "E", email: "x" } }, "#/customer/email"],
    ["control characters", { customer: { name: "E\u0000" } }, "#/customer/name"],
    ["a number as a name", { customer: { name: 1 } }, "#/customer/name"],
    ["a start without offset", { start: "2027-02-02T09:00:00" }, "#/start"],
    ["a start of another zone", { start: "2027-02-02T09:00:00-05:00[Asia/Tokyo]" }, "#/start"],
    ["a hold and a start", { hold: "x" }, "#/hold"],
    ["too many people", { people: 2 }, "#/people"],
    ["an unknown field within", { customer: { ...DORA, vip: true } }, "#/customer/vip"],
    ["a service as text", { service_id: "1" }, "#/service_id"],
  ] as const)
    it(`are refused with ${what}, by its pointer`, async () => {
      const reply = await book(0, more);
      assert.equal(reply.status, 422, JSON.stringify(reply.body));
      assert.equal(reply.body.errors[0].pointer, pointer);
      assert.equal((await appointments()).length, 0);
    });

  it("are not booked by who may not book online, unless the program means it", async () => {
    await book();
    await transaction(() => run("UPDATE customers SET blocked_at = 1"));
    const refused = await book(30);
    assert.equal(problemOf(refused), "conflict");
    assert.match(refused.body.detail, /call/i);
    const held = await shop.post("holds", { service_id: cast.haircut.id, start: at(60) });
    const ofHold = { hold: held.body.token, customer: DORA };
    assert.equal(problemOf(await shop.post("appointments", ofHold)), "conflict");
    assert.equal((await book(30, { override: true })).status, 201);
  });

  it("wait for the business where the service does, and are answered once", async () => {
    await transaction(() => run("UPDATE services SET approval = TRUE"));
    const asked = await book();
    assert.equal(asked.body.status, "requested");
    const path = `appointments/${asked.body.id}`;
    for (let i = 0; i < 2; i++) {
      const approved = await shop.post(`${path}/approval`);
      assert.equal(approved.status, 200, JSON.stringify(approved.body));
      assert.equal(approved.body.status, "confirmed");
    }
    assert.equal(problemOf(await shop.post(`${path}/refusal`)), "conflict");
    const second = await book(30);
    const declined = await shop.post(`appointments/${second.body.id}/refusal`);
    assert.equal(declined.body.status, "cancelled");
    assert.equal((await book(30)).status, 201, "the time is free");
  });

  it("[D4] are listed with as many queries, however many they are", async () => {
    for (const minutes of [0, 30, 60]) await book(minutes);
    await shop.get("appointments");
    const few = await countQueries(() => shop.get("appointments?limit=1"));
    const all = await countQueries(() => shop.get("appointments"));
    assert.equal(all, few);
    assert.ok(all <= 6, `${all} queries`);
  });

  it("[D25] are booked with nothing of another business", async () => {
    const gil = { name: "Gil", email: null, phone: null, note: "", alert: "" };
    const theirs = await Customer.add(cast.garage, gil, { kind: "system" }, Date.now());
    const [place] = await rows<{ id: number }>("SELECT id FROM locations WHERE business_id = $id", {
      id: cast.garage.id,
    });
    for (const more of [
      { service_id: cast.oil.id },
      { provider_id: cast.carlStaff.id },
      { location_id: place?.id },
      { addon_ids: [1] },
      { customer: undefined, customer_id: theirs },
    ])
      assert.equal((await book(0, more)).status, 404, JSON.stringify(more));
    for (const query of [
      `service_id=${cast.oil.id}`,
      `service_id=${cast.haircut.id}&provider_id=${cast.carlStaff.id}`,
    ])
      assert.equal((await shop.get(`times?${query}`)).status, 404);
    assert.equal((await appointments()).length, 0);
  });

  it("name their customers only to who may see customers", async () => {
    const { body } = await book();
    const till = program(await keyFor(cast.salon, cast.anaStaff, ["appointments:read"]));
    const seen = await till.get(`appointments/${body.id}`);
    assert.deepEqual(Object.keys(seen.body.customer), ["id"]);
    assert.equal(JSON.stringify(seen.body).includes("Dora"), false);
  });

  it("are listed by what is asked, page by page, none twice and none left out", async () => {
    for (const minutes of [0, 30, 60, 90, 120]) await book(minutes);
    await shop.post(`appointments/${(await book(150)).body.id}/cancellation`);
    const seen: number[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Reply = await shop.get(`appointments?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.body.data.map(({ id }: { id: number }) => id));
      cursor = page.body.next_cursor;
      // Somebody books what was on a page before: it moves nothing.
      if (seen.length === 2) await book(240);
    }
    assert.equal(seen.length, 7);
    assert.equal(new Set(seen).size, 7);
    const count = async (query: string) =>
      (await shop.get(`appointments?${query}`)).body.data.length;
    assert.equal(await count(`from=${at(60)}&until=${at(120)}`), 2);
    assert.equal(await count("status=cancelled"), 1);
    assert.equal(await count(`provider_id=${cast.benStaff.id}&status=confirmed`), 6);
    assert.equal(await count("provider_id=999999"), 0);
    const { body } = await shop.get("appointments");
    assert.equal(await count(`customer_id=${body.data[0].customer.id}`), 7);
    assert.equal(problemOf(await shop.get("appointments?cursor=WzFd")), "invalid");
    for (const position of [
      [0, 2 ** 31],
      [0, 2 ** 53 - 1],
      [-1, 1],
      [0, -1],
      [0, 0.5],
    ])
      assert.equal(
        problemOf(await shop.get(`appointments?cursor=${cursorTo(position)}`)),
        "invalid",
      );
    assert.equal(problemOf(await shop.get("appointments?limit=0")), "invalid");
    assert.equal(problemOf(await shop.get("appointments?limit=1&limit=2")), "invalid");
  });

  it("tell what has changed since", async () => {
    const [first, second] = [await book(0), await book(30)];
    const since = second.body.updated_at;
    const before = await shop.get(`appointments?updated_after=${since}`);
    assert.deepEqual(before.body.data, []);
    await shop.post(`appointments/${first.body.id}/cancellation`);
    const after = await shop.get(`appointments?updated_after=${since}`);
    assert.deepEqual(
      after.body.data.map(({ id }: { id: number }) => id),
      [first.body.id],
    );
  });

  it("have the times that pages have, in the zone of the place", async () => {
    const { body } = await shop.get(
      `times?service_id=${cast.haircut.id}&from=${TUESDAY.date}&days=2`,
    );
    assert.equal(body.zone, "America/New_York");
    assert.equal(body.data.length, 32);
    assert.equal(body.data[0].start, TUESDAY.iso.replace(/\[.*/, ""));
    assert.ok(body.data[31].start.startsWith(addDays(TUESDAY.date, 1)));
    const long = await buildService(cast.salon, { minutes: 480 }, [cast.benStaff]);
    const day = await shop.get(`times?service_id=${long.id}&from=${TUESDAY.date}&days=1`);
    assert.equal(day.body.data.length, 1);
  });
});
