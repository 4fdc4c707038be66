// What has been kept for long enough goes: each night, business by business, in batches, by what
// each has chosen. Times, prices and counts stay, so that its figures still add up.
import {
  type Chosen,
  chosen,
  dataClasses,
  keptFor,
  type Passing,
  passing,
} from "../domain/data-classes.ts";
import { monthsBefore } from "../domain/period.ts";
import { DAY, type Instant, instantToLocal } from "../domain/time.ts";
import { describeError, log } from "../log.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { forgetTraces, rows, run, transaction } from "./database.ts";
import { among, forgetCustomers, forgetFiles, lockCustomers } from "./forgetting.ts";
import { inTurn, isChange } from "./set-up.ts";

/** Months for which a business keeps what it decides about. */
export type Months = Record<Chosen, number>;
export type Counts = Partial<Record<Chosen, number>>;
/** What one night took away. */
export type NightsWork = { at: Instant; counts: Counts };

const AT_ONCE = 200; // customers or rows a transaction, so that bookings need not wait long
const EVERY = DAY; // config/schedule.ts

export const Retention = {
  async of(businessId: number): Promise<Months> {
    const stored = await rows<{ class: Chosen; months: number }>(
      "SELECT class, months FROM retentions WHERE business_id = $businessId",
      { businessId },
    );
    const own = Object.fromEntries(stored.map((row) => [row.class, row.months]));
    return { ...USUAL, ...own };
  },

  /**
   * @param seen the edition of the months that whoever decides has seen
   * @throws ChangedMeanwhile
   */
  choose(
    business: { id: number },
    wanted: Months,
    seen: string,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    const { id: businessId } = business;
    return inTurn(business, async () => {
      if (!isChange(await Retention.of(businessId), wanted, seen)) return;
      for (const name of chosen)
        await run(CHOOSE, { businessId, class: name, months: wanted[name] });
      await AuditEntry.write(
        { businessId, action: "retention.changed", details: wanted },
        actor,
        now,
      );
    });
  },

  /** The last night's work; undefined before the first. */
  async last(businessId: number): Promise<NightsWork | undefined> {
    const [last] = await rows<{ at: Instant; counts: string }>(
      `SELECT ran_at AS at, counts FROM retention_runs WHERE business_id = $businessId`,
      { businessId },
    );
    return last && { at: last.at, counts: JSON.parse(last.counts) as Counts };
  },

  nextAfter: ({ at }: NightsWork): Instant => at + EVERY,

  /** The nights in which something was taken away, the last first. */
  async receipts(businessId: number, limit: number): Promise<NightsWork[]> {
    const found = await rows<{ at: Instant; details: string }>(
      `SELECT at, details FROM audit_entries
       WHERE business_id = $businessId AND action = 'retention.kept' ORDER BY id DESC LIMIT $limit`,
      { businessId, limit },
    );
    return found.map(({ at, details }) => ({ at, counts: JSON.parse(details) as Counts }));
  },

  /** Takes away what is over, of every business. One that fails waits for the next night. */
  async run(now: Instant): Promise<void> {
    for (let last = 0; ;) {
      const businesses = await rows<{ id: number }>(
        "SELECT id FROM businesses WHERE id > $last ORDER BY id LIMIT 500",
        { last },
      );
      for (const { id } of businesses) await keptOf(id, now);
      const end = businesses.at(-1);
      if (!end) break;
      last = end.id;
    }
    const before = now - keptFor("staff_link");
    await untilNone(() => forgetRows("invitations", "COALESCE(accepted_at, expires_at)", before));
    await untilNone(() => forgetRows("password_resets", "expires_at", before));
    await forgetTraces();
  },

  /**
   * How many rows are past what their class allows, of those that pass: none, where the sweeps run.
   * Businesses’ own choices count as made, so it is asked of their longest.
   */
  async overdue(now: Instant): Promise<Record<Passing, number>> {
    const counts = await Promise.all(
      passing.map(async (name) => {
        const { kept } = dataClasses[name];
        const before =
          typeof kept === "string" || "days" in kept
            ? now - keptFor(name as Exclude<Passing, Chosen>)
            : monthsBefore(now, kept.most);
        const [found] = await rows<{ count: number }>(
          `SELECT COUNT(*) AS count FROM ${OVERDUE[name]}`,
          OVERDUE[name].includes("$date") ? { date: dateOf(before) } : { before },
        );
        return [name, Number(found?.count)] as const;
      }),
    );
    return Object.fromEntries(counts) as Record<Passing, number>;
  },
};

const USUAL = Object.fromEntries(
  chosen.map((name) => [name, (dataClasses[name].kept as { months: number }).months]),
) as Months;

const CHOOSE = `INSERT INTO retentions (business_id, class, months)
  VALUES ($businessId, $class, $months)
  ON CONFLICT (business_id, class) DO UPDATE SET months = excluded.months`;

const NOT_SEEN = `c.erased_at IS NULL AND c.created_at < $before
  AND NOT EXISTS (SELECT 1 FROM appointments a WHERE a.business_id = c.business_id
    AND a.customer_id = c.id AND a.ends_at >= $before)
  AND NOT EXISTS (SELECT 1 FROM waiting_entries w WHERE w.business_id = c.business_id
    AND w.email = c.email AND w.ended_at IS NULL)`;
