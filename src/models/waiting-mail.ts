// The mail that offers a free time to somebody on the waiting list.
import type { SkipReason, WaitingMailKind } from "../domain/deliveries.ts";
import { chooseLanguage, withLanguage } from "../domain/language.ts";
import { paragraphsOf } from "../domain/mail-text.ts";
import type { Instant, Zone } from "../domain/time.ts";
import { wordsIn } from "../language.ts";
import { holdUrl, linkToken, waitingUrl } from "../links.ts";
import { render } from "../view.ts";
import { appointmentIn, momentIn } from "./appointment-mail.ts";
import type { Row } from "./delivery-claim.ts";
import type { OfferState } from "./waiting-offer.ts";
import { type Composed, written } from "./written-mail.ts";

export type WaitingRow = Row & {
  kind: WaitingMailKind;
  businessAddress: string;
  businessPhone: string;
  currency: string;
  /** What she joined in. */
  language: string | null;
  businessLanguage: string;
  /** 0 or 1 on SQLite. */
  otherLanguages: boolean | number;
  zone: Zone;
  serviceName: string;
  providerName: string;
  startsAt: Instant;
  endsAt: Instant;
  state: OfferState;
  nonce: string;
  tokenHash: string;
  /** Of her place on the list. */
  uid: string;
  entryHash: string;
};

/** The rows of deliveries, in SQL. @param delivery the columns every delivery has, of `d` and `b` */
export function waitingRows(delivery: string, among: string): string {
  return `SELECT ${delivery}, COALESCE(l.address, b.address) AS "businessAddress",
      COALESCE(l.phone, b.phone) AS "businessPhone",
      b.currency, e.language, b.language AS "businessLanguage",
      b.other_languages AS "otherLanguages", COALESCE(l.zone, b.zone) AS zone, s.name AS "serviceName",
      p.name AS "providerName", o.starts_at AS "startsAt", o.ends_at AS "endsAt", o.state, o.nonce,
      o.token_hash AS "tokenHash", e.uid, e.token_hash AS "entryHash", o.expires_at AS deadline,
      e.name AS "recipientName", e.email AS address
    FROM deliveries d
    JOIN businesses b ON b.id = d.business_id
    JOIN waiting_offers o ON o.business_id = d.business_id AND o.delivery_id = d.id
    JOIN waiting_entries e ON e.business_id = o.business_id AND e.id = o.waiting_entry_id
    JOIN locations l ON l.business_id = e.business_id AND l.id = e.location_id
    JOIN services s ON s.business_id = e.business_id AND s.id = e.service_id
    JOIN staff p ON p.business_id = o.business_id AND p.id = o.staff_id
    WHERE d.id ${among}`;
}

export function waitingSkip({ state, deadline }: WaitingRow, now: Instant): SkipReason | undefined {
  if (state === "taken" || state === "refused") return "superseded";
  return state === "expired" || deadline <= now ? "expired" : undefined;
}

export function waitingMail(row: WaitingRow): Composed {
  const business = { language: row.businessLanguage, otherLanguages: Boolean(row.otherLanguages) };
  const words = wordsIn(chooseLanguage(business, { remembered: row.language }), row.zone);
  const inHers = (url: string) =>
    words.language === row.businessLanguage ? url : withLanguage(url, words.language);
  const secret = linkToken("waiting_offer", row.nonce, row.tokenHash);
  const entry = linkToken("waiting", row.uid, row.entryHash);
  const [link, leave] = [inHers(holdUrl(row.slug, secret)), inHers(waitingUrl(entry))];
  const until = momentIn(row, row.deadline, words);
  const values = {
    customer: row.recipientName,
    until: until.time,
    zone: until.zone,
    appointment: { text: "", block: "appointment" },
    link: { text: link, href: link },
    leave: { text: leave, href: leave },
  };
  const locals = {
    ...words,
    business: { name: row.businessName, address: row.businessAddress, phone: row.businessPhone },
    appointment: appointmentIn({ ...row, ...NOTHING_ELSE }, words),
    paragraphs: paragraphsOf(words.parts("mail.waiting_offer.text", values, {})),
  };
  const mail = written(row, {
    subject: words.t("mail.waiting_offer.subject", {
      service: row.serviceName,
      business: row.businessName,
      when: momentIn(row, row.startsAt, words).words,
    }),
    text: render("mail/customer.text", locals),
    body: render("mail/customer.html", locals),
    secret,
    words,
  });
  // Nothing that opens her page is kept either.
  const text = mail.record.text.replaceAll(entry, "…");
  return { ...mail, record: { ...mail.record, text } };
}

// It is no appointment yet: it costs nothing so far, and was never at another time.
const NOTHING_ELSE = { price: null, startBefore: null, providerBefore: null };
