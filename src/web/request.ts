// What the kernel adds to a request, in one place.
import type { Business } from "../models/index.ts";
import type { Flag } from "../models/database.ts";
import type { Catalogue } from "../models/catalogue.ts";
import type { Known } from "../models/sign-in.ts";
import type { Member } from "../models/staff.ts";
import type { Upload } from "./upload.ts";

/** Bound: she has signed that she tells nothing on, and that is in force today. */
export type SignedInOperator = { id: number; name: string; email: string; bound: Flag };
export type SignedInPerson = Known;

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- the only way to extend Request
  namespace Express {
    interface Request {
      /** The business whose workspace this is; set by the tenant loader. */
      business: Business;
      /** The business whose public pages these are, with what can be booked. */
      catalogue: Catalogue;
      /** Who is signed in, if anyone. */
      person: SignedInPerson | undefined;
      /** What that person is in `business`, if anything. */
      staff: Member | undefined;
      operator: SignedInOperator | undefined;
      /** The route's pattern, such as /b/:business/services: for counts and logs. */
      pattern: string | undefined;
      baseUrlPattern: string | undefined;
      /** The file of a form that has one. */
      upload: Upload | undefined;
      /** Country, or country and state, of the visitor; "??" when unknown. */
      region: string;
      /** 20 bits that many addresses share: for limits. */
      rateBucket: string;
      /** Whether the visitor's address lies in one of these networks (CIDR). */
      addressIsIn(networks: readonly string[]): boolean;
    }
  }
}

declare module "express-session" {
  interface SessionData {
    personId: number;
    signInVersion: number;
    operatorId: number;
    signedInAt: number;
  }
}
