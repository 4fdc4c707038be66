// Mocha's usual output, and beside it a file that test/run.ts counts: one character a test, as it
// ends, so that the count survives a crash; the last one says that the run came to its end. What
// failed is told in another file, a line each.
import { appendFileSync } from "node:fs";
import Mocha from "mocha";
import { failuresOf, MARKS } from "./marks.ts";

const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } =
  Mocha.Runner.constants;

const LEAK_MS = 10_000;

export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on(EVENT_TEST_PASS, mark(MARKS.passed));
    runner.on(EVENT_TEST_FAIL, mark(MARKS.failed));
    runner.on(EVENT_TEST_FAIL, (test: Mocha.Runnable, error: Error) => tell(test, error.message));
    runner.on(EVENT_TEST_PENDING, mark(MARKS.skipped));
    runner.on(EVENT_TEST_PENDING, (test: Mocha.Runnable) => tell(test, "skipped"));
    runner.once(EVENT_RUN_END, mark(MARKS.end));
    runner.once(EVENT_RUN_END, endWithin(LEAK_MS));
  }
}

function mark(sign: string): () => void {
  return () => appendFileSync(String(process.env.RESULTS), sign);
}

function tell(test: Mocha.Runnable, why: string): void {
  const [first] = why.split("\n", 1);
  const line = `${test.fullTitle()}: ${first}`.replaceAll("\n", " ");
  appendFileSync(failuresOf(String(process.env.RESULTS)), `${line}\n`);
}

// A test that leaves something open is wrong: say what, instead of hanging or hiding it by --exit.
// It counts as one more that failed; mocha would overwrite our exit code.
function endWithin(ms: number): () => void {
  return () => {
    const leaking = () => {
      const open = process.getActiveResourcesInfo().join(", ");
      const told = `Still open ${ms / 1000} s after the last test: ${open}\n`;
      process.stderr.write(told);
      appendFileSync(failuresOf(String(process.env.RESULTS)), told);
      mark(MARKS.failed + MARKS.end)();
      process.exit();
    };
    setTimeout(leaking, ms).unref();
  };
}
