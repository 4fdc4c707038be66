// A business as it looks after a while: the demo, with what a week brings besides. For tests that
// look at pages.
import { randomUUID } from "node:crypto";
import { seed } from "../../src/embedded/seed.ts";
import { EMPTY } from "../../src/domain/fields.ts";
import { lastShownDay } from "../../src/domain/statistics.ts";
import { addDays, DAY } from "../../src/domain/time.ts";
import { type Visit, visitKey } from "../../src/domain/visit.ts";
import { linkToken } from "../../src/links.ts";
import { Absence } from "../../src/models/absence.ts";
import { Answers } from "../../src/models/answer.ts";
import { BusinessProfile } from "../../src/models/business-profile.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Appointment, Business, Customer, Person, Service, Staff } from "../../src/models/index.ts";
import { Fields } from "../../src/models/field.ts";
import { Invitation } from "../../src/models/invitation.ts";
import { PasswordReset } from "../../src/models/password-reset.ts";
import { startsOn } from "../../src/models/starts.ts";
import { VisitCount } from "../../src/models/visit-count.ts";
import { begin, type Final, outcomeId, settle } from "../../src/referral-outcomes.ts";
import { newToken } from "../../src/secrets.ts";
import { type Browser, signedIn, visitor } from "./browser.ts";
import { buildBusiness, buildPerson, type World, world } from "./world.ts";

export type Role = "visitor" | "owner" | "provider" | "operator";
export type Furnished = Awaited<ReturnType<typeof furnished>>;

const DEMO = "demo";
/** Whatever is long enough to break a narrow page. */
const LONG = {
  name: "Bartholomew Featherstonehaugh-Cholmondeley",
  email: "bartholomew.featherstonehaugh-cholmondeley@post.extraordinarily-long.example",
  phone: "+44 20 7946 0958",
  note: "Comes with a dog, a pushchair and https://example.com/a/very/long/address/that/never/ends",
};

export async function furnished() {
  const cast = await world();
  await seed();
  const business = await Business.findOne({ where: { slug: DEMO }, rejectOnEmpty: true });
  const owner = await personWith("owner@demo.example");
  const provider = await personWith("staff@demo.example");
  const [sam, dana, lee] = (await Staff.workingFor(business)).filter(({ bookable }) => bookable);
  if (!sam || !dana || !lee) throw new Error("the demo has other people than its tests think");
  const haircut = await Service.findOne({
    where: { businessId: business.id, slug: "haircut" },
    rejectOnEmpty: true,
  });
  const fields = await addFields(business, haircut);
  await addRarities(business, haircut);
  const customer = await customerOf(business);
  await countVisits();
  const appointments = await appointmentsOf(business, sam);
  await giveAnswers(business, appointments.ahead.id);
  await giveStatuses(business);
  return {
    cast,
    business,
    sam,
    dana,
    haircut,
    appointments,
    customer,
    twin: await addTwin(business, customer),
    fields,
    absence: await askForTimeOff(business, sam),
    as: {
      visitor: visitor(),
      owner: await signedIn(owner),
      provider: await signedIn(provider),
      operator: await signedIn(cast.olga),
    } satisfies Record<Role, Browser>,
    links: await linksOf(business, dana, lee, cast),
    freeStarts: (days: number) => freeStarts(haircut, sam, days),
  };
}

/** A field of each type, one that is delicate and one that is no longer asked. Gives two paths. */
async function addFields(business: Business, haircut: Service) {
  const system = { kind: "system" } as const;
  const ids: number[] = [];
  for (const [label, type, more] of FIELDS) {
    const field = {
      key: "",
      label,
      type,
      subject: "appointment" as const,
      purpose: "So that we set aside enough time for you",
      choices: [],
      requirement: "optional" as const,
      retentionDays: 365,
      serviceIds: type === "choice" ? [haircut.id] : [],
      sensitive: false,
      ...more,
    };
    ids.push(await Fields.add(business, field, system, Date.now()));
  }
  const [inUse, last = 0] = [ids[0], ids.at(-1)];
  await Fields.archive(business, last, system, Date.now());
  const path = (id?: number) => `/b/${DEMO}/fields/${id}/edit`;
  return { inUse: path(inUse), archived: path(last) };
}

