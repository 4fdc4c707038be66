// An answer to a business's own field, as the cell of somebody's spreadsheet has it.
import {
  chosenValue,
  EMPTY,
  type Field,
  type FieldType,
  LONGEST,
  numberIn,
  type Value,
} from "./fields.ts";
import { fold } from "./fold.ts";
import { isLocalDate } from "./time.ts";

/** What is wrong with a cell, in the words of a report that names the field. */
export const CELL_PROBLEMS = {
  answer_long: "the text is too long",
  answer_number: "it is no number, such as 12 or 12.5",
  answer_date: "it is no date, such as 2027-02-01 or 1.2.2027",
  answer_choice: "it is none of the choices",
  answer_tick: "it is neither yes nor no",
} as const;
export type CellProblem = keyof typeof CELL_PROBLEMS;

/** The value of its type; an empty cell is no answer. Whether there must be one is not asked. */
export function readCell(field: Field, cell: string): Value | CellProblem {
  const text = cell.trim();
  return text === "" ? EMPTY : READERS[field.type](text, field);
}

const READERS: Record<FieldType, (text: string, field: Field) => Value | CellProblem> = {
  text: (text) => textOf(text.replace(/[\s\p{Cc}]+/gu, " "), LONGEST.text),
  long_text: (text) => textOf(text.replace(/\r\n?/g, "\n"), LONGEST.long_text),
  number: (text) => {
    const number = numberIn(text);
    return number === undefined ? "answer_number" : { ...EMPTY, number };
  },
  date: (text) => {
    const date = isoDate(text);
    return isLocalDate(date) ? { ...EMPTY, date } : "answer_date";
  },
  choice: (text, { choices }) => {
    const chosen = choiceIn(choices, text);
    return chosen === undefined ? "answer_choice" : { ...EMPTY, text: chosen };
  },
  choices: (text, { choices }) => {
    const chosen = choicesIn(choices, text);
    return chosen ? chosenValue(choices.filter((one) => chosen.has(one))) : "answer_choice";
  },
  // Our own files say the label of what was ticked.
  checkbox: (text, { label }) => {
    const word = fold(text);
    if (YES.has(word) || word === fold(label)) return { ...EMPTY, number: 1 };
    return NO.has(word) ? EMPTY : "answer_tick";
  },
};

const YES = new Set(["yes", "y", "true", "1", "x", "on", "si", "ja", "oui"]);
const NO = new Set(["no", "n", "false", "0", "off", "nein", "non", "-"]);

function textOf(text: string, most: number): Value | CellProblem {
  return text.length > most ? "answer_long" : { ...EMPTY, text };
}

/** With dots, the day comes first wherever that is written; with slashes nobody can tell. */
function isoDate(text: string): string {
  const [, day, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
  return year ? `${year}-${month?.padStart(2, "0")}-${day?.padStart(2, "0")}` : text;
}

function choiceIn(choices: readonly string[], text: string): string | undefined {
  const wanted = fold(text);
  return choices.find((choice) => fold(choice) === wanted);
}

/** Divided by commas, semicolons, bars or line ends; a choice may have commas of its own. */
function choicesIn(choices: readonly string[], text: string): Set<string> | undefined {
  const chosen = new Set<string>();
  let parts = text.split(/[,;|\n]/).filter((part) => part.trim() !== "");
  while (parts.length > 0) {
    const lengths = parts.map((_, i) => parts.length - i); // the longest first
    const taken = lengths.find((length) => choiceIn(choices, joined(parts, length)));
    if (taken === undefined) return undefined;
    chosen.add(choiceIn(choices, joined(parts, taken)) ?? "");
    parts = parts.slice(taken);
  }
  return chosen;
}

function joined(parts: readonly string[], length: number): string {
  return parts.slice(0, length).join(",");
}
