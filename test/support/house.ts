// The whole product as processes of its own, with servers of its own, and everything it could
// leak into within reach: for tests that kill, restart and search.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { load } from "cheerio";
import { createClient } from "redis";
import { config } from "../../config/index.ts";
import { type Child, launch } from "../../src/embedded/children.ts";
import { freePort } from "./ports.ts";
import type { Sink } from "./canary.ts";
import { isAlive, until } from "./processes.ts";
import { type Postgres, startPostgres, startRedis, startSmtpSink } from "./servers.ts";
import {
  files,
  filesChangedSince,
  monitor,
  output,
  postgresDump,
  redisContents,
  slowlog,
} from "./sinks.ts";

export type House = Awaited<ReturnType<typeof openHouse>>;

const WEB = "src/server.ts";
const WORKER = "workers/index.ts";

/** Redis with its append-only file, a mail server, a database of the kind this run is for. */
export async function openHouse({
  smtpPort,
}: { smtpPort?: (port: number) => Promise<number> } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "plainbook-house-"));
  const temporary = join(dir, "tmp");
  mkdirSync(temporary);
  chmodSync(dir, 0o755);
  const [redis, smtp, postgres] = await Promise.all([
    startRedis({ appendonly: true, dir: subfolder(dir, "redis") }),
    startSmtpSink(),
    config.database.dialect === "postgres" ? startPostgres() : undefined,
  ]);
  await rememberAllCommands(redis.url);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    NODE_ENV: "test",
    PORT: String(port),
    HOST: "127.0.0.1",
    BASE_URL: origin,
    DATABASE_URL: postgres?.url ?? `sqlite:${join(dir, "plainbook.sqlite")}`,
    REDIS_URL: redis.url,
    SMTP_URL: `smtp://127.0.0.1:${(await smtpPort?.(smtp.port)) ?? smtp.port}`,
    SECRET_KEY: randomBytes(32).toString("base64url"),
    DATA_DIR: dir,
    TMPDIR: temporary,
    TRUST_PROXY: "1",
    LOG_LEVEL: "trace",
  };
  const heard = await monitor(redis.port);
  const said = output();
  await promisify(execFile)(process.execPath, ["src/migrations/run.ts"], { env });
  const children = new Set<Child>();
  let webs = 0;

  function start(file: string, args: string[] = [], more: NodeJS.ProcessEnv = {}): Child {
    const child = launch(process.execPath, [file, ...args], {
      env: { ...env, ...more },
      quiet: true,
    });
    said.record(child.process);
    children.add(child);
    return child;
  }

  return {
    origin,
    env,
    redis,
    smtp,
    sinks: [
      said.sink,
      heard.sink,
      files(dir),
      redisContents(redis.url),
      slowlog(redis.url),
      ...(postgres ? sinksOf(postgres, Date.now()) : []),
    ],
    /** Any other process of the product, with more in its environment; searched like the rest. */
    start,
    /** Resolves with where it answers: the first is at `origin`. */
    async startWeb(file = WEB): Promise<string> {
      const own = webs++ === 0 ? port : await freePort();
      const web = start(file, [], { PORT: String(own) });
      await until(() => answers(`http://127.0.0.1:${own}/readyz`, web));
      return `http://127.0.0.1:${own}`;
    },
    /** Resolves when it takes referrals. */
    async startWorker({ file = WORKER, concurrency = 5, env: more = {} } = {}): Promise<Child> {
      const before = await announced(redis.url);
      const args = ["--queues", "referrals", "--concurrency", String(concurrency)];
      const worker = start(file, args, more);
      await until(async () => {
        if (!isAlive(worker.pid)) throw new Error(`the worker ended: ${worker.lastWords()}`);
        return (await announced(redis.url)).some((id) => !before.includes(id));
      });
      return worker;
    },
    /** How many workers take referrals at this moment. */
    takers: async () => (await announced(redis.url)).length,
    /** Workers that have a queue in Redis, dead or alive. */
    queues: () => ask(redis.url, (client) => client.zCard("referrals:seen")),
    async close(): Promise<void> {
      await Promise.all([...children].map((child) => child.stop(5000, "SIGKILL")));
      heard.stop();
      await Promise.all([redis.stop("SIGKILL"), smtp.stop(), postgres?.stop()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export type Typed = { name: string; friend_name: string; friend_email: string };
export type Told = "waiting" | "sent" | "not sent" | "unknown";

/** A visitor of the referral form; each comes from an address of her own. */
export function visitor(origin: string) {
  const from = ["10", ...randomBytes(3)].join(".");
  const headers = { "x-forwarded-for": from, connection: "close" };

  async function post(path: string, fields: Record<string, string>): Promise<Response> {
    const body = new URLSearchParams(fields);
    return fetch(origin + path, { method: "POST", body, headers, redirect: "manual" });
  }

  return {
    post,
    async get(path: string): Promise<string> {
      return (await fetch(origin + path, { headers })).text();
    },
    /** The hidden fields of the first posted form on a page. */
    async form(path = "/refer"): Promise<Record<string, string>> {
      return fieldsOf(await (await fetch(origin + path, { headers })).text());
    },
    /** Types, looks at the mail: what its form would post. */
    async look({ name, friend_name, friend_email }: Typed): Promise<Record<string, string>> {
      const typed = { name, friend_name, friend_email };
      const shown = await post("/refer", { ...(await this.form()), ...typed });
      if (shown.status !== 200) throw new Error(`the mail was not shown: ${shown.status}`);
      return fieldsOf(await shown.text());
    },
    /** Types, looks, sends: the path of the page that tells what became of it. */
    async refer(typed: Typed): Promise<string> {
      const sent = await post("/refer/mails", await this.look(typed));
      const path = sent.headers.get("location");
      if (sent.status !== 303 || !path) throw new Error(`the mail was not taken: ${sent.status}`);
      return path;
    },
    async told(path: string): Promise<Told> {
      const $ = load(await this.get(path));
      const told = TOLD[$("h1").text()];
      if (!told) throw new Error(`the page tells "${$("h1").text()}"`);
      return told;
    },
  };
}

const TOLD: Record<string, Told> = {
  "On its way": "waiting",
  Sent: "sent",
  "Not sent": "not sent",
  "We do not know": "unknown",
};

function fieldsOf(html: string): Record<string, string> {
  const $ = load(html);
  const inputs = $("form[method=post]").first().find("input[name]").toArray();
  return Object.fromEntries(
    inputs.map((el) => [$(el).attr("name") ?? "", $(el).attr("value") ?? ""]),
  );
}

function sinksOf(postgres: Postgres, since: number): Sink[] {
  return [filesChangedSince(since, postgres.dir), postgresDump(postgres)];
}

function subfolder(dir: string, name: string): string {
  mkdirSync(join(dir, name));
  return join(dir, name);
}

async function answers(url: string, child: Child): Promise<boolean> {
  if (!isAlive(child.pid)) throw new Error(`the web process ended: ${child.lastWords()}`);
  return fetch(url, { headers: { connection: "close" } }).then(
    (res) => res.ok,
    () => false,
  );
}

/** SLOWLOG then holds every command. */
async function rememberAllCommands(url: string): Promise<void> {
  const settings = { "slowlog-log-slower-than": "0", "slowlog-max-len": "100000" };
  await ask(url, (client) => client.configSet(settings));
}

/** Asked again while Redis is away: tests restart it. */
async function announced(url: string): Promise<string[]> {
  for (let tries = 1; ; tries++)
    try {
      return await ask(url, (client) => client.hKeys("referrals:keys"));
    } catch (error) {
      if (tries === 100) throw error;
      await wait(100);
    }
}

const connectionTo = (url: string) => createClient({ url });

async function ask<T>(
  url: string,
  question: (client: ReturnType<typeof connectionTo>) => Promise<T>,
): Promise<T> {
  const client = connectionTo(url);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await question(client);
  } finally {
    client.destroy();
  }
}
