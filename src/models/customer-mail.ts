// A customer's mail, in her language: one text a notice, with the appointment and a link in it.
import type { CustomerMailKind } from "../domain/deliveries.ts";
import { chooseLanguage, withLanguage } from "../domain/language.ts";
import type { Instant } from "../domain/time.ts";
import { type Words, wordsIn } from "../language.ts";
import { appointmentUrl, attendanceUrl, bookingUrl, linkToken, proofOf } from "../links.ts";
import type { Mail } from "../mail.ts";
import {
  type AppointmentShown,
  appointmentIn,
  calendarPart,
  whenWords,
} from "./appointment-mail.ts";
import type { AppointmentRow } from "./delivery-claim.ts";
import { APPOINTMENT, inWords, linkTo, type Worded } from "./mail-words.ts";
import { type Composed, written } from "./written-mail.ts";

export type CustomerRow = AppointmentRow & { kind: CustomerMailKind };
/** Where its links lead: to what can be done with it, and to saying that she will come. */
type MailLinks = { link: string; coming: string };
/** What a mail to a customer is put together from, but for its link. */
export type CustomerShown = AppointmentShown &
  Worded &
  Pick<CustomerRow, "kind" | "customerName"> &
  Partial<Pick<CustomerRow, "comingAt">>;

export function isForCustomer(row: AppointmentRow): row is CustomerRow {
  return !row.kind.startsWith("staff_");
}

export function customerMail(row: CustomerRow, now: Instant): Composed {
  const words = wordsOf(row);
  const secret = secretOf(row);
  const own = inLanguage(row, appointmentUrl(secret));
  const link = inLanguage(row, tellsOfCancelling(row) ? bookingUrl(row.slug) : pageOf(row, secret));
  const links = { link, coming: inLanguage(row, attendanceUrl(secret)) };
  return written(row, {
    ...customerText(row, words, links),
    calendar: calendarOf(row, words, own, now),
    secret,
    words,
  });
}

/** What it says in both forms: in the business's own words, or else in the usual ones. */
export function customerText(row: CustomerShown, words: Words, { link, coming }: MailLinks) {
  const said = {
    customer: row.customerName,
    service: row.serviceName,
    provider: row.providerName,
    business: row.businessName,
    when: whenWords(row, words),
  };
  const inText = { appointment: APPOINTMENT, link: linkTo(link), coming: linkTo(coming) };
  const count = row.occurrences?.length || 1;
  const comes = Boolean(row.comingAt);
  const appointment = appointmentIn(row, words);
  return inWords(row, { said, inText, count, comes, appointment }, words);
}

/** What opens her page; to confirm her address it carries the proof that the mail has arrived. */
function secretOf({ kind, uid, tokenHash }: CustomerRow): string {
  const token = linkToken("appointment", uid, tokenHash);
  return kind === "verification" ? `${token}?proof=${proofOf(uid)}` : token;
}

/** Where she finds all that it tells of. */
function pageOf({ kind, occurrences }: CustomerRow, secret: string): string {
  const hasPage = occurrences.length > 0 && kind !== "verification";
  return `${appointmentUrl(secret)}${hasPage ? "/series" : ""}`;
}

/** Of the language she booked in, if the business offers it still. */
function wordsOf(row: CustomerRow): Words {
  const business = { language: row.businessLanguage, otherLanguages: Boolean(row.otherLanguages) };
  return wordsIn(chooseLanguage(business, { remembered: row.language }), row.zone);
}

// The page would else be in what her browser prefers, which may not be what she picked.
function inLanguage({ language, businessLanguage }: CustomerRow, url: string): string {
  return language === null || language === businessLanguage ? url : withLanguage(url, language);
}

export function tellsOfCancelling({ kind }: Pick<CustomerRow, "kind">): boolean {
  return kind === "cancellation" || kind === "decline";
}

const WITHOUT_CALENDAR = new Set<CustomerMailKind>([
  "reminder",
  "verification",
  "request",
  "decline",
]);

// A reminder changes nothing, and what is not agreed on is in nobody's calendar: no calendar part.
function calendarOf(row: CustomerRow, words: Words, url: string, now: Instant): Mail["calendar"] {
  if (WITHOUT_CALENDAR.has(row.kind)) return undefined;
  const cancelled = row.kind === "cancellation";
  const summary = `${row.serviceName}, ${row.businessName}`;
  const method = cancelled ? "CANCEL" : "REQUEST";
  return calendarPart(row, now, { method, cancelled, summary, words, url });
}
