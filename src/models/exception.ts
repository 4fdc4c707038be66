import { addDays, daysBetween, type Instant, type LocalDate } from "../domain/time.ts";
import { formatRange } from "../domain/hours-text.ts";
import { NotFound } from "../errors.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run } from "./database.ts";
import { toId } from "./id.ts";
import { FIRST_LOCATION } from "./location.ts";
import { clashAmong, clashWords, placesOf } from "./place.ts";
import { inTurn, isChange, Refused } from "./set-up.ts";

/**
 * A dated change of a provider's hours. Without times it is closed for the whole day; without a
 * location it is closed at all of them.
 */
export type ExceptionLine = {
  id: number;
  locationId: number | null;
  date: LocalDate;
  kind: "open" | "closed";
  from: number | null;
  to: number | null;
};

/**
 * The same ranges on each of these days, both included; no range: the whole day. No location: open
 * at the first, closed at all.
 */
export type ExceptionFields = {
  locationId?: number | null;
  first: LocalDate;
  last: LocalDate;
  kind: "open" | "closed";
  ranges: ReadonlyArray<{ from: number; to: number }>;
};

type Owner = { businessId: number; id: number };

/** Days off in a row, or one exception: `last` is its own day then. */
export type ExceptionRun = ExceptionLine & { last: LocalDate };

/** Of a whole day off: those after it in a row, up to the day `until`, are meant with it. */
export type Which = { id: unknown; until: LocalDate | undefined };

const MOST = 5000; // lines looked through for runs: years of days off and extra hours

