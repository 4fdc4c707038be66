// What a program is told when it is refused: problem details after RFC 9457. The types are named by
// anchors of the documentation, where each is explained.
import { config } from "../../config/index.ts";
import { HttpError, TooManyRequests } from "../errors.ts";
import { ChangedMeanwhile, Refused } from "../models/set-up.ts";

/** Where the documentation is, and with it every type of problem. */
export const DOCS = `${config.baseUrl}/api/v1/docs`;

export const problems = {
  "bad-request": [
    400,
    "The request could not be read",
    "The body is no JSON, or a header has no form that is known here.",
  ],
  unauthorized: [
    401,
    "A key is needed",
    "Send Authorization: Bearer with a key of the business that is in use.",
  ],
  "insufficient-scope": [
    403,
    "The key may not do that",
    "The owner of the business can make a key with the scope named in WWW-Authenticate.",
  ],
  "not-found": [
    404,
    "No such thing",
    "Nothing has this address, or what the request names is not in this business.",
  ],
  "method-not-allowed": [
    405,
    "Not with this method",
    "The header Allow lists the methods that are.",
  ],
  "time-taken": [
    409,
    "That time is not to be had",
    "Somebody has it, or it is not offered. The member next_times lists the next free ones.",
  ],
  "bookings-closed": [
    409,
    "The business takes no bookings for now",
    "Nothing can be booked until its owner opens bookings again. What is booked can be moved.",
  ],
  conflict: [
    409,
    "That does not fit how things are now",
    "Get the resource again: it has been cancelled or changed meanwhile.",
  ],
  "request-running": [
    409,
    "The same request is being answered",
    "One with the same idempotency key came a moment earlier. Send this one again soon.",
  ],
  "precondition-failed": [
    412,
    "It has been changed meanwhile",
    "If-Match names an older version. Get the resource again and decide anew.",
  ],
  "too-large": [413, "The body is too large", "64 kB are enough for everything there is to send."],
  "unsupported-media-type": [
    415,
    "The body must be JSON",
    "Send Content-Type: application/json, in UTF-8 and not compressed.",
  ],
  invalid: [
    422,
    "Something in the request is not right",
    "The member errors lists each part that is not: by JSON pointer in the body, or by parameter.",
  ],
  "idempotency-key-reused": [
    422,
    "The idempotency key was used for another request",
    "Make a new key for each request that differs from all before.",
  ],
  "too-many-requests": [
    429,
    "Too many requests",
    "Wait as many seconds as Retry-After says. RateLimit tells how many are left.",
  ],
  internal: [
    500,
    "Something went wrong",
    "It is our fault, and it has been noted. Try again later.",
  ],
  unavailable: [503, "Busy at the moment", "Try again in a minute, with the same idempotency key."],
} as const satisfies Record<string, readonly [status: number, title: string, advice: string]>;

export type ProblemType = keyof typeof problems;
export type ProblemError = { detail: string; pointer?: string; parameter?: string };

type More = {
  detail?: string | undefined;
  headers?: Record<string, string>;
  /** Members of its own. */
  members?: Record<string, unknown>;
};

export class Problem extends HttpError {
  readonly type: ProblemType;
  readonly headers: Record<string, string>;
  readonly members: Record<string, unknown>;
  constructor(type: ProblemType, { detail, headers = {}, members = {} }: More = {}) {
    super(problems[type][0], detail ?? "");
    this.type = type;
    this.headers = headers;
    this.members = members;
  }

  /** As it goes over the wire: with what is to be done, where nothing closer is known. */
  get body(): Record<string, unknown> {
    const [status, title, advice] = problems[this.type];
    const detail = this.message || advice;
    return { type: `${DOCS}#${this.type}`, title, status, detail, ...this.members };
  }
}

export function invalid(errors: ProblemError[]): Problem {
  return new Problem("invalid", { members: { errors } });
}

/** The problem that an error is; one of ours says what it is, any other is our fault. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ChangedMeanwhile)
    return new Problem("precondition-failed", { detail: error.message });
  if (error instanceof Refused)
    return invalid([{ pointer: `#/${error.field}`, detail: error.message }]);
  if (error instanceof TooManyRequests) return tooMany(error.retryAfter);
  const status = statusOf(error);
  const type = byStatus[status] ?? (status < 500 ? "bad-request" : "internal");
  const detail = error instanceof HttpError ? error.message : undefined;
  const headers: Record<string, string> = status === 503 ? { "Retry-After": "30" } : {};
  return new Problem(type, { detail, headers });
}

export function tooMany(seconds: number): Problem {
  return new Problem("too-many-requests", { headers: { "Retry-After": String(seconds) } });
}

const byStatus: Partial<Record<number, ProblemType>> = {
  404: "not-found",
  409: "conflict",
  410: "not-found",
  413: "too-large",
  415: "unsupported-media-type",
  503: "unavailable",
};

// Middleware (body parser, router) puts a status on what it throws.
function statusOf(error: unknown): number {
  const { status } = (error ?? {}) as { status?: unknown };
  return typeof status === "number" && status >= 400 ? status : 500;
}
