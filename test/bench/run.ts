// npm run bench: what the program does against what its parts could do, as ratios measured in one
// run on one machine. Absolute figures do not carry over to other machines; ratios do.
//
//   npm run bench                     everything, about four minutes
//   node test/bench/run.ts pages      one part: availability, pages, bookings, lists or deliveries
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "../support/ports.ts";
import { startPostgres, startRedis } from "../support/servers.ts";

export type Measure = {
  what: string;
  figure: number;
  unit: string;
  /** Of ours to the reference; above 1 is better than it, whatever the unit. */
  ratio?: number;
  aim?: string;
};

type Part = "availability" | "pages" | "bookings" | "lists" | "deliveries";
type Database = "sqlite" | "postgres";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "plainbook-bench-"));
chmodSync(folder, 0o755);
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

const all: Array<[Part, Database]> = [
  ["availability", "sqlite"],
  ["pages", "sqlite"],
  ["pages", "postgres"],
  ["bookings", "sqlite"],
  ["bookings", "postgres"],
  ["lists", "sqlite"],
  ["lists", "postgres"],
  ["deliveries", "sqlite"],
  ["deliveries", "postgres"],
];
const wanted = process.argv.slice(2);
const results: Array<Measure & { part: Part; database: Database }> = [];
for (const [part, database] of all) {
  if (wanted.length > 0 && !wanted.includes(part)) continue;
  for (const measure of await measured(part, database)) {
    results.push({ part, database, ...measure });
    process.stdout.write(`${lineOf(part, database, measure)}\n`);
  }
}
mkdirSync(join(root, "var"), { recursive: true });
writeFileSync(join(root, "var/bench.json"), `${JSON.stringify(results, null, 2)}\n`);

/** Runs one part in a process of its own, with servers of its own. */
async function measured(part: Part, database: Database): Promise<Measure[]> {
  const redis = await startRedis();
  const postgres = database === "postgres" ? await startPostgres() : undefined;
  const dataDir = mkdtempSync(join(folder, `${part}-`));
  const env = {
    ...process.env,
    NODE_ENV: "test",
    LOG_LEVEL: "warn",
    TZ: "UTC",
    UV_THREADPOOL_SIZE: "16",
    DATABASE_URL: postgres?.url ?? `sqlite:${join(dataDir, "plainbook.sqlite")}`,
    REDIS_URL: redis.url,
    SMTP_URL: `smtp://127.0.0.1:${await freePort()}`,
    SECRET_KEY: randomBytes(32).toString("base64url"),
    DATA_DIR: dataDir,
  };
  try {
    return await output(part, env);
  } finally {
    await Promise.all([redis.stop(), postgres?.stop()]);
  }
}

// A part prints its measures in one line, a list; its log has lines too, of objects.
function output(part: Part, env: NodeJS.ProcessEnv): Promise<Measure[]> {
  const child = spawn(process.execPath, [join(root, `test/bench/${part}.ts`)], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((settle, fail) => {
    child.once("close", (code) => {
      if (code !== 0) return fail(new Error(`${part} ended with ${code}`));
      const measures = text.split("\n").findLast((line) => line.startsWith("["));
      settle(JSON.parse(measures ?? "[]") as Measure[]);
    });
  });
}

function lineOf(part: Part, database: Database, { what, figure, unit, ratio, aim }: Measure) {
  const amount = figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3);
  const ratioText = ratio === undefined ? "" : ratio.toFixed(2);
  return [
    `${part} (${database})`.padEnd(24),
    what.padEnd(58),
    `${amount} ${unit}`.padStart(16),
    ratioText.padStart(7),
    aim ? `  ${aim}` : "",
  ].join("");
}
