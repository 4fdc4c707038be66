import { addDays, dayStart, type Instant, type LocalDate, type Zone } from "../domain/time.ts";
import { Conflict, NotFound } from "../errors.ts";
import { isOpen } from "../domain/status.ts";
import { type AppointmentLine, AppointmentList, type Book } from "./appointment-list.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run } from "./database.ts";
import { Delivery } from "./delivery.ts";
import { toId } from "./id.ts";
import { Notice } from "./notice.ts";
import { inTurn } from "./set-up.ts";

export type AbsenceState = "requested" | "granted" | "refused" | "withdrawn";
/** Days on which somebody does not work, both included. */
export type AbsenceFields = { from: LocalDate; to: LocalDate; note: string };
export type AbsenceLine = AbsenceFields & {
  id: number;
  staffId: number;
  staffName: string;
  state: AbsenceState;
  /** Who granted or refused it. */
  decidedBy: string | null;
  decidedAt: Instant | null;
  createdAt: Instant;
};

/** Time off: asked for by one of the staff, granted or refused by who may. */
export const Absence = {
  /** Its id; the same days asked for again are those that were asked for. */
  ask(
    business: { id: number },
    staffId: number,
    fields: AbsenceFields,
    actor: Actor,
    now: Instant,
  ): Promise<number> {
    const bind = { businessId: business.id, staffId, from: fields.from, to: fields.to };
    return inTurn(business, async () => {
      const [before] = await rows<{ id: number }>(
        `SELECT id FROM absences
         WHERE business_id = $businessId AND staff_id = $staffId AND from_date = $from
           AND to_date = $to AND state IN ('requested', 'granted')`,
        bind,
      );
      if (before) return before.id;
      const [made] = await rows<{ id: number }>(
        `INSERT INTO absences (business_id, staff_id, from_date, to_date, note, created_at)
         VALUES ($businessId, $staffId, $from, $to, $note, $now) RETURNING id`,
        { ...bind, note: fields.note, now },
      );
      if (!made) throw new Error("an absence was not inserted");
      await tell("requested", { businessId: business.id, staffId, id: made.id }, actor, now);
      return made.id;
    });
  },

  /** @throws NotFound for nobody's and somebody else's alike */
  async find(book: Book, id: unknown): Promise<AbsenceLine> {
    const [found] = await select(book, "AND a.id = $id", { id: toId(id) });
    if (!found) throw new NotFound("absence");
    return found;
  },

  /** Those that are not over on a day: what waits for an answer first, then in order. */
  from(
    book: Book,
    since: LocalDate,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<AbsenceLine[]> {
    const order = "ORDER BY a.state <> 'requested', a.from_date, a.id LIMIT $limit OFFSET $offset";
    return select(book, `AND a.to_date >= $since ${order}`, { since, limit, offset });
  },

  /** Those that wait for an answer, the earliest first. */
  requested(book: Book, since: LocalDate, limit: number): Promise<AbsenceLine[]> {
    const waiting = "AND a.state = 'requested' AND a.to_date >= $since";
    return select(book, `${waiting} ORDER BY a.from_date, a.id LIMIT $limit`, { since, limit });
  },

  /** Of one provider, those granted that are not over on a day. */
  async grantedTo(
    { businessId, id }: { businessId: number; id: number },
    since: LocalDate,
  ): Promise<AbsenceLine[]> {
    const granted = "AND a.state = 'granted' AND a.to_date >= $since ORDER BY a.from_date, a.id";
    return select({ id: businessId, only: id }, granted, { since });
  },

  /** Who has asked for it cannot be booked on these days from now on; her appointments stand. */
  grant(book: Book, id: unknown, actor: Actor, now: Instant): Promise<void> {
    return decide(book, id, "granted", actor, now);
  },

  refuse(book: Book, id: unknown, actor: Actor, now: Instant): Promise<void> {
    return decide(book, id, "refused", actor, now);
  },

  /** What was asked for or granted is so no more. Twice is once. */
  withdraw(book: Book, id: unknown, actor: Actor, now: Instant): Promise<void> {
    return inTurn(book, async () => {
      const absence = await Absence.find(book, id);
      if (absence.state === "withdrawn") return;
      const changed = await run(
        `UPDATE absences SET state = 'withdrawn'
         WHERE business_id = $businessId AND id = $id AND state IN ('requested', 'granted')`,
        { businessId: book.id, id: absence.id },
      );
      if (changed === 0) throw new Conflict("This time off has been refused");
      await tell("withdrawn", { businessId: book.id, ...absence }, actor, now);
    });
  },

  /** The appointments still ahead that reach into these days, in order. */
  async appointmentsIn(
    business: { id: number; zone: Zone },
    { staffId, from, to }: { staffId: number; from: LocalDate; to: LocalDate },
    now: Instant,
  ): Promise<AppointmentLine[]> {
    const { zone } = business;
    const until = dayStart(addDays(to, 1), zone);
    if (until <= now) return [];
    const span = { from: Math.max(now, dayStart(from, zone)), until };
    const lines = await AppointmentList.between(business.id, span, staffId);
    return lines.filter(({ status }) => isOpen(status));
  },
};

function select(book: Book, rest: string, bind: Record<string, unknown>): Promise<AbsenceLine[]> {
  return rows<AbsenceLine>(
    `SELECT a.id, a.staff_id AS "staffId", s.name AS "staffName", a.from_date AS "from",
       a.to_date AS "to", a.note, a.state, d.name AS "decidedBy", a.decided_at AS "decidedAt",
       a.created_at AS "createdAt"
     FROM absences a
     JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id
     LEFT JOIN staff d ON d.business_id = a.business_id AND d.id = a.decided_by
     WHERE a.business_id = $businessId AND ($only = 0 OR a.staff_id = $only) ${rest}`,
    { ...bind, businessId: book.id, only: book.only ?? 0 },
  );
}

/** Decided twice alike is decided once; otherwise the first decision stands. */
function decide(
  book: Book,
  id: unknown,
  state: "granted" | "refused",
  actor: Actor,
  now: Instant,
): Promise<void> {
  return inTurn(book, async () => {
    const absence = await Absence.find(book, id);
    if (absence.state === state) return;
    const decidedBy = actor.kind === "staff" ? actor.staffId : null;
    const changed = await run(
      `UPDATE absences SET state = $state, decided_by = $decidedBy, decided_at = $now
       WHERE business_id = $businessId AND id = $id AND state = 'requested'`,
      { businessId: book.id, id: absence.id, state, decidedBy, now },
    );
    if (changed === 0) throw new Conflict(`This time off has been ${absence.state} already`);
    await tell(state, { businessId: book.id, ...absence }, actor, now);
    // Who decides about herself knows.
    if (decidedBy !== absence.staffId) await oweAnswer(book.id, absence, now);
  });
}

/** A mail to who asked for it, if the business has turned on notices to its staff. */
async function oweAnswer(
  businessId: number,
  { id: absenceId, staffId }: AbsenceLine,
  now: Instant,
): Promise<void> {
  const { staff } = await Notice.allFor(businessId);
  if (!staff.enabled) return;
  const [deliveryId] = await Delivery.owe(
    [{ businessId, kind: "absence", staffId, dueAt: now }],
    now,
  );
  await run(
    `INSERT INTO absence_mails (business_id, absence_id, delivery_id)
     VALUES ($businessId, $absenceId, $deliveryId)`,
    { businessId, absenceId, deliveryId },
  );
}

function tell(
  event: AbsenceState,
  { businessId, staffId, id }: { businessId: number; staffId: number; id: number },
  actor: Actor,
  now: Instant,
): Promise<void> {
  const details = { staffId, absenceId: id };
  return AuditEntry.write({ businessId, action: `absence.${event}`, details }, actor, now);
}
