// What mails to customers and to staff say alike of an appointment.
import { appointmentCalendar } from "../calendar.ts";
import { formatMoney } from "../domain/money.ts";
import { formatInstant, type Instant, MINUTE, type Zone } from "../domain/time.ts";
import type { Words } from "../language.ts";
import type { Mail } from "../mail.ts";
import type { AppointmentRow } from "./delivery-claim.ts";

/** What mails show of an appointment. */
export type AppointmentShown = Pick<
  AppointmentRow,
  | "serviceName"
  | "providerName"
  | "providerBefore"
  | "startsAt"
  | "endsAt"
  | "startBefore"
  | "zone"
  | "price"
  | "currency"
>;

/** The facts of an appointment, for the views of mails. */
export function appointmentIn(row: AppointmentShown, words: Words) {
  const { startsAt, endsAt, price, startBefore } = row;
  const [when, end] = [momentIn(row, startsAt, words), momentIn(row, endsAt, words)];
  return {
    service: row.serviceName,
    provider: row.providerName,
    when,
    until: end.date === when.date ? end.time : `${end.time} (${end.weekday})`,
    minutes: (endsAt - startsAt) / MINUTE,
    price: price === null ? null : formatMoney(price, row.currency, words.locale),
    before: startBefore === null ? null : momentIn(row, startBefore, words),
    providerBefore: row.providerBefore,
  };
}

export function momentIn({ zone }: { zone: Zone }, instant: Instant, { locale, t }: Words) {
  const { dateTime, ...formatted } = formatInstant(instant, zone, locale);
  // HTML knows no bracketed zone.
  const plain = dateTime.replace(/\[.*/, "");
  return { ...formatted, words: t("mail.moment", formatted), dateTime: plain };
}

type Event = {
  method: "REQUEST" | "CANCEL" | "PUBLISH";
  cancelled: boolean;
  summary: string;
  words: Words;
  /** For whom is invited: where she finds it. */
  url?: string;
};

export function calendarPart(row: AppointmentRow, now: Instant, event: Event): Mail["calendar"] {
  const { method, cancelled, summary, words, url } = event;
  const content = appointmentCalendar({
    method,
    cancelled,
    uid: row.uid,
    sequence: row.appointmentSequence,
    start: row.startsAt,
    end: row.endsAt,
    zone: row.zone,
    summary,
    description: `${words.t("calendar.with", { provider: row.providerName })}\n${row.businessPhone}`,
    location: row.businessAddress,
    organizer: { name: row.businessName, address: row.businessEmail },
    attendee:
      url === undefined ? undefined : { name: row.recipientName, address: row.address ?? "" },
    url,
    now,
  });
  return { method, content };
}
