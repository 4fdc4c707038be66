// The rules of services in combination: any two of them meet in one of the services booked here.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { DAY, instantToLocal, MINUTE } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Appointment, Hold, type Service, TimeTaken } from "../../src/models/index.ts";
import { catalogueOf, serviceById, withAddons } from "../../src/models/catalogue.ts";
import type { Question } from "../../src/models/starts.ts";
import { WaitingEntries } from "../../src/models/waiting-entry.ts";
import { Waiting } from "../../src/models/waiting.ts";
import { formToken } from "../../src/web/form-token.ts";
import { type Browser, type Fields, formOf, type Page, visitor } from "../support/browser.ts";
import { JANE } from "../support/bookings.ts";
import { allPairs, type Row } from "../support/pairs.ts";
import { buildService, buildStaff, upcoming, type World, world } from "../support/world.ts";

const FACTORS = {
  approval: [false, true],
  deposit: ["none", "deposit", "full"],
  repeat: [false, true],
  group: [false, true],
  addon: [false, true],
  rooms: [0, 1, 2],
  waitingList: [false, true],
  rule: ["free", "notice", "daily limit", "weekly limit"],
} as const;
type Combination = Row<typeof FACTORS>;

const PRICE = 3500;
const ADDON = { minutes: 15, price: 900 };
const DEPOSIT = 1000;
const SEATS = 4; // of a group, of which one customer brings two
const TIMES = 3; // that a series has
const ten = upcoming(1, 600);
const half = upcoming(1, 570);
const two = upcoming(1, 840);
// In a week of its own, after all that a series has.
const later = ten.instant + 28 * DAY;
const ANA = { kind: "system" } as const;

