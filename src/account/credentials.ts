import type { Request } from "express";
import { log } from "../log.ts";
import { Person } from "../models/index.ts";
import { isPassword } from "../passwords.ts";
import { accountTried, beginTry, endTries } from "../web/back-off.ts";

/**
 * Who has this address and this password, if anyone. An address nobody has takes the same steps and
 * the same time.
 * @throws TooManyRequests, Unavailable
 */
export async function personWith(
  req: Request,
  email: string,
  password: string,
): Promise<Person | undefined> {
  const person = await Person.withEmail(email);
  const account = accountTried("person", person?.id, email);
  await beginTry(req, account);
  if (!(await isPassword(password, person?.passwordHash))) {
    log.info({ region: req.region, bucket: req.rateBucket }, "sign-in refused");
    return undefined;
  }
  await endTries(req, account);
  return person ?? undefined;
}