const NOTED = "(note <> '' OR phone IS NOT NULL) AND ends_at < $before";

/** What is past its time, by class: the rows that a sweep takes away or blanks. */
const OVERDUE: Record<Passing, string> = {
  customer: `customers c WHERE ${NOT_SEEN}`,
  note: `appointments WHERE ${NOTED}`,
  waiting: "waiting_entries WHERE ended_at < $before",
  hold: "holds WHERE expires_at < $before",
  mail_text: "deliveries WHERE mail_text IS NOT NULL AND finished_at < $before",
  customer_link: "my_links WHERE created_at < $before",
  receipt_address: "erasures WHERE email IS NOT NULL AND created_at < $before",
  file: `transfer_parts p JOIN transfers t ON t.business_id = p.business_id AND t.id = p.transfer_id
    WHERE t.created_at < $before AND t.state <> 'running'`,
  file_report: "transfers WHERE finished_at < $before",
  api_answer: "api_requests WHERE created_at < $before",
  webhook_text: "webhook_calls WHERE body IS NOT NULL AND finished_at < $before",
  absence_note: "absences WHERE note <> '' AND to_date < $date",
  staff_link: `(SELECT COALESCE(accepted_at, expires_at) AS ended FROM invitations
    UNION ALL SELECT expires_at FROM password_resets) links WHERE ended < $before`,
  sign_in: "sign_ins WHERE at < $before",
  batch: "visit_batches WHERE added_at < $before",
};

async function keptOf(businessId: number, now: Instant): Promise<void> {
  try {
    await keep(businessId, await Retention.of(businessId), now);
  } catch (error) {
    log.error({ error: describeError(error), businessId }, "what is over could not be taken away");
  }
}

async function keep(businessId: number, months: Months, now: Instant): Promise<void> {
  const before = (name: Chosen) => monthsBefore(now, months[name]);
  const counts: Counts = {
    customer: await untilNone(() => forgetUnseen(businessId, before("customer"), now)),
    note: await untilNone(() => blankNotes(businessId, before("note"))),
    absence_note: await untilNone(() => blankAbsences(businessId, before("absence_note"))),
  };
  const went = Object.values(counts).some((count) => count > 0);
  await transaction(async () => {
    // A file that was begun meanwhile has seen what was here before.
    if (counts.customer) await forgetFiles(businessId, now);
    await run(RAN, { businessId, now, counts: JSON.stringify(counts) });
    const fact = { businessId, action: "retention.kept", details: counts };
    if (went) await AuditEntry.write(fact, { kind: "system" }, now);
  });
}

const RAN = `INSERT INTO retention_runs (business_id, ran_at, counts)
  VALUES ($businessId, $now, $counts)
  ON CONFLICT (business_id) DO UPDATE SET ran_at = excluded.ran_at, counts = excluded.counts`;

// A business that comes back has its customers before their appointments.
const ALL_HERE = `NOT EXISTS (SELECT 1 FROM transfers t WHERE t.business_id = c.business_id
  AND t.kind = 'all_in' AND t.finished_at IS NULL)`;

/** Some customers whom nobody has seen since; by the same verb as at their own wish. */
function forgetUnseen(businessId: number, before: Instant, now: Instant): Promise<number> {
  const unseen = (which: string) =>
    rows<{ id: number }>(
      `SELECT c.id FROM customers c WHERE c.business_id = $businessId AND ${NOT_SEEN} AND ${ALL_HERE} ${which}
       ORDER BY c.id LIMIT ${AT_ONCE}`,
      { businessId, before },
    );
  return transaction(async () => {
    const found = (await unseen("")).map(({ id }) => id);
    if (found.length === 0) return 0;
    await lockCustomers(businessId, found);
    // Who has booked while they were being locked is seen by now.
    const still = (await unseen(`AND c.id IN ${among(found)}`)).map(({ id }) => id);
    await forgetCustomers(businessId, still, now);
    return still.length;
  });
}

function blankNotes(businessId: number, before: Instant): Promise<number> {
  return transaction(() =>
    run(
      `UPDATE appointments SET note = '', phone = NULL
       WHERE business_id = $businessId AND id IN (SELECT id FROM appointments
         WHERE business_id = $businessId AND ${NOTED} LIMIT ${AT_ONCE})`,
      { businessId, before },
    ),
  );
}

function blankAbsences(businessId: number, before: Instant): Promise<number> {
  return transaction(() =>
    run(
      `UPDATE absences SET note = '' WHERE business_id = $businessId AND id IN (SELECT id FROM absences
         WHERE business_id = $businessId AND note <> '' AND to_date < $date LIMIT ${AT_ONCE})`,
      { businessId, date: dateOf(before) },
    ),
  );
}

function forgetRows(table: string, since: string, before: Instant): Promise<number> {
  return transaction(() =>
    run(
      `DELETE FROM ${table} WHERE id IN
         (SELECT id FROM ${table} WHERE ${since} < $before LIMIT ${AT_ONCE})`,
      { before },
    ),
  );
}

async function untilNone(some: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let gone = await some(); gone > 0; gone = await some()) total += gone;
  return total;
}

function dateOf(instant: Instant): string {
  return instantToLocal(instant, "UTC").date;
}
