// Schemas as the document has them: JSON Schema 2020-12.
import { z } from "zod";

export type Schema = {
  [keyword: string]: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
};

/** Of one side of a schema, with those that have a name put aside into `schemas`. */
export function schemaOf(
  schema: z.ZodType,
  io: "input" | "output",
  schemas: Record<string, Schema>,
): Schema {
  const made = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => plain(jsonSchema as Schema, io),
  });
  const text = JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $schema: _, $defs = {}, ...own } = JSON.parse(text) as Schema & { $defs?: Schema };
  for (const [name, named] of Object.entries($defs)) {
    const { id: __, ...rest } = named as Schema;
    schemas[name] ??= rest;
  }
  const { id: name, ...unnamed } = own;
  if (typeof name !== "string") return own;
  schemas[name] ??= unnamed;
  return { $ref: `#/components/schemas/${name}` };
}

// What is answered may get more fields one day, and a program must not mind. Bounds that only
// JavaScript has say nothing.
function plain(schema: Schema, io: "input" | "output"): void {
  if (io === "output") delete schema.additionalProperties;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}
