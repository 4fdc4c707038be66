/** One character an event, by which the reporter tells test/run.ts what happened. */
export const MARKS = { passed: "+", failed: "-", skipped: "s", end: "." } as const;
