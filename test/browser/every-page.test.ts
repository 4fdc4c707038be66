// Every page, as everybody who may see it gets it, and each of its states: WCAG 2.2 AA by axe, valid
// HTML, nothing from elsewhere, no script, and no scrolling sideways on a narrow screen.
// What a browser makes of a page depends on its text, which both databases must bring about: that is
// looked at in one, once. SCREENSHOTS=folder also takes pictures of all, at both widths, in light and dark.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AxeResults, RunOptions } from "axe-core";
import { HtmlValidate } from "html-validate";
import { type MailCatcher, startMailCatcher } from "../../src/embedded/mail-catcher.ts";
import { freePort } from "../support/ports.ts";
import { may } from "../../src/domain/rights.ts";
import type { Access } from "../../src/web/routes.ts";
import { areas } from "../../src/app.ts";
import { isPostgres } from "../../src/models/database.ts";
import type { Page } from "../support/browser.ts";
import { type Person, person } from "../support/chromium.ts";
import { type Furnished, furnished } from "../support/furnished.ts";
import { NO_PAGES, NOTHING_TO_REFUSE, samples } from "../support/pages.ts";
import type { Sample } from "../support/sample.ts";
import { dumped } from "../support/w3m.ts";

const NARROW = 320; // also 1280 at 400 %
const WIDE = 1280;
const PAPER = 680; // A4 with margins
const SCREENSHOTS = process.env.SCREENSHOTS;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG: RunOptions = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"],
  preload: false, // no rule of these asks what stylesheets and films say
};

const html = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // Both are valid; small letters compress better.
    "doctype-style": ["error", { style: "lowercase" }],
    // Every button of ours sends its form, which is what a button does unless told otherwise.
    "no-implicit-button-type": "off",
    // Boxes with one name, and a hidden field for "none of them", are how a form sends a list.
    "form-dup-name": "off",
  },
});

const routes = Object.entries(areas).flatMap(([base, tables]) =>
  Object.values(tables).flatMap((table) =>
    Object.entries(table).map(([line, [access]]) => {
      const [verb = "", path = ""] = line.split(" ");
      return { route: `${verb} ${base}${path === "/" && base ? "" : path}`, access };
    }),
  ),
);

/** Where somebody is led on to a page of her own. */
const LEADS_ON = ["GET /b/:business/hours as provider", "GET /b/:business/calendars as provider"];

/** Who gets to see a page that is for them. */
function readersOf(access: Access): string[] {
  if (access === "anyone") return ["visitor"];
  if (access === "operator" || access === "operator.leaving") return ["operator"];
  if (access === "person" || access === "staff") return ["owner", "provider"];
  return (["owner", "provider"] as const).filter((role) => may(role, access));
}

const WRONG = `<!doctype html><html lang="en"><title>Wrong</title><main><h1>Wrong</h1>
  <img src="/icon.svg" width="2000"><p><font color="#dddddd">Hardly to be read</font></p></main>`;

describe("[D16] [P4.3] every page", () => {
  let house: Furnished;
  let reader: Person | undefined;
  before(async () => {
    house = await furnished();
    if (isPostgres) return;
    reader = await withAxe();
    await reader.page.goto("/");
    if (SCREENSHOTS) mkdirSync(SCREENSHOTS, { recursive: true });
  });
  after(() => reader?.close());

  for (const { route, access } of routes)
    if (route.startsWith("GET ") && !(NO_PAGES as string[]).includes(route))
      for (const role of readersOf(access).filter(
        (one) => !LEADS_ON.includes(`${route} as ${one}`),
      ))
        it(`${route} has a sample for the ${role}`, () => {
          assert.ok(samples.some((one) => one.route === route && one.as === role));
        });
    else if (route.startsWith("POST ") && !(NOTHING_TO_REFUSE as string[]).includes(route))
      it(`${route} has a sample of the refused form`, () => {
        assert.ok(samples.some((one) => one.route === route && one.status === 422));
      });

  for (const sample of samples)
    it(nameOf(sample), async () => {
      const shown = await sample.ask(house);
      assert.equal(shown.status, sample.status, shown.location || shown.$("main").text());
      const problems = [
        ...(await invalid(shown)),
        ...(sample.as === "visitor" ? await tooLong(shown) : []),
        ...(await seen(shown.html, nameOf(sample))),
      ];
      assert.deepEqual(problems, []);
      reader?.assertQuiet();
    });

  if (!isPostgres)
    it("is looked at: what is wrong with this one is found at both widths", async () => {
      const problems = await seen(WRONG, "none of ours");
      for (const trouble of ["image-alt", "color-contrast", "px wide"])
        assert.equal(problems.filter((one) => one.includes(trouble)).length, 2, trouble);
    });

  if (!isPostgres)
    it("that is printed stands on paper whole, black on white, each provider on a sheet", async () => {
      const { page, close } = await person();
      await page.goto("/");
      await page.setViewportSize({ width: PAPER, height: 900 });
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      const sheets = async ({ status, html: text }: Page) => {
        assert.equal(status, 200);
        await page.setContent(text);
        assert.equal(await page.evaluate("document.scrollingElement.scrollWidth"), PAPER);
        assert.equal(await page.locator("nav:visible, form:visible, .button:visible").count(), 0);
        const ink = "getComputedStyle(document.querySelector('h1')).color";
        assert.equal(await page.evaluate(ink), "rgb(0, 0, 0)");
        const pdf = await page.pdf({ format: "A4" });
        return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      };
      const { owner, visitor } = house.as;
      const book = "/b/demo/appointments";
      for (const view of ["day", "week", "month", "agenda", "list"])
        await sheets(await owner.get(`${book}?view=${view}`));
      await sheets(await owner.get("/b/demo/reports"));
      assert.equal(await sheets(await visitor.get(house.appointments.ahead.path)), 1);
      const sheet = await owner.get(`${book}?view=sheet`);
      assert.equal(await sheets(sheet), sheet.$(".sheets section").length);
      await close();
    });

  async function seen(text: string, name: string): Promise<string[]> {
    if (!reader) return [];
    await reader.show(text);
    return look(reader, name);
  }
});

