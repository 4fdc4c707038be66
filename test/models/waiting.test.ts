import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { MINUTE } from "../../src/domain/time.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Erasure } from "../../src/models/erasure.ts";
import { Appointment, Hold, TimeTaken } from "../../src/models/index.ts";
import type { Question } from "../../src/models/starts.ts";
import { AlreadyWaiting, WaitingEntries } from "../../src/models/waiting-entry.ts";
import { leaveList, refuseOffer } from "../../src/models/waiting-leaving.ts";
import { Waiting } from "../../src/models/waiting.ts";
import { linkToken } from "../../src/links.ts";
import { bookHaircut, cancelHaircut, HOUR, JANE, START } from "../support/bookings.ts";
import { MONDAY, world, type World } from "../support/world.ts";

const NINE_THIRTY = { fromMinute: 570, toMinute: 570 };
// More than are looked at in one query.
const MANY_LIKE_THE_FIRST = `WITH RECURSIVE counted (n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 220)
  INSERT INTO waiting_entries (business_id, service_id, staff_id, location_id, people, addon_ids,
    name, email, phone, language, from_date, to_date, from_minute, to_minute, uid, token_hash,
    created_at)
  SELECT business_id, service_id, staff_id, location_id, people, addon_ids, name,
    'w' || n || '@example.com', phone, language, from_date, to_date, from_minute, to_minute,
    uid || n, token_hash || n, created_at
  FROM waiting_entries, counted`;
const THAT_DAY = { fromDate: "2027-02-08", toDate: "2027-02-08" };

