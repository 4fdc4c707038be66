// A business's own words for a mail: plain text with {variables}.
import type { Piece } from "./mail-text.ts";

export type OwnText = { subject: string; text: string };

/** What can stand in braces, with what takes its place. */
export const VARIABLES = {
  customer: "the customer’s name",
  appointment: "service, provider, times and where, in lines of their own",
  link: "the address of the customer’s page; where nothing is left to see, of the booking page",
  service: "the service",
  provider: "the provider",
  when: "day and time",
  business: "the name of the business",
} as const;
export type Variable = keyof typeof VARIABLES;

/** Blocks and addresses do not fit in the one line of a subject. */
export const IN_SUBJECT: readonly Variable[] = [
  "customer",
  "service",
  "provider",
  "when",
  "business",
];
const IN_TEXT = Object.keys(VARIABLES) as Variable[];

const BRACED = /\{(\w*)\}/g;

/** What is wrong with a subject, in English; undefined if nothing is. */
export function subjectFault(subject: string): string | undefined {
  return faultIn(subject, IN_SUBJECT);
}

/** What is wrong with a text: it must also carry the link, or the customer could change nothing. */
export function textFault(text: string): string | undefined {
  const fault = faultIn(text, IN_TEXT);
  if (fault !== undefined) return fault;
  return text.includes("{link}") ? undefined : "Put {link} where the customer’s link shall stand";
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

function faultIn(text: string, known: readonly Variable[]): string | undefined {
  for (const [braced, name = ""] of text.matchAll(BRACED))
    if (!known.includes(name as Variable))
      return `${braced} cannot stand here; use ${inBraces(known)}`;
  if (!/[{}]/.test(text.replaceAll(BRACED, ""))) return undefined;
  return `Braces can only stand around a name: ${inBraces(known)}`;
}

function inBraces(names: readonly Variable[]): string {
  return names.map((name) => `{${name}}`).join(", ");
}
