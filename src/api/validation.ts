// What a program is told of a value that is not right, where its schema says nothing of its own.
import type { z } from "zod";

const KINDS: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "a JSON object",
  record: "a JSON object",
  string: "a text",
};

/** Undefined where zod's own words will do. */
export function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") return typeWords(issue);
  if (issue.code === "invalid_value") return `Give one of: ${issue.values.join(", ")}`;
  if (issue.code === "invalid_union") return "This has none of the forms that are known here";
  if (issue.code === "too_small") return `Give ${issue.minimum} or more${unitOf(issue.origin)}`;
  if (issue.code === "too_big") return `Give ${issue.maximum} or fewer${unitOf(issue.origin)}`;
  return undefined;
}

function typeWords({ input, expected }: { input?: unknown; expected: string }): string {
  const wanted = KINDS[expected] ?? expected;
  return input === undefined ? `This is missing: give ${wanted}` : `Give ${wanted}`;
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " of them" : "";
}
