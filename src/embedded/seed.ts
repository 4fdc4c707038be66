// The demo: three businesses with their appointments, made by the verbs everybody else uses.
import { config } from "../../config/index.ts";
import { addDays, type Instant, instantToLocal, type LocalDate, weekday } from "../domain/time.ts";
import { Closure } from "../models/closure.ts";
import { transaction } from "../models/database.ts";
import { Exception } from "../models/exception.ts";
import { Notice, Operator, Person } from "../models/index.ts";
import { NonDisclosure } from "../models/non-disclosure.ts";
import { AddressTaken } from "../models/person.ts";
import { SlugTaken } from "../models/registration.ts";
import { hashPassword, isPassword } from "../passwords.ts";
import { keysFor } from "../secrets.ts";
import {
  DANAS_DAY_OFF,
  LEES_EXTRA_DAY,
  MASSAGES,
  OPERATOR,
  ranges,
  SALON,
  TRAINING_DAY,
} from "./demo.ts";
import { STUDIO } from "./demo-studio.ts";
import { fillTheStudio } from "./demo-studio-weeks.ts";
import { bookAWeek } from "./demo-week.ts";
import { type Made, setUp } from "./seed-business.ts";

const SIGN_INS = [
  SALON.owner.email,
  ...SALON.staff.flatMap(({ email }) => email ?? []),
  MASSAGES.owner.email,
  STUDIO.owner.email,
  ...STUDIO.staff.flatMap(({ email }) => email ?? []),
];

/**
 * Makes the demo, once; again it only sees to it that the password is still the one it tells.
 * @throws in production
 */
export async function seed(now = Date.now()): Promise<{ password: string; made: boolean }> {
  if (config.production) throw new Error("Demo data is refused in production.");
  const password = config.demoPassword ?? demoPassword();
  const made = !(await isMade()) && (await make(await hashPassword(password), now));
  if (await isMade()) {
    await bookAWeek(SALON.slug, now);
    await fillTheStudio(now);
  }
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
      await setUp(STUDIO, passwordHash, now);
      await Operator.put({ ...OPERATOR, passwordHash }, now);
      await NonDisclosure.keep(OPERATOR.email, now);
    });
    return true;
  } catch (error) {
    if (error instanceof SlugTaken || error instanceof AddressTaken) return false;
    throw error;
  }
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
  const right = rightHashes(password);
  let made: Promise<string> | undefined;
  const anew = () => (made ??= hashPassword(password));
  for (const email of SIGN_INS) {
    const person = await Person.withEmail(email);
    if (!person || (await right(person.passwordHash))) continue;
    await Person.choosePassword(person.id, await anew(), now);
  }
  const operator = await Operator.withEmail(OPERATOR.email);
  if (!operator) return;
  await NonDisclosure.keep(OPERATOR.email, now);
  if (await right(operator.passwordHash)) return;
  await Operator.put({ ...OPERATOR, passwordHash: await anew() }, now);
}

/** Looks at each hash once: all of the demo have the same until one of them chooses another. */
function rightHashes(password: string): (hash: string | null) => Promise<boolean> {
  const known = new Map<string | null, boolean>();
  return async (hash) => {
    const right = known.get(hash) ?? (await isPassword(password, hash));
    known.set(hash, right);
    return right;
  };
}
