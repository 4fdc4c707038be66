// The system's Chromium, headless: one for the whole run, and in it as many people as a test needs,
// each with nothing of another's. Scripts are off unless asked for.
import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { atTheEnd } from "./hooks.ts";
import { until } from "./processes.ts";
import { origin } from "./world.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ARGUMENTS = [
  "--headless",
  "--no-sandbox", // tests run as root in containers
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  // Whatever a page might ask of another host, the test is told and nobody else.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];
const PATIENCE = 20_000; // ms: less than a test has, so that it says what it waited for
const MOST_TABS = 200;

let running: Promise<Browser> | undefined;

/** Somebody at a browser, who reaches the app under test by paths. */
export type Person = Awaited<ReturnType<typeof person>>;

export async function person(options: BrowserContextOptions = {}) {
  const browser = await (running ??= launch());
  const context = await browser.newContext({
    baseURL: await origin(),
    javaScriptEnabled: false,
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  const seen = watch(context, await origin());
  const page = await context.newPage();
  return {
    page,
    context,
    /** What nobody may ever see: requests to others, scripts, complaints of the browser. */
    seen,
    async cookies(): Promise<string[]> {
      return (await context.cookies()).map(({ name }) => name);
    },
    /**
     * Shows this instead of what is open, at its address and under its policy; a tenth of the work
     * of going to another page.
     */
    show: (html: string) => page.setContent(html),
    /** Waits for a page with these words. */
    async reads(words: RegExp): Promise<void> {
      let read = "";
      const isRead = async () => words.test((read = await wordsOf(page)));
      await until(isRead, PATIENCE).catch(() => {
        throw new Error(`${String(words)} is not on ${page.url()}: ${read.slice(0, 2000)}`);
      });
    },
    /** Presses the first link or button of the page that is called so. */
    press: (name: string | RegExp) => pressable(page.locator("main"), name).click(),
    /** The same above the page. */
    pressAbove: (name: string | RegExp) => pressable(page.locator("header"), name).click(),
    /** Types into fields by their labels. */
    async fill(fields: Record<string, string>): Promise<void> {
      for (const [label, text] of Object.entries(fields)) await labelled(page, label).fill(text);
    },
    labelled: (label: string) => labelled(page, label),
    /** Presses Tab until the focus, which must be visible, is there. */
    tabTo: (target: Locator) => tabTo(page, target),
    /** @throws AssertionError when anything was seen since the last time that nobody may see */
    assertQuiet(): void {
      const { foreign, scripts, complaints } = seen;
      const all = [foreign, scripts, complaints].map((list) => list.splice(0));
      assert.deepEqual(all, [[], [], []], "requests to others, scripts, complaints of the browser");
    },
    close: () => context.close(),
  };
}

type Seen = { foreign: string[]; scripts: string[]; complaints: string[] };

function watch(context: BrowserContext, home: string): Seen {
  const seen: Seen = { foreign: [], scripts: [], complaints: [] };
  context.on("request", (request) => {
    if (!request.url().startsWith(`${home}/`)) seen.foreign.push(request.url());
    if (request.resourceType() === "script") seen.scripts.push(request.url());
  });
  context.on("console", (message) => {
    // A refused form is an answer like others, whatever the browser thinks of its number.
    if (message.text().startsWith("Failed to load resource: the server responded with")) return;
    seen.complaints.push(message.text());
  });
  context.on("weberror", (error) => seen.complaints.push(String(error.error())));
  return seen;
}

function pressable(within: Locator, name: string | RegExp): Locator {
  return within.getByRole("button", { name }).or(within.getByRole("link", { name })).first();
}

function labelled(page: Page, label: string): Locator {
  return page.getByLabel(new RegExp(`^\\s*${RegExp.escape(label)}( \\(optional\\))?\\s*$`));
}

async function wordsOf(page: Page): Promise<string> {
  // Between two pages there is none.
  const text = await page
    .locator("main")
    .innerText()
    .catch(() => "");
  return text.replaceAll(/\s+/g, " ");
}

async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let i = 0; i < MOST_TABS; i++) {
    await page.keyboard.press("Tab");
    if ((await target.and(page.locator(":focus")).count()) === 0) continue;
    const outline = await target.evaluate("element => getComputedStyle(element).outlineStyle");
    assert.notEqual(outline, "none", `the focus cannot be seen on ${String(target)}`);
    return;
  }
  throw new Error(`${MOST_TABS} Tabs do not lead to ${String(target)}`);
}

async function launch(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: inPath(NAMES), args: ARGUMENTS });
  atTheEnd(() => browser.close());
  return browser;
}

function inPath(names: readonly string[]): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(isProgram);
  if (!found) throw new Error(`none of ${names.join(", ")} is in PATH`);
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
