// Web processes as operators start them, beside the tests' own: each on a port of its own, all on
// the run's database and Redis. And visitors of theirs.
import { randomBytes } from "node:crypto";
import { load } from "cheerio";
import { type Child, launch } from "../../src/embedded/children.ts";
import { freePort } from "./ports.ts";
import { type Fields, formOf, type Page } from "./browser.ts";
import { isAlive, until } from "./processes.ts";

export type Webs = { origins: string[]; stop(): Promise<void> };

export type WebOptions = {
  env?: NodeJS.ProcessEnv;
  /** What answers 200 when it is up: /healthz where a part of it is meant to be down. */
  upAt?: "/readyz" | "/healthz";
};

/** Starts `count` of them and waits until all answer. They believe the address a visitor claims. */
export async function startWebs(count: number, options: WebOptions = {}): Promise<Webs> {
  const started = await Promise.all(Array.from({ length: count }, () => start(options)));
  return {
    origins: started.map(({ origin }) => origin),
    async stop() {
      await Promise.all(started.map(({ child }) => child.stop(5000)));
    },
  };
}

export type Visitor = {
  get(path: string): Promise<Page>;
  post(path: string, fields?: Fields): Promise<Page>;
  /** Opens the page, fills in its form (the one whose action ends in `action`) and sends it. */
  submit(path: string, fields?: Fields, action?: string): Promise<Page>;
};

/** Somebody who asks one of the processes, from an address of her own unless it is given. */
export function visitorOf(origin: string, address = someAddress(), cookie = ""): Visitor {
  const headers = { "x-forwarded-for": address, connection: "close", cookie };
  const ask = async (path: string, init: RequestInit = {}): Promise<Page> => {
    const response = await fetch(origin + path, { ...init, headers, redirect: "manual" });
    const html = await response.text();
    const location = response.headers.get("location") ?? "";
    return { status: response.status, location, html, $: load(html), url: path };
  };
  const post = (path: string, fields: Fields = {}) =>
    ask(path, { method: "POST", body: encoded(fields) });
  return {
    get: ask,
    post,
    async submit(path, fields = {}, action) {
      const { target, values } = formOf(await ask(path), action);
      return post(target, { ...values, ...fields });
    },
  };
}

/** An address nobody else in the test has, but by a rare chance. */
export function someAddress(): string {
  return ["10", ...randomBytes(3)].join(".");
}

async function start({ env = {}, upAt = "/readyz" }: WebOptions) {
  const port = await freePort();
  const child = launch(process.execPath, ["src/server.ts"], {
    env: { ...process.env, PORT: String(port), TRUST_PROXY: "1", ...env },
    quiet: true,
  });
  const origin = `http://127.0.0.1:${port}`;
  await until(() => answers(origin + upAt, child));
  return { origin, child };
}

async function answers(url: string, child: Child): Promise<boolean> {
  if (!isAlive(child.pid)) throw new Error(`the web process ended: ${child.lastWords()}`);
  return fetch(url, { headers: { connection: "close" } }).then(
    (response) => response.ok,
    () => false,
  );
}

function encoded(fields: Fields): URLSearchParams {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((text): [string, string] => [name, text]),
  );
  return new URLSearchParams(pairs);
}
