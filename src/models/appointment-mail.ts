// What mails to customers and to staff say alike of an appointment.
import { appointmentCalendar, appointmentsCalendar } from "../calendar.ts";
import { formatMoney } from "../domain/money.ts";
import { formatInstant, type Instant, MINUTE, type Zone } from "../domain/time.ts";
import type { Words } from "../language.ts";
import { appointmentUrl, keptToken } from "../links.ts";
import type { Mail } from "../mail.ts";
import type { AppointmentRow } from "./delivery-claim.ts";
import type { Listed } from "./delivery-list.ts";

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
  | "people"
  | "addons"
  | "price"
  | "currency"
> & { occurrences?: readonly Listed[] };

/** The facts of an appointment, for the views of mails. */
export function appointmentIn(row: AppointmentShown, words: Words) {
  const { startsAt, endsAt, price, startBefore } = row;
  return {
    service: row.serviceName,
    provider: row.providerName,
    ...spanIn(row, words),
    minutes: (endsAt - startsAt) / MINUTE,
    people: row.people,
    addons: row.addons,
    price: price === null ? null : formatMoney(price, row.currency, words.locale),
    before: startBefore === null ? null : momentIn(row, startBefore, words),
    providerBefore: row.providerBefore,
    ...occurrencesIn(row.occurrences ?? [], words),
  };
}

/** From when to when: the day of the end only where it is another. */
function spanIn(row: Pick<Listed, "startsAt" | "endsAt" | "zone">, words: Words) {
  const [when, end] = [momentIn(row, row.startsAt, words), momentIn(row, row.endsAt, words)];
  return { when, until: end.date === when.date ? end.time : `${end.time} (${end.weekday})` };
}

/** A line each; provider and zone only where they are not the same in all. */
function occurrencesIn(listed: readonly Listed[], words: Words) {
  const lines = listed.map((one) => ({
    ...spanIn(one, words),
    provider: one.providerName,
    before: one.startBefore === null ? null : momentIn(one, one.startBefore, words),
  }));
  return {
    occurrences: lines,
    differ: {
      provider: new Set(lines.map(({ provider }) => provider)).size > 1,
      zone: new Set(lines.map(({ when }) => when.zone)).size > 1,
    },
  };
}

/** When it is, in a line; of several, how many there are and when they begin. */
export function whenWords(row: AppointmentShown, words: Words): string {
  const { words: when } = momentIn(row, row.startsAt, words);
  const { length: times } = row.occurrences ?? [];
  return times > 1 ? words.t("mail.times_from", { times, when }) : when;
}

export function momentIn({ zone }: { zone: Zone }, instant: Instant, { locale, t }: Words) {
  const { dateTime, ...formatted } = formatInstant(instant, zone, locale);
  // HTML knows no bracketed zone.
  const plain = dateTime.replace(/\[.*/, "");
  return { ...formatted, words: t("mail.moment", formatted), dateTime: plain };
}

type Event = {
  method: "REQUEST" | "CANCEL" | "PUBLISH";
  summary: string;
  words: Words;
  cancelled: boolean;
  /** For whom is invited: where she finds it. */
  url?: string;
};

/**
 * Of several it is published: an invitation, and its cancelling, can only be of one (RFC 5546
 * sections 3.2.2 and 3.2.5).
 */
export function calendarPart(row: AppointmentRow, now: Instant, event: Event): Mail["calendar"] {
  const { occurrences } = row;
  if (occurrences.length === 0) {
    const { appointmentSequence: sequence } = row;
    const one = { ...eventIn({ ...row, sequence }, row, now, event), method: event.method };
    return { method: event.method, content: appointmentCalendar(one) };
  }
  const events = occurrences.map((one) => {
    const url = event.url === undefined ? undefined : urlOf(one);
    return eventIn(one, row, now, { ...event, url });
  });
  return { method: "PUBLISH", content: appointmentsCalendar(events) };
}

type One = Pick<Listed, "uid" | "sequence" | "startsAt" | "endsAt" | "zone" | "providerName">;

function eventIn(one: One, row: AppointmentRow, now: Instant, event: Event) {
  const { cancelled, summary, words, url } = event;
  return {
    cancelled,
    uid: one.uid,
    sequence: one.sequence,
    start: one.startsAt,
    end: one.endsAt,
    zone: one.zone,
    summary,
    description: `${words.t("calendar.with", { provider: one.providerName })}\n${row.businessPhone}`,
    location: row.businessAddress,
    organizer: { name: row.businessName, address: row.businessEmail },
    attendee:
      url === undefined ? undefined : { name: row.recipientName, address: row.address ?? "" },
    url,
    now,
  };
}

/** Undefined when the key that made the link is no longer ours. */
function urlOf({ uid, tokenHash }: Listed): string | undefined {
  const token = keptToken("appointment", uid, tokenHash);
  return token && appointmentUrl(token);
}