type Wanted = Parameters<typeof Fields.add>[1];
const FIELDS: ReadonlyArray<[label: string, type: Wanted["type"], more?: Partial<Wanted>]> = [
  ["Hair length", "choice", { choices: ["Short", "Long"], requirement: "required" }],
  ["Products you use", "choices", { choices: ["Oil", "A very particular kind of hair wax"] }],
  ["What shall it look like?", "long_text"],
  ["Birthday", "date", { subject: "customer", retentionDays: 730 }],
  ["Children coming along", "number"],
  ["I may be shown before and after", "checkbox", { subject: "customer" }],
  ["Hair formula", "text", { subject: "customer", requirement: "hidden" }],
  ["Shoe size", "text"],
];

/** Mail address of somebody who cannot book online. */
export const BLOCKED = "bart@post.example";

/** The same person, written down twice, and blocked. */
async function addTwin(business: Business, customerId: number): Promise<number> {
  const system = { kind: "system" } as const;
  const known = (await Customer.find(business, customerId)).record;
  const alert = "Owes for the last two appointments";
  const twin = { ...known, email: BLOCKED, alert };
  const fields = await Fields.of(business);
  const [birthday] = fields.filter(({ type }) => type === "date");
  const answers = birthday ? [{ ...EMPTY, field: birthday, date: "1980-02-29" }] : [];
  const id = await Customer.add(business, twin, system, Date.now(), answers);
  await (await Customer.find(business, id)).block(system, Date.now());
  return id;
}

/** The path that tells what became of a referral. */
export async function outcome(final?: Final): Promise<string> {
  const token = newToken();
  await begin(outcomeId(token));
  if (final) await settle(outcomeId(token), final);
  return `/refer/outcomes/${token}`;
}

async function personWith(email: string): Promise<Person> {
  return Person.findOne({ where: { email }, rejectOnEmpty: true });
}

/** Starts of a haircut with Sam, so many days from today on, that nobody has. */
async function freeStarts(haircut: Service, sam: Staff, days: number): Promise<string[]> {
  const catalogue = await catalogueOf(DEMO);
  const service = catalogue.services.find(({ id }) => id === haircut.id);
  if (!service) throw new Error("the demo offers no haircut");
  const now = Date.now();
  const from = addDays(new Date(now).toISOString().slice(0, 10), days);
  const found = await startsOn({ catalogue, service, staffId: sam.id, now }, from, 5);
  return found.map(({ start }) => new Date(start).toISOString());
}

async function addRarities(business: Business, haircut: Service): Promise<void> {
  const businessId = business.id;
  const now = Date.now();
  const catalogue = await catalogueOf(DEMO);
  const service = catalogue.services.find(({ id }) => id === haircut.id);
  const staffId = service?.staffIds[0];
  if (!service || !staffId) throw new Error("nobody cuts hair in the demo");
  const noon = Temporal.Now.zonedDateTimeISO(business.zone).withPlainTime({ hour: 12, minute: 35 });
  const question = { catalogue, service, staffId, now };
  const staff = { kind: "staff", staffId } as const;
  await Appointment.bookFor(question, noon.epochMilliseconds, LONG, staff, true);
  await transaction(async () => {
    await run(`UPDATE customers SET note = $note WHERE business_id = $businessId`, {
      businessId,
      note: `${LONG.note}\n\nPrefers the mornings.`,
    });
    await run(
      `INSERT INTO services (business_id, slug, name, minutes, step, archived_at, created_at)
       VALUES ($businessId, 'perm', 'Perm', 90, 30, $now, $now),
         ($businessId, 'nobody', 'Consultation about very sensitive scalps', 25, 5, NULL, $now)`,
      { businessId, now },
    );
    await run(
      `INSERT INTO resources (business_id, location_id, kind, name, created_at)
       SELECT business_id, id, 'room', 'Room with a view', created_at FROM locations
       WHERE business_id = $businessId`,
      { businessId },
    );
    await run(
      `INSERT INTO staff (business_id, role, name, archived_at, created_at)
       VALUES ($businessId, 'provider', 'Gone Girl', $now, $now)`,
      { businessId, now },
    );
    await BusinessProfile.set(businessId, {
      revenue: "About 300 000 dollars",
      headcount: "4",
      industry: "Hairdressing",
    });
  });
}

