// npm test: the checks, then every test, with servers started for the run and thrown away after it.
//
//   npm test                                        everything
//   node test/run.ts test/booking/holds.test.ts     these files (or folders), without the checks
//   … --sqlite | --postgres | --pure                only these of the runs
//   … --grep "two at once" --bail                   passed on to mocha; without the checks
//   … --check                                       with the checks all the same
//
// The runs: pure (test/domain, in three time zones), sqlite and postgres (everything else, each in
// the zone at one end of the world; on SQLite alone what support/parts.ts names). Whole runs on a
// database are done in parts, and all are done side by side, as most tests wait most of the time;
// they are told one after the other. What failed is told again at the end, and the last line is the
// sum; a check that fails, a run that ends early and a skipped test count as failed.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { failuresOf, MARKS } from "./support/marks.ts";
import { inParts, isAmong, ONCE } from "./support/parts.ts";
import { freePort, shareOfPorts } from "./support/ports.ts";
import { startPostgres, startRedis } from "./support/servers.ts";
import { type Say, sideBySide, type Task } from "./support/side-by-side.ts";

/** `failures` are titles, each with what was wrong. */
type Sum = { passed: number; failed: number; failures: string[] };
type Run = { name: string; files: string[]; env: Record<string, string>; hooks: boolean };
type Database = "sqlite" | "postgres";

const PASSED: Sum = { passed: 1, failed: 0, failures: [] };
const PARTS = 3;
const ROOM = 4 * 1024 ** 3; // bytes

// What a developer has set for her own Plainbook must not decide about a test.
const OURS =
  /^(PORT|HOST|BASE_URL|TRUST_PROXY|GEO_DB_PATH|POSTAL_ADDRESS|MAIL_FROM|METRICS_TOKEN|DEMO_PASSWORD)$/;

const root = resolve(import.meta.dirname, "..");
const { values: flags, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    sqlite: { type: "boolean" },
    postgres: { type: "boolean" },
    pure: { type: "boolean" },
    check: { type: "boolean" },
    bail: { type: "boolean" },
    grep: { type: "string" },
  },
});
const narrowed = named.length > 0 || flags.grep !== undefined || flags.bail === true;
const chosen = (name: "sqlite" | "postgres" | "pure") =>
  flags[name] ?? !(flags.sqlite || flags.postgres || flags.pure);

const folder = mkdtempSync(join(quickFolder(), "plainbook-test-"));
chmodSync(folder, 0o755); // PostgreSQL runs as another user
process.env.TMPDIR = folder; // so that the servers' folders go with it
process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => process.exit(130));

process.env.NODE_COMPILE_CACHE = join(folder, "compiled"); // the tests start some hundred processes
const files = testFiles();
const pure = files.filter((file) => file.startsWith("test/domain/"));
const others = files.filter((file) => !pure.includes(file));
const tasks = [
  ...((flags.check ?? !narrowed) ? [check] : []),
  ...(chosen("sqlite") ? withServers("sqlite", "Etc/GMT+12") : []),
  ...(chosen("postgres") ? withServers("postgres", "Pacific/Kiritimati") : []),
  ...(chosen("pure") ? inThreeZones() : []),
];
// One more than there are cores, for when a run waits.
finish(await sideBySide(tasks, availableParallelism() + 1, (text) => process.stdout.write(text)));

/**
 * In memory, where there is room for all of it and programs may lie: tests commit often, and each
 * commit waits for the disk. Whoever sets TMPDIR has chosen.
 */
