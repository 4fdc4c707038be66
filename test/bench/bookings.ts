// Bookings a second, 64 at once, against what the database itself can do (bare-bookings.ts).
import { migrate } from "../../src/migrations/index.ts";
import { Appointment, Hold } from "../../src/models/index.ts";
import { catalogueOf, offeredService } from "../../src/models/catalogue.ts";
import { closeDatabase, openDatabase, rows, run, transaction } from "../../src/models/database.ts";
import { closeQueues } from "../../src/jobs.ts";
import { closeRedis, connectRedis } from "../../src/redis.ts";
import { buildBusiness, buildService, buildStaff } from "../support/world.ts";
import { type Place, startBare } from "./bare-bookings.ts";
import { perSecond, print } from "./tools.ts";

const AT_ONCE = 64;
const JOBS = 2000;
const SLOT = 30 * 60_000;
const PROVIDERS = 50;

await migrate();
await openDatabase();
await connectRedis();
const business = await buildBusiness({ slug: "bench" });
const round = [1, 2, 3, 4, 5, 6, 7].map((day): [number, number, number] => [day, 0, 1440]);
const providers = await Promise.all(
  Array.from({ length: PROVIDERS }, (_, i) =>
    buildStaff(business, { name: `P${i}`, hours: round }),
  ),
);
await buildService(business, { slug: "cut", horizonDays: 700 }, providers);
const catalogue = await catalogueOf("bench");
const service = offeredService(catalogue, "cut");
const now = Date.now();
const first = Math.ceil(now / SLOT) * SLOT + 48 * SLOT;

const bare = startBare({
  businessId: business.id,
  serviceId: service.id,
  locationId: catalogue.location.id,
  holdId: await anyHold(),
});
const insert = await perSecond(JOBS, AT_ONCE, (index) => bare.insertAllocation(place(index)));
await transaction(() => run("DELETE FROM allocations"));
const rowsOfAll = (index: number) => bare.insertBooking(place(index + 2 * JOBS), index);
const all = await perSecond(JOBS, AT_ONCE, rowsOfAll);
await bare.close();
const held = await perSecond(JOBS, AT_ONCE, holdAndBook);
const direct = await perSecond(JOBS, AT_ONCE, bookAtOnce);
const [{ n } = { n: 0 }] = await rows<{ n: number }>("SELECT count(*) AS n FROM appointments");
if (n !== 3 * JOBS) throw new Error(`${n} appointments instead of ${3 * JOBS}`);

const unit = "bookings/s";
print([
  { what: "bare inserts of the time alone, one statement each", figure: insert, unit: "inserts/s" },
  { what: "bare inserts of all rows of a booking", figure: all, unit, ratio: all / insert },
  {
    what: "booked by staff, mails owed, audited",
    figure: direct,
    unit,
    ratio: direct / insert,
    aim: "aim 0.5",
  },
  { what: "held, then booked by a customer", figure: held, unit, ratio: held / insert },
]);
await closeQueues();
await closeRedis();
await closeDatabase();

function details(index: number) {
  return { name: `Customer ${index}`, email: `c${index}@example.com`, phone: null, note: "" };
}

function place(index: number): Place {
  const { staffId, start } = slot(index);
  return { staffId, from: start, until: start + SLOT };
}

/** A hold for the bare allocations to belong to. */
async function anyHold(): Promise<number> {
  const { staffId } = slot(0);
  const token = await Hold.take({ catalogue, service, staffId, now }, first + 10_000 * SLOT);
  const { id } = await Hold.withToken(token);
  await transaction(() => run("DELETE FROM allocations"));
  return id;
}

// Each booking another time of one of the providers, so that none is refused.
function slot(index: number) {
  const staffId = providers[index % PROVIDERS]?.id ?? 0;
  return { staffId, start: first + Math.floor(index / PROVIDERS) * SLOT };
}

async function holdAndBook(index: number): Promise<void> {
  const { staffId, start } = slot(index);
  const token = await Hold.take({ catalogue, service, staffId, now }, start);
  await Appointment.book(
    { catalogue, service, staffId, now },
    await Hold.withToken(token),
    details(index),
  );
}

async function bookAtOnce(index: number): Promise<void> {
  const { staffId, start } = slot(index + JOBS);
  const question = { catalogue, service, staffId, now };
  const actor = { kind: "system" as const };
  await Appointment.bookFor(question, start, details(index + JOBS), actor);
}
