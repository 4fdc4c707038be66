// What was answered to a business's fields: rows of customer_values and appointment_values.
import {
  type Answer,
  answerText,
  EMPTY,
  type Field,
  type FieldSubject,
  isGiven,
  type Value,
} from "../domain/fields.ts";
import { fold } from "../domain/fold.ts";
import { DAY, type Instant } from "../domain/time.ts";
import { log } from "../log.ts";
import { refreshSearch } from "./customer-keys.ts";
import { rows, run, transaction } from "./database.ts";

/** Whose answers: a customer's or an appointment's. */
export type Owner = { businessId: number; subject: FieldSubject; id: number };

const AT_ONCE = 500; // rows that go in one transaction, so that bookings need not wait long

export const Answers = {
  /** By these fields, in their order; archived ones only where there is an answer still. */
  async of(owner: Owner, fields: readonly Field[]): Promise<Answer[]> {
    const own = fields.filter(({ subject }) => subject === owner.subject);
    if (own.length === 0) return [];
    const stored = await rows<Value & { fieldId: number }>(
      `SELECT field_id AS "fieldId", value_text AS text, value_number AS number, value_date AS date
       FROM ${tableOf(owner)}
       WHERE business_id = $businessId AND ${owner.subject}_id = $id`,
      { businessId: owner.businessId, id: owner.id },
    );
    return own.flatMap((field) => {
      const found = stored.find(({ fieldId }) => fieldId === field.id);
      if (!found) return field.archived ? [] : [{ field, ...EMPTY }];
      const { text, number, date } = found;
      return [{ field, text, number, date }];
    });
  },

  /** Stores those that were given; what is known otherwise stays. Inside a transaction. */
  async keep({ id, ...whose }: Owner, answers: readonly Answer[], now: Instant): Promise<void> {
    await Answers.keepMany(whose, [[id, answers]], now);
  },

  /** The same of some hundreds, by their ids, in one statement. Inside a transaction. */
  async keepMany(
    { businessId, subject }: Omit<Owner, "id">,
    answers: ReadonlyArray<readonly [id: number, answers: readonly Answer[]]>,
    now: Instant,
  ): Promise<void> {
    const given = answers.flatMap(([id, own]) =>
      own
        .filter((one) => one.field.subject === subject && isGiven(one))
        .map((one) => [id, one] as const),
    );
    if (given.length === 0) return;
    const bind: Record<string, unknown> = { businessId, now };
    const lines = given.map(([id, answer], i) => {
      bind[`id${i}`] = id;
      bind[`field${i}`] = answer.field.id;
      bind[`text${i}`] = answer.text;
      bind[`number${i}`] = answer.number;
      bind[`date${i}`] = answer.date;
      bind[`search${i}`] = fold(answerText(answer));
      return `($businessId, $id${i}, $field${i}, $text${i}, $number${i}, $date${i}, $search${i}, $now)`;
    });
    await run(
      `INSERT INTO ${subject}_values (business_id, ${subject}_id, field_id, value_text,
         value_number, value_date, search, saved_at)
       VALUES ${lines.join(", ")}
       ON CONFLICT (business_id, ${subject}_id, field_id) DO UPDATE SET
         value_text = excluded.value_text, value_number = excluded.value_number,
         value_date = excluded.value_date, search = excluded.search, saved_at = excluded.saved_at`,
      bind,
    );
  },

  /** The same, and those left empty go. Inside a transaction. */
  async replace(owner: Owner, answers: readonly Answer[], now: Instant): Promise<void> {
    for (const { field } of answers.filter((answer) => !isGiven(answer)))
      await run(
        `DELETE FROM ${tableOf(owner)}
         WHERE business_id = $businessId AND ${owner.subject}_id = $id AND field_id = $fieldId`,
        { businessId: owner.businessId, id: owner.id, fieldId: field.id },
      );
    await Answers.keep(owner, answers, now);
  },

  /**
   * Blanks what has been kept for as long as its field says: of an appointment, counted from its
   * end; of a customer, from the end of her last appointment, or from when it was written down if
   * that was later. Gives how many answers went.
   */
  async sweep(now: Instant): Promise<number> {
    const customers = await untilNone(() => blankCustomers(now));
    const appointments = await untilNone(() => blankAppointments(now));
    log.info({ customers, appointments }, "answers past their retention were blanked");
    return customers + appointments;
  },
};

async function untilNone(blank: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let gone = await blank(); gone > 0; gone = await blank()) total += gone;
  return total;
}

/** What was kept until now, as SQL: days are counted in 64 bits. */
const KEPT_SINCE = `CAST($now AS BIGINT) - CAST(f.retention_days AS BIGINT) * ${DAY}`;

function blankCustomers(now: Instant): Promise<number> {
  return transaction(async () => {
    const gone = await rows<{ businessId: number; customerId: number }>(
      `DELETE FROM customer_values WHERE (business_id, customer_id, field_id) IN (
         SELECT v.business_id, v.customer_id, v.field_id
         FROM fields f
         JOIN customer_values v ON v.business_id = f.business_id AND v.field_id = f.id
         WHERE v.saved_at < ${KEPT_SINCE} AND NOT EXISTS (
           SELECT 1 FROM appointments a
           WHERE a.business_id = v.business_id AND a.customer_id = v.customer_id
             AND a.ends_at >= ${KEPT_SINCE})
         LIMIT ${AT_ONCE})
       RETURNING business_id AS "businessId", customer_id AS "customerId"`,
      { now },
    );
    const ofBusiness = Map.groupBy(gone, ({ businessId }) => businessId);
    for (const [businessId, lines] of ofBusiness) {
      const customerIds = new Set(lines.map(({ customerId }) => customerId));
      for (const customerId of customerIds) await refreshSearch(businessId, customerId);
    }
    return gone.length;
  });
}

function blankAppointments(now: Instant): Promise<number> {
  return transaction(() =>
    run(
      `DELETE FROM appointment_values WHERE (business_id, appointment_id, field_id) IN (
         SELECT v.business_id, v.appointment_id, v.field_id
         FROM fields f
         JOIN appointment_values v ON v.business_id = f.business_id AND v.field_id = f.id
         JOIN appointments a ON a.business_id = v.business_id AND a.id = v.appointment_id
         WHERE a.ends_at < ${KEPT_SINCE}
         LIMIT ${AT_ONCE})`,
      { now },
    ),
  );
}

function tableOf({ subject }: Owner): string {
  return `${subject}_values`;
}
