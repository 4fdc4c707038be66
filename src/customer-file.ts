// A file of customers: what its columns may be, and what a line of it must be like.
import { z } from "zod";
import { CELL_PROBLEMS, type CellProblem, readCell } from "./domain/answer-cell.ts";
import type { Answer, Field } from "./domain/fields.ts";
import { fold } from "./domain/fold.ts";

export const COLUMNS = {
  name: "Name",
  first: "First name",
  last: "Last name",
  email: "E-mail",
  phone: "Phone",
  note: "Notes for staff",
  alert: "Alert for staff",
} as const;
export type ColumnName = keyof typeof COLUMNS;
/** A field of the business's own, by its id. */
export type FieldColumn = `field:${number}`;
/** What each column of a file is; "" for one that is left out. */
export type Mapping = ReadonlyArray<ColumnName | FieldColumn | "">;

/** What is wrong with a line, in the words of the report. */
export const PROBLEMS = {
  name_missing: "has no name",
  name_long: "the name is longer than 120 characters",
  name_controls: "the name has characters that no name has",
  email_wrong: "what stands as e-mail address is not one",
  phone_long: "the phone number is longer than 40 characters",
  note_long: "the notes are longer than 5000 characters",
  alert_long: "the alert is longer than 250 characters",
  ...CELL_PROBLEMS,
} as const;
export type Problem = keyof typeof PROBLEMS;

export type FileRecord = {
  name: string;
  email: string | null;
  phone: string | null;
  note: string;
  alert: string;
  answers: Answer[];
};
/** `fieldId` where an answer is not right. */
export type Fault = { problem: Problem; fieldId?: number };
export type Checked = { record: FileRecord } | Fault | "empty";

export function columnOf({ id }: Pick<Field, "id">): FieldColumn {
  return `field:${id}`;
}

/** What the columns seem to be, by their headings; by an address among the lines if need be. */
export function guessMapping(lines: readonly string[][], fields: readonly Field[] = []): Mapping {
  const [headings = []] = lines;
  const taken = new Set<string>();
  const take = (name: ColumnName | FieldColumn | undefined) => {
    if (!name || taken.has(name)) return "";
    taken.add(name);
    return name;
  };
  const guessed = headings.map((heading) => take(fieldNamed(heading, fields) ?? named(heading)));
  if (taken.has("email")) return guessed;
  const address = headings.findIndex((_, i) => lines.some((line) => isAddress(line[i] ?? "")));
  return guessed.map((name, i) => (i === address && name === "" ? "email" : name));
}

/** Whether the first line says what the columns are, and is no customer itself. */
export function hasHeadings([first = []]: readonly string[][]): boolean {
  return !first.some(isAddress) && first.some((heading) => named(heading) !== undefined);
}

/** Why the mapping will not do, if it will not. */
export function mappingProblem(
  mapping: Mapping,
  fields: readonly Field[] = [],
): string | undefined {
  const chosen = mapping.filter((name) => name !== "");
  const twice = chosen.find((name, i) => chosen.indexOf(name) !== i);
  if (twice) return `Two columns are “${titleOf(twice, fields)}”: choose one`;
  if (chosen.includes("name") && (chosen.includes("first") || chosen.includes("last")))
    return "Choose either the name, or first and last name";
  const isNamed = chosen.some((name) => ["name", "first", "last"].includes(name));
  return isNamed ? undefined : "Say which column is the name";
}

function titleOf(name: ColumnName | FieldColumn, fields: readonly Field[]): string {
  const field = fields.find((one) => columnOf(one) === name);
  return field ? field.label : COLUMNS[name as ColumnName];
}

/** A line as it is stored, with answers to those of the fields that columns are. */
export function checkLine(
  cells: readonly string[],
  mapping: Mapping,
  fields: readonly Field[] = [],
): Checked {
  if (cells.every((cell) => cell.trim() === "")) return "empty";
  const of = (name: ColumnName) => plain(cells[mapping.indexOf(name)] ?? "");
  const name = oneLine(of("name") || `${of("first")} ${of("last")}`);
  const [email, phone] = [of("email").toLowerCase(), oneLine(of("phone"))];
  const [note, alert] = [of("note").replace(/\r\n?/g, "\n"), oneLine(of("alert"))];
  const problem = problemOf({ name, email, phone, note, alert });
  if (problem) return { problem };
  const answers = answersIn(cells, mapping, fields);
  if ("problem" in answers) return answers;
  return {
    record: { name, email: email || null, phone: phone || null, note, alert, ...answers },
  };
}

function answersIn(
  cells: readonly string[],
  mapping: Mapping,
  fields: readonly Field[],
): { answers: Answer[] } | Fault {
  const answers: Answer[] = [];
  for (const field of fields) {
    const column = mapping.indexOf(columnOf(field));
    if (column < 0) continue;
    const value = readCell(field, plain(cells[column] ?? ""));
    if (typeof value === "string")
      return { problem: value satisfies CellProblem, fieldId: field.id };
    answers.push({ field, ...value });
  }
  return { answers };
}

const NAMES: ReadonlyArray<readonly [ColumnName, RegExp]> = [
  ["first", /^(first|given|christian|fore) ?name$|^(nombre de pila|vorname|pr[eé]nom|first)$/],
  ["last", /^(last|family|sur) ?name$|^(surname|apellidos?|nachname|nom de famille|last)$/],
  ["email", /e-?mail|correo|courriel/],
  ["phone", /phone|mobile|cell|^tel\b|tel[eé]fono|telefon|m[oó]vil|handy/],
  ["alert", /^alert/],
  ["note", /note|comment|remark|bemerkung|nota|comentario/],
  ["name", /name|^nombre|^kunde|^customer$|^client$|^cliente$/],
];

function fieldNamed(heading: string, fields: readonly Field[]): FieldColumn | undefined {
  const field = fields.find(({ label, key }) => [fold(label), key].includes(fold(heading)));
  return field && columnOf(field);
}

function named(heading: string): ColumnName | undefined {
  const text = heading
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, " ");
  return NAMES.find(([, pattern]) => pattern.test(text))?.[0];
}

const Address = z.email().max(254);

function isAddress(text: string): boolean {
  return Address.safeParse(text.trim().toLowerCase()).success;
}

/** Without the apostrophe by which our own files keep formulas from running. */
function plain(cell: string): string {
  return cell.trim().replace(/^'(?=[=+\-@\t\r＝＋－＠])/, "");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

type Typed = Record<"name" | "email" | "phone" | "note" | "alert", string>;

function problemOf({ name, email, phone, note, alert }: Typed): Problem | undefined {
  if (!/[^\p{Z}\p{Cf}\p{M}]/u.test(name)) return "name_missing";
  if (name.length > 120) return "name_long";
  if (/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(name)) return "name_controls";
  if (email !== "" && !isAddress(email)) return "email_wrong";
  if (phone.length > 40) return "phone_long";
  if (note.length > 5000) return "note_long";
  return alert.length > 250 ? "alert_long" : undefined;
}
