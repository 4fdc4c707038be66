// A request with an idempotency key is run once; whoever sends it again gets the same answer
// (draft-ietf-httpapi-idempotency-key-header).
import { setTimeout as wait } from "node:timers/promises";
import type { Request } from "express";
import type { ApiKey } from "../models/api-key.ts";
import { ApiRequest } from "../models/api-request.ts";
import type { Answer } from "./answer.ts";
import { Problem } from "./problem.ts";

const PATIENCE = 5000; // ms that one waits for the other that is running
const PAUSE = 50; // ms

/**
 * All that makes two requests the same one, the idempotency key included; undefined without one.
 * @throws Problem for a key that is none
 */
export function onceOf(req: Request): string | undefined {
  const { "idempotency-key": given, "if-match": ifMatch = "" } = req.headers;
  if (given === undefined || req.method === "GET" || req.method === "HEAD") return undefined;
  if (typeof given !== "string" || !/^[\x21-\x7e]{1,200}$/.test(given))
    throw new Problem("bad-request", {
      detail: "Idempotency-Key takes 1 to 200 visible ASCII characters",
    });
  return [given, req.method, req.originalUrl, ifMatch, JSON.stringify(req.body ?? {})].join("\n");
}

/** Runs the request, or tells what it came to when it was run before. */
export async function runOnce(
  key: ApiKey,
  request: string | undefined,
  run: () => Promise<Answer>,
): Promise<Answer> {
  if (request === undefined) return run();
  const [idempotencyKey = ""] = request.split("\n", 1);
  for (const began = Date.now(); Date.now() < began + PATIENCE; await wait(PAUSE)) {
    const begun = await ApiRequest.begin({ key, idempotencyKey, request }, Date.now());
    if (begun.state === "begun") return runAndKeep(key, begun.id, run);
    if (begun.state === "another") throw new Problem("idempotency-key-reused");
    if (begun.state === "answered") return asBefore(begun.answer);
  }
  throw new Problem("request-running", { headers: { "Retry-After": "5" } });
}

async function runAndKeep(key: ApiKey, id: number, run: () => Promise<Answer>): Promise<Answer> {
  const answer = await run();
  // What was our fault, or only too much at once, may go well the next time.
  if (answer.status >= 500 || answer.status === 429) await ApiRequest.forget(key, id);
  else await ApiRequest.answer(key, id, JSON.stringify(answer));
  return answer;
}

function asBefore(text: string): Answer {
  const answer = JSON.parse(text) as Answer;
  return { ...answer, headers: { ...answer.headers, "Idempotency-Replayed": "true" } };
}