describe("services of rules that any two of which meet", () => {
  let cast: World;
  let addon: number;
  let mary: Browser;
  const combinations = allPairs(FACTORS);
  const made = new Map<Combination, Service>();

  // Each has its own provider, so that none is in another's way.
  before(async () => {
    cast = await world();
    mary = visitor();
    addon = await insert(
      `INSERT INTO addons (business_id, name, minutes, price, created_at)
       VALUES ($businessId, 'Beard', ${ADDON.minutes}, ${ADDON.price}, 0) RETURNING id`,
    );
    await transaction(async () => {
      for (const [i, combination] of combinations.entries())
        made.set(combination, await build(`combination-${i}`, combination));
    });
  });

  function insert(sql: string, bind: Record<string, unknown> = {}): Promise<number> {
    return transaction(async () => {
      const [row] = await rows<{ id: number }>(sql, { businessId: cast.salon.id, ...bind });
      return row?.id ?? 0;
    });
  }

  async function build(slug: string, combination: Combination) {
    const { approval, deposit, repeat, group, rooms, waitingList, rule } = combination;
    const staff = await buildStaff(cast.salon, { name: slug });
    const service = await buildService(cast.salon, { slug, name: slug, price: PRICE }, [staff]);
    const bind = { businessId: cast.salon.id, serviceId: service.id };
    const now = Date.now();
    await run(
      `UPDATE services SET approval = $approval, deposit_policy = $deposit,
         deposit = ${deposit === "deposit" ? DEPOSIT : "NULL"},
         most_repeats = ${repeat ? TIMES : 0}, waiting_list = $waitingList,
         seats = ${group ? SEATS : 1}, party = ${group ? 2 : 1},
         booking_notice = ${rule === "notice" ? Math.floor((ten.instant - now) / MINUTE) - 15 : 0},
         daily_limit = ${rule === "daily limit" ? 1 : "NULL"},
         weekly_limit = ${rule === "weekly limit" ? 1 : "NULL"}
       WHERE business_id = $businessId AND id = $serviceId`,
      { ...bind, approval, deposit, waitingList },
    );
    await run(
      `INSERT INTO service_addons (business_id, service_id, addon_id)
       VALUES ($businessId, $serviceId, $addon)`,
      { ...bind, addon },
    );
    for (let need = 1; need <= rooms; need++) await addNeed(bind, slug, need);
    return service;
  }

  async function addNeed(
    bind: { businessId: number; serviceId: number },
    slug: string,
    need: number,
  ): Promise<void> {
    const resourceId = await insert(
      `INSERT INTO resources (business_id, location_id, kind, name, created_at)
       SELECT $businessId, MIN(id), $kind, $name, 0 FROM locations WHERE business_id = $businessId
       RETURNING id`,
      { kind: need === 1 ? "room" : "equipment", name: `${slug}, ${need}` },
    );
    await run(
      `INSERT INTO service_needs (business_id, service_id, need, resource_id)
       VALUES ($businessId, $serviceId, $need, $resourceId)`,
      { ...bind, need, resourceId },
    );
  }

  /** What one appointment takes: provider, rooms, a place within a limit, seats. */
  function taking({ rooms, rule, group }: Combination): number {
    return 1 + rooms + (rule.endsWith("limit") ? 1 : 0) + (group ? 2 : 0);
  }

  async function stored(service: Service) {
    return rows<Record<string, unknown>>(
      `SELECT a.status, a.price, a.deposit, a.people,
         (a.ends_at - a.starts_at) / ${MINUTE} AS minutes,
         (SELECT COUNT(*) FROM allocations l WHERE l.business_id = a.business_id
            AND l.appointment_id = a.id) AS taken
       FROM appointments a WHERE a.service_id = $id ORDER BY a.starts_at`,
      { id: service.id },
    );
  }

  function expected(combination: Combination) {
    const { approval, deposit, group, addon: added } = combination;
    const people = group ? 2 : 1;
    const price = (PRICE + (added ? ADDON.price : 0)) * people;
    return {
      status: approval ? "requested" : "confirmed",
      price,
      deposit: { none: null, deposit: DEPOSIT * people, full: price }[deposit],
      people,
      minutes: 30 + (added ? ADDON.minutes : 0),
      taken: taking(combination),
    };
  }

  function asked({ group, addon: added }: Combination): Fields {
    return { ...(group ? { people: "2" } : {}), ...(added ? { addon: String(addon) } : {}) };
  }

  function startsOf({ $ }: Page): string[] {
    return $("input[name=start]")
      .toArray()
      .map((input) => String($(input).val()));
  }

  const path = ({ slug }: Service) => `/book/anas-salon/${slug}`;

  async function week(service: Service, wish: Fields = {}): Promise<Page> {
    const query = new URLSearchParams({ from: ten.date, ...(wish as Record<string, string>) });
    const page = await mary.get(`${path(service)}?${query.toString()}`);
    assert.equal(page.status, 200, page.html);
    return page;
  }

  /** The page's own form with more filled in. */
  function send(page: Page, fields: Fields = {}): Promise<Page> {
    const { target, values } = formOf(page);
    return mary.post(target, { ...values, ...fields });
  }

  /** Times, hold, details, the plan of those that repeat, and the page of what is booked. */
  async function bookOnline(service: Service, combination: Combination): Promise<string> {
    const held = await send(await week(service, asked(combination)), { start: ten.iso });
    assert.equal(held.status, 303, held.html);
    const contact = { name: "Mary Major", email: `${service.slug}@example.com` };
    const repeat = { repeat: "week", repeat_times: String(TIMES) };
    const details = combination.repeat ? { ...contact, ...repeat } : contact;
    const answer = await send(await mary.get(held.location), details);
    if (!combination.repeat) return booked(answer);
    assert.equal(answer.status, 200, answer.html);
    return booked(await send(answer));
  }

  function booked(answer: Page): string {
    assert.equal(answer.status, 303, answer.html);
    return answer.location;
  }

  /** Whether somebody else is offered, and gets, what has been booked, and another time that day. */
  async function others(service: Service, { group, rule }: Combination): Promise<void> {
    const starts = startsOf(await week(service));
    assert.equal(starts.includes(ten.iso), group, "the same start");
    assert.equal(starts.includes(two.iso), !rule.endsWith("limit"), "another start");
    if (rule === "notice") assert.ok(!starts.includes(half.iso), "too soon");
    const fields = { _csrf: formToken(), start: ten.iso };
    const second = await visitor().post(path(service), fields);
    assert.equal(second.status, group ? 303 : 409);
  }

  /** Wanda waits for what is booked. Gives the path of her place on the list. */
  async function joinOnline(service: Service, combination: Combination): Promise<string> {
    const query = new URLSearchParams(asked(combination) as Record<string, string>);
    const form = await mary.get(`${path(service)}/waiting?${query.toString()}`);
    const days = { from: ten.date, to: ten.date, after: "10:00", before: "10:00" };
    return booked(await send(form, { ...days, ...wanda(service) }));
  }

  /** What has been given back is kept for Wanda, who books it; but not inside the notice. */
  async function takeOffer(service: Service, combination: Combination, place: string) {
    await Waiting.offer(cast.salon.id, Date.now());
    const offer = (await mary.get(place)).$('a[href*="/holds/"]').attr("href");
    if (combination.rule === "notice") return assert.equal(offer, undefined);
    const fields = { _csrf: formToken(), start: ten.iso, ...asked(combination) };
    assert.equal((await visitor().post(path(service), fields)).status, 409, "kept for her alone");
    booked(await send(await mary.get(offer ?? ""), wanda(service)));
    assert.match((await mary.get(place)).$("main").text(), /You have booked/);
    const left = combination.repeat ? TIMES - 1 : 0;
    const live = (await stored(service)).filter(({ status }) => status !== "cancelled");
    assert.deepEqual(
      live,
      Array.from({ length: left + 1 }, () => expected(combination)),
    );
  }

  const wanda = ({ slug }: { slug: string }) => ({
    name: "Wanda",
    email: `wanda-${slug}@example.com`,
  });

  it("are so few, and leave no two out", () => {
    const choices = Object.entries(FACTORS).flatMap(([name, values]) =>
      values.map((value) => [name as keyof Combination, value] as const),
    );
    for (const [one, first] of choices)
      for (const [other, second] of choices)
        if (one !== other)
          assert.ok(
            combinations.some((row) => row[one] === first && row[other] === second),
            `${one} ${first} with ${other} ${second}`,
          );
    assert.ok(combinations.length <= 20, String(combinations.length));
  });

  for (const combination of combinations)
    it(`customers book ${describing(combination)}`, async () => {
      const service = made.get(combination) ?? assert.fail();
      const at = await bookOnline(service, combination);
      const page = await mary.get(at);
      assert.equal(page.status, 200, page.html);
      const times = combination.repeat ? TIMES : 1;
      const appointments = await stored(service);
      assert.deepEqual(
        appointments,
        Array.from({ length: times }, () => expected(combination)),
      );
      await others(service, combination);
      const place = combination.waitingList ? await joinOnline(service, combination) : undefined;
      const fields = { _csrf: formToken(), start: two.iso };
      // Who has joined the group meanwhile keeps its place within the limit.
      const isStuck = combination.group && combination.rule.endsWith("limit");
      const moved = await mary.post(`${at}/rescheduling`, fields);
      assert.equal(moved.status, isStuck ? 409 : 303, moved.html);
      assert.equal((await stored(service))[0]?.taken, taking(combination));
      assert.equal((await mary.post(`${at}/cancellation`, { _csrf: formToken() })).status, 303);
      const [first] = await stored(service);
      assert.deepEqual([first?.status, first?.taken], ["cancelled", 0]);
      if (place) await takeOffer(service, combination, place);
    });

  async function questionOf({ id }: Service, combination: Combination): Promise<Question> {
    const catalogue = await catalogueOf(cast.salon.slug);
    const addons = combination.addon ? catalogue.addons : [];
    const service = withAddons(serviceById(catalogue, id), addons);
    return { catalogue, service, addons, people: combination.group ? 2 : 1, now: Date.now() };
  }

  /** What is taken by whom: a hold or an appointment. */
  async function takenBy(column: "hold_id" | "appointment_id", id: number): Promise<number> {
    const [found] = await rows<{ count: number }>(
      `SELECT COUNT(*) AS count FROM allocations
       WHERE business_id = $businessId AND ${column} = $id`,
      { businessId: cast.salon.id, id },
    );
    return found?.count ?? 0;
  }

  for (const combination of combinations)
    it(`the verbs keep, take, move and give back ${describing(combination)}`, async () => {
      const question = await questionOf(made.get(combination) ?? assert.fail(), combination);
      const held = await Hold.withToken(await Hold.take(question, later));
      assert.equal(await takenBy("hold_id", held.id), taking(combination));
      const { id } = await Appointment.book(question, held, JANE);
      assert.equal(await takenBy("hold_id", held.id), 0);
      assert.equal(await takenBy("appointment_id", id), taking(combination));

      // Two more fill a group; nobody gets what is full, not even by setting rules aside.
      if (combination.group) await Appointment.bookFor(question, later, JANE, ANA);
      await assert.rejects(Hold.take(question, later), TimeTaken);
      await assert.rejects(Appointment.bookFor(question, later, JANE, ANA, true), TimeTaken);

      const place = combination.waitingList ? await waitFor(question, later) : undefined;

      const appointment = await Appointment.find(cast.salon, id);
      const moving = { ...question, except: id };
      await Appointment.move(appointment, moving, later + 7 * DAY, ANA);
      assert.equal(await takenBy("appointment_id", id), taking(combination));
      const moved = await Appointment.find(cast.salon, id);
      assert.equal(moved.status, combination.approval ? "requested" : "confirmed");
      if (place) await bookOffered(question, combination, place);
      await Appointment.cancel(moved, question.service, ANA, question.now);
      assert.equal(await takenBy("appointment_id", id), 0);
      await Hold.take(question, later + 7 * DAY);
    });

  /** Xena waits for exactly that time. */
  function waitFor(question: Question, start: number): Promise<string> {
    const { date, minutes } = instantToLocal(start, question.catalogue.business.zone);
    const email = `xena-${question.service.slug}@example.com`;
    const contact = { name: "Xena", email, phone: null, language: null };
    const wish = { fromDate: date, toDate: date, fromMinute: minutes, toMinute: minutes };
    const details = { ...wish, ...contact, uid: randomUUID() };
    return WaitingEntries.join(question, details, { kind: "customer" }, question.now);
  }

  /** What the move has left is kept for Xena alone, and becomes her appointment. */
  async function bookOffered(question: Question, combination: Combination, place: string) {
    await Waiting.offer(cast.salon.id, question.now);
    await assert.rejects(Hold.take(question, later), TimeTaken);
    const entry = await WaitingEntries.withToken(place);
    const offer = await WaitingEntries.openOffer(entry, question.now);
    const held = await Hold.withToken(offer?.token ?? "");
    assert.equal(await takenBy("hold_id", held.id), taking(combination));
    const { id } = await Appointment.book(question, held, JANE);
    assert.equal(await takenBy("appointment_id", id), taking(combination));
    assert.equal((await WaitingEntries.withToken(place)).state, "booked");
  }
});

/** "requested, deposit, group, 2 rooms" */
function describing(combination: Combination): string {
  const words = Object.entries(combination).map(([name, value]) =>
    typeof value === "boolean" ? (value ? name : "") : `${name} ${value}`,
  );
  return words.filter(Boolean).join(", ");
}
