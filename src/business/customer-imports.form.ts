import { z } from "zod";
import { type ColumnName, COLUMNS, type Mapping, mappingProblem } from "../customer-file.ts";
import { box } from "../web/form.ts";

const options = z.looseObject({
  headings: box,
  faults: z.enum(["skip", "refuse"], "Choose what happens with lines that are not right"),
  known: z.enum(["skip", "update"], "Choose what happens with customers who are known"),
});

/** The options with what each of so many columns is. */
export function ImportForm(columns: number) {
  const names = Array.from({ length: columns }, (_, i) => `column${i}`);
  return options.transform(({ headings, faults, known, ...rest }, context) => {
    const mapping: Mapping = names.map((name) => columnOf(rest[name]));
    const problem = mappingProblem(mapping);
    if (problem) context.addIssue({ code: "custom", path: ["column0"], message: problem });
    return { headings, faults, known, mapping };
  });
}

function columnOf(value: unknown): ColumnName | "" {
  return typeof value === "string" && Object.hasOwn(COLUMNS, value) ? (value as ColumnName) : "";
}