describe("[D16] every page of the mail catcher", () => {
  if (isPostgres) return; // it keeps mails in memory

  let catcher: MailCatcher;
  let reader: Person;
  before(async () => {
    catcher = await startMailCatcher({ pagePort: await freePort() });
    reader = await withAxe();
    const source = "Subject: Your appointment\r\n\r\nSee https://book.example/appointments/a\r\n";
    const envelope = { from: "post@salon.example", to: ["mary@example.com"] };
    await catcher.mailbox.add(Buffer.from(source), envelope, Date.now());
  });
  after(async () => {
    await reader.close();
    await catcher.stop();
  });

  for (const path of ["/", "/mails/1", "/mails/999"])
    it(`GET ${path}`, async () => {
      await reader.page.goto(new URL(path, catcher.pageUrl).href);
      const problems = await look(reader, `mail catcher ${path}`);
      assert.deepEqual(problems, []);
    });
});

function nameOf({ route, as, state }: Sample): string {
  return `${route} as ${as}${state ? `, ${state}` : ""}`;
}

async function invalid({ html: text }: Page): Promise<string[]> {
  const { results } = await html.validateString(text);
  const lines = text.split("\n");
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line }) => `${ruleId}: ${message}: ${lines[line - 1]}`),
  );
}

async function withAxe(): Promise<Person> {
  const reader = await person({ javaScriptEnabled: true });
  await reader.page.addInitScript(axe);
  return reader;
}

/** What a terminal of 80 columns cannot hold: it scrolls sideways there as well. */
async function tooLong({ html: text }: Page): Promise<string[]> {
  const lines = (await dumped(text)).split("\n");
  return lines.filter((line) => line.length > 80).map((line) => `too long in w3m: ${line}`);
}

/** Looks wide and light, then narrow and dark, and tells what is wrong with the page. */
async function look(reader: Person, name: string): Promise<string[]> {
  const { page } = reader;
  const problems: string[] = [];
  for (const [width, colorScheme] of [
    [WIDE, "light"],
    [NARROW, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    problems.push(...(await tooWide(reader, width)), ...(await inaccessible(reader)));
    if (SCREENSHOTS) await picture(reader, name, width);
  }
  return problems;
}

async function tooWide({ page }: Person, width: number): Promise<string[]> {
  const wide = Number(await page.evaluate("document.scrollingElement.scrollWidth"));
  return wide <= width ? [] : [`${wide} px wide on a screen of ${width}`];
}

async function inaccessible({ page }: Person): Promise<string[]> {
  const found = await page.evaluate(
    `axe.run(${JSON.stringify(WCAG)}).then(({ violations }) => violations)`,
  );
  return (found as AxeResults["violations"]).map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`,
  );
}

async function picture({ page }: Person, of: string, width: number): Promise<void> {
  const name = of.replaceAll(/[^\w]+/g, "-");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const path = join(SCREENSHOTS ?? "", `${name}-${width}-${colorScheme}.png`);
    await page.screenshot({ path, fullPage: true });
  }
}
