// An endpoint is its schemas and what it does. The schemas validate what comes in, type what goes
// out, and are what the OpenAPI document is made of: none of the three can drift from the others.
import { z } from "zod";
import type { Scope } from "../domain/scopes.ts";
import type { Instant } from "../domain/time.ts";
import { NotFound } from "../errors.ts";
import type { ApiKey } from "../models/api-key.ts";
import type { Actor } from "../models/index.ts";
import type { Catalogue } from "../models/catalogue.ts";
import type { ExampleTimes } from "./example.ts";
import { invalid, type ProblemError, type ProblemType } from "./problem.ts";
import { wordsFor } from "./validation.ts";

export type Verb = "GET" | "POST" | "PATCH" | "DELETE";
/** A route is one line: verb and path, the scope a key must have, what answers. None is optional. */
export type ApiTable = Record<`${Verb} /${string}`, readonly [Scope, Endpoint]>;

/** The program that asks, and for which business. */
export type Caller = {
  key: ApiKey;
  catalogue: Catalogue;
  actor: Extract<Actor, { kind: "api" }>;
  now: Instant;
  /** The version that the program has seen, without quotes. */
  ifMatch: string | undefined;
  /** Names this very request, if it carries an idempotency key. */
  once: string | undefined;
};

export type Call<P extends Fields, Q extends Fields, B extends z.ZodType> = Caller & {
  params: z.output<P>;
  query: z.output<Q>;
  body: z.output<B>;
};

export type Contract<
  A extends z.ZodType,
  P extends Fields,
  Q extends Fields,
  B extends z.ZodType,
> = {
  summary: string;
  /** What a programmer must know besides. */
  description?: string;
  params?: P;
  query?: Q;
  body?: B;
  /** 200 unless told otherwise. */
  status?: 200 | 201 | 204;
  answer: A;
  /** Problems of its own, beside those that every endpoint may have. */
  refusals?: readonly ProblemType[];
  /** The version of what is answered, for If-Match. */
  etag?: (answer: z.input<A>) => string;
  /** Where what was made is, below /api/v1. */
  location?: (answer: z.input<A>) => string;
  /** A request as it may be made, and its answer. */
  example: (times: ExampleTimes) => {
    params?: z.input<P>;
    query?: z.input<Q>;
    body?: z.input<B>;
    answer: z.input<A>;
  };
};

export type Example = {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  answer: unknown;
};

export type Raw = { params: unknown; query: unknown; body: unknown };

/** Any endpoint, whatever its schemas are. */
export type Endpoint = {
  summary: string;
  description: string | undefined;
  params: Fields;
  query: Fields;
  /** Undefined: it has none. */
  body: z.ZodType | undefined;
  status: number;
  answer: z.ZodType;
  refusals: readonly ProblemType[];
  isVersioned: boolean;
  isMaking: boolean;
  example: (times: ExampleTimes) => Example;
  headers: (answer: unknown) => Record<string, string>;
  /**
   * What runs when all is valid.
   * @throws NotFound for an address that no row can have, Problem for all else that is not
   */
  prepare: (raw: Raw) => (caller: Caller) => Promise<unknown>;
};

type Fields = z.ZodObject;
type Nothing = typeof nothing;

const nothing = z.strictObject({});
/** For endpoints that answer with 204. */
export const noContent = z.void();

export function endpoint<
  A extends z.ZodType,
  P extends Fields = Nothing,
  Q extends Fields = Nothing,
  B extends z.ZodType = Nothing,
>(
  contract: Contract<A, P, Q, B>,
  run: (call: Call<P, Q, B>) => Promise<z.input<A>> | z.input<A>,
): Endpoint {
  const { summary, description, refusals = [], status = 200, answer, etag, location } = contract;
  const [params, query, body] = [
    contract.params ?? nothing,
    contract.query ?? nothing,
    contract.body ?? nothing,
  ];
  return {
    summary,
    description,
    refusals,
    status,
    answer,
    params,
    query,
    body: contract.body,
    isVersioned: etag !== undefined,
    isMaking: location !== undefined,
    example: contract.example as Endpoint["example"],
    headers: (answered) => ({
      ...(etag && { ETag: `"${etag(answered as z.input<A>)}"` }),
      ...(location && { Location: `/api/v1${location(answered as z.input<A>)}` }),
    }),
    prepare: (raw) => {
      const parsed = parse({ params, query, body }, { ...raw, body: bodyOf(raw, contract.body) });
      return async (caller) => run({ ...caller, ...(parsed as Parsed<P, Q, B>) });
    },
  };
}

type Parsed<P extends Fields, Q extends Fields, B extends z.ZodType> = Omit<
  Call<P, Q, B>,
  keyof Caller
>;

// Who has nothing to say may say so in JSON.
function bodyOf({ body }: Raw, schema: z.ZodType | undefined): unknown {
  return schema === undefined ? (body ?? {}) : body;
}

function parse(schemas: Record<"params" | "query" | "body", z.ZodType>, raw: Raw): unknown {
  const params = schemas.params.safeParse(raw.params);
  // What cannot be an id is nobody's.
  if (!params.success) throw new NotFound("resource");
  const query = schemas.query.safeParse(raw.query, { error: wordsFor });
  const body = schemas.body.safeParse(raw.body, { error: wordsFor });
  if (query.success && body.success)
    return { params: params.data, query: query.data, body: body.data };
  throw invalid([
    ...errorsOf(query, (path) => ({ parameter: String(path[0] ?? "") })),
    ...errorsOf(body, (path) => ({ pointer: pointerTo(path) })),
  ]);
}

type Path = readonly PropertyKey[];

function errorsOf(
  { error }: z.ZodSafeParseResult<unknown>,
  where: (path: Path) => Partial<ProblemError>,
): ProblemError[] {
  return (error?.issues ?? []).flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          ...where([...issue.path, key]),
          detail: "There is no such field",
        }))
      : [{ ...where(issue.path), detail: issue.message }],
  );
}

/** RFC 6901, as a fragment. */
function pointerTo(path: Path): string {
  const parts = path.map((part) => String(part).replaceAll("~", "~0").replaceAll("/", "~1"));
  return `#${parts.map((part) => `/${encodeURIComponent(part)}`).join("")}`;
}
