// What a delivery's mail says, from the state of things as it is sent.
import { config } from "../../config/index.ts";
import { appointmentCalendar } from "../calendar.ts";
import {
  type AccountMailKind,
  accountSkip,
  type AppointmentMailKind,
  appointmentSkip,
  type SkipReason,
} from "../domain/deliveries.ts";
import { formatMoney } from "../domain/money.ts";
import { formatInstant, type Instant, MINUTE, type Zone } from "../domain/time.ts";
import { type Words, wordsIn } from "../language.ts";
import {
  appointmentUrl,
  bookingUrl,
  invitationUrl,
  linkToken,
  myLinkUrl,
  receiptUrl,
  resetUrl,
  workspaceUrl,
} from "../links.ts";
import type { Mail } from "../mail.ts";
import { hmac } from "../secrets.ts";
import { render } from "../view.ts";
import type { AccountRow, AppointmentRow, Claimed, TroubleRow } from "./delivery-claim.ts";
import { troubleParts, troubleSkip } from "./delivery-trouble.ts";

export type Composed = {
  mail: Mail;
  /** What the delivery log keeps: nothing that opens a link. */
  record: { recipient: string; subject: string; text: string };
};

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
  if (isOfTrouble(claimed)) return written(claimed, troubleParts(claimed));
  return isOfAppointment(claimed) ? appointmentMail(claimed, now) : accountMail(claimed);
}

function isOfTrouble(claimed: Claimed): claimed is TroubleRow {
  return claimed.kind === "webhook_off";
}

function isOfAppointment(claimed: Claimed): claimed is AppointmentRow {
  return !isOfTrouble(claimed) && !Object.hasOwn(accountMails, claimed.kind);
}

function appointmentMail(row: AppointmentRow, now: Instant): Composed {
  const secret = isForCustomer(row.kind)
    ? linkToken("appointment", row.uid, row.tokenHash)
    : undefined;
  const subject = appointmentSubject(row, momentIn(row.zone, row.startsAt).words);
  const locals = {
    business: { name: row.businessName, address: row.businessAddress, phone: row.businessPhone },
    customer: { name: row.customerName, phone: row.customerPhone, noted: Boolean(row.noted) },
    staff: { name: row.recipientName },
    appointment: appointmentIn(row),
    reassigned: row.status !== "cancelled",
    url: urlOf(row, secret),
  };
  const calendar = calendarPart(row, secret, now);
  return written(row, { subject, locals, secret, calendar });
}

function appointmentIn(row: AppointmentRow) {
  const { zone, startsAt, endsAt, price, startBefore } = row;
  const [when, end] = [momentIn(zone, startsAt), momentIn(zone, endsAt)];
  return {
    service: row.serviceName,
    provider: row.providerName,
    when,
    until: end.date === when.date ? end.time : `${end.time} (${end.weekday})`,
    minutes: (endsAt - startsAt) / MINUTE,
    price: price === null ? null : formatMoney(price, row.currency),
    before: startBefore === null ? null : momentIn(zone, startBefore).words,
    providerBefore: row.providerBefore,
  };
}

