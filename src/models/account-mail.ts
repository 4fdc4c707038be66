// Mails of one-time links: to staff, who are invited or choose a password, and to customers.
import { config } from "../../config/index.ts";
import type { AccountMailKind } from "../domain/deliveries.ts";
import { chooseLanguage } from "../domain/language.ts";
import type { Instant, Zone } from "../domain/time.ts";
import { type Words, wordsIn } from "../language.ts";
import { invitationUrl, linkToken, myLinkUrl, receiptUrl, resetUrl } from "../links.ts";
import { render } from "../view.ts";
import { momentIn } from "./appointment-mail.ts";
import type { Row } from "./delivery-claim.ts";
import { type Composed, written } from "./written-mail.ts";

export type AccountRow = Row & {
  kind: AccountMailKind;
  zone: Zone;
  nonce: string;
  tokenHash: string;
  expiresAt: Instant;
  usedAt: Instant | null;
  /** What a customer asked in, if that is known. */
  language: string | null;
  businessLanguage: string;
  /** 0 or 1 on SQLite. */
  otherLanguages: boolean | number;
  /** Of an erasure. */
  erasedAt: Instant | null;
};

/** The rows of deliveries, in SQL. @param delivery the columns every delivery has, of `d` and `b` */
export function accountRows(delivery: string, among: string): string {
  return `SELECT ${delivery}, b.zone,
    COALESCE(i.nonce, r.nonce, m.nonce, e.nonce) AS nonce,
    COALESCE(i.token_hash, r.token_hash, m.token_hash, e.token_hash) AS "tokenHash",
    COALESCE(i.expires_at, r.expires_at, m.expires_at, e.expires_at) AS "expiresAt",
    COALESCE(i.expires_at, r.expires_at, m.expires_at, e.expires_at) AS deadline,
    COALESCE(i.accepted_at, r.used_at, m.used_at) AS "usedAt",
    COALESCE(s.name, pe.name, '') AS "recipientName",
    COALESCE(i.email, pe.email, m.email, e.email) AS address,
    COALESCE(m.language, e.language) AS language, b.language AS "businessLanguage",
    b.other_languages AS "otherLanguages", e.created_at AS "erasedAt"
  FROM deliveries d
  JOIN businesses b ON b.id = d.business_id
  LEFT JOIN invitations i ON i.business_id = d.business_id AND i.id = d.invitation_id
  LEFT JOIN staff s ON s.business_id = i.business_id AND s.id = i.staff_id
  LEFT JOIN password_resets r ON r.business_id = d.business_id AND r.id = d.password_reset_id
  LEFT JOIN people pe ON pe.id = r.person_id
  LEFT JOIN my_links m ON m.business_id = d.business_id AND m.id = d.my_link_id
  LEFT JOIN erasures e ON e.business_id = d.business_id AND e.id = d.erasure_id
  WHERE d.id ${among}`;
}

export function isOfAccount({ kind }: { kind: string }): boolean {
  return Object.hasOwn(accountMails, kind);
}

export function accountMail(row: AccountRow): Composed {
  const { subject, url } = accountMails[row.kind];
  const words = wordsOf(row);
  const secret = linkToken(row.kind, row.nonce, row.tokenHash);
  const until = momentIn(row, row.expiresAt, words);
  const locals = {
    ...words,
    business: { name: row.businessName },
    invitation: { name: row.recipientName, until },
    reset: { name: row.recipientName, until },
    link: { until },
    erasure: { when: momentIn(row, row.erasedAt ?? row.createdAt, words) },
    postalAddress: config.postalAddress,
    url: url(secret, row),
  };
  const parts = { subject: subject(row, words), ...bothForms(row, locals), secret, words };
  const mail = written(row, parts);
  // The address of who was erased is not written down once more.
  return row.kind === "erasure" ? { ...mail, record: { ...mail.record, recipient: "" } } : mail;
}

/** A customer's, as the business offers them; staff are written to in English. */
function wordsOf(row: AccountRow): Words {
  const { kind, language: remembered, businessLanguage: language, zone } = row;
  if (kind === "invitation" || kind === "password_reset") return wordsIn("", zone);
  const business = { language, otherLanguages: Boolean(row.otherLanguages) };
  return wordsIn(chooseLanguage(business, { remembered }), zone);
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

function bothForms({ kind }: AccountRow, locals: object) {
  return { text: render(`mail/${kind}.text`, locals), body: render(`mail/${kind}.html`, locals) };
}
