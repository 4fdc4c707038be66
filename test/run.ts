// npm test: the checks, then every test, with servers started for the run and thrown away after it.
//
//   npm test                                        everything
//   node test/run.ts test/booking/holds.test.ts     these files (or folders), without the checks
//   … --sqlite | --postgres | --pure                only these of the runs
//   … --grep "two at once" --bail                   passed on to mocha; without the checks
//   … --check                                       with the checks all the same
//
// The runs: pure (test/domain, in three time zones), sqlite and postgres (everything else, each in
// the zone at one end of the world). The last line is the sum; a check that fails, a run that ends
// early and a skipped test count as failed.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "../src/embedded/ports.ts";
import { MARKS } from "./support/marks.ts";
import { startPostgres, startRedis } from "./support/servers.ts";

type Sum = { passed: number; failed: number };
type Run = { name: string; files: string[]; env: Record<string, string>; hooks: boolean };

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

const folder = mkdtempSync(join(tmpdir(), "plainbook-test-"));
chmodSync(folder, 0o755); // PostgreSQL runs as another user
process.env.TMPDIR = folder; // so that the servers' folders go with it
process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => process.exit(130));

const sums: Sum[] = [];
if (flags.check ?? !narrowed) sums.push(await check());
const files = testFiles();
const pure = files.filter((file) => file.startsWith("test/domain/"));
const others = files.filter((file) => !pure.includes(file));
if (chosen("pure")) await runPure();
if (chosen("sqlite")) await runWithServers("sqlite", "Etc/GMT+12");
if (chosen("postgres")) await runWithServers("postgres", "Pacific/Kiritimati");
finish();

async function check(): Promise<Sum> {
  heading("format, lint, types");
  const code = await exitCode("npm", ["run", "--silent", "check"], process.env);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

function testFiles(): string[] {
  const all = globSync("test/**/*.test.ts", { cwd: root }).toSorted();
  const wanted = named.map((name) => resolve(name).slice(root.length + 1));
  if (wanted.length === 0) return all;
  return all.filter((file) => wanted.some((name) => file === name || file.startsWith(`${name}/`)));
}

async function runPure(): Promise<void> {
  for (const zone of ["UTC", "Etc/GMT+12", "Pacific/Kiritimati"])
    await mocha({ name: `pure, TZ=${zone}`, files: pure, env: { TZ: zone }, hooks: false });
}

async function runWithServers(name: "sqlite" | "postgres", zone: string): Promise<void> {
  if (others.length === 0) return;
  try {
    const [redis, postgres] = await Promise.all([
      startRedis(),
      name === "postgres" ? startPostgres() : null,
    ]);
    const env = { TZ: zone, ...(await environment(name, redis.url, postgres?.url)) };
    await mocha({ name: `${name}, TZ=${zone}`, files: others, env, hooks: true });
    await Promise.all([redis.stop(), postgres?.stop()]);
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : "The run failed"}\n`);
    sums.push({ passed: 0, failed: 1 });
  }
}

async function environment(name: string, redisUrl: string, postgresUrl: string | undefined) {
  const dataDir = join(folder, name);
  const temporary = join(dataDir, "tmp");
  mkdirSync(temporary, { recursive: true });
  chmodSync(temporary, 0o1777);
  return {
    DATABASE_URL: postgresUrl ?? `sqlite:${join(dataDir, "plainbook.sqlite")}`,
    REDIS_URL: redisUrl,
    SMTP_URL: `smtp://127.0.0.1:${await freePort()}`, // where the tests start their sink
    SECRET_KEY: randomBytes(32).toString("base64url"),
    OUTBOUND_LOOPBACK: "allow", // where the tests' own targets listen
    DATA_DIR: dataDir,
    TMPDIR: temporary,
  };
}

async function mocha({ name, files: list, env, hooks }: Run): Promise<void> {
  if (list.length === 0) return;
  heading(name);
  const results = join(folder, `results-${sums.length}`);
  const args = [
    join(root, "node_modules/mocha/bin/mocha.js"),
    "--no-config",
    "--no-package",
    "--timeout=10000",
    `--reporter=${join(root, "test/support/reporter.ts")}`,
    ...(hooks ? ["--require", join(root, "test/support/hooks.ts")] : []),
    ...(narrowed ? [] : ["--forbid-only"]),
    ...(flags.grep === undefined ? [] : ["--grep", flags.grep]),
    ...(flags.bail ? ["--bail"] : []),
    ...list,
  ];
  const code = await exitCode(process.execPath, args, { ...clean(), ...env, RESULTS: results });
  sums.push(count(results, code));
}

function clean(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  const LOG_LEVEL = process.env.LOG_LEVEL ?? "silent";
  return { ...Object.fromEntries(kept), NODE_ENV: "test", LOG_LEVEL, UV_THREADPOOL_SIZE: "16" };
}

function exitCode(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((settle) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", () => settle(127));
    child.once("exit", (code) => settle(code ?? 128));
  });
}

function count(results: string, code: number): Sum {
  const marks = read(results);
  const of = (mark: string) => marks.split(mark).length - 1;
  const passed = of(MARKS.passed);
  const failed = of(MARKS.failed) + of(MARKS.skipped);
  if (!marks.endsWith(MARKS.end)) {
    process.stdout.write(`The run ended early (exit code ${code}).\n`);
    return { passed, failed: failed + 1 };
  }
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function finish(): void {
  const passed = sums.reduce((sum, one) => sum + one.passed, 0);
  const failed = sums.reduce((sum, one) => sum + one.failed, 0);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  process.stdout.write(`\n${passed} passing\n${passed} passed, ${failed} failed\n`);
}

function heading(text: string): void {
  process.stdout.write(`\n== ${text}\n`);
}
