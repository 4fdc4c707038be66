// The mails of the waiting list: that somebody has joined it, and of a free time that she is offered.
import type { SkipReason, WaitingMailKind } from "../domain/deliveries.ts";
import { chooseLanguage, withLanguage } from "../domain/language.ts";
import { DAY, type Instant, type Zone } from "../domain/time.ts";
import type { WaitingWish } from "../domain/waiting.ts";
import { type Words, wordsIn } from "../language.ts";
import { holdUrl, linkToken, waitingUrl } from "../links.ts";
import { type AppointmentShown, appointmentIn, momentIn } from "./appointment-mail.ts";
import type { Row } from "./delivery-claim.ts";
import { APPOINTMENT, inWords, linkTo, type Worded } from "./mail-words.ts";
import type { OfferState } from "./waiting-offer.ts";
import { wishWords } from "./waiting-words.ts";
import { type Composed, written } from "./written-mail.ts";

type AnyRow = Row &
  Worded &
  WaitingWish & {
    currency: string;
    /** The notice as it is now; offers are under none. 0 or 1 on SQLite. */
    enabled: boolean | number;
    /** What she joined in, if she did it herself. */
    language: string | null;
    businessLanguage: string;
    /** 0 or 1 on SQLite. */
    otherLanguages: boolean | number;
    zone: Zone;
    serviceName: string;
    /** Of her place on the list. */
    uid: string;
    entryHash: string;
    endedAt: Instant | null;
  };
type JoinedRow = AnyRow & { kind: "waiting_joined" };
type OfferRow = AnyRow & {
  kind: "waiting_offer";
  providerName: string;
  people: number;
  startsAt: Instant;
  endsAt: Instant;
  state: OfferState;
  nonce: string;
  tokenHash: string;
};
export type WaitingRow = JoinedRow | OfferRow;

/** What such mails are put together from, but for their links. */
export type JoiningShown = Worded & WaitingWish & { customerName: string; serviceName: string };
export type OfferShown = Worded & AppointmentShown & { customerName: string; until: Instant };

const PATIENCE = DAY; // that she has joined is no news after a day

/** The rows of deliveries, in SQL. @param delivery the columns every delivery has, of `d` and `b` */
export function waitingRows(delivery: string, among: string): string {
  return `SELECT ${delivery}, COALESCE(l.address, b.address) AS "businessAddress",
      COALESCE(l.phone, b.phone) AS "businessPhone",
      b.currency, e.language, b.language AS "businessLanguage",
      b.other_languages AS "otherLanguages", COALESCE(l.zone, b.zone) AS zone, s.name AS "serviceName",
      p.name AS "providerName", o.starts_at AS "startsAt", o.ends_at AS "endsAt", o.state, o.nonce,
      o.token_hash AS "tokenHash", e.uid, e.token_hash AS "entryHash", e.ended_at AS "endedAt",
      e.from_date AS "fromDate", e.to_date AS "toDate", e.from_minute AS "fromMinute",
      e.to_minute AS "toMinute", COALESCE(o.expires_at, d.created_at + ${PATIENCE}) AS deadline,
      t.subject AS "ownSubject", t.text AS "ownText",
      (d.kind = 'waiting_offer' OR COALESCE(n.enabled, FALSE)) AS enabled,
      e.people, e.name AS "recipientName", e.email AS address
    FROM deliveries d
    JOIN businesses b ON b.id = d.business_id
    LEFT JOIN waiting_offers o ON o.business_id = d.business_id AND o.delivery_id = d.id
    LEFT JOIN waiting_entries j ON j.business_id = d.business_id AND j.delivery_id = d.id
    JOIN waiting_entries e ON e.business_id = d.business_id
      AND e.id = COALESCE(o.waiting_entry_id, j.id)
    JOIN locations l ON l.business_id = e.business_id AND l.id = e.location_id
    JOIN services s ON s.business_id = e.business_id AND s.id = e.service_id
    LEFT JOIN staff p ON p.business_id = o.business_id AND p.id = o.staff_id
    LEFT JOIN notices n ON n.business_id = d.business_id AND n.kind = 'waiting'
    LEFT JOIN notice_texts t ON t.business_id = d.business_id AND t.kind = d.kind
      AND t.language = CASE WHEN b.other_languages THEN COALESCE(e.language, b.language)
        ELSE b.language END
    WHERE d.id ${among}`;
}

export function waitingSkip(row: WaitingRow, now: Instant): SkipReason | undefined {
  if (!row.enabled) return "turned off";
  if (row.kind === "waiting_joined") return row.endedAt === null ? undefined : "superseded";
  if (row.state === "taken" || row.state === "refused") return "superseded";
  return row.state === "expired" || row.deadline <= now ? "expired" : undefined;
}

export function waitingMail(row: WaitingRow): Composed {
  const business = { language: row.businessLanguage, otherLanguages: Boolean(row.otherLanguages) };
  const words = wordsIn(chooseLanguage(business, { remembered: row.language }), row.zone);
  const inHers = (url: string) =>
    words.language === row.businessLanguage ? url : withLanguage(url, words.language);
  const entry = linkToken("waiting", row.uid, row.entryHash);
  const place = inHers(waitingUrl(entry));
  const shown = { ...row, customerName: row.recipientName };
  if (shown.kind === "waiting_joined")
    return written(row, { ...joiningText(shown, words, place), secret: entry, words });

  const secret = linkToken("waiting_offer", shown.nonce, shown.tokenHash);
  const links = { link: inHers(holdUrl(row.slug, secret)), leave: place };
  const offer = { ...shown, ...NOTHING_ELSE, until: row.deadline };
  const mail = written(row, { ...offerText(offer, words, links), secret, words });
  // Nothing that opens her page is kept either.
  const text = mail.record.text.replaceAll(entry, "…");
  return { ...mail, record: { ...mail.record, text } };
}

/** That she is on the list, and for what. */
export function joiningText(row: JoiningShown, words: Words, link: string) {
  const { days, hours } = wishWords(row, words);
  const said = {
    customer: row.customerName,
    service: row.serviceName,
    business: row.businessName,
  };
  const wish = { text: hours ? `${days}\n${hours}` : days };
  return inWords(row, { said, inText: { wish, link: linkTo(link) } }, words);
}

/** A time, and until when it is kept. @param links where she books it, and where she does not */
export function offerText(row: OfferShown, words: Words, links: { link: string; leave: string }) {
  const until = momentIn(row, row.until, words);
  const said = {
    customer: row.customerName,
    service: row.serviceName,
    provider: row.providerName,
    business: row.businessName,
    when: momentIn(row, row.startsAt, words).words,
    until: until.time,
    zone: until.zone,
  };
  const inText = {
    appointment: APPOINTMENT,
    link: linkTo(links.link),
    leave: linkTo(links.leave),
  };
  return inWords(row, { said, inText, appointment: appointmentIn(row, words) }, words);
}

export function isOfWaitingList(kind: Worded["kind"]): kind is WaitingMailKind {
  return kind === "waiting_joined" || kind === "waiting_offer";
}

// It is no appointment yet: it costs nothing so far, and was never at another time.
const NOTHING_ELSE = { addons: null, price: null, startBefore: null, providerBefore: null };
