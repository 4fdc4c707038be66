// npm start: Redis, mail catcher, schema, demo, web and worker, started and stopped together.
import { ownMail, ownRedis } from "./environment.ts"; // first: config reads what it completes
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { fillIn } from "../../config/embedded.ts";
import { config } from "../../config/index.ts";
import { type Child, launch } from "./children.ts";
import { assemble } from "./crew.ts";
import { type MailCatcher, startMailCatcher } from "./mail-catcher.ts";
import { whyNotListen } from "./ports.ts";
import { launchRedis, redisAnswers, redisIsUp } from "./redis.ts";
import { welcome } from "./welcome.ts";

// npm passes on the signal that the terminal has already sent to us, so one Ctrl-C arrives twice.
const SAME_KEYSTROKE = 1000; // ms
// A Redis that answers there belongs to another of us, or to one that was killed a moment ago.
const LAST_BREATH = 5000; // ms
const READY_WITHIN = 60_000; // ms
// What prepare.ts tells us.
const Prepared = z.object({ password: z.string().nullable() });

// Settled with a line that says what went wrong, or with null when we are asked to stop.
const end = Promise.withResolvers<string | null>();
const crew = assemble(say, (line) => end.resolve(line));
let catcher: MailCatcher | undefined;
let preparing: Child | undefined;

listenForSignals();
start().catch((error: unknown) => end.resolve(error instanceof Error ? error.message : "Failed."));
const failure = await end.promise;
if (failure) process.stderr.write(`${failure}\n`);
await stop();
process.exit(failure ? 1 : 0);

async function start(): Promise<void> {
  await requirePort();
  if (ownRedis) await startRedis(ownRedis);
  if (ownMail) {
    catcher = await startMailCatcher({ pagePort: config.port + 1 });
    fillIn({ SMTP_URL: catcher.smtpUrl });
  }
  const { password } = await prepare();
  crew.add(node("web", "src/server.ts", 25_000));
  crew.add(node("worker", "workers/index.ts", 30_000));
  await ready();
  crew.settle();
  say(welcome({ baseUrl: config.baseUrl, mailUrl: catcher?.pageUrl, password }));
}

/** Those who work first, while what they lean on is still there. */
async function stop(): Promise<void> {
  await Promise.all([preparing?.stop(5000), crew.stop(["web", "worker"])]);
  await catcher?.stop();
  await crew.stop(["Redis"]);
}

function listenForSignals(): void {
  let askedAt: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (askedAt === undefined) say("\nStopping. What is under way is finished first.");
      else if (Date.now() - askedAt > SAME_KEYSTROKE) crew.hasten();
      askedAt ??= Date.now();
      end.resolve(null);
    });
  }
  process.stdout.on("error", () => undefined); // the terminal has gone
}

async function requirePort(): Promise<void> {
  const why = await whyNotListen(config.host, config.port);
  if (why === "EADDRINUSE")
    throw new Error(`PORT: ${config.port} is in use already; set PORT to another one`);
  if (why === "EACCES") throw new Error(`PORT: ${config.port} is not ours to use; set PORT higher`);
  if (why) throw new Error(`HOST: ${config.host} is no address of this machine (${why})`);
}

async function startRedis(place: NonNullable<typeof ownRedis>): Promise<void> {
  const target = { path: place.socket };
  for (const giveUpAt = Date.now() + LAST_BREATH; await redisAnswers(target); await wait(100)) {
    if (Date.now() > giveUpAt)
      throw new Error(`DATA_DIR: ${config.dataDir} is in use by another Plainbook`);
  }
  const child = crew.add({ name: "Redis", launch: () => launchRedis(place), patience: 10_000 });
  await redisIsUp(child, target);
}

async function prepare(): Promise<z.infer<typeof Prepared>> {
  preparing = launch(process.execPath, [path("src/embedded/prepare.ts")], { ipc: true });
  const message = once(preparing.process, "message");
  const ending = preparing.ended.then(() => {
    throw new Error("The database could not be prepared.");
  });
  const [prepared]: unknown[] = await Promise.race([message, ending]);
  await preparing.ended;
  return Prepared.parse(prepared);
}

function node(name: string, file: string, patience: number) {
  return { name, patience, launch: () => launch(process.execPath, [path(file)]) };
}

async function ready(): Promise<void> {
  const host = config.host.replace(/^0\.0\.0\.0$/, "127.0.0.1").replace(/^::$/, "::1");
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${config.port}/readyz`;
  for (const giveUpAt = Date.now() + READY_WITHIN; Date.now() < giveUpAt; await wait(50)) {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
  }
  throw new Error("The web process did not become ready.");
}

function path(file: string): string {
  return join(config.root, file);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
