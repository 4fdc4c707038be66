// What a browser without scripts does: keeps cookies, follows links, fills in forms as they are.
import { type CheerioAPI, load } from "cheerio";
import supertest from "supertest";
import { Operator, Person } from "../../src/models/index.ts";
import { SignIns } from "../../src/models/sign-in.ts";
import { hashToken, newToken, seal } from "../../src/secrets.ts";
import { COOKIE } from "../../src/web/session.ts";
import { sessionStore } from "../../src/web/session-store.ts";
import { open } from "./world.ts";

export type Page = { status: number; location: string; html: string; $: CheerioAPI; url: string };
export type Fields = Record<string, string | string[]>;

export type Browser = {
  get(url: string): Promise<Page>;
  /** A bare post: no token, no page before it. */
  post(url: string, fields?: Fields): Promise<Page>;
  /**
   * Opens the page, fills in its form (the only one with fields to fill in, or the one whose action
   * ends in `action`) and sends it.
   */
  submit(url: string, fields?: Fields, action?: string): Promise<Page>;
  cookie: string | undefined;
  /** Accept-Language */
  languages: string | undefined;
};

/** Nobody known; her browser asks for these languages, if any. */
export function visitor(languages?: string): Browser {
  return browser(undefined, languages);
}

/** Signed in, without going through the sign-in page. */
export async function signedIn(who: Person | Operator): Promise<Browser> {
  await open();
  const id = newToken();
  const session = {
    cookie: { originalMaxAge: null, path: "/" },
    ...(who instanceof Operator ? { operatorId: who.id } : { personId: who.id }),
    signInVersion: who.signInVersion,
    signedInAt: Date.now(),
  };
  await sessionStore.set(id, session as never);
  if (who instanceof Person) {
    const place = { region: "local", browser: "other" } as const;
    await SignIns.begin({ ...place, personId: who.id, hash: hashToken(id) }, Date.now());
  }
  return browser(`${COOKIE}=${seal("session cookie", id)}`);
}

function browser(cookie?: string, languages?: string): Browser {
  const state: Browser = {
    cookie,
    languages,
    get: async (url) => ask(state, "get", url),
    post: async (url, fields = {}) => ask(state, "post", url, fields),
    submit: async (url, fields = {}, action) => {
      const shown = await ask(state, "get", url);
      const { target, values } = formOf(shown, action);
      return ask(state, "post", target, { ...values, ...fields });
    },
  };
  return state;
}

/** The fields of a page's form as they stand, hidden ones included, and where it goes. */
export function formOf(page: Page, action?: string): { target: string; values: Fields } {
  const { $ } = page;
  const all = $("form[method=post]").toArray();
  const form = all.find((candidate) =>
    action ? $(candidate).attr("action")?.endsWith(action) : !$(candidate).is(".leave"),
  );
  if (!form) throw new Error(`no form ${action ?? ""} on ${page.url} (${page.status})`);
  const values: Fields = {};
  for (const { name, value } of $(form).serializeArray()) {
    const before = values[name];
    values[name] = before === undefined ? value : [before, value].flat();
  }
  return { target: $(form).attr("action") ?? page.url, values };
}

async function ask(
  state: Browser,
  method: "get" | "post",
  url: string,
  fields?: Fields,
): Promise<Page> {
  const request = supertest(await open())[method](url);
  if (state.cookie) request.set("Cookie", state.cookie);
  if (state.languages) request.set("Accept-Language", state.languages);
  if (fields) request.type("form").send(encoded(fields));
  const response = await request;
  for (const header of [response.headers["set-cookie"] ?? []].flat()) {
    const pair = header.split(";")[0] ?? "";
    state.cookie = pair.endsWith("=") ? undefined : pair;
  }
  const html = response.text ?? "";
  const location = response.headers.location ?? "";
  return { status: response.status, location, html, $: load(html), url };
}

function encoded(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((text): [string, string] => [name, text]),
  );
  return new URLSearchParams(pairs).toString();
}
