import { type NextFunction, type Request, type Response, Router } from "express";
import { may, type Right } from "../domain/rights.ts";
import { Forbidden, NotFound } from "../errors.ts";
import { requireFormToken } from "./form-token.ts";
import { readUpload } from "./upload.ts";
import { requireCsrfToken } from "./csrf.ts";

/**
 * Who may. "anyone" is a visitor, and her forms carry a signed token; all others have a session,
 * and their forms carry its token. In a workspace it is a right that the role must have, or "staff"
 * for everybody who works there. An operator is let in only while what she has signed is in force;
 * "operator.leaving" is what she may do without.
 */
export type Access = "anyone" | "person" | "staff" | "operator" | "operator.leaving" | Right;
export type Action = (req: Request, res: Response) => unknown;
/** A route is one line: verb and path, who may, what runs. "Who" is not optional. */
export type RouteTable = Record<`${"GET" | "POST"} /${string}`, readonly [Access, Action]>;

const NOT_BOUND =
  "Operators are let in only with a signed non-disclosure agreement in force; yours is missing or has ended. The company records a new one";
const NOT_IN_ROLE = "Your role in this business does not include that; an owner can change it";

export function mount(table: RouteTable): Router {
  const router = Router({ mergeParams: true });
  for (const [line, [access, action]] of Object.entries(table)) {
    const [verb, path = "/"] = line.split(" ");
    if (verb === "GET") router.get(path, guard(access), run(path, action));
    // A visitor's form has no file: a body of that kind is not read at all.
    else if (access === "anyone") router.post(path, formGuard(access), run(path, action));
    else router.post(path, guard(access), readUpload, formGuard(access), run(path, action));
  }
  return router;
}

function guard(access: Access) {
  return (req: Request, res: Response, next: NextFunction) => {
    if (access === "anyone" || mayAccess(access, req)) return next();
    if (isOperators(access)) {
      if (req.operator) throw new Forbidden(NOT_BOUND);
      return askToSignIn(access, req, res);
    }
    if (!req.person) return askToSignIn(access, req, res);
    // Somebody else's business does not exist for the one who asks.
    throw req.staff ? new Forbidden(NOT_IN_ROLE) : new NotFound("business");
  };
}

function mayAccess(access: Exclude<Access, "anyone">, req: Request): boolean {
  if (access === "operator") return Boolean(req.operator?.bound);
  if (access === "operator.leaving") return req.operator !== undefined;
  if (access === "person") return req.person !== undefined;
  if (!req.staff) return false;
  return access === "staff" || may(req.staff.role, access);
}

function isOperators(access: Access): boolean {
  return access === "operator" || access === "operator.leaving";
}

function askToSignIn(access: Access, req: Request, res: Response): void {
  const signIn = isOperators(access) ? "/operator/login" : "/login";
  const next = req.method === "GET" ? `?next=${encodeURIComponent(req.originalUrl)}` : "";
  res.redirect(303, `${signIn}${next}`);
}

function formGuard(access: Access) {
  return (req: Request, res: Response, next: NextFunction) => {
    // Somebody signed in who uses a visitor's form has the session's token in it.
    if (access === "anyone" && !req.csrfToken) requireFormToken(req, res, next);
    else requireCsrfToken(req, res, next);
  };
}

function run(path: string, action: Action) {
  return (req: Request, res: Response) => {
    // For counting and logs: the pattern, never the address itself.
    req.pattern = `${req.baseUrlPattern ?? ""}${path === "/" ? "" : path}` || "/";
    return action(req, res);
  };
}
