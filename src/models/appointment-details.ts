// What was told with a booking, changed afterwards: the note, and the answers to the business's fields.
import { type Answer } from "../domain/fields.ts";
import type { Instant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { say } from "../language.ts";
import { Answers } from "./answer.ts";
import { Appointment } from "./appointment.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { run, transaction } from "./database.ts";
import { ChangedMeanwhile, isChange } from "./set-up.ts";

export type Details = { note: string; answers: readonly Answer[] };

/** The answers stored, by these fields. */
export function appointmentAnswers(
  { businessId, id }: Pick<Appointment, "businessId" | "id">,
  fields: Parameters<typeof Answers.of>[1],
): Promise<Answer[]> {
  return Answers.of({ businessId, subject: "appointment", id }, fields);
}

/** What the form shows and changes, as `editionOf` names it. */
export function editableDetails({ note, answers }: Details): object {
  const values = answers.map(({ field, text, number, date }) => [
    `field_${field.key}`,
    text ?? number ?? date,
  ]);
  return { note, ...Object.fromEntries(values) };
}

/** Staff write down what they learn, then and later; the customer, what they should know before. */
export function mayTell(appointment: Appointment, { kind }: Actor, now: Instant): boolean {
  if (kind === "customer") return Appointment.mayChange(appointment, 0, now);
  return appointment.status !== "cancelled";
}

/**
 * @param details answers are those of the fields that the form showed; left empty, they go
 * @param seen the edition of what the form showed
 * @throws ChangedMeanwhile; Conflict where nothing is to be told any more
 */
export async function changeDetails(
  appointment: Appointment,
  { note, answers }: Details,
  seen: string,
  actor: Actor,
  now: Instant,
): Promise<void> {
  const { id, businessId, note: oldNote } = appointment;
  if (!mayTell(appointment, actor, now)) throw new Conflict(say("refusal.over"));
  await transaction(async () => {
    // First of all, so that whoever saves at the same time waits for the answers as well.
    if ((await run(CHANGE, { businessId, id, note, oldNote })) === 0) throw new ChangedMeanwhile();
    const fields = answers.map(({ field }) => field);
    const before = { note: oldNote, answers: await appointmentAnswers(appointment, fields) };
    if (!isChange(editableDetails(before), editableDetails({ note, answers }), seen)) return;
    await Answers.replace({ businessId, subject: "appointment", id }, answers, now);
    const fact = { businessId, appointmentId: id, action: "appointment.details_changed" };
    await AuditEntry.write(fact, actor, now);
  });
}

/** Of whom was erased, nothing is written down again. */
const CHANGE = `UPDATE appointments SET note = $note
  WHERE business_id = $businessId AND id = $id AND note = $oldNote AND status <> 'cancelled'
    AND customer_id IN (SELECT c.id FROM customers c
      WHERE c.business_id = $businessId AND c.erased_at IS NULL)`;
