// A mail with its envelope, and what the delivery log keeps of it.
import { config } from "../../config/index.ts";
import { english, type Words } from "../language.ts";
import type { Mail } from "../mail.ts";
import { hmac } from "../secrets.ts";
import { render } from "../view.ts";
import type { Claimed } from "./delivery-claim.ts";

export type Composed = {
  mail: Mail;
  /** What the delivery log keeps: nothing that opens a link. */
  record: { recipient: string; subject: string; text: string };
};

type Parts = {
  subject: string;
  text: string;
  /** The HTML form, without what every mail has around it. */
  body: string;
  calendar?: Mail["calendar"];
  /** What opens the link in it. */
  secret?: string;
  words?: Words;
};

export function written(row: Claimed, parts: Parts): Composed {
  const { subject, text, body, calendar, secret, words = english } = parts;
  const recipient = row.address ?? "";
  const ofCompany = OF_COMPANY.has(row.kind);
  const mail: Mail = {
    from: {
      name: ofCompany ? "Plainbook" : senderOf(row, words),
      address: config.mailFrom,
    },
    to: { name: row.recipientName, address: recipient },
    replyTo: ofCompany
      ? undefined
      : { name: row.businessName, address: row.replyTo ?? row.businessEmail },
    subject,
    text,
    html: render("mail/partials/layout.html", { subject, body, language: words.language }),
    calendar,
    messageId: messageId(row),
  };
  const kept = secret === undefined ? text : text.replaceAll(secret, "…");
  return { mail, record: { recipient, subject, text: kept } };
}

/** Between the service and somebody of a business. */
const OF_COMPANY: ReadonlySet<string> = new Set(["password_reset", "webhook_off", "new_sign_in"]);

function senderOf({ senderName, businessName }: Claimed, words: Words): string {
  return senderName ?? words.t("mail.from", { business: businessName });
}

// The same each time this row is sent, so that a double shows as one mail. Keyed: a plain number
// would tell how much business is done.
function messageId({ id }: Claimed): string {
  const host = new URL(config.baseUrl).hostname;
  return `${hmac("message-id", `delivery ${id}`)}@${host}`;
}