describe("[D19] the waiting list", () => {
  let cast: World;
  let booked: number;
  beforeEach(async () => {
    cast = await world();
    await change("waiting_list = TRUE");
    booked = await bookHaircut(cast);
  });

  const change = (what: string) => transaction(() => run(`UPDATE services SET ${what}`));
  const offer = (now = MONDAY) => Waiting.offer(cast.salon.id, now);

  async function asking(now = MONDAY): Promise<Question> {
    const catalogue = await catalogueOf("anas-salon");
    return { catalogue, service: serviceById(catalogue, cast.haircut.id), now };
  }

  /** Waits for the time that is booked, unless told otherwise. Gives the token of the page. */
  async function join(name: string, wish = {}, now = MONDAY): Promise<string> {
    const details = {
      name,
      email: `${name}@example.com`,
      phone: null,
      language: "en",
      uid: randomUUID(),
      ...THAT_DAY,
      ...NINE_THIRTY,
      ...wish,
    };
    return WaitingEntries.join(await asking(), details, { kind: "customer" }, now);
  }

  async function statesOf(): Promise<Record<string, string>> {
    const found = await rows<{ name: string; state: string }>(
      "SELECT name, state FROM waiting_entries ORDER BY id",
    );
    return Object.fromEntries(found.map(({ name, state }) => [name, state]));
  }

  /** Who was offered which start, in this order. */
  function offers() {
    return rows<{ name: string; start: number; state: string; nonce: string }>(
      `SELECT e.name, o.starts_at AS start, o.state, o.nonce FROM waiting_offers o
       JOIN waiting_entries e ON e.id = o.waiting_entry_id ORDER BY o.id`,
    );
  }

  const namesOf = async () => (await offers()).map(({ name }) => name);

  async function tokenOfOffer(i = 0): Promise<string> {
    return linkToken("waiting_offer", (await offers())[i]?.nonce ?? "");
  }

  it("keeps a time that becomes free for the first it suits, and owes her a mail", async () => {
    await join("late", { fromMinute: 900, toMinute: null });
    await bookOut(15 * 60);
    await join("first");
    await join("second", {}, MONDAY + 1);
    await offer();
    assert.deepEqual(await offers(), [], "nothing is free");
    await cancelHaircut(cast, booked);
    await offer();
    assert.deepEqual(await statesOf(), { late: "waiting", first: "offered", second: "waiting" });
    const [made] = await offers();
    assert.deepEqual([made?.name, made?.start], ["first", START]);
    const hold = await Hold.withToken(await tokenOfOffer());
    assert.deepEqual([hold.startsAt, hold.expiresAt], [START, MONDAY + 30 * MINUTE]);
    const owed = await rows("SELECT id FROM deliveries WHERE kind = 'waiting_offer'");
    assert.equal(owed.length, 1);
    await assert.rejects(Hold.take(await asking(MONDAY + 29 * MINUTE), START), TimeTaken);
    await offer(MONDAY + MINUTE);
    assert.equal((await offers()).length, 1, "once");
  });

  /** Books all of Ben's day from so many minutes on. */
  async function bookOut(from: number): Promise<void> {
    for (let start = START + (from - 570) * MINUTE; start < START + 7.5 * HOUR; start += HOUR / 2)
      await bookHaircut(cast, { start, email: `${start}@example.com` });
  }

  it("offers to the next what is not answered, and never the same time twice", async () => {
    for (const [i, name] of ["first", "second"].entries()) await join(name, {}, MONDAY + i);
    await cancelHaircut(cast, booked);
    await offer();
    await offer(MONDAY + 29 * MINUTE);
    assert.deepEqual(await namesOf(), ["first"]);
    await offer(MONDAY + 30 * MINUTE);
    assert.deepEqual(await namesOf(), ["first", "second"]);
    assert.deepEqual(await statesOf(), { first: "waiting", second: "offered" });
    await offer(MONDAY + 60 * MINUTE);
    await offer(MONDAY + 61 * MINUTE);
    assert.deepEqual(await namesOf(), ["first", "second"]);
    assert.deepEqual(await statesOf(), { first: "waiting", second: "waiting" });
    await Hold.take(await asking(MONDAY + 61 * MINUTE), START); // anybody's by now
  });

  it("keeps a time that nobody answered for the next, but not where no worker comes", async () => {
    await join("first");
    await cancelHaircut(cast, booked);
    await offer();
    const half = MONDAY + 30 * MINUTE;
    await assert.rejects(Hold.take(await asking(half + 2 * MINUTE), START), TimeTaken);
    await Hold.take(await asking(half + 3 * MINUTE), START);
    await offer(half + 4 * MINUTE);
    await assert.rejects(Hold.take(await asking(half + 5 * MINUTE), START), TimeTaken);
  });

  it("gives what somebody does not want to the next, and to her no second time", async () => {
    const page = await join("first");
    await join("second", {}, MONDAY + 1);
    await cancelHaircut(cast, booked);
    await offer();
    const first = await WaitingEntries.withToken(page);
    await refuseOffer(first);
    await refuseOffer(first);
    assert.equal((await WaitingEntries.withToken(page)).state, "waiting");
    await offer(MONDAY + MINUTE);
    await refuseOffer({ businessId: first.businessId, id: first.id + 1 });
    await offer(MONDAY + 2 * MINUTE);
    const made = (await offers()).map(({ name, state }) => [name, state]);
    assert.deepEqual(made, [
      ["first", "refused"],
      ["second", "refused"],
    ]);
  });

  it("never offers a time inside the notice, not even at the end of the half hour", async () => {
    await join("first");
    await cancelHaircut(cast, booked);
    await change("booking_notice = 120");
    await offer(START - 2 * HOUR - 29 * MINUTE);
    assert.deepEqual(await offers(), []);
    await offer(START - 2 * HOUR - 30 * MINUTE);
    assert.deepEqual(await namesOf(), ["first"]);
  });

  it("makes one offer of one time, however many workers look", async () => {
    for (const [i, name] of ["first", "second"].entries()) await join(name, {}, MONDAY + i);
    await cancelHaircut(cast, booked);
    await Promise.all([offer(), offer(), offer(), offer()]);
    assert.equal((await offers()).length, 1);
    const offered = Object.values(await statesOf()).filter((state) => state === "offered");
    assert.equal(offered.length, 1);
  });

  it("ends with the booking of what was offered", async () => {
    const page = await join("first");
    await cancelHaircut(cast, booked);
    await offer();
    const hold = await Hold.withToken(await tokenOfOffer());
    await Appointment.book(await asking(MONDAY + MINUTE), hold, JANE);
    const [made] = await offers();
    assert.equal(made?.state, "taken");
    assert.equal((await WaitingEntries.withToken(page)).state, "booked");
    await offer(MONDAY + 31 * MINUTE);
    assert.equal((await offers()).length, 1);
  });

  it("is left with name and address, and what was kept goes to the next", async () => {
    const page = await join("first");
    await join("second", {}, MONDAY + 1);
    await cancelHaircut(cast, booked);
    await offer();
    await leaveList(await WaitingEntries.withToken(page), { kind: "customer" }, MONDAY + MINUTE);
    await offer(MONDAY + MINUTE);
    assert.deepEqual(
      (await offers()).map(({ name, state }) => [name, state]),
      [
        ["", "refused"],
        ["second", "open"],
      ],
    );
  });

  it("is over when its last day is over", async () => {
    const page = await join("first");
    await offer(START + 24 * HOUR);
    assert.equal((await WaitingEntries.withToken(page)).state, "over");
    await Waiting.sweep(START + 40 * 24 * HOUR);
    await assert.rejects(WaitingEntries.withToken(page), /No such/);
  });

  it("has an address once for a service, and a form sent twice once", async () => {
    const uid = randomUUID();
    assert.equal(await join("first", { uid }), await join("first", { uid }));
    await assert.rejects(join("first"), AlreadyWaiting);
    assert.equal((await rows("SELECT id FROM waiting_entries")).length, 1);
  });

  it("offers nothing while the business takes no bookings, or has no list", async () => {
    await join("first");
    await cancelHaircut(cast, booked);
    await transaction(() => run("UPDATE businesses SET bookings_open = FALSE"));
    await transaction(() => run("UPDATE businesses SET version = version + 1"));
    await offer();
    await transaction(() => run("UPDATE businesses SET bookings_open = TRUE"));
    await transaction(() => run("UPDATE businesses SET version = version + 1"));
    await change("waiting_list = FALSE");
    await offer();
    assert.deepEqual(await offers(), []);
    await change("waiting_list = TRUE");
    await offer();
    assert.deepEqual(await namesOf(), ["first"]);
  });

  it("comes to whoever it suits, however many wait before her for what never comes free", async () => {
    await join("evening", { fromMinute: 1200, toMinute: 1210 });
    await transaction(() => run(MANY_LIKE_THE_FIRST));
    await join("last");
    await cancelHaircut(cast, booked);
    await offer();
    assert.deepEqual(await namesOf(), ["last"]);
  });

  it("keeps no time for who may not book online", async () => {
    await bookHaircut(cast, { email: "first@example.com", name: "F", start: START + 24 * HOUR });
    await transaction(() =>
      run("UPDATE customers SET blocked_at = 1 WHERE email = 'first@example.com'"),
    );
    await join("first");
    await join("second");
    await cancelHaircut(cast, booked);
    await offer();
    assert.deepEqual(await namesOf(), ["second"]);
  });

  it("[P10.1] forgets who is erased, and not who shares her address", async () => {
    const one = { email: "family@example.com" };
    for (const [i, name] of ["Wanda", "Walt"].entries())
      await bookHaircut(cast, { ...one, name, start: START + (i + 1) * 24 * HOUR });
    await join("wanda", one);
    const catalogue = await catalogueOf("anas-salon");
    const erase = async (name: string) => {
      const named = "SELECT id FROM customers WHERE name = $name";
      const [customer] = await rows<{ id: number }>(named, { name });
      const how = { cancelling: true, actor: { kind: "customer" } } as const;
      await Erasure.erase(catalogue, [customer?.id ?? 0], how, MONDAY);
    };
    await erase("Walt");
    assert.deepEqual(await statesOf(), { wanda: "waiting" });
    await erase("Wanda");
    assert.deepEqual(await statesOf(), {});
  });

  it("writes to nobody more than three times a day", async () => {
    await join("first", { fromMinute: null, toMinute: null });
    for (let i = 0; i < 5; i++) await offer(MONDAY + i * HOUR);
    assert.equal((await offers()).length, 3);
    await offer(MONDAY + 25 * HOUR);
    assert.equal((await offers()).length, 4);
  });
});
