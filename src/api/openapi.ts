// The OpenAPI 3.1 document, made of the table and of the very schemas that validate.
import type { z } from "zod";
import { config } from "../../config/index.ts";
import { scopes } from "../domain/scopes.ts";
import type { ApiTable } from "./endpoint.ts";
import { type ExampleTimes, exampleTimes } from "./example.ts";
import { type Schema, schemaOf } from "./json-schema.ts";
import { LIMIT } from "./key.ts";
import { isUnsafe, type Operation, operationsOf } from "./operation.ts";
import { DOCS, problems, type ProblemType } from "./problem.ts";
import { type Message, messageHeaders, messagesOn } from "./webhooks.document.ts";

/** @param now its examples are about the days after it */
export function openApi(table: ApiTable, now: number) {
  const schemas: Record<string, Schema> = { Problem: PROBLEM };
  const times = exampleTimes(now);
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operationsOf(table)) {
    const path = (paths[operation.path] ??= {});
    path[operation.verb.toLowerCase()] = describe(operation, times, schemas);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Plainbook",
      version: "1",
      summary: "Appointment books of small businesses",
      description: `For people: ${DOCS}`,
      license: { name: "MIT", identifier: "MIT" },
    },
    externalDocs: { url: DOCS },
    servers: [{ url: `${config.baseUrl}/api/v1` }],
    security: [{ key: [] }],
    tags: [...new Set(operationsOf(table).map(({ noun }) => noun))].map((name) => ({ name })),
    paths,
    webhooks: Object.fromEntries(
      messagesOn(times).map((message) => [message.event, { post: told(message, schemas) }]),
    ),
    components: {
      schemas,
      securitySchemes: { key: KEY },
      parameters: { IdempotencyKey: IDEMPOTENCY_KEY, IfMatch: IF_MATCH },
      responses: Object.fromEntries(
        (Object.keys(problems) as ProblemType[]).map((type) => [type, refusal([type])]),
      ),
      headers: HEADERS,
    },
  };
}

function describe(
  operation: Operation,
  times: ExampleTimes,
  schemas: Record<string, Schema>,
): object {
  const { id, noun, scope, endpoint } = operation;
  const { summary, description, body } = endpoint;
  const shown = endpoint.example(times);
  return {
    operationId: id,
    tags: [noun],
    summary,
    ...(description && { description }),
    security: [{ key: [scope] }],
    parameters: [
      ...parametersIn("path", endpoint.params, shown.params),
      ...parametersIn("query", endpoint.query, shown.query),
      ...(isUnsafe(operation) ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
      ...(isConditional(operation) ? [{ $ref: "#/components/parameters/IfMatch" }] : []),
    ],
    ...(body && {
      requestBody: {
        required: true,
        content: {
          "application/json": { schema: schemaOf(body, "input", schemas), example: shown.body },
        },
      },
    }),
    responses: { ...success(operation, shown.answer, schemas), ...refused(operation.refusals) },
  };
}

/** A message to a webhook, as the other program gets it. */
function told({ event, words, schema, example }: Message, schemas: Record<string, Schema>): object {
  return {
    operationId: event.replaceAll(/[._]/g, "-"),
    tags: ["webhooks"],
    summary: words,
    security: [],
    parameters: Object.entries(messageHeaders).map(([name, description]) => {
      return { name, in: "header", required: true, description, schema: { type: "string" } };
    }),
    requestBody: {
      required: true,
      content: { "application/json": { schema: schemaOf(schema, "output", schemas), example } },
    },
    responses: {
      "2XX": { description: "It has arrived" },
      "410": { description: "The webhook is switched off" },
      default: { description: "It is sent again later, for a day; redirects are not followed" },
    },
  };
}

export function isConditional({ endpoint }: Operation): boolean {
  return endpoint.refusals.includes("precondition-failed");
}

function parametersIn(
  place: "path" | "query",
  schema: z.ZodType,
  values: Record<string, string> = {},
): object[] {
  const { properties = {}, required = [] } = schemaOf(schema, "input", {});
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
    ...(values[name] !== undefined && { example: typed(values[name], rest) }),
  }));
}