function momentIn(zone: Zone, instant: Instant, locale?: string) {
  const { dateTime, ...formatted } = formatInstant(instant, zone, locale);
  const words = `${formatted.weekday}, ${formatted.date}, ${formatted.time}`;
  // HTML knows no bracketed zone.
  return { ...formatted, words, dateTime: dateTime.replace(/\[.*/, "") };
}

function isForCustomer(kind: AppointmentMailKind): boolean {
  return !kind.startsWith("staff_");
}

function appointmentSubject(row: AppointmentRow, when: string): string {
  const what = isForCustomer(row.kind)
    ? `${row.serviceName} at ${row.businessName}`
    : `${row.serviceName} for ${row.customerName}`;
  return `${subjectWords[row.kind]}: ${what}, ${when}`;
}

const subjectWords: Record<AppointmentMailKind, string> = {
  confirmation: "Booked",
  change: "Changed",
  cancellation: "Cancelled",
  reminder: "Reminder",
  staff_booked: "New appointment",
  staff_changed: "Changed",
  staff_cancelled: "Cancelled",
};

function urlOf(row: AppointmentRow, token: string | undefined): string {
  if (row.kind === "cancellation") return bookingUrl(row.slug);
  return token === undefined ? workspaceUrl(row.slug, row.appointmentId) : appointmentUrl(token);
}

// A reminder changes nothing, so it carries no calendar part. Customers are invited; a provider is
// only told, because the business cannot ask its own mailbox to an appointment of its own.
function calendarPart(
  row: AppointmentRow,
  token: string | undefined,
  now: Instant,
): Mail["calendar"] {
  if (row.kind === "reminder") return undefined;
  const cancelled = row.kind === "cancellation" || row.kind === "staff_cancelled";
  const ofStaff = token === undefined;
  const method = ofStaff ? "PUBLISH" : cancelled ? "CANCEL" : "REQUEST";
  const content = appointmentCalendar({
    method,
    cancelled,
    uid: row.uid,
    sequence: row.appointmentSequence,
    start: row.startsAt,
    end: row.endsAt,
    zone: row.zone,
    summary: ofStaff ? `${row.serviceName}: ${row.customerName}` : summaryOf(row),
    description: `With ${row.providerName}\n${row.businessPhone}`,
    location: row.businessAddress,
    organizer: { name: row.businessName, address: row.businessEmail },
    attendee: ofStaff ? undefined : { name: row.recipientName, address: row.address ?? "" },
    url: ofStaff ? undefined : appointmentUrl(token),
    now,
  });
  return { method, content };
}

function summaryOf({ serviceName, businessName }: AppointmentRow): string {
  return `${serviceName}, ${businessName}`;
}

function accountMail(row: AccountRow): Composed {
  const { subject, url } = accountMails[row.kind];
  const words = wordsIn(row.language ?? "", row.zone);
  const secret = linkToken(row.kind, row.nonce, row.tokenHash);
  const until = momentIn(row.zone, row.expiresAt, words.locale);
  const locals = {
    t: words.t,
    business: { name: row.businessName },
    invitation: { name: row.recipientName, until },
    reset: { name: row.recipientName, until },
    link: { until },
    erasure: { when: momentIn(row.zone, row.erasedAt ?? row.createdAt, words.locale) },
    postalAddress: config.postalAddress,
    url: url(secret, row),
  };
  const mail = written(row, { subject: subject(row, words), locals, secret });
  // The address of who was erased is not written down once more.
  return row.kind === "erasure" ? { ...mail, record: { ...mail.record, recipient: "" } } : mail;
}

/** What mails of one-time links are called, and where they lead. */
const accountMails: Record<
  AccountMailKind,
  {
    subject: (row: AccountRow, words: Words) => string;
    url: (secret: string, row: AccountRow) => string;
  }
> = {
  invitation: {
    subject: ({ businessName }) => `Join ${businessName} on Plainbook`,
    url: invitationUrl,
  },
  password_reset: { subject: () => "Choose a new password for Plainbook", url: resetUrl },
  my_link: {
    subject: ({ businessName }, { t }) => t("my.title", { business: businessName }),
    url: (secret, { slug }) => myLinkUrl(slug, secret),
  },
  erasure: {
    subject: ({ businessName }, { t }) => t("my.mail_erased_subject", { business: businessName }),
    url: (secret, { slug }) => receiptUrl(slug, secret),
  },
};

type Parts = {
  subject: string;
  locals: Record<string, unknown>;
  secret: string | undefined;
  calendar?: Mail["calendar"];
};

function written(row: Claimed, { subject, locals, secret, calendar }: Parts): Composed {
  const text = render(`mail/${row.kind}.text`, locals);
  const body = render(`mail/${row.kind}.html`, locals);
  const recipient = row.address ?? "";
  const ofCompany = row.kind === "password_reset" || isOfTrouble(row);
  const mail: Mail = {
    from: {
      name: ofCompany ? "Plainbook" : `${row.businessName} via Plainbook`,
      address: config.mailFrom,
    },
    to: { name: row.recipientName, address: recipient },
    replyTo: ofCompany ? undefined : { name: row.businessName, address: row.businessEmail },
    subject,
    text,
    html: render("mail/partials/layout.html", { subject, body }),
    calendar,
    messageId: messageId(row),
  };
  const kept = secret === undefined ? text : text.replaceAll(secret, "…");
  return { mail, record: { recipient, subject, text: kept } };
}

// The same each time this row is sent, so that a double shows as one mail. Keyed: a plain number
// would tell how much business is done.
function messageId({ id }: Claimed): string {
  const host = new URL(config.baseUrl).hostname;
  return `${hmac("message-id", `delivery ${id}`)}@${host}`;
}
