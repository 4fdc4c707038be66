import { say, type Sentence } from "./language.ts";

/** An error that knows its own status: the handler needs no list of classes. */
export class HttpError extends Error {
  readonly status: number;
  /** The message for readers of other languages, where customers may come to see it. */
  readonly sentence: Sentence | undefined;
  constructor(status: number, message: string | Sentence) {
    super(String(message));
    this.status = status;
    this.sentence = typeof message === "string" ? undefined : message;
  }
}

export class BadRequest extends HttpError {
  constructor(message: string | Sentence = "The request could not be understood") {
    super(400, message);
  }
}

export class Forbidden extends HttpError {
  constructor(message = "Not allowed") {
    super(403, message);
  }
}

/** Also for what belongs to somebody else: it does not exist for the one who asks. */
export class NotFound extends HttpError {
  constructor(what = "page") {
    super(404, `No such ${what}`);
  }
}

/** What was asked for was possible a moment ago, or contradicts what is stored. */
export class Conflict extends HttpError {
  constructor(message: string | Sentence) {
    super(409, message);
  }
}

export class Gone extends HttpError {
  constructor(message: string | Sentence) {
    super(410, message);
  }
}

export class TooManyRequests extends HttpError {
  /** seconds */
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super(429, say("refusal.too_many"));
    this.retryAfter = retryAfter;
  }
}

export class Unavailable extends HttpError {
  constructor(message = "The service is busy") {
    super(503, message);
  }
}
