// What the privacy statement promises, one by one, and what keeps each of them. The pages at /privacy
// show this; test/privacy/promises.test.ts asks that it is true of the tests there are.
import { promisesOfCollecting } from "./promises-1-to-3.ts";
import { promisesOfKeeping } from "./promises-4-to-9.ts";

/** Of the statement; what it does not ask for is beyond it. */
export type Section = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "beyond";
export type PromiseId = `P${number}.${number}`;

type Given = {
  id: PromiseId;
  /** Where the statement gives it. */
  sections: readonly [Section, ...Section[]];
  promise: string;
  /** What keeps it, in words of who is not a programmer. Of what is not offered yet: what will. */
  mechanism: string;
};

/**
 * Kept: with the titles of tests that show it: whole, without their tags, and with "…" for what is
 * filled in as they run. More tests may carry its tag; these are named on its page.
 */
type Kept = { status: "kept"; proofs: readonly [string, ...string[]] };
/** What it is about does not exist yet, or not in the whole. */
type NotOffered = { status: "not offered yet"; proofs?: undefined };

export type GivenPromise = Given & (Kept | NotOffered);

export const promises: readonly GivenPromise[] = [...promisesOfCollecting, ...promisesOfKeeping];
