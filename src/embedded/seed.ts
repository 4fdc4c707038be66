// The demo: two businesses and a week of appointments, made by the verbs everybody else uses.
import { config } from "../../config/index.ts";
import { addDays, type Instant, instantToLocal, type LocalDate, weekday } from "../domain/time.ts";
import { Closure } from "../models/closure.ts";
import { run, transaction } from "../models/database.ts";
import { Exception } from "../models/exception.ts";
import { Hours } from "../models/hours.ts";
import { type Actor, Notice, Operator, Person, Service, Staff } from "../models/index.ts";
import { AddressTaken } from "../models/person.ts";
import { Registration, SlugTaken } from "../models/registration.ts";
import { editionOf } from "../models/set-up.ts";
import { hashPassword, isPassword } from "../passwords.ts";
import { keysFor } from "../secrets.ts";
import {
  DANAS_DAY_OFF,
  type DemoBusiness,
  LEES_EXTRA_DAY,
  MASSAGES,
  OPERATOR,
  ranges,
  RULES,
  SALON,
  TRAINING_DAY,
} from "./demo.ts";
import { bookAWeek } from "./demo-week.ts";

const SIGN_INS = [
  SALON.owner.email,
  ...SALON.providers.flatMap(({ email }) => email ?? []),
  MASSAGES.owner.email,
];

/**
 * Makes the demo, once; again it only sees to it that the password is still the one it tells.
 * @throws in production
 */
export async function seed(now = Date.now()): Promise<{ password: string; made: boolean }> {
  if (config.production) throw new Error("Demo data is refused in production.");
  const password = config.demoPassword ?? demoPassword();
  const made = !(await isMade()) && (await make(await hashPassword(password), now));
  if (await isMade()) await bookAWeek(SALON.slug, now);
  if (!made) await keepPassword(password, now);
  return { password, made };
}

/** The same at every start without being stored: three words that mean nothing. */
export function demoPassword(): string {
  const [key] = keysFor("demo password");
  const bytes = [...(key ?? [])];
  const word = (from: number) =>
    bytes
      .slice(from, from + 6)
      .map((byte, at) => pick(at % 2 === 0 ? "bdfghklmnprstvz" : "aeiou", byte))
      .join("");
  return [0, 6, 12].map(word).join("-");
}

function pick(letters: string, byte: number): string {
  return letters.charAt(byte % letters.length);
}

/** Whether the salon is there, and ours: somebody may have registered one of that address. */
async function isMade(): Promise<boolean> {
  const owner = await Person.withEmail(SALON.owner.email);
  const owned = owner ? await Person.workplaces(owner.id) : [];
  return owned.some(({ slug }) => slug === SALON.slug);
}

/** False when another process was quicker, or somebody else has one of the addresses. */
async function make(passwordHash: string, now: Instant): Promise<boolean> {
  try {
    await transaction(async () => {
      const salon = await setUp(SALON, passwordHash, now);
      await changeDays(salon, now);
      const massages = await setUp(MASSAGES, passwordHash, now);
      await Notice.choose(massages.id);
      await Operator.put({ ...OPERATOR, passwordHash }, now);
    });
    return true;
  } catch (error) {
    if (error instanceof SlugTaken || error instanceof AddressTaken) return false;
    throw error;
  }
}

type Made = { id: number; zone: string; actor: Actor; staff: Staff[] };

async function setUp(demo: DemoBusiness, passwordHash: string, now: Instant): Promise<Made> {
  const { owner, zone } = demo;
  const person = { ...owner, passwordHash };
  const registered = await Registration.signUp(
    { ...demo, person, email: owner.email, notices: [] },
    now,
  );
  const business = { id: registered.id };
  const actor: Actor = { kind: "staff", staffId: registered.staffId };
  await leaveToStaff(await Staff.find(business, registered.staffId), actor, now);
  const staff: Staff[] = [];
  for (const provider of demo.providers)
    staff.push(await hire(business, provider, passwordHash, actor, now));
  for (const service of demo.services) {
    const staffIds = staff
      .filter((_, at) => demo.providers[at]?.provides.includes(service.slug))
      .map(({ id }) => id);
    await Service.add(business, { ...RULES, ...service, staffIds }, actor, now);
  }
  return { ...business, zone, actor, staff };
}

/** The owner takes no appointments herself. */
async function leaveToStaff(owner: Staff, actor: Actor, now: Instant): Promise<void> {
  const fields = await owner.fields();
  await owner.change({ ...fields, bookable: false }, editionOf(fields), actor, now);
}

async function hire(
  business: { id: number },
  provider: DemoBusiness["providers"][number],
  passwordHash: string,
  actor: Actor,
  now: Instant,
): Promise<Staff> {
  const { name, week } = provider;
  const email = provider.email ?? null;
  const position = await Staff.nextPosition(business);
  const kind = { bookable: true, role: "provider" as const, seesAll: true };
  const staff = await Staff.add(
    business,
    { name, email, ...kind, position, serviceIds: [] },
    actor,
    now,
  );
  await Hours.replace(staff, week.map(ranges), editionOf(await Hours.weekOf(staff)), actor, now);
  if (email === null) return staff;
  const { id: personId } = await Person.add({ name, email, passwordHash }, now);
  await run(
    "UPDATE staff SET person_id = $personId WHERE business_id = $businessId AND id = $staffId",
    { personId, businessId: business.id, staffId: staff.id },
  );
  return staff;
}

async function changeDays({ id, zone, actor, staff }: Made, now: Instant): Promise<void> {
  const today = instantToLocal(now, zone).date;
  const training = nextDay(today, TRAINING_DAY);
  await Closure.add({ id }, { from: training, to: training, reason: "Staff training" }, actor, now);
  const [, dana, lee] = staff;
  const dayOff = nextDay(today, DANAS_DAY_OFF);
  if (dana)
    await Exception.add(
      dana,
      { first: dayOff, last: dayOff, kind: "closed", ranges: [] },
      actor,
      now,
    );
  const extra = nextDay(today, LEES_EXTRA_DAY);
  const open = { kind: "open" as const, ranges: ranges(LEES_EXTRA_DAY.hours) };
  if (lee) await Exception.add(lee, { first: extra, last: extra, ...open }, actor, now);
}

function nextDay(today: LocalDate, wanted: { weekday: number; after: number }): LocalDate {
  const earliest = addDays(today, wanted.after);
  return addDays(earliest, (wanted.weekday - weekday(earliest) + 7) % 7);
}

// What was told before may have been set otherwise since, by DEMO_PASSWORD or another SECRET_KEY.
async function keepPassword(password: string, now: Instant): Promise<void> {
  for (const email of SIGN_INS) {
    const person = await Person.withEmail(email);
    if (!person || (await isPassword(password, person.passwordHash))) continue;
    await Person.choosePassword(person.id, await hashPassword(password));
  }
  const operator = await Operator.withEmail(OPERATOR.email);
  if (!operator || (await isPassword(password, operator.passwordHash))) return;
  const passwordHash = await hashPassword(password);
  await Operator.put({ ...OPERATOR, passwordHash }, now);
}
