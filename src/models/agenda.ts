// Who gets a mail each morning with the appointments of her day, and when it is owed.
import { AGENDA_PATIENCE, type Morning, morningOf } from "../domain/agenda.ts";
import type { Instant, Zone } from "../domain/time.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { type Flag, isPostgres, rows, run, transaction } from "./database.ts";
import { inTurn, isChange } from "./set-up.ts";

/** Somebody who may get it. `only`, where it is given: nobody but her. */
export type AgendaReader = { id: number; name: string; wants: boolean; hasAddress: boolean };
type Among = { id: number; only?: number | undefined };

const AT_ONCE = 500; // days of businesses a statement

export const Agenda = {
  /**
   * Owes what has come due, wherever the businesses are: one mail a provider and day, whoever asks
   * how often. What nobody has asked for in time is written down as too late.
   */
  async oweDue(now: Instant): Promise<void> {
    const places = await rows<Place>(PLACES, {});
    const due = places.map((place) => dayAt(place, now)).filter(({ dueAt }) => dueAt <= now);
    for (let first = 0; first < due.length; first += AT_ONCE)
      await transaction(() => owe(due.slice(first, first + AT_ONCE), now));
  },

  /** Those who can be booked, in their order. */
  async readers({ id: businessId, only = 0 }: Among): Promise<AgendaReader[]> {
    const found = await rows<{ id: number; name: string; wants: Flag; hasAddress: Flag }>(
      `SELECT s.id, s.name, s.wants_agenda AS wants,
         COALESCE(s.email, p.email) IS NOT NULL AS "hasAddress"
       FROM staff s LEFT JOIN people p ON p.id = s.person_id
       WHERE s.business_id = $businessId AND s.bookable AND s.archived_at IS NULL
         AND ($only = 0 OR s.id = $only)
       ORDER BY s.position, s.id`,
      { businessId, only },
    );
    return found.map((one) => ({
      ...one,
      wants: Boolean(one.wants),
      hasAddress: Boolean(one.hasAddress),
    }));
  },

  /**
   * Of those asked about, these want it and the others do not.
   * @param seen the edition of who wanted it before
   * @throws ChangedMeanwhile
   */
  change(
    among: Among,
    wanted: readonly number[],
    seen: string,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    return inTurn(among, async () => {
      const readers = await Agenda.readers(among);
      const after = readers.map((one) => ({ ...one, wants: wanted.includes(one.id) }));
      if (!isChange(wishes(readers), wishes(after), seen)) return;
      const changed = after.filter(({ wants }, i) => wants !== readers[i]?.wants);
      for (const { id: staffId, wants } of changed) {
        await run(
          `UPDATE staff SET wants_agenda = $wants
           WHERE business_id = $businessId AND id = $staffId`,
          { businessId: among.id, staffId, wants },
        );
        const details = { staffId, wants };
        const fact = { businessId: among.id, action: "staff.agenda", details };
        await AuditEntry.write(fact, actor, now);
      }
    });
  },
};

/** Who wants it: what a form shows, and its edition names. */
export function wishes(readers: readonly AgendaReader[]): { staff: number[] } {
  return { staff: readers.filter(({ wants }) => wants).map(({ id }) => id) };
}

type Place = { businessId: number; hour: number; zone: Zone };

// From who wants it, who are few, and not from all businesses.
const PLACES = `SELECT DISTINCT b.id AS "businessId", b.agenda_hour AS hour,
    COALESCE(l.zone, b.zone) AS zone
  FROM staff s
  JOIN businesses b ON b.id = s.business_id
  JOIN notices n ON n.business_id = b.id AND n.kind = 'agenda' AND n.enabled
  JOIN locations l ON l.business_id = b.id
  WHERE s.wants_agenda AND s.archived_at IS NULL`;

function dayAt({ businessId, hour, zone }: Place, now: Instant): Morning & Omit<Place, "hour"> {
  return { businessId, zone, ...morningOf(zone, hour, now) };
}

const DAYS = isPostgres
  ? `json_to_recordset($days::json) AS d ("businessId" INTEGER, zone TEXT, date TEXT, "from" BIGINT,
       "until" BIGINT, "dueAt" BIGINT)`
  : `(SELECT value ->> 'businessId' AS "businessId", value ->> 'zone' AS zone,
        value ->> 'date' AS date, value ->> 'from' AS "from", value ->> 'until' AS "until",
        value ->> 'dueAt' AS "dueAt" FROM json_each($days)) d`;

const IS_LATE = `d."dueAt" + ${AGENDA_PATIENCE} <= CAST($now AS BIGINT)`;

// What was booked after the hour is told by a notice of its own: it owes no agenda later that day.
const OWE_DUE = `INSERT INTO deliveries (business_id, kind, staff_id, agenda_date, due_at, created_at,
    state, reason, finished_at)
  SELECT s.business_id, 'agenda', s.id, d.date, d."dueAt", CAST($now AS BIGINT),
    CASE WHEN ${IS_LATE} THEN 'skipped' ELSE 'pending' END,
    CASE WHEN ${IS_LATE} THEN 'too late' END,
    CASE WHEN ${IS_LATE} THEN CAST($now AS BIGINT) END
  FROM ${DAYS}
  JOIN staff s ON s.business_id = d."businessId" AND s.wants_agenda AND s.archived_at IS NULL
  WHERE EXISTS (SELECT 1 FROM appointments a
    WHERE a.business_id = s.business_id AND a.staff_id = s.id AND a.zone = d.zone
      AND a.starts_at >= d."from" AND a.starts_at < d."until"
      AND a.status IN ('requested', 'confirmed') AND a.created_at <= d."dueAt")
  ON CONFLICT DO NOTHING`;

// No bell: the sweep rings for what has come due.
function owe(days: ReadonlyArray<ReturnType<typeof dayAt>>, now: Instant): Promise<number> {
  return run(OWE_DUE, { days: JSON.stringify(days), now });
}
