// Mail scanners and browsers that look ahead follow every link: nothing may come of it.
import assert from "node:assert/strict";
import supertest from "supertest";
import { load } from "cheerio";
import PostalMime from "postal-mime";
import { areas } from "../../src/app.ts";
import { config } from "../../config/index.ts";
import { rows } from "../../src/models/database.ts";
import { redis } from "../../src/redis.ts";
import { formToken } from "../../src/web/form-token.ts";
import { sendDue } from "../support/bookings.ts";
import { type Browser, visitor } from "../support/browser.ts";
import { readSchema } from "../../src/models/schema.ts";
import { withSink } from "../support/post.ts";
import type { SmtpSink } from "../support/servers.ts";
import { buildService, buildStaff, open, upcoming, world, type World } from "../support/world.ts";

const MARY = { name: "Mary Major", email: "mary@example.com", note: "" };
const MOST_PAGES = 250;

describe("[D13] reading", () => {
  let cast: World;
  let mary: Browser;
  let sink: SmtpSink;
  withSink((opened) => (sink = opened));
  beforeEach(async () => {
    cast = await world();
    mary = visitor();
    const cleo = await buildStaff(cast.salon, { name: "Cleo", email: "cleo@salon.example" });
    await buildService(cast.salon, { slug: "colour", name: "Colour" }, [cast.benStaff, cleo]);
  });

  async function hold(minutes: number): Promise<string> {
    const fields = { _csrf: formToken(), start: upcoming(1, minutes).iso };
    const { location } = await mary.post("/book/anas-salon/colour", fields);
    return location;
  }

  async function book(minutes: number): Promise<string> {
    const { location } = await mary.post(await hold(minutes), { _csrf: formToken(), ...MARY });
    return location;
  }

  /** Every row of every table, and what Redis keeps but for counts that end by themselves. */
  async function everything(): Promise<string> {
    const tables = [...(await readSchema()).keys()];
    const contents = await Promise.all(
      tables.map(async (table) => [
        table,
        (await rows(`SELECT * FROM ${table}`)).map((row) => JSON.stringify(row)).toSorted(),
      ]),
    );
    const keys = await redis.keys("*");
    return JSON.stringify([contents, keys.filter((key) => !key.startsWith("bull:")).toSorted()]);
  }

  async function read(path: string): Promise<string> {
    const head = await supertest(await open())
      .head(path)
      .redirects(0);
    const page = await mary.get(path);
    assert.equal(head.status, page.status, `HEAD and GET of ${path}`);
    assert.equal(head.text ?? "", "");
    assert.ok(page.status < 500, `${page.status} for ${path}`);
    return page.html;
  }

  /** Follows all links from there, as far as they stay with us. */
  async function crawl(from: string[]): Promise<Set<string>> {
    const [seen, waiting] = [new Set<string>(), [...from]];
    for (
      let path = waiting.pop();
      path !== undefined && seen.size < MOST_PAGES;
      path = waiting.pop()
    ) {
      if (seen.has(path)) continue;
      seen.add(path);
      waiting.push(...linksIn(await read(path), path));
    }
    return seen;
  }

  it("every link of every page changes nothing", async () => {
    const [held, appointment, late] = [await hold(600), await book(660), await book(720)];
    await mary.post(`${late}/cancellation`, { _csrf: formToken() });
    const before = await everything();
    const seen = await crawl(["/book/anas-salon", held, appointment, late]);
    assert.equal(await everything(), before);
    for (const path of [
      "/book/anas-salon/colour",
      `${appointment}/rescheduling`,
      `${appointment}/calendar.ics`,
    ])
      assert.ok(seen.has(path), path);
  });

  it("every link of every mail changes nothing", async () => {
    const appointment = await book(600);
    const other = await book(660);
    await mary.post(`${appointment}/rescheduling`, {
      _csrf: formToken(),
      start: upcoming(2, 600).iso,
    });
    await mary.post(`${other}/cancellation`, { _csrf: formToken() });
    await sendDue(upcoming(2, 599).instant);
    const mails = await Promise.all(sink.mails.map(({ source }) => PostalMime.parse(source)));
    const links = mails.flatMap(({ text = "", html = "" }) => [
      ...text.matchAll(/https?:\/\/[^\s<>"]+/g).map(([url]) => url),
      ...linksIn(html, config.baseUrl),
    ]);
    const ours = [...new Set(links)].flatMap((url) =>
      url.startsWith(config.baseUrl)
        ? [url.slice(config.baseUrl.length)]
        : url.startsWith("/")
          ? [url]
          : [],
    );
    assert.ok(mails.length >= 4, `${mails.length} mails`);
    assert.ok(ours.includes(appointment), ours.join(" "));
    const before = await everything();
    await crawl(ours);
    assert.equal(await everything(), before);
  });

  it("the addresses of posts changes nothing either", async () => {
    const [held, appointment] = [await hold(600), await book(660)];
    const token = formToken();
    const before = await everything();
    const tables = {
      ...areas["/book/:business"].booking,
      ...areas["/appointments/:token"].appointmentRoutes,
    };
    const posts = Object.keys(tables).filter((line) => line.startsWith("POST "));
    for (const line of posts) {
      const path = line.slice("POST ".length);
      const base = line in areas["/book/:business"].booking ? "/book/anas-salon" : appointment;
      const at = `${base}${path.replace(":service", "colour")}`.replace(
        "/holds/:token",
        held.slice(held.indexOf("/holds/")),
      );
      const query = new URLSearchParams({ _csrf: token, start: upcoming(1, 800).iso, ...MARY });
      await read(at);
      await read(`${at}?${query.toString()}`);
    }
    assert.ok(posts.length >= 5, `${posts.length} posts`);
    assert.equal(await everything(), before);
  });
});

function linksIn(html: string, base: string): string[] {
  const $ = load(html);
  const found = $("a[href], link[href], img[src]").toArray();
  return found.flatMap((element) => {
    const href = $(element).attr("href") ?? $(element).attr("src") ?? "";
    const url = new URL(href, `http://here${base.startsWith("/") ? base : ""}`);
    return url.host === "here" || href.startsWith(config.baseUrl)
      ? [url.pathname + url.search]
      : [];
  });
}
