/** One character an event, by which the reporter tells test/run.ts what happened. */
export const MARKS = { passed: "+", failed: "-", skipped: "s", end: "." } as const;

/** The file beside the marks in `results` that has a line for each test that failed. */
export function failuresOf(results: string): string {
  return `${results}.failures`;
}