export const Exception = {
  /** Those of a provider from a day on, in order, `limit` at most. */
  from(
    { businessId, id }: Owner,
    since: LocalDate,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<ExceptionLine[]> {
    return rows<ExceptionLine>(
      `SELECT ${COLUMNS} FROM exceptions
       WHERE business_id = $businessId AND staff_id = $id AND date >= $since
       ORDER BY date, kind, from_minute, id LIMIT $limit OFFSET $offset`,
      { businessId, id, since, limit, offset },
    );
  },

  /** The same with whole days off that follow each other as one. */
  async runsFrom(
    staff: Owner,
    since: LocalDate,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<ExceptionRun[]> {
    const lines = await Exception.from(staff, since, { limit: MOST, offset: 0 });
    return inRuns(lines).slice(offset, offset + limit);
  },

  /**
   * What is there already is not added again.
   * @throws Refused for time too near to what she works at another location
   */
  add(staff: Owner, fields: ExceptionFields, actor: Actor, now: Instant): Promise<void> {
    const { businessId, id: staffId } = staff;
    return inTurn({ id: businessId }, async () => {
      let added = 0;
      for (const row of rowsOf(fields)) added += await insert({ businessId, staffId, ...row });
      if (added === 0) return;
      if (fields.kind === "open") await refuseExtra(staff, fields);
      const fact = { businessId, action: "exceptions.added", details: { staffId, added } };
      await AuditEntry.write(fact, actor, now);
    });
  },

  /** @throws NotFound for what is gone, nobody's and somebody else's alike */
  async find(staff: Owner, { id, until }: Which): Promise<ExceptionRun> {
    const [found] = await rows<ExceptionLine>(
      `SELECT ${COLUMNS} FROM exceptions
       WHERE business_id = $businessId AND staff_id = $staffId AND id = $id`,
      { businessId: staff.businessId, staffId: staff.id, id: toId(id) },
    );
    if (!found) throw new NotFound("exception");
    return runOf(staff, found, until);
  },

  /**
   * Its first day keeps its id, so that whoever has it in a form as well is told of the change.
   * @param seen the edition of its fields that the form showed
   * @throws NotFound; ChangedMeanwhile; Refused where she would be at two locations at once
   */
  change(
    staff: Owner,
    which: Which,
    fields: ExceptionFields,
    seen: string,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    const { businessId, id: staffId } = staff;
    return inTurn({ id: businessId }, async () => {
      const before = await Exception.find(staff, which);
      if (!isChange(fieldsOf(before), fields, seen)) return;
      const [first, ...others] = rowsOf(fields);
      await removeRun(staff, before, before.id);
      if (first) await rewrite({ businessId, staffId, id: before.id, ...first });
      for (const row of others) await insert({ businessId, staffId, ...row });
      if (before.kind === "closed") await refuseReturn(staff, before);
      if (fields.kind === "open") await refuseExtra(staff, fields);
      const fact = { businessId, action: "exception.changed", details: { staffId } };
      await AuditEntry.write(fact, actor, now);
    });
  },

  /**
   * Gives what was removed.
   * @throws NotFound; Refused for time off without which she would be at two locations at once
   */
  remove(staff: Owner, which: Which, actor: Actor, now: Instant): Promise<ExceptionRun> {
    const { businessId, id: staffId } = staff;
    return inTurn({ id: businessId }, async () => {
      const removed = await Exception.find(staff, which);
      await removeRun(staff, removed);
      if (removed.kind === "closed") await refuseReturn(staff, removed);
      const fact = { businessId, action: "exception.removed", details: { staffId } };
      await AuditEntry.write(fact, actor, now);
      return removed;
    });
  },
};

/** What a form for it shows, and what its edition is made of. */
export function fieldsOf({ date: first, last, kind, locationId, from, to }: ExceptionRun) {
  const ranges = from === null || to === null ? [] : [{ from, to }];
  return { first, last, kind, locationId, ranges } satisfies ExceptionFields;
}

const COLUMNS = `id, location_id AS "locationId", date, kind, from_minute AS "from",
  to_minute AS "to"`;
// At the same location as `$locationId`.
const DAY_OFF = `kind = 'closed' AND from_minute IS NULL AND to_minute IS NULL
  AND COALESCE(location_id, 0) = COALESCE(CAST($locationId AS INTEGER), 0)`;

function isDayOff({ kind, from, to }: ExceptionLine): boolean {
  return kind === "closed" && from === null && to === null;
}

/** In the order of their first days. Other exceptions of those days do not part them. */
function inRuns(lines: readonly ExceptionLine[]): ExceptionRun[] {
  const runs: ExceptionRun[] = [];
  const off = new Map<number | null, ExceptionRun>(); // the last of each location
  for (const line of lines) {
    const before = off.get(line.locationId);
    if (before && isDayOff(line) && line.date === addDays(before.last, 1)) {
      before.last = line.date;
      continue;
    }
    const one = { ...line, last: line.date };
    if (isDayOff(line)) off.set(line.locationId, one);
    runs.push(one);
  }
  return runs;
}

/** The run that begins with `first`, as far as `until` and as it is now. */
async function runOf(
  { businessId, id }: Owner,
  first: ExceptionLine,
  until: LocalDate | undefined,
): Promise<ExceptionRun> {
  if (!isDayOff(first) || until === undefined) return { ...first, last: first.date };
  const lines = await rows<ExceptionLine>(
    `SELECT ${COLUMNS} FROM exceptions
     WHERE business_id = $businessId AND staff_id = $staffId AND date >= $date AND date <= $until
       AND ${DAY_OFF}
     ORDER BY date, id`,
    { ...first, businessId, staffId: id, until },
  );
  return inRuns(lines)[0] ?? { ...first, last: first.date };
}

/** @param but the id of one of them that stays */
async function removeRun(staff: Owner, of: ExceptionRun, but = 0): Promise<void> {
  await run(
    `DELETE FROM exceptions
     WHERE business_id = $businessId AND staff_id = $staffId AND id <> $but AND (id = $id
       OR (date > $date AND date <= $last AND ${DAY_OFF}))`,
    { ...of, businessId: staff.businessId, staffId: staff.id, but },
  );
}

type Row = Omit<ExceptionLine, "id">;
type Owned = { businessId: number; staffId: number };

function rowsOf({ first, last, kind, ranges, locationId = null }: ExceptionFields): Row[] {
  const times = ranges.length > 0 ? ranges : [{ from: null, to: null }];
  const days = Array.from({ length: daysBetween(first, last) + 1 }, (_, i) => addDays(first, i));
  return days.flatMap((date) => times.map((range) => ({ date, kind, locationId, ...range })));
}

/** In the place of the exception with that id; another that says the same goes. */
async function rewrite(row: Row & Owned & { id: number }): Promise<void> {
  await run(
    `DELETE FROM exceptions
     WHERE business_id = $businessId AND staff_id = $staffId AND id <> $id AND ${SAME}`,
    row,
  );
  await run(
    `UPDATE exceptions SET location_id = ${PLACE}, date = $date, kind = $kind,
       from_minute = CAST($from AS INTEGER), to_minute = CAST($to AS INTEGER)
     WHERE business_id = $businessId AND staff_id = $staffId AND id = $id`,
    row,
  );
}

// Extra hours of a business with one location are there.
const PLACE = `COALESCE(CAST($locationId AS INTEGER),
  CASE WHEN $kind = 'open' THEN ${FIRST_LOCATION} END)`;
const SAME = `date = $date AND kind = $kind AND COALESCE(location_id, 0) = COALESCE(${PLACE}, 0)
  AND COALESCE(from_minute, -1) = COALESCE(CAST($from AS INTEGER), -1)
  AND COALESCE(to_minute, -1) = COALESCE(CAST($to AS INTEGER), -1)`;

function insert(row: Row & Owned): Promise<number> {
  return run(
    `INSERT INTO exceptions
       (business_id, staff_id, location_id, date, kind, from_minute, to_minute)
     SELECT b.id, CAST($staffId AS INTEGER), ${PLACE}, CAST($date AS TEXT), CAST($kind AS TEXT),
       CAST($from AS INTEGER), CAST($to AS INTEGER)
     FROM businesses b
     WHERE b.id = $businessId AND NOT EXISTS (SELECT 1 FROM exceptions
       WHERE business_id = $businessId AND staff_id = $staffId AND ${SAME})`,
    row,
  );
}

/** @throws Refused for extra time, now written, that is too near to work elsewhere */
async function refuseExtra(staff: Owner, fields: ExceptionFields): Promise<void> {
  const { first, last, ranges } = fields;
  const places = await placesOf(staff, addDays(first, -3));
  const [place] = places.filter(
    ({ id, archived }) => (fields.locationId ?? id) === id && !archived,
  );
  if (!place) return;
  const extra = rowsOf(fields).map((row) => ({ ...row, staffId: staff.id }));
  const on = { from: first, days: daysBetween(first, last) + 3 };
  const clash = clashAmong(places, place.id, { hours: [], exceptions: extra }, on);
  if (!clash) return;
  const times = ranges.map(formatRange).join(", ");
  const advice = "Choose other times, or add time off there first";
  throw new Refused("hours", `${times} is too near to ${clashWords(clash, places)}. ${advice}`);
}

/** @throws Refused for time off, now removed, without which she would be at two places at once */
async function refuseReturn(staff: Owner, { date, last, locationId }: ExceptionRun): Promise<void> {
  const places = await placesOf(staff, addDays(date, -3));
  const on = { from: date, days: daysBetween(date, last) + 3 };
  for (const { id, schedule, archived } of places) {
    if (archived || (locationId !== null && locationId !== id)) continue;
    const clash = clashAmong(places, id, schedule, on);
    if (!clash) continue;
    const why = "Without this time off, work is too near to";
    throw new Refused("form", `${why} ${clashWords(clash, places)}`);
  }
}
