// The same small cast in every test: Ana owns a salon where Ben cuts hair, Carl is somebody else's
// business, Olga operates the service.
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hash } from "@node-rs/argon2";
import { createApp } from "../../src/app.ts";
import { bellsRung, closeQueues, queue, queueNames } from "../../src/jobs.ts";
import { closeMail } from "../../src/mail.ts";
import { migrate } from "../../src/migrations/index.ts";
import { forgetCatalogues } from "../../src/models/catalogue.ts";
import { closeDatabase, openDatabase, run, transaction } from "../../src/models/database.ts";
import { Business, Operator, Person, Service, Staff } from "../../src/models/index.ts";
import { FIRST_LOCATION } from "../../src/models/location.ts";
import { NonDisclosure } from "../../src/models/non-disclosure.ts";
import { Notice } from "../../src/models/notice.ts";
import { closeRedis, connectRedis, redis } from "../../src/redis.ts";
import { createHttpServer } from "../../src/web/server.ts";
import { handle } from "../../workers/handlers.ts";
import { emptyTables } from "./empty-tables.ts";
import { atTheEnd } from "./hooks.ts";

export const PASSWORD = "plain horse battery staple";
/** A Monday, 08:00 in New York, well away from any change of clocks. */
export const MONDAY = Date.parse("2027-02-01T13:00:00Z");

let server: Server | undefined;
let passwordHash: string | undefined;

/** Opens everything once a run: schema, database, Redis. */
export async function open(): Promise<Server> {
  if (server) return server;
  await migrate();
  await openDatabase();
  await connectRedis();
  passwordHash = await hash(PASSWORD);
  server = createHttpServer(createApp()).listen(0, "127.0.0.1");
  await once(server, "listening");
  atTheEnd(close);
  return server;
}

