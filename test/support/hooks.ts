// Loaded by mocha before the tests (test/run.ts). Whoever opens something for the whole run names
// here how it is closed; mocha is run without --exit, so what stays open is found.
type Close = () => unknown;

const closings: Close[] = [];

/** Runs after the last test; the last one named is the first. */
export function atTheEnd(close: Close): void {
  closings.push(close);
}

export const mochaHooks = {
  async afterAll(): Promise<void> {
    for (const close of closings.splice(0).toReversed()) await close();
  },
};