async function appointmentsOf(business: Business, sam: Staff) {
  const found = await rows<{ id: number; serviceId: number; startsAt: number; uid: string }>(
    `SELECT id, service_id AS "serviceId", starts_at AS "startsAt", uid FROM appointments
     WHERE business_id = $businessId AND staff_id = $staffId AND status = 'confirmed'
     ORDER BY starts_at`,
    { businessId: business.id, staffId: sam.id },
  );
  const now = Date.now();
  const past = found.find(({ startsAt }) => startsAt < now);
  const [ahead, cancelled] = found.filter(({ startsAt }) => startsAt > now + DAY);
  if (!past || !ahead || !cancelled) throw new Error("the demo's week lacks an appointment");
  const service = serviceById(await catalogueOf(DEMO), cancelled.serviceId);
  const appointment = await Appointment.find(business, cancelled.id);
  await Appointment.cancel(appointment, service, { kind: "customer" }, now);
  await writeDeliveries(business.id, sam.id, ahead.id);
  const linked = ({ id, uid }: { id: number; uid: string }) => ({
    id,
    path: `/appointments/${linkToken("appointment", uid)}`,
  });
  return { past: linked(past), ahead: linked(ahead), cancelled: linked(cancelled) };
}

/** To what was asked of an appointment. */
async function giveAnswers(business: Business, id: number): Promise<void> {
  const given: Record<string, object> = {
    number: { number: 2 },
    choices: { text: '["Oil"]' },
    long_text: { text: "Short at the sides.\nLonger on top." },
  };
  const answers = (await Fields.of(business)).map((field) => ({
    field,
    ...EMPTY,
    ...given[field.type],
  }));
  const owner = { businessId: business.id, subject: "appointment", id } as const;
  await transaction(() => Answers.keep(owner, answers, Date.now()));
}

/** What has become of those that are over, and a request that waits for an answer. */
async function giveStatuses({ id: businessId }: Business): Promise<void> {
  const bind = { businessId, now: Date.now() };
  const change = (status: string, condition: string) =>
    run(
      `UPDATE appointments SET status = '${status}'
       WHERE business_id = $businessId AND status = 'confirmed' AND ${condition}`,
      bind,
    );
  await transaction(async () => {
    await change("completed", "ends_at < $now AND id % 3 = 0");
    await change("no_show", "ends_at < $now AND id % 5 = 0");
    const last = "SELECT MAX(starts_at) FROM appointments WHERE business_id = $businessId";
    await change("requested", `starts_at = (${last} AND status = 'confirmed')`);
  });
}

/** Sam would like the whole week, in which he has appointments. */
function askForTimeOff(business: Business, { id: staffId }: Staff): Promise<number> {
  const today = Temporal.Now.plainDateISO(business.zone);
  const days = { from: today.toString(), to: today.add({ days: 6 }).toString() };
  const actor = { kind: "staff", staffId } as const;
  return Absence.ask(business, staffId, { ...days, note: LONG.note }, actor, Date.now());
}