/** Where the app under test listens. */
export async function origin(): Promise<string> {
  const { port } = (await open()).address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

export type World = Awaited<ReturnType<typeof world>>;

/** Empties everything and makes the cast anew. */
export async function world() {
  await open();
  await emptyTables();
  await redis.flushDb();
  forgetCatalogues();
  return transaction(async () => {
    const salon = await buildBusiness({ slug: "anas-salon", name: "Ana's Salon" });
    const garage = await buildBusiness({ slug: "carls-garage", name: "Carl's Garage" });
    const ana = await buildPerson({ name: "Ana Alvarez", email: "ana@salon.example" });
    const ben = await buildPerson({ name: "Ben Brown", email: "ben@salon.example" });
    const carl = await buildPerson({ name: "Carl Cole", email: "carl@garage.example" });
    const anaStaff = await buildStaff(salon, { person: ana, role: "owner", bookable: false });
    const benStaff = await buildStaff(salon, { person: ben, role: "provider" });
    const carlStaff = await buildStaff(garage, { person: carl, role: "owner" });
    const haircut = await buildService(salon, { slug: "haircut", name: "Haircut" }, [benStaff]);
    const oil = await buildService(garage, { slug: "oil", name: "Oil change" }, [carlStaff]);
    const olga = await Operator.create({
      email: "olga@plainbook.example",
      name: "Olga Olsen",
      passwordHash: passwordHash ?? "",
      createdAt: MONDAY,
    });
    await NonDisclosure.keep(olga.email, Date.now());
    return { salon, garage, ana, ben, carl, anaStaff, benStaff, carlStaff, haircut, oil, olga };
  });
}

/** Mia manages Ana's salon, Sven schedules there; nobody can book them. For tests of roles. */
export function colleagues({ salon }: World): Promise<{ mia: Person; sven: Person }> {
  return transaction(async () => {
    const mia = await buildPerson({ name: "Mia Moore", email: "mia@salon.example" });
    const sven = await buildPerson({ name: "Sven Sund", email: "sven@salon.example" });
    const unbooked = { bookable: false, hours: [] };
    await buildStaff(salon, { person: mia, role: "manager", ...unbooked });
    await buildStaff(salon, { person: sven, role: "scheduler", ...unbooked });
    return { mia, sven };
  });
}

/** A business in New York with every notice on. Inside a transaction or not. */
export function buildBusiness(fields: Partial<Business> = {}): Promise<Business> {
  return transaction(async () => {
    const business = await Business.create({
      slug: `business-${unique()}`,
      name: "Some Business",
      address: "1 Main Street, Springfield",
      phone: "555 0100",
      email: "post@business.example",
      zone: "America/New_York",
      createdAt: MONDAY,
      ...fields,
    });
    await Notice.choose(business.id);
    return business;
  });
}

export function buildPerson(fields: Partial<Person> = {}): Promise<Person> {
  const email = `person-${unique()}@example.com`;
  return transaction(() =>
    Person.create({
      name: "Pat Person",
      email,
      passwordHash: passwordHash ?? null,
      createdAt: MONDAY,
      ...fields,
    }),
  );
}

type StaffFields = Partial<
  Pick<Staff, "id" | "role" | "name" | "email" | "bookable" | "seesAll" | "position">
> & {
  person?: Person;
  /** Monday to Friday from 9 to 17 unless told otherwise: [weekday, from, to] in minutes. */
  hours?: Array<[number, number, number]>;
};

export function buildStaff(business: Business, fields: StaffFields = {}): Promise<Staff> {
  const { person, hours = [1, 2, 3, 4, 5].map((day) => [day, 540, 1020]), ...rest } = fields;
  return transaction(async () => {
    const staff = await Staff.create({
      businessId: business.id,
      personId: person?.id ?? null,
      role: "provider",
      name: person?.name ?? "Some Body",
      email: person?.email ?? null,
      createdAt: MONDAY,
      ...rest,
    });
    for (const [weekday, from, to] of hours)
      await run(
        `INSERT INTO hours (business_id, staff_id, location_id, weekday, from_minute, to_minute)
         VALUES ($businessId, $staffId, ${FIRST_LOCATION}, $weekday, $from, $to)`,
        { businessId: business.id, staffId: staff.id, weekday, from, to },
      );
    return staff;
  });
}

/** 30 minutes for 35 dollars, every half hour, without notices, 60 days ahead. */
export function buildService(
  business: Business,
  fields: Partial<Service> = {},
  providers: Staff[] = [],
): Promise<Service> {
  return transaction(async () => {
    const service = await Service.create({
      businessId: business.id,
      slug: `service-${unique()}`,
      name: "Some Service",
      minutes: 30,
      price: 3500,
      step: 30,
      bufferBefore: 0,
      bufferAfter: 0,
      bookingNotice: 0,
      reschedulingNotice: 0,
      cancellingNotice: 0,
      horizonDays: 60,
      createdAt: MONDAY,
      ...fields,
    });
    for (const staff of providers)
      await run(
        `INSERT INTO staff_services (business_id, staff_id, service_id)
         VALUES ($businessId, $staffId, $serviceId)`,
        { businessId: business.id, staffId: staff.id, serviceId: service.id },
      );
    return service;
  });
}

/** Runs what has been enqueued, as a worker would, until nothing is left. */
export async function runJobs(): Promise<void> {
  for (let ran = 1; ran > 0;) {
    ran = 0;
    await bellsRung();
    for (const name of queueNames)
      for (const job of await queue(name).getJobs(["waiting"])) {
        await handle(job.name as never, job.data as never);
        await job.remove();
        ran++;
      }
  }
}

/**
 * A local date and instant in the days to come, for pages that go by the real clock: the given
 * weekday (1 = Monday) from two to nine days ahead.
 */
export function upcoming(
  weekday: number,
  minutes: number,
  zone = "America/New_York",
): { date: string; instant: number; iso: string } {
  const soon = Temporal.Now.plainDateISO(zone).add({ days: 2 });
  const date = soon.add({ days: (weekday - soon.dayOfWeek + 7) % 7 });
  const time = Temporal.PlainTime.from({ hour: Math.floor(minutes / 60), minute: minutes % 60 });
  const zoned = date.toZonedDateTime({ timeZone: zone, plainTime: time });
  return { date: date.toString(), instant: zoned.epochMilliseconds, iso: zoned.toString() };
}

let count = 0;

function unique(): number {
  return ++count;
}

async function close(): Promise<void> {
  server?.close();
  server?.closeAllConnections();
  await closeQueues();
  await closeMail();
  await closeRedis();
  await closeDatabase();
}
