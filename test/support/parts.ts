// Which test files a run on a database takes, and in which part of it.

/**
 * What asks no database, or only what others ask of both: done once, in the run on SQLite. Whatever
 * is behind a statement that reads, writes, locks or fails in another way on the other database is
 * not named here. A folder stands for all that is in it; within a file, `isPostgres` does the same.
 */
export const ONCE = [
  // Pure, or about the source text.
  "test/calendar-expansion.test.ts",
  "test/calendar.test.ts",
  "test/csv.test.ts",
  "test/currencies.test.ts",
  "test/customer-file.test.ts",
  "test/holidays.test.ts",
  "test/ip.test.ts",
  "test/languages.test.ts",
  "test/links.test.ts",
  "test/mime.test.ts",
  "test/outbound.test.ts",
  "test/passwords.test.ts",
  "test/regions.test.ts",
  "test/secrets.test.ts",
  "test/support",
  "test/views.test.ts",
  "test/web/address.test.ts",
  "test/web/form.test.ts",
  "test/web/multipart.test.ts",
  "test/web/proxies.test.ts",
  "test/web/slow-senders.test.ts",
  "test/web/spliced.test.ts",
  "test/web/tally.test.ts",
  "test/web/zones.test.ts",
  "test/within.test.ts",
  "test/workers/options.test.ts",
  // Processes, the environment and mail, without a database.
  "test/config",
  "test/embedded/children.test.ts",
  "test/embedded/mail-catcher.test.ts",
  "test/embedded/servers.test.ts",
  "test/embedded/setup.test.ts",
  // Redis and the mail server fail here, and referrals are in no database.
  "test/privacy/referrals-kill.test.ts",
  "test/workers/stopping.test.ts",
  // What browsers do with pages; the pages themselves are asked for on both.
  "test/browser/frames.chromium.test.ts",
  "test/browser/journeys.chromium.test.ts",
  "test/browser/journeys.w3m.test.ts",
  "test/browser/watch.test.ts",
];

/** Measured where it is far from what the length of the file says; in seconds on two busy cores. */
export const SECONDS: Record<string, number> = {
  "test/account/canaries.test.ts": 50,
  "test/add-operator.test.ts": 20,
  "test/booking/hold-limit.test.ts": 20,
  "test/booking/outage.test.ts": 20,
  "test/booking/rules.test.ts": 25,
  "test/booking/safe-gets.test.ts": 16,
  "test/browser/every-page.test.ts": 110,
  "test/browser/frames.chromium.test.ts": 10,
  "test/browser/journeys.chromium.test.ts": 20,
  "test/business/customer-imports.test.ts": 25,
  "test/business/takeout.test.ts": 36,
  "test/embedded/seed.test.ts": 45,
  "test/embedded/start.test.ts": 50,
  "test/jobs/kill.test.ts": 31,
  "test/jobs/outages.test.ts": 40,
  "test/models/visit-count.test.ts": 12,
  "test/privacy/addresses.test.ts": 55,
  "test/privacy/referrals-kill.test.ts": 40,
  "test/privacy/referrals.test.ts": 65,
  "test/races/crowd.test.ts": 20,
  "test/races/expiring.test.ts": 11,
  "test/routes.test.ts": 17,
  "test/web/hanging.test.ts": 45,
  "test/workers/stopping.test.ts": 20,
};
const LINES_A_SECOND = 50;

/** Whether one of these names is the file, or a folder it is in. */
export function isAmong(names: readonly string[], file: string): boolean {
  return names.some((name) => file === name || file.startsWith(`${name}/`));
}

/** So many lists that take about as long as each other. @param linesOf of a file */
export function inParts(
  files: readonly string[],
  number: number,
  linesOf: (file: string) => number,
): string[][] {
  const parts = Array.from({ length: number }, () => ({ files: [] as string[], seconds: 0 }));
  const weighed = files.map((file) => ({
    file,
    seconds: SECONDS[file] ?? linesOf(file) / LINES_A_SECOND,
  }));
  for (const { file, seconds } of weighed.toSorted((a, b) => b.seconds - a.seconds)) {
    const shortest = parts.reduce((least, part) => (part.seconds < least.seconds ? part : least));
    shortest.files.push(file);
    shortest.seconds += seconds;
  }
  return parts.map((part) => part.files.toSorted());
}
