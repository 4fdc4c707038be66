// What a delivery's mail says, from the state of things as it is sent.
import { config } from "../../config/index.ts";
import { accountSkip, appointmentSkip, type SkipReason } from "../domain/deliveries.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { english } from "../language.ts";
import { invitationUrl, linkToken, resetUrl, workspaceUrl } from "../links.ts";
import { render } from "../view.ts";
import { appointmentIn, calendarPart, momentIn } from "./appointment-mail.ts";
import { customerMail, isForCustomer } from "./customer-mail.ts";
import type { AccountRow, AppointmentRow, Claimed, TroubleRow } from "./delivery-claim.ts";
import { troubleParts, troubleSkip } from "./delivery-trouble.ts";
import { type Composed, written } from "./written-mail.ts";

export type { Composed };

/** Why it is not sent after all, if it is not. */
export function skipReason(claimed: Claimed, now: Instant): SkipReason | undefined {
  if (isOfTrouble(claimed)) return troubleSkip(claimed);
  if (!isOfAppointment(claimed)) return accountSkip(claimed, now);
  const { kind, startsAt, endsAt, address } = claimed;
  const [enabled, concerned] = [Boolean(claimed.enabled), Boolean(claimed.concerned)];
  const cancelled = claimed.status === "cancelled";
  return appointmentSkip({ kind, enabled, cancelled, startsAt, endsAt, concerned, address }, now);
}

export function composed(claimed: Claimed, now: Instant): Composed {
  if (isOfTrouble(claimed)) return troubleMail(claimed);
  if (!isOfAppointment(claimed)) return accountMail(claimed);
  return isForCustomer(claimed) ? customerMail(claimed, now) : staffMail(claimed, now);
}

function isOfTrouble(claimed: Claimed): claimed is TroubleRow {
  return claimed.kind === "webhook_off";
}

function isOfAppointment(claimed: Claimed): claimed is AppointmentRow {
  return (
    !isOfTrouble(claimed) && claimed.kind !== "invitation" && claimed.kind !== "password_reset"
  );
}

function staffMail(row: AppointmentRow, now: Instant): Composed {
  const what = `${row.serviceName} for ${row.customerName}`;
  const locals = {
    business: { name: row.businessName },
    customer: { name: row.customerName, phone: row.customerPhone, noted: Boolean(row.noted) },
    staff: { name: row.recipientName },
    appointment: appointmentIn(row, english),
    reassigned: row.status !== "cancelled",
    url: workspaceUrl(row.slug, row.appointmentId),
  };
  return written(row, {
    subject: `${subjectWords[row.kind]}: ${what}, ${momentIn(row, row.startsAt, english).words}`,
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
  staff_booked: "New appointment",
  staff_changed: "Changed",
  staff_cancelled: "Cancelled",
};

function troubleMail(row: TroubleRow): Composed {
  const { subject, locals } = troubleParts(row);
  return written(row, { subject, ...bothForms(row, locals) });
}

function accountMail(row: AccountRow): Composed {
  const secret = linkToken(row.kind, row.nonce, row.tokenHash);
  const until = formatInstant(row.expiresAt, row.zone);
  const isInvitation = row.kind === "invitation";
  const locals = {
    business: { name: row.businessName },
    invitation: { name: row.recipientName, until },
    reset: { name: row.recipientName, until },
    postalAddress: config.postalAddress,
    url: isInvitation ? invitationUrl(secret) : resetUrl(secret),
  };
  return written(row, {
    subject: isInvitation
      ? `Join ${row.businessName} on Plainbook`
      : "Choose a new password for Plainbook",
    ...bothForms(row, locals),
    secret,
  });
}

function bothForms({ kind }: Claimed, locals: object) {
  return { text: render(`mail/${kind}.text`, locals), body: render(`mail/${kind}.html`, locals) };
}
