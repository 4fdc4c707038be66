// Schemas and examples as people read them.
import { config } from "../../config/index.ts";
import type { Example } from "./endpoint.ts";
import type { Schema } from "./json-schema.ts";
import type { Operation } from "./operation.ts";

export type Row = {
  /** With dots for what lies within: customer.name. */
  name: string;
  place: string;
  type: string;
  required: boolean;
  description: string;
};

/** One line a field. */
export function rowsOf(schema: Schema, place: string, prefix = ""): Row[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([key, field]) => {
    const name = prefix + key;
    const row = {
      name,
      place,
      type: typeWords(field),
      required: required.includes(key),
      description: field.description ?? "",
    };
    return [
      row,
      ...rowsOf(field, place, `${name}.`),
      ...rowsOf(itemsOf(field), place, `${name}[].`),
    ];
  });
}

/** JSON, a member a line. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** A request to be pasted into a shell. */
export function curlOf({ verb, path, endpoint }: Operation, shown: Example): string {
  const { params = {}, query = {}, body } = shown;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? name);
  const asked = Object.entries(query).map(([name, value]) => `--data-urlencode '${name}=${value}'`);
  const lines = [
    `curl ${config.baseUrl}/api/v1${filled}`,
    '-H "Authorization: Bearer $PLAINBOOK_KEY"',
    ...(asked.length > 0 ? ["--get", ...asked] : []),
    ...(verb === "GET" ? [] : [`-X ${verb}`, '-H "Idempotency-Key: $(uuidgen)"']),
    ...(endpoint.body ? ["--json @- <<'END'"] : []),
  ];
  const command = lines.join(" \\\n  ");
  return endpoint.body ? `${command}\n${textOf(body)}\nEND` : command;
}

function typeWords(schema: Schema): string {
  const {
    anyOf,
    enum: values,
    type,
    format,
    $ref,
  } = schema as Schema & {
    anyOf?: Schema[];
    enum?: string[];
    $ref?: string;
  };
  if ($ref) return $ref.replace(/^.*\//, "");
  if (anyOf) return anyOf.map(typeWords).join(" or ");
  if (values) return `one of ${values.join(", ")}`;
  if (Array.isArray(type)) return type.join(" or ");
  if (type === "array") return `list of ${typeWords(itemsOf(schema))}`;
  return typeof format === "string" ? `${String(type)} (${format})` : String(type);
}

function itemsOf({ items }: Schema): Schema {
  return (items ?? {}) as Schema;
}