/** In an address all is text; what it means may be a number. */
function typed(value: string, { type }: Schema): unknown {
  return type === "integer" ? Number(value) : value;
}

function success(
  { endpoint }: Operation,
  answer: unknown,
  schemas: Record<string, Schema>,
): object {
  const { status, isVersioned, isMaking } = endpoint;
  const headers = [...LIMITS, ...(isVersioned ? ["ETag"] : []), ...(isMaking ? ["Location"] : [])];
  const body = {
    schema: status === 204 ? {} : schemaOf(endpoint.answer, "output", schemas),
    example: answer,
  };
  return {
    [status]: {
      description: status === 201 ? "Made" : "Done",
      headers: headersOf(headers),
      ...(status !== 204 && { content: { "application/json": body } }),
    },
  };
}

function refused(types: readonly ProblemType[]): object {
  const byStatus = Map.groupBy(types, (type) => problems[type][0]);
  return Object.fromEntries(
    [...byStatus].map(([status, [type, ...more]]) => [
      status,
      type && more.length === 0
        ? { $ref: `#/components/responses/${type}` }
        : refusal([type ?? "internal", ...more]),
    ]),
  );
}

/** One answer for all problems of a status. */
function refusal(types: readonly [ProblemType, ...ProblemType[]]): object {
  return {
    description: types.map((type) => problems[type][1]).join(", or: "),
    headers: headersOf(BY_STATUS[problems[types[0]][0]] ?? []),
    content: {
      "application/problem+json": {
        schema: { $ref: "#/components/schemas/Problem" },
        examples: Object.fromEntries(types.map((type) => [type, { value: exampleOf(type) }])),
      },
    },
  };
}

function exampleOf(type: ProblemType): object {
  const [status, title, detail] = problems[type];
  return { type: `${DOCS}#${type}`, title, status, detail };
}

function headersOf(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

const LIMITS = ["RateLimit", "RateLimit-Policy"];
const BY_STATUS: Record<number, string[]> = {
  401: ["WWW-Authenticate"],
  403: ["WWW-Authenticate"],
  429: ["Retry-After", ...LIMITS],
  503: ["Retry-After"],
};

const KEY = {
  type: "http",
  scheme: "bearer",
  description: [
    "A key that the owner of a business makes under Integrations. Its scopes:",
    ...Object.entries(scopes).map(([scope, words]) => `- ${scope}: ${words}`),
  ].join("\n"),
};

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "Up to 200 characters that no other request of yours has. For 24 hours, the same request with it gets the same answer, and nothing is done again",
  schema: { type: "string", pattern: "^[!-~]{1,200}$" },
  example: "4f9d1c86-0a1e-4a4c-9a57-2b0f1f6f1c55",
};

const IF_MATCH = {
  name: "If-Match",
  in: "header",
  description: "The ETag of the version you have seen; another one is not changed",
  schema: { type: "string" },
};

const text = (description: string) => ({ description, schema: { type: "string" } });
const HEADERS = {
  ETag: text("The version of what is answered"),
  Location: text("Where what was made is"),
  RateLimit: text("What is left: r requests, until t seconds have passed"),
  "RateLimit-Policy": text(`A key has ${LIMIT.max} requests in ${LIMIT.perSeconds} seconds`),
  "Retry-After": text("Seconds to wait"),
  "WWW-Authenticate": text("What is missing (RFC 6750)"),
};

const PROBLEM: Schema = {
  type: "object",
  description: "RFC 9457. Members that are not listed here belong to the type",
  properties: {
    type: { type: "string", format: "uri", description: "Which problem it is" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: {
          detail: { type: "string" },
          pointer: { type: "string", description: "In the body (RFC 6901)", examples: ["#/start"] },
          parameter: { type: "string", description: "In the address" },
        },
        required: ["detail"],
      },
    },
    next_times: { type: "array", items: { $ref: "#/components/schemas/Time" } },
  },
  required: ["type", "title", "status", "detail"],
};