/** A delivery log with everything a mail can come to. */
async function writeDeliveries(businessId: number, staffId: number, appointmentId: number) {
  const now = Date.now();
  const text =
    "Hello Alice,\n\nYour appointment is booked.\n\nhttp://127.0.0.1:3000/appointments/…";
  const lines: Array<[kind: string, state: string, reason: string | null, staff: number | null]> = [
    ["confirmation", "sent", null, null],
    ["change", "failed", "refused", null],
    ["staff_booked", "unknown", "worker stopped", staffId],
    ["staff_changed", "skipped", "turned off", staffId],
    ["reminder", "pending", null, null],
  ];
  await transaction(async () => {
    for (const [kind, state, reason, staff] of lines)
      await run(
        `INSERT INTO deliveries (business_id, kind, appointment_id, staff_id, state, reason, tries,
           due_at, finished_at, recipient, mail_subject, mail_text, created_at)
         VALUES ($businessId, $kind, $appointmentId, $staff, $state, $reason, 1, $now, $finishedAt,
           $recipient, 'Your appointment', $text, $now)`,
        {
          businessId,
          kind,
          appointmentId,
          staff,
          state,
          reason,
          now,
          finishedAt: state === "pending" ? null : now,
          recipient: LONG.email,
          text: state === "sent" ? text : null,
        },
      );
  });
}

async function customerOf({ id: businessId }: Business): Promise<number> {
  const [found] = await rows<{ id: number }>(
    "SELECT id FROM customers WHERE business_id = $businessId AND name = $name",
    { businessId, name: LONG.name },
  );
  return found?.id ?? 0;
}

/** Links that came by mail. */
async function linksOf(business: Business, dana: Staff, lee: Staff, cast: World) {
  const now = Date.now();
  const system = { kind: "system" } as const;
  await Invitation.invite(business, dana.id, "dana@demo.example", system, now);
  await Invitation.invite(business, lee.id, cast.carl.email, system, now);
  await PasswordReset.request(cast.ana.email, now);
  const nonces = async (table: string) =>
    (await rows<{ nonce: string }>(`SELECT nonce FROM ${table} ORDER BY id`)).map(
      (row) => row.nonce,
    );
  const [fresh = "", known = ""] = await nonces("invitations");
  const [reset = ""] = await nonces("password_resets");
  return {
    invitation: `/invitations/${linkToken("invitation", fresh)}`,
    invitationOfKnown: `/invitations/${linkToken("invitation", known)}`,
    reset: `/password/${linkToken("password_reset", reset)}`,
  };
}

async function countVisits(): Promise<void> {
  const day = lastShownDay(Date.now());
  const visit = (region: string, more: Partial<Visit> = {}): string =>
    visitKey({
      area: "site",
      audience: "visitor",
      region,
      page: "/",
      browser: "firefox",
      language: "en",
      ...more,
    });
  const counts: Array<[string, number]> = [
    [visit("US"), 1240],
    [visit("US", { area: "workspace", audience: "business" }), 310],
    [visit("US", { area: "booking", audience: "customer" }), 520],
    [visit("NL"), 84],
    [visit("GB", { area: "booking" }), 46],
    [visit("??"), 12],
  ];
  await VisitCount.addBatch({ batch: randomUUID(), day, counts }, Date.parse(`${day}T12:00:00Z`));
}

/** What is made once for each house: several tests of one process have a house of their own each. */
export function once<House extends object, Made>(make: (house: House) => Promise<Made>) {
  const known = new WeakMap<House, Promise<Made>>();
  return (house: House): Promise<Made> => {
    const made = known.get(house) ?? make(house);
    known.set(house, made);
    return made;
  };
}

/** Her who has just begun, for pages that look at it together. */
export const newcomer = once<Furnished, Browser>(() => beginner());

/** Somebody who owns a business in which nothing is there yet. */
async function beginner(): Promise<Browser> {
  const person = await buildPerson();
  const shop = await buildBusiness({ slug: "eves-shop", name: "Eve’s Shop", bookingsOpen: false });
  await transaction(() =>
    Staff.create({
      businessId: shop.id,
      personId: person.id,
      role: "owner",
      name: "Eve Evans",
      email: null,
      createdAt: Date.now(),
    }),
  );
  return signedIn(person);
}
