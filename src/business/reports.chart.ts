// A table's column as a picture: where its bars, lines and words stand. Across, everything is in per
// cent, so that a chart fills a phone and a desk alike and its words stay as large as all others.
import { formatMoney } from "../domain/money.ts";
import { type Measure, MEASURES, type Table, valueOf, valueWords } from "./reports.tables.ts";

export type Chart = {
  id: string;
  title: string;
  /** What it shows, for who does not see it. */
  description: string;
  height: number;
} & (
  | { kind: "rows"; rows: Array<{ text: string; y: number; width: number }> }
  | (Frame & {
      kind: "columns";
      columns: Array<{ x: number; width: number; y: number; height: number }>;
    })
  | (Frame & { kind: "line"; lines: string[] })
);

type Frame = {
  /** What the upper line stands for. */
  top: string;
  first: string;
  last: string;
};

const MOST_ROWS = 15;
const MOST_COLUMNS = 40; // thinner ones are a line
const ROW = 44;
export const PLOT = { y: 22, height: 120 };

/** Undefined where there is nothing to compare. */
export function chartOf(table: Table, measure: Measure, currency: string): Chart | undefined {
  const values = table.lines.map((line) => valueOf(measure, line));
  const highest = Math.max(0, ...values.map((value) => value ?? 0));
  if (table.lines.length < 2 || highest === 0) return undefined;
  const top = roundUp(highest);
  const common = {
    id: `chart-${table.name}`,
    title: `${MEASURES[measure]} ${table.caption.toLowerCase()}`,
    description: descriptionOf(table, measure, { values, highest }, currency),
  };
  if (!table.lines[0]?.span) return { ...common, ...rowsOf(table, measure, highest, currency) };
  const frame = {
    height: PLOT.y + PLOT.height + 24,
    top: topWords(measure, top, currency),
    first: table.lines[0].label,
    last: table.lines.at(-1)?.label ?? "",
  };
  return values.length > MOST_COLUMNS
    ? { ...common, ...frame, kind: "line", lines: linesOf(values, top) }
    : { ...common, ...frame, kind: "columns", columns: columnsOf(values, top) };
}

function descriptionOf(
  { lines }: Table,
  measure: Measure,
  { values, highest }: { values: ReadonlyArray<number | null>; highest: number },
  currency: string,
): string {
  const where = lines[values.indexOf(highest)]?.label ?? "";
  const most = `The highest is ${valueWords(measure, highest, currency)}: ${where}.`;
  const some = lines[0]?.span || lines.length <= MOST_ROWS ? "" : ` The first ${MOST_ROWS} only.`;
  return `${most}${some} All figures are in the table below.`;
}

function rowsOf({ lines }: Table, measure: Measure, highest: number, currency: string) {
  const rows = lines.slice(0, MOST_ROWS).map((line, i) => {
    const value = valueOf(measure, line);
    const text = `${shortened(line.label)}: ${valueWords(measure, value, currency)}`;
    return { text, y: i * ROW, width: round(((value ?? 0) / highest) * 100) };
  });
  return { kind: "rows" as const, height: rows.length * ROW, rows };
}

function columnsOf(values: ReadonlyArray<number | null>, top: number) {
  const each = 100 / values.length;
  return values.flatMap((value, i) => {
    if (!value) return [];
    const height = round((value / top) * PLOT.height);
    const y = round(PLOT.y + PLOT.height - height);
    return [{ x: round((i + 0.1) * each), width: round(each * 0.8), y, height }];
  });
}

/** Points in a square of 100; a line ends where there is nothing to measure. */
function linesOf(values: ReadonlyArray<number | null>, top: number): string[] {
  const lines: string[][] = [[]];
  for (const [i, value] of values.entries())
    if (value === null) lines.push([]);
    else {
      const x = round(((i + 0.5) / values.length) * 100);
      lines.at(-1)?.push(`${x},${round(100 - (value / top) * 100)}`);
    }
  // A line of one point is drawn as a dot when it has two.
  return lines
    .filter((points) => points.length > 0)
    .map((points) => (points.length === 1 ? [...points, ...points] : points).join(" "));
}

/** The next of 1, 2, 5, 10, 20, 50 … */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 2, 5, 10].map((step) => step * power);
  return steps.find((step) => step >= value) ?? value;
}

function topWords(measure: Measure, top: number, currency: string): string {
  const words = valueWords(measure, top, currency);
  return measure === "revenue" && top >= 100
    ? formatMoney(top, currency).replace(/\.00$/, "")
    : words;
}

const LONGEST_LABEL = 28; // characters: a phone is no wider

function shortened(label: string): string {
  return label.length <= LONGEST_LABEL ? label : `${label.slice(0, LONGEST_LABEL - 1)}…`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
