import { addDays, daysBetween, type Instant, type LocalDate } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run } from "./database.ts";
import { toId } from "./id.ts";
import { inTurn } from "./set-up.ts";

/** A dated change of a provider's hours. Without times it is closed for the whole day. */
export type ExceptionLine = {
  id: number;
  date: LocalDate;
  kind: "open" | "closed";
  from: number | null;
  to: number | null;
};

/** The same ranges on each of these days, both included; no range: the whole day. */
export type ExceptionFields = {
  first: LocalDate;
  last: LocalDate;
  kind: "open" | "closed";
  ranges: ReadonlyArray<{ from: number; to: number }>;
};

type Owner = { businessId: number; id: number };

export const Exception = {
  /** Those of a provider from a day on, in order, `limit` at most. */
  from(
    { businessId, id }: Owner,
    since: LocalDate,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<ExceptionLine[]> {
    return rows<ExceptionLine>(
      `SELECT id, date, kind, from_minute AS "from", to_minute AS "to" FROM exceptions
       WHERE business_id = $businessId AND staff_id = $id AND date >= $since
       ORDER BY date, kind, from_minute, id LIMIT $limit OFFSET $offset`,
      { businessId, id, since, limit, offset },
    );
  },

  /** What is there already is not added again. */
  add(staff: Owner, fields: ExceptionFields, actor: Actor, now: Instant): Promise<void> {
    const { businessId, id: staffId } = staff;
    return inTurn({ id: businessId }, async () => {
      let added = 0;
      for (const row of rowsOf(fields)) added += await insert({ businessId, staffId, ...row });
      if (added === 0) return;
      const fact = { businessId, action: "exceptions.added", details: { staffId, added } };
      await AuditEntry.write(fact, actor, now);
    });
  },

  /** @throws NotFound for what is gone, nobody's and somebody else's alike */
  remove(staff: Owner, id: unknown, actor: Actor, now: Instant): Promise<void> {
    const { businessId, id: staffId } = staff;
    return inTurn({ id: businessId }, async () => {
      const removed = await run(
        `DELETE FROM exceptions
         WHERE business_id = $businessId AND staff_id = $staffId AND id = $id`,
        { businessId, staffId, id: toId(id) },
      );
      if (removed === 0) throw new NotFound("exception");
      const fact = { businessId, action: "exception.removed", details: { staffId } };
      await AuditEntry.write(fact, actor, now);
    });
  },
};

type Row = Omit<ExceptionLine, "id">;

function rowsOf({ first, last, kind, ranges }: ExceptionFields): Row[] {
  const times = ranges.length > 0 ? ranges : [{ from: null, to: null }];
  const days = Array.from({ length: daysBetween(first, last) + 1 }, (_, i) => addDays(first, i));
  return days.flatMap((date) => times.map((range) => ({ date, kind, ...range })));
}

function insert(row: Row & { businessId: number; staffId: number }): Promise<number> {
  return run(
    `INSERT INTO exceptions (business_id, staff_id, date, kind, from_minute, to_minute)
     SELECT CAST($businessId AS INTEGER), CAST($staffId AS INTEGER), CAST($date AS TEXT),
       CAST($kind AS TEXT), CAST($from AS INTEGER), CAST($to AS INTEGER)
     WHERE NOT EXISTS (SELECT 1 FROM exceptions
       WHERE business_id = $businessId AND staff_id = $staffId AND date = $date AND kind = $kind
         AND COALESCE(from_minute, -1) = COALESCE(CAST($from AS INTEGER), -1)
         AND COALESCE(to_minute, -1) = COALESCE(CAST($to AS INTEGER), -1))`,
    row,
  );
}
