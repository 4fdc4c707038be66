// A business's own words for a mail: plain text with {variables}.
import type { AppointmentMailKind, WaitingMailKind } from "./deliveries.ts";
import type { Piece } from "./mail-text.ts";

export type OwnText = { subject: string; text: string };

/** Mails that can be worded: to a customer, of an appointment or of a waiting list. */
type Kind = AppointmentMailKind | WaitingMailKind;
/** What can stand in braces, with what takes its place. */
export type Variables = Readonly<Record<string, string>>;

const OF_APPOINTMENT: Variables = {
  customer: "the customer’s name",
  appointment: "service, provider, times and where, in lines of their own",
  link: "the address of the customer’s page; where nothing is left to see, of the booking page",
  service: "the service",
  provider: "the provider",
  when: "day and time",
  business: "the name of the business",
};
const OF_REMINDER: Variables = {
  ...OF_APPOINTMENT,
  coming: "the address where the customer says that she will come",
};
const OF_OFFER: Variables = {
  ...OF_APPOINTMENT,
  link: "the address where the customer books the time",
  leave: "the address where the customer gives the time to the next, or leaves the list",
  until: "when the time is no longer kept",
  zone: "the time zone of that",
};
const OF_JOINING: Variables = {
  customer: OF_APPOINTMENT.customer ?? "",
  wish: "the days and hours waited for, in lines of their own",
  link: "the address of the place on the list, where it can be left",
  service: OF_APPOINTMENT.service ?? "",
  business: OF_APPOINTMENT.business ?? "",
};

// Blocks and addresses do not fit in the one line of a subject.
const IN_TEXT_ONLY = new Set(["appointment", "wish", "link", "leave", "coming"]);

const BRACED = /\{(\w*)\}/g;

export function variablesOf(kind: Kind): Variables {
  if (kind === "waiting_joined") return OF_JOINING;
  if (kind === "reminder") return OF_REMINDER;
  return kind === "waiting_offer" ? OF_OFFER : OF_APPOINTMENT;
}

/** What is wrong with a subject, in English; undefined if nothing is. */
export function subjectFault(subject: string, kind: Kind): string | undefined {
  const names = Object.keys(variablesOf(kind));
  return faultIn(
    subject,
    names.filter((name) => !IN_TEXT_ONLY.has(name)),
  );
}

/** What is wrong with a text: it must also carry its links, or the customer could change nothing. */
export function textFault(text: string, kind: Kind): string | undefined {
  const fault = faultIn(text, Object.keys(variablesOf(kind)));
  if (fault !== undefined) return fault;
  if (!text.includes("{link}")) return "Put {link} where the customer’s link shall stand";
  if (kind !== "waiting_offer" || text.includes("{leave}")) return undefined;
  return "Put {leave} where the link to leave the list shall stand";
}

/** The text cut at its variables, each with what it stands for. */
export function filled(text: string, values: Record<string, string | Piece>): Piece[] {
  const pieces = text.split(BRACED).map((part, i): string | Piece => {
    return i % 2 === 0 ? part : (values[part] ?? `{${part}}`);
  });
  return pieces
    .map((piece) => (typeof piece === "string" ? { text: piece } : piece))
    .filter(({ text: said, block }) => said !== "" || block !== undefined);
}

function faultIn(text: string, known: readonly string[]): string | undefined {
  for (const [braced, name = ""] of text.matchAll(BRACED))
    if (!known.includes(name)) return `${braced} cannot stand here; use ${inBraces(known)}`;
  if (!/[{}]/.test(text.replaceAll(BRACED, ""))) return undefined;
  return `Braces can only stand around a name: ${inBraces(known)}`;
}

function inBraces(names: readonly string[]): string {
  return names.map((name) => `{${name}}`).join(", ");
}
