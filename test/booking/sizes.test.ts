// What a visitor on a slow line waits for: the bytes as they are sent, compressed.
import assert from "node:assert/strict";
import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { load } from "cheerio";
import { formToken } from "../../src/web/form-token.ts";
import { visitor } from "../support/browser.ts";
import { buildService, buildStaff, origin, upcoming, world } from "../support/world.ts";

const FIRST_VISIT = 14 * 1024; // the page and everything it needs
const LATER_PAGE = 6 * 1024;
const MARY = { name: "Mary Major", email: "mary@example.com", phone: "555 0111" };

describe("the bytes of the booking pages", () => {
  const monday = upcoming(1, 600);
  let ben: number;
  beforeEach(async () => {
    const { salon, benStaff } = await world();
    ben = benStaff.id;
    const names = ["Alexandra Beaumont", "Bartholomew Cole", "Cleo", "Dana Eriksson"];
    const others = [];
    for (const name of names) others.push(await buildStaff(salon, { name }));
    const busy = { slug: "busy", name: "Consultation", minutes: 15, step: 15 };
    await buildService(salon, busy, [benStaff, ...others]);
    for (const name of ["Colour", "Beard trim", "Cut and blow-dry", "Children's cut"])
      await buildService(salon, { name, slug: name.toLowerCase().replaceAll(/\W+/g, "-") }, others);
  });

  for (const service of ["haircut", "busy"])
    describe(`for the service "${service}"`, () => {
      const times = `/book/anas-salon/${service}?from=${monday.date}`;

      it("are less than 14 KB for a first visit, wherever it begins", async () => {
        for (const path of ["/book/anas-salon", times, await booked()]) {
          const visit = await firstVisit(path);
          assert.ok(visit < FIRST_VISIT, `${visit} bytes for ${path}`);
        }
      });

      it("are less than 6 KB for each later page of the whole journey", async () => {
        const sizes: Array<[bytes: number, of: string]> = [];
        const measure = async (path: string, fields?: Record<string, string>) => {
          const { bytes, location } = await fetched(path, fields);
          sizes.push([bytes, `${fields ? "POST" : "GET"} ${path}`]);
          return location;
        };
        const token = () => ({ _csrf: formToken() });
        await measure("/book/anas-salon");
        await measure(times);
        await measure(`${times}&staff=${ben}`);
        const at = `/book/anas-salon/${service}`;
        const held = await measure(at, { ...token(), start: monday.iso });
        await measure(at, { ...token(), start: "2026-01-01T00:00:00Z" });
        await measure(at, { ...token(), start: "x" });
        await measure(at, { start: monday.iso });
        await measure(held);
        await measure(held, { ...token(), name: "", email: "x" });
        const own = await measure(held, { ...token(), ...MARY });
        await measure(own);
        await measure(`${own}/calendar.ics`);
        await measure(`${own}/rescheduling?from=${monday.date}`);
        await measure(`${own}/rescheduling`, { ...token(), start: "2026-01-01T00:00:00Z" });
        await measure(`${own}/rescheduling`, { ...token(), start: upcoming(1, 660).iso });
        await measure(`${own}/cancellation`, token());
        await measure(own);
        assert.deepEqual(
          sizes.filter(([bytes]) => bytes >= LATER_PAGE),
          [],
        );
      });

      async function booked(): Promise<string> {
        const mary = visitor();
        const fields = { _csrf: formToken(), start: monday.iso };
        const { location } = await mary.post(`/book/anas-salon/${service}`, fields);
        return (await mary.post(location, { _csrf: formToken(), ...MARY })).location;
      }
    });

  /** A page and all it names: stylesheets, images, icon. */
  async function firstVisit(path: string): Promise<number> {
    const { bytes, html } = await fetched(path);
    const $ = load(html);
    const named = $("link[rel=stylesheet], link[rel=icon], img, script").toArray();
    const needed = named.map((one) => $(one).attr("href") ?? $(one).attr("src") ?? "");
    assert.ok(needed.some((url) => url.startsWith("/style.css")));
    const parts = await Promise.all(needed.map((url) => fetched(url)));
    return parts.reduce((sum, part) => sum + part.bytes, bytes);
  }

  /** As a browser of today asks; the body as it goes over the line. */
  async function fetched(path: string, fields?: Record<string, string>) {
    const body = fields && new URLSearchParams(fields).toString();
    const headers = {
      "accept-encoding": "gzip",
      ...(body ? { "content-type": "application/x-www-form-urlencoded" } : {}),
    };
    const url = (await origin()) + path;
    return new Promise<{ bytes: number; html: string; location: string }>((resolve, reject) => {
      const asked = request(url, { method: body ? "POST" : "GET", headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const sent = Buffer.concat(chunks);
          const zipped = response.headers["content-encoding"] === "gzip";
          const html = String(zipped ? gunzipSync(sent) : sent);
          resolve({ bytes: sent.length, html, location: response.headers.location ?? "" });
        });
      });
      asked.on("error", reject);
      asked.end(body);
    });
  }
});
