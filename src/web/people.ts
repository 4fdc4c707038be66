// Who is asking, from the session: read anew at each request, so that a changed password or a lost
// right ends older sessions at once.
import type { NextFunction, Request, Response } from "express";
import { may, type Right } from "../domain/rights.ts";
import { browserFamily } from "../domain/visit.ts";
import { rows } from "../models/database.ts";
import { Staff } from "../models/index.ts";
import { dayOf, IN_FORCE } from "../models/non-disclosure.ts";
import { SignIns } from "../models/sign-in.ts";
import { hashToken } from "../secrets.ts";
import { plantCsrfSecret } from "./csrf.ts";
import { endSession, newSession } from "./session.ts";
import type { SignedInOperator } from "./request.ts";

/** Sets `req.person` for a session that is still good. */
export async function identifyPerson(req: Request, res: Response, next: NextFunction) {
  const { personId, signInVersion } = req.session ?? {};
  if (personId !== undefined) {
    const session = { hash: sessionHash(req), personId, signInVersion: signInVersion ?? 0 };
    const person = await SignIns.whose(session, Date.now());
    req.person = person;
    res.locals.person = person;
  }
  next();
}

/** Sets `req.staff` where the person works for the business of this workspace. */
export async function identifyStaff(req: Request, res: Response, next: NextFunction) {
  if (req.person && req.business) {
    req.staff = await Staff.memberOf(req.business.id, req.person.id);
    res.locals.staff = req.staff;
    const { staff } = req;
    res.locals.may = (right: Right) => staff !== undefined && may(staff.role, right);
  }
  next();
}

export async function identifyOperator(req: Request, res: Response, next: NextFunction) {
  const { operatorId, signInVersion } = req.session ?? {};
  if (operatorId !== undefined) {
    const [operator] = await rows<SignedInOperator>(
      `SELECT o.id, o.name, o.email, ${IN_FORCE} AS bound FROM operators o
       WHERE o.id = $operatorId AND o.sign_in_version = $signInVersion`,
      { operatorId, signInVersion: signInVersion ?? 0, today: dayOf(Date.now()) },
    );
    req.operator = operator;
    res.locals.operator = operator;
  }
  next();
}

/** Begins a session of its own: nothing an attacker planted before survives signing in. */
export async function signIn(
  req: Request,
  res: Response,
  person: { id: number; signInVersion: number },
): Promise<void> {
  const now = Date.now();
  await forgetSignIn(req, now);
  await newSession(req, res);
  plantCsrfSecret(req, res);
  req.session.personId = person.id;
  req.session.signInVersion = person.signInVersion;
  req.session.signedInAt = now;
  const browser = browserFamily(req.headers["user-agent"]);
  const place = { region: req.region, browser };
  await SignIns.begin({ ...place, personId: person.id, hash: sessionHash(req) }, now);
}

/** Signs out, here and in the browser. */
export async function signOut(req: Request, res: Response): Promise<void> {
  await forgetSignIn(req, Date.now());
  await endSession(req, res);
}

export async function signInOperator(
  req: Request,
  res: Response,
  operator: { id: number; signInVersion: number },
): Promise<void> {
  await forgetSignIn(req, Date.now());
  await newSession(req, res);
  plantCsrfSecret(req, res);
  req.session.operatorId = operator.id;
  req.session.signInVersion = operator.signInVersion;
  req.session.signedInAt = Date.now();
}

async function forgetSignIn(req: Request, now: number): Promise<void> {
  if (req.session?.personId !== undefined) await SignIns.endOf(sessionHash(req), now);
}

/** By which Redis and the database know the session. */
function sessionHash(req: Request): string {
  return hashToken(req.sessionID);
}
