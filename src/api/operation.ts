// The table once more, as the document and the page tell of it.
import type { Scope } from "../domain/scopes.ts";
import type { ApiTable, Endpoint, Verb } from "./endpoint.ts";
import { problems, type ProblemType } from "./problem.ts";

export type Operation = {
  /** Such as post-appointments-id-cancellation: for anchors, and for generated programs. */
  id: string;
  verb: Verb;
  /** As RFC 6570 has it: /appointments/{id}. */
  path: string;
  /** What is served: appointments. */
  noun: string;
  scope: Scope;
  endpoint: Endpoint;
  refusals: ProblemType[];
};

export function operationsOf(table: ApiTable): Operation[] {
  return Object.entries(table).map(([line, [scope, endpoint]]) => {
    const [verb, pattern] = line.split(" ") as [Verb, string];
    const words = line.toLowerCase().split(/[^a-z]+/);
    return {
      id: words.filter(Boolean).join("-"),
      verb,
      path: pattern.replaceAll(/:(\w+)/g, "{$1}"),
      noun: pattern.split("/")[1] ?? "",
      scope,
      endpoint,
      refusals: refusalsOf(verb, endpoint),
    };
  });
}

/** Whether sending it again could do it again. */
export function isUnsafe({ verb }: { verb: Verb }): boolean {
  return verb !== "GET";
}

const ALWAYS: readonly ProblemType[] = [
  "bad-request",
  "unauthorized",
  "insufficient-scope",
  "too-many-requests",
  "internal",
  "unavailable",
];

/** By their numbers. */
function refusalsOf(verb: Verb, { params, query, body, refusals }: Endpoint): ProblemType[] {
  const names = [params, query].map((schema) => Object.keys(schema.shape));
  const [inPath = [], inQuery = []] = names;
  const types = new Set<ProblemType>([
    ...ALWAYS,
    ...refusals,
    ...(inPath.length > 0 || body ? (["not-found"] as const) : []),
    ...(body ? (["too-large", "unsupported-media-type"] as const) : []),
    ...(inQuery.length > 0 || body ? (["invalid"] as const) : []),
    ...(isUnsafe({ verb }) ? (["request-running", "idempotency-key-reused"] as const) : []),
  ]);
  return [...types].toSorted((a, b) => problems[a][0] - problems[b][0]);
}
