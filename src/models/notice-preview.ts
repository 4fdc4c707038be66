// How a mail in a business's own words would look, before anything is stored.
import { languages, type Words, wordsIn } from "../language.ts";
import type { CustomerMailKind, WaitingMailKind } from "../domain/deliveries.ts";
import { DAY, type Instant, instantToLocal, MINUTE } from "../domain/time.ts";
import { type OwnText, variablesOf } from "../domain/notice-text.ts";
import { appointmentUrl, attendanceUrl, bookingUrl, holdUrl, waitingUrl } from "../links.ts";
import { addedTo } from "./addon.ts";
import type { Business } from "./business.ts";
import { type CustomerShown, customerText, tellsOfCancelling } from "./customer-mail.ts";
import { rows } from "./database.ts";
import type { Worded } from "./mail-words.ts";
import type { TextName } from "./notice-text.ts";
import { isOfWaitingList, joiningText, offerText } from "./waiting-mail.ts";

const HOUR = 60 * MINUTE;

export type Preview = { subject: string; text: string; example: boolean };
type Shown = Omit<CustomerShown, "kind" | "ownSubject" | "ownText">;

/** With the appointment that was made last; an example where there is none. */
export async function previewOf(
  business: Business,
  { kind, language }: TextName,
  own: OwnText,
  now: Instant,
): Promise<Preview> {
  const real = await lastOf(business);
  const words = wordsIn(language, business.zone);
  const shown = {
    ...(real ?? exampleOf(business, now)),
    ownSubject: own.subject,
    ownText: own.text,
  };
  const { subject, text } = isOfWaitingList(kind)
    ? waitingText({ ...shown, kind }, business, words, now)
    : customerText({ ...shown, kind }, words, linksIn(kind, business));
  return { subject, text, example: real === undefined };
}

/** The usual words of a mail, with its variables in braces: what an own text starts from. */
export function usualText({ kind, language }: TextName): OwnText {
  const words = wordsIn(language);
  return {
    subject: unfilled(words, kind, "subject"),
    text: unfilled(words, kind, "text"),
  };
}

/** The languages its mails can be in, its own first. */
export function languagesOf({ language, otherLanguages }: Business): string[] {
  return [language, ...(otherLanguages ? languages.filter((tag) => tag !== language) : [])];
}

function linksIn(kind: CustomerMailKind, { slug }: Business) {
  const link = tellsOfCancelling({ kind }) ? bookingUrl(slug) : appointmentUrl("…");
  return { link, coming: attendanceUrl("…") };
}

/** As if somebody waited for that day, or had just been offered that time. */
function waitingText(
  shown: Shown & Worded & { kind: WaitingMailKind },
  { slug }: Business,
  words: Words,
  now: Instant,
) {
  const [link, leave] = [holdUrl(slug, "…"), waitingUrl("…")];
  if (shown.kind === "waiting_offer")
    return offerText({ ...shown, until: now + HOUR / 2 }, words, { link, leave });
  const { date } = instantToLocal(shown.startsAt, shown.zone);
  const wish = { fromDate: date, toDate: date, fromMinute: 9 * 60, toMinute: null };
  return joiningText({ ...shown, ...wish }, words, leave);
}

function unfilled(words: Words, kind: TextName["kind"], part: "subject" | "text"): string {
  const names = Object.keys(variablesOf(kind));
  const braced = Object.fromEntries(names.map((name) => [name, `{${name}}`]));
  return words.t(`mail.${kind}.${part}`, { ...braced, count: 1, comes: "no" });
}

async function lastOf({ id: businessId }: Business): Promise<Shown | undefined> {
  const [last] = await rows<Shown>(
    `SELECT b.name AS "businessName", COALESCE(l.address, b.address) AS "businessAddress",
       COALESCE(l.phone, b.phone) AS "businessPhone", b.currency, a.starts_at AS "startsAt",
       a.ends_at AS "endsAt", a.zone, a.people, ${addedTo("a")} AS addons,
       CASE WHEN s.price_shown THEN a.price END AS price,
       NULL AS "startBefore", NULL AS "providerBefore", s.name AS "serviceName",
       p.name AS "providerName", c.name AS "customerName"
     FROM appointments a
     JOIN businesses b ON b.id = a.business_id
     JOIN locations l ON l.business_id = a.business_id AND l.id = a.location_id
     JOIN services s ON s.business_id = a.business_id AND s.id = a.service_id
     JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
     JOIN staff p ON p.business_id = a.business_id AND p.id = a.staff_id
     WHERE a.business_id = $businessId ORDER BY a.id DESC LIMIT 1`,
    { businessId },
  );
  return last;
}

function exampleOf({ name, address, phone, currency, zone }: Business, now: Instant): Shown {
  const startsAt = Math.ceil(now / HOUR) * HOUR + DAY;
  return {
    businessName: name,
    businessAddress: address,
    businessPhone: phone,
    currency,
    startsAt,
    endsAt: startsAt + HOUR,
    zone,
    people: 1,
    addons: null,
    price: null,
    startBefore: null,
    providerBefore: null,
    serviceName: "Consultation",
    providerName: "Robin Doe",
    customerName: "Jane Doe",
  };
}
