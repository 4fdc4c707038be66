// From the table to a router: key, limit, scope, validation, idempotency, and one form of refusal.
import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from "express";
import type { Scope } from "../domain/scopes.ts";
import type { ApiKey } from "../models/api-key.ts";
import { catalogueOfId } from "../models/catalogue.ts";
import { type Answer, refusal, send } from "./answer.ts";
import type { ApiTable, Caller, Endpoint } from "./endpoint.ts";
import { keyOf, limitRequests, requireScope } from "./key.ts";
import { onceOf, runOnce } from "./once.ts";
import { DOCS, Problem } from "./problem.ts";
import { versionAsked } from "./version.ts";

const LARGEST_BODY = "64kb";
const JSON_TYPES = ["application/json", "application/*+json"];

const readJson = express.json({ limit: LARGEST_BODY, inflate: false, type: JSON_TYPES });

export function mountApi(table: ApiTable, base: string): Router {
  const router = Router();
  const byPath = Map.groupBy(Object.entries(table), ([line]) => line.split(" ")[1] ?? "/");
  for (const [path, lines] of byPath) {
    const route = router.route(path);
    const verbs = lines.map(([line]) => line.split(" ")[0] ?? "");
    for (const [i, [, [scope, endpoint]]] of lines.entries()) {
      const verb = (verbs[i] ?? "").toLowerCase() as "get" | "post" | "patch" | "delete";
      route[verb](nameRoute(base + path), admit(scope), readBody, answering(endpoint));
    }
    route.all(nameRoute(base + path), refuseMethod(verbs));
  }
  router.use(() => {
    throw new Problem("not-found", { detail: `Nothing is at this address; ${DOCS} lists what is` });
  });
  router.use((error: unknown, req: Request, res: Response, next: NextFunction) =>
    res.headersSent ? next(error) : send(req, res, refusal(req, error)),
  );
  return router;
}

/** For counting and logs: the pattern, never the address itself. */
function nameRoute(pattern: string): RequestHandler {
  return (req, _res, next) => {
    req.pattern = pattern;
    next();
  };
}

/** Who may not come in is not read further. */
function admit(scope: Scope): RequestHandler {
  return async (req, res, next) => {
    const key = await keyOf(req, Date.now());
    await limitRequests(res, key);
    requireScope(key, scope);
    res.locals.key = key;
    next();
  };
}

function readBody(req: Request, res: Response, next: NextFunction): void {
  const { "content-length": length = "0", "transfer-encoding": encoding } = req.headers;
  const hasBody = length !== "0" || encoding !== undefined;
  if (!hasBody) return next();
  if (!req.is(JSON_TYPES)) throw new Problem("unsupported-media-type");
  readJson(req, res, next);
}

function answering(endpoint: Endpoint): RequestHandler {
  return async (req, res) => {
    const key = res.locals.key as ApiKey;
    const { params, query, body } = req;
    const run = endpoint.prepare({ params, query, body });
    const caller = await callerOf(req, key, Date.now());
    const answer = await runOnce(key, caller.once, async () => {
      try {
        return answerOf(endpoint, await run(caller));
      } catch (error) {
        return refusal(req, error);
      }
    });
    send(req, res, answer);
  };
}

async function callerOf(req: Request, key: ApiKey, now: number): Promise<Caller> {
  return {
    key,
    now,
    actor: { kind: "api", keyId: key.id, staffId: key.staffId },
    ifMatch: versionAsked(req.headers["if-match"]),
    once: onceOf(req),
    catalogue: await catalogueOfId(key.businessId),
  };
}

function answerOf({ status, headers }: Endpoint, body: unknown): Answer {
  return { status, headers: headers(body), body };
}

function refuseMethod(verbs: readonly string[]): RequestHandler {
  const allowed = [...verbs, ...(verbs.includes("GET") ? ["HEAD"] : [])].join(", ");
  return () => {
    const detail = `This address takes ${allowed}`;
    throw new Problem("method-not-allowed", { detail, headers: { Allow: allowed } });
  };
}
