// What a delivery's mail says, from the state of things as it is sent.
import { accountSkip, appointmentSkip, type SkipReason } from "../domain/deliveries.ts";
import type { Instant } from "../domain/time.ts";
import { english } from "../language.ts";
import { workspaceUrl } from "../links.ts";
import { render } from "../view.ts";
import { absenceMail, type AbsenceRow, absenceSkip } from "./absence-mail.ts";
import { accountMail, isOfAccount } from "./account-mail.ts";
import { agendaMail, type AgendaRow, agendaSkip } from "./agenda-mail.ts";
import { appointmentIn, calendarPart, whenWords } from "./appointment-mail.ts";
import { customerMail, type CustomerRow, isForCustomer } from "./customer-mail.ts";
import type { AppointmentRow, Claimed, TroubleRow } from "./delivery-claim.ts";
import { troubleParts, troubleSkip } from "./delivery-trouble.ts";
import { isOfSecurity, securityMail, securitySkip } from "./security-mail.ts";
import { waitingMail, type WaitingRow, waitingSkip } from "./waiting-mail.ts";
import { type Composed, written } from "./written-mail.ts";

export type { Composed };

/** Why it is not sent after all, if it is not. */
export function skipReason(claimed: Claimed, now: Instant): SkipReason | undefined {
  if (isOfTrouble(claimed)) return troubleSkip(claimed);
  if (isOfWaiting(claimed)) return waitingSkip(claimed, now);
  if (isAgenda(claimed)) return agendaSkip(claimed, now);
  if (isOfAbsence(claimed)) return absenceSkip(claimed);
  if (isOfSecurity(claimed)) return securitySkip(claimed, now);
  if (!isOfAppointment(claimed)) return accountSkip(claimed, now);
  const { kind, startsAt, endsAt, address } = claimed;
  const [enabled, concerned] = [Boolean(claimed.enabled), Boolean(claimed.concerned)];
  const cancelled = claimed.status === "cancelled";
  const open = claimed.status === "requested" || claimed.status === "pending";
  const marked = !cancelled && !open && claimed.status !== "confirmed";
  const mail = { kind, enabled, cancelled, open, marked, startsAt, endsAt, concerned, address };
  return appointmentSkip(mail, now);
}

export function composed(claimed: Claimed, now: Instant): Composed {
  if (isOfTrouble(claimed)) return troubleMail(claimed);
  if (isOfWaiting(claimed)) return waitingMail(claimed);
  if (isAgenda(claimed)) return agendaMail(claimed);
  if (isOfAbsence(claimed)) return absenceMail(claimed);
  if (isOfSecurity(claimed)) return securityMail(claimed);
  if (!isOfAppointment(claimed)) return accountMail(claimed);
  return isForCustomer(claimed) ? customerMail(claimed, now) : staffMail(claimed, now);
}

/** About an appointment, and to the customer. */
export function isOfCustomer(claimed: Claimed): claimed is CustomerRow {
  return isOfAppointment(claimed) && isForCustomer(claimed);
}

function isOfTrouble(claimed: Claimed): claimed is TroubleRow {
  return claimed.kind === "webhook_off" || claimed.kind === "calendar_lost";
}

function isOfWaiting(claimed: Claimed): claimed is WaitingRow {
  return claimed.kind === "waiting_joined" || claimed.kind === "waiting_offer";
}

function isAgenda(claimed: Claimed): claimed is AgendaRow {
  return claimed.kind === "agenda";
}

function isOfAbsence(claimed: Claimed): claimed is AbsenceRow {
  return claimed.kind === "absence";
}

function isOfAppointment(claimed: Claimed): claimed is AppointmentRow {
  if (isOfTrouble(claimed) || isOfWaiting(claimed)) return false;
  if (isAgenda(claimed) || isOfAbsence(claimed) || isOfSecurity(claimed)) return false;
  return !isOfAccount(claimed);
}

function staffMail(row: AppointmentRow, now: Instant): Composed {
  const what = `${row.serviceName} for ${row.customerName}`;
  const locals = {
    business: { name: row.businessName },
    customer: { name: row.customerName, phone: row.customerPhone, noted: Boolean(row.noted) },
    staff: { name: row.recipientName },
    appointment: appointmentIn(row, english),
    reassigned: row.status !== "cancelled",
    count: row.occurrences.length || 1,
    url: workspaceUrl(row.slug, row.appointmentId),
  };
  return written(row, {
    subject: `${subjectWords[row.kind]}: ${what}, ${whenWords(row, english)}`,
    ...bothForms(row, locals),
    // Published and not an invitation: the business cannot ask its own mailbox to an appointment of
    // its own.
    calendar: calendarPart(row, now, {
      method: "PUBLISH",
      cancelled: row.kind === "staff_cancelled",
      summary: `${row.serviceName}: ${row.customerName}`,
      words: english,
    }),
  });
}

const subjectWords: Partial<Record<AppointmentRow["kind"], string>> = {
  staff_requested: "Asked for",
  staff_booked: "New appointment",
  staff_changed: "Changed",
  staff_cancelled: "Cancelled",
};

function troubleMail(row: TroubleRow): Composed {
  const { subject, locals } = troubleParts(row);
  return written(row, { subject, ...bothForms(row, locals) });
}

function bothForms({ kind }: Claimed, locals: object) {
  return { text: render(`mail/${kind}.text`, locals), body: render(`mail/${kind}.html`, locals) };
}