function quickFolder(): string {
  const memory = "/dev/shm";
  try {
    const { bavail, bsize } = statfsSync(memory);
    const isRoomy = bavail * bsize > ROOM;
    return !process.env.TMPDIR && isRoomy && runsPrograms(memory) ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

function runsPrograms(place: string): boolean {
  const inside = mkdtempSync(join(place, "plainbook-program-"));
  const program = join(inside, "program");
  writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
  const { status } = spawnSync(program);
  rmSync(inside, { recursive: true });
  return status === 0;
}

async function check(say: Say): Promise<Sum> {
  say(heading("format, lint, types"));
  // Without its scripts before and after: what it would install is what tests are running on.
  const args = ["run", "--silent", "--ignore-scripts", "check"];
  const code = await exitCode("npm", args, process.env, say);
  return code === 0 ? PASSED : failure("format, lint, types");
}

function testFiles(): string[] {
  const all = globSync("test/**/*.test.ts", { cwd: root }).toSorted();
  const wanted = named.map((name) => resolve(name).slice(root.length + 1));
  if (wanted.length === 0) return all;
  return all.filter((file) => isAmong(wanted, file));
}

function inThreeZones(): Array<Task<Sum>> {
  if (pure.length === 0) return [];
  return ["UTC", "Etc/GMT+12", "Pacific/Kiritimati"].map(
    (TZ) => (say) => mocha({ name: `pure, TZ=${TZ}`, files: pure, env: { TZ }, hooks: false }, say),
  );
}

function withServers(database: Database, zone: string): Array<Task<Sum>> {
  const again = database === "postgres" && chosen("sqlite");
  const list = again ? others.filter((file) => !isAmong(ONCE, file)) : others;
  const parts = narrowed ? [list] : inParts(list, PARTS, linesOf);
  return parts
    .filter((part) => part.length > 0)
    .map((part, index) => {
      const name = [database, ...(parts.length > 1 ? [index + 1, "of", parts.length] : [])];
      return (say) => runWithServers(database, zone, { name: name.join(" "), files: part }, say);
    });
}

function linesOf(file: string): number {
  return readFileSync(join(root, file), "utf8").split("\n").length;
}

async function runWithServers(
  database: Database,
  zone: string,
  { name, files: list }: { name: string; files: string[] },
  say: Say,
): Promise<Sum> {
  try {
    await using servers = new AsyncDisposableStack();
    const redis = await startRedis();
    servers.defer(() => redis.stop());
    const postgres = database === "postgres" ? await startPostgres() : undefined;
    servers.defer(async () => postgres?.stop());
    const env = { TZ: zone, ...(await environment(name, redis.url, postgres?.url)) };
    return await mocha({ name: `${name}, TZ=${zone}`, files: list, env, hooks: true }, say);
  } catch (error) {
    const why = error instanceof Error ? error.message : "The run failed";
    say(`${why}\n`);
    return failure(`${name}: ${why}`);
  }
}

async function environment(name: string, redisUrl: string, postgresUrl: string | undefined) {
  const dataDir = join(folder, name.replaceAll(" ", "-"));
  const temporary = join(dataDir, "tmp");
  mkdirSync(temporary, { recursive: true });
  chmodSync(temporary, 0o1777);
  return {
    DATABASE_URL: postgresUrl ?? `sqlite:${join(dataDir, "plainbook.sqlite")}`,
    REDIS_URL: redisUrl,
    SMTP_URL: `smtp://127.0.0.1:${await freePort()}`, // where the tests start their sink
    SECRET_KEY: randomBytes(32).toString("base64url"),
    PORTS_FROM: shareOfPorts(),
    OUTBOUND_LOOPBACK: "allow", // where the tests' own targets listen
    DATA_DIR: dataDir,
    TMPDIR: temporary,
  };
}

async function mocha({ name, files: list, env, hooks }: Run, say: Say): Promise<Sum> {
  say(heading(name));
  const results = join(folder, `results-${name.replaceAll(/\W/g, "-")}`);
  const args = [
    join(root, "node_modules/mocha/bin/mocha.js"),
    "--no-config",
    "--no-package",
    "--timeout=60000",
    `--reporter=${join(root, "test/support/reporter.ts")}`,
    ...(process.stdout.isTTY ? ["--color"] : []),
    ...(hooks ? ["--require", join(root, "test/support/hooks.ts")] : []),
    ...(narrowed ? [] : ["--forbid-only"]),
    ...(flags.grep === undefined ? [] : ["--grep", flags.grep]),
    ...(flags.bail ? ["--bail"] : []),
    ...list,
  ];
  const code = await exitCode(
    process.execPath,
    args,
    { ...clean(), ...env, RESULTS: results },
    say,
  );
  return count(name, results, code, say);
}

function clean(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  const LOG_LEVEL = process.env.LOG_LEVEL ?? "silent";
  return { ...Object.fromEntries(kept), NODE_ENV: "test", LOG_LEVEL, UV_THREADPOOL_SIZE: "16" };
}

function exitCode(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  say: Say,
): Promise<number> {
  return new Promise((settle) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    const streams = [child.stdout, child.stderr];
    for (const stream of streams) stream.setEncoding("utf8").on("data", say);
    child.once("error", () => settle(127));
    // What a test has left running must not keep us waiting for its words.
    const leave = () => streams.forEach((stream) => stream.destroy());
    child.once("exit", () => void setTimeout(leave, 2000).unref());
    child.once("close", (code) => settle(code ?? 128));
  });
}

function count(name: string, results: string, code: number, say: Say): Sum {
  const marks = read(results);
  const of = (mark: string) => marks.split(mark).length - 1;
  const failures = read(failuresOf(results)).split("\n").filter(Boolean);
  const sum = {
    passed: of(MARKS.passed),
    failed: of(MARKS.failed) + of(MARKS.skipped),
    failures: failures.map((title) => `${name}: ${title}`),
  };
  if (marks.endsWith(MARKS.end) && (code === 0 || sum.failed > 0)) return sum;
  const ended = `The run ended early (exit code ${code})`;
  say(`${ended}.\n`);
  return total([sum, failure(`${name}: ${ended}`)]);
}

function failure(title: string): Sum {
  return { passed: 0, failed: 1, failures: [title] };
}

function total(sums: Sum[]): Sum {
  return {
    passed: sums.reduce((sum, one) => sum + one.passed, 0),
    failed: sums.reduce((sum, one) => sum + one.failed, 0),
    failures: sums.flatMap((one) => one.failures),
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function finish(sums: Sum[]): void {
  const { passed, failed, failures } = total(sums);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  if (failures.length > 0) process.stdout.write(`\nFailed:\n  ${failures.join("\n  ")}\n`);
  process.stdout.write(`\n${passed} passing\n${passed} passed, ${failed} failed\n`);
}

function heading(text: string): string {
  return `\n== ${text}\n`;
}
