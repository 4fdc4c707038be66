import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { formToken } from "../../src/web/form-token.ts";
import { visitor } from "../support/browser.ts";
import { origin, upcoming, world } from "../support/world.ts";

const RUNS = 400;

type Ask = { method: string; path: string; headers: Record<string, string>; body: string };

describe("whatever is sent to the booking pages", () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const known = { held: "", appointment: "" };
  before(async () => {
    await world();
    const mary = visitor();
    const details = { _csrf: formToken(), name: "M", email: "m@example.com" };
    const hold = async (minutes: number) => {
      const fields = { _csrf: formToken(), start: upcoming(1, minutes).iso };
      return (await mary.post("/book/anas-salon/haircut", fields)).location;
    };
    known.appointment = (await mary.post(await hold(600), details)).location;
    known.held = await hold(660);
  });
  after(() => agent.destroy());

  it("is answered, and never with an error of ours", async () => {
    await fc.assert(
      fc.asyncProperty(asks(), async (ask) => {
        const { status, body } = await send(ask);
        assert.ok(status < 500, `${status} for ${JSON.stringify(ask)}`);
        const isPage = !["HEAD", "OPTIONS"].includes(ask.method) && ![303, 304].includes(status);
        if (isPage && !body.startsWith("BEGIN:VCALENDAR"))
          assert.match(body, /<h1>/, `a page for ${JSON.stringify(ask)}`);
      }),
      { numRuns: RUNS },
    );
  });

  function asks(): fc.Arbitrary<Ask> {
    const text = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.string({ unit: "binary", maxLength: 10 }),
      fc.constantFrom("", "\0", "%", "../", "'\"><", "\u202e", "0", "-1", "NaN", "__proto__", "[]"),
      fc.constantFrom(upcoming(1, 600).iso, upcoming(2, 600).iso, "2199-12-31T23:59:59Z"),
      fc.constantFrom("2027-02-01", "9999-12-31", "m@example.com", "555 0100"),
    );
    const segment = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom("book", "anas-salon", "haircut", "holds") },
      { weight: 3, arbitrary: fc.constantFrom("appointments", "rescheduling", "cancellation") },
      { weight: 2, arbitrary: fc.constantFrom("carls-garage", "oil", "calendar.ics", "%", "%00") },
      { weight: 2, arbitrary: text.map(escaped) },
    );
    const path = fc.oneof(
      fc.array(segment, { maxLength: 6 }).map((all) => `/${all.join("/")}`),
      fc.constantFrom("/book/anas-salon", "/book/anas-salon/haircut"),
      fc
        .constantFrom("", "/rescheduling", "/cancellation", "/calendar.ics", "/x")
        .map((rest) => known.appointment + rest),
      fc.constant(known.held),
    );
    const name = fc.oneof(
      fc.constantFrom("start", "staff", "from", "name", "email", "phone", "note", "leave_empty"),
      fc.constantFrom("_csrf", "__proto__", "constructor", "start[]", "toString", ""),
      text,
    );
    const pairs = fc.array(fc.tuple(name, text), { maxLength: 8 });
    const query = pairs.map((all) => all.map((pair) => pair.map(escaped).join("=")).join("&"));
    const body = fc.oneof(
      { weight: 5, arbitrary: query.map((rest) => `_csrf=${formToken()}&${rest}`) },
      { weight: 1, arbitrary: query },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
    );
    const headers = fc.record(
      {
        "content-type": fc.constantFrom(
          "application/x-www-form-urlencoded",
          "application/x-www-form-urlencoded; charset=latin1",
          "application/json",
          "multipart/form-data; boundary=x",
          "nonsense",
        ),
        "accept-encoding": fc.constantFrom("gzip", "br", "*", "gzip;q=0", "identity", ";;"),
        cookie: fc.constantFrom("sid=x", "a", "__Host-sid=%", "sid=".padEnd(3000, "x")),
        origin: fc.constantFrom("null", "http://evil.example", "%"),
        "x-forwarded-for": fc.constantFrom("1.2.3.4", "nonsense, x", "::1", ","),
        "accept-language": fc.constantFrom("de", "*", "x-y-z;q=2", "\u00ff"),
        "user-agent": fc.constantFrom("", "curl/8", "x".repeat(2000)),
        "if-none-match": fc.constantFrom("*", '"x"'),
        range: fc.constantFrom("bytes=0-1", "x"),
      },
      { requiredKeys: [] },
    );
    return fc.record({
      method: fc.constantFrom("GET", "POST", "POST", "POST", "HEAD", "PUT", "OPTIONS"),
      path: fc.tuple(path, query).map(([at, asked]) => (asked ? `${at}?${asked}` : at)),
      headers: headers.map((some) => ({
        "content-type": "application/x-www-form-urlencoded",
        ...some,
      })),
      body,
    });
  }

  async function send({ method, path, headers, body }: Ask) {
    const url = new URL(await origin());
    const sent = method === "POST" || method === "PUT" ? body : "";
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const options = { method, host: url.hostname, port: url.port, path, headers, agent };
      const asked = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const zipped = response.headers["content-encoding"] === "gzip";
          const plain = zipped && bytes.length > 0 ? gunzipSync(bytes) : bytes;
          resolve({ status: response.statusCode ?? 0, body: plain.toString() });
        });
      });
      asked.on("error", reject);
      asked.end(sent);
    });
  }
});

/** As a browser would, or as it is if that cannot be: lone surrogates have no UTF-8. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
