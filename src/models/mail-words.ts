// What a mail to a customer says in both its forms: in the business's own words, or in the usual
// ones.
import type { CustomerMailKind, WaitingMailKind } from "../domain/deliveries.ts";
import { paragraphsOf, type Piece } from "../domain/mail-text.ts";
import { filled } from "../domain/notice-text.ts";
import type { Words } from "../language.ts";
import { render } from "../view.ts";
import type { appointmentIn } from "./appointment-mail.ts";

export type Worded = {
  kind: CustomerMailKind | WaitingMailKind;
  businessName: string;
  businessAddress: string;
  businessPhone: string;
  /** The business's own words for this mail in its language; both or none. */
  ownSubject: string | null;
  ownText: string | null;
};

/** What its variables stand for. */
export type Values = {
  said: Readonly<Record<string, string>>;
  /** Links and blocks, which no subject has. */
  inText: Readonly<Record<string, Piece>>;
  /** How many appointments it tells of; one unless told otherwise. */
  count?: number;
  /** She has said already that she will come. */
  comes?: boolean;
  /** What the block of an appointment shows. */
  appointment?: ReturnType<typeof appointmentIn>;
};

export function inWords(
  row: Worded,
  { said, inText, count = 1, comes = false, appointment }: Values,
  words: Words,
) {
  const values = { ...said, ...inText };
  const pieces =
    row.ownText === null
      ? words.parts(`mail.${row.kind}.text`, { ...values, count, comes: comes ? "yes" : "no" }, {})
      : filled(row.ownText, values);
  const locals = {
    ...words,
    business: { name: row.businessName, address: row.businessAddress, phone: row.businessPhone },
    appointment,
    paragraphs: paragraphsOf(pieces),
  };
  return {
    subject: subjectOf(row, said, words),
    text: render("mail/customer.text", locals),
    body: render("mail/customer.html", locals),
  };
}

/** A link, shown as its address. */
export function linkTo(url: string): Piece {
  return { text: url, href: url };
}

export const APPOINTMENT: Piece = { text: "", block: "appointment" };

function subjectOf(row: Worded, said: Values["said"], words: Words): string {
  if (row.ownSubject === null) return words.t(`mail.${row.kind}.subject`, said);
  return filled(row.ownSubject, said)
    .map(({ text }) => text)
    .join("");
}
