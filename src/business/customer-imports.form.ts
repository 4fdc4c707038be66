import { z } from "zod";
import { columnOf, COLUMNS, type Mapping, mappingProblem } from "../customer-file.ts";
import type { Field } from "../domain/fields.ts";
import { box } from "../web/form.ts";

const options = z.looseObject({
  headings: box,
  faults: z.enum(["skip", "refuse"], "Choose what happens with lines that are not right"),
  known: z.enum(["skip", "update"], "Choose what happens with customers who are known"),
});

/** The options with what each of so many columns is: one of ours, or of the business's own. */
export function ImportForm(columns: number, fields: readonly Field[]) {
  const possible = new Set<unknown>([...Object.keys(COLUMNS), ...fields.map(columnOf)]);
  const names = Array.from({ length: columns }, (_, i) => `column${i}`);
  return options.transform(({ headings, faults, known, ...rest }, context) => {
    const mapping: Mapping = names.map((name) =>
      possible.has(rest[name]) ? (rest[name] as Mapping[number]) : "",
    );
    const problem = mappingProblem(mapping, fields);
    if (problem) context.addIssue({ code: "custom", path: ["column0"], message: problem });
    return { headings, faults, known, mapping };
  });
}
