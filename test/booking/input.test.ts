// What bad input gets, form by form and address by address.
import assert from "node:assert/strict";
import type { Server } from "node:http";
import { gzipSync } from "node:zlib";
import { load } from "cheerio";
import supertest from "supertest";
import { parseStart } from "../../src/domain/time.ts";
import { rows, transaction } from "../../src/models/database.ts";
import { hmac } from "../../src/secrets.ts";
import { formToken } from "../../src/web/form-token.ts";
import { type Browser, type Fields, formOf, type Page, visitor } from "../support/browser.ts";
import { buildService, open, upcoming, world, type World } from "../support/world.ts";

const HOUR = 3_600_000;
const MARY = { name: "Mary Major", email: "mary@example.com", phone: "555 0111", note: "" };
const TIMES = "/book/anas-salon/haircut";

describe("what bad input gets", () => {
  let cast: World;
  let mary: Browser;
  let server: Server;
  const ten = upcoming(1, 600);
  /** A world of its own, for a test or for a group of those that change nothing. */
  async function fresh(): Promise<void> {
    cast = await world();
    server = await open();
    mary = visitor();
    taken = 0;
  }

  // Monday's times, one after the other, so that tests do not get in each other's way.
  let taken = 0;
  const nextStart = () => upcoming(1, 540 + 30 * taken++).iso;

  async function hold(start = ten.iso): Promise<string> {
    const held = await mary.post(TIMES, { _csrf: formToken(), start, staff: "" });
    assert.equal(held.status, 303, held.html);
    return held.location;
  }

  async function book(): Promise<string> {
    const booked = await mary.post(await hold(nextStart()), { _csrf: formToken(), ...MARY });
    assert.equal(booked.status, 303, booked.html);
    return booked.location;
  }

  async function count(table: string): Promise<number> {
    const [row] = await rows<{ n: number }>(`SELECT count(*) AS n FROM ${table}`);
    return row?.n ?? 0;
  }

  /** Refused beside one field, with everything that was typed. */
  function assertRefused(page: Page, field: string, typed: Fields): void {
    assert.equal(page.status, 422, page.html);
    const message = page.$(`#${field}-error`).text();
    assert.ok(message.length > 5, `a message beside ${field}`);
    assert.equal(page.$(`.errors a[href='#${field}']`).text(), message);
    for (const [name, value] of Object.entries(typed))
      if (typeof value === "string" && name !== "_csrf") {
        const shown = page.$(`[name=${name}]`).val();
        // A page has no NUL: the one who reads it makes the replacement character of it.
        const same = value.replaceAll(/[\r\n]/g, "").replaceAll("\0", "\ufffd");
        assert.equal(String(shown).replaceAll("\n", ""), same, name);
      }
  }

  describe("in the form of times", () => {
    before(fresh);
    let heldBefore = 0;
    beforeEach(async () => {
      heldBefore = await count("holds");
    });
    const noStart: Record<string, Fields> = {
      none: {},
      "an empty one": { start: "" },
      two: { start: [ten.iso, upcoming(1, 660).iso] },
      "a word": { start: "soon" },
      "a number": { start: String(ten.instant) },
      "one without offset": { start: `${ten.date}T10:00:00` },
      "one of another offset than its zone's": { start: ten.iso.replace(/-0\d:00\[/, "+09:00[") },
      "one in no zone": { start: ten.iso.replace("America", "Nowhere") },
      "a day there is not": { start: "2027-02-30T10:00:00Z" },
      "the year 0": { start: "0000-01-01T10:00:00Z" },
      "the year 9999": { start: "9999-12-31T23:59:00Z" },
      markup: { start: "<script>alert(1)</script>" },
      "control characters": { start: `${ten.iso}\0` },
      "a long one": { start: `${ten.iso}${"[u-ca=gregory]".repeat(500)}` },
    };
    for (const [name, fields] of Object.entries(noStart))
      it(`${name} as the start: the form again, with a message`, async () => {
        const page = await mary.post(TIMES, { _csrf: formToken(), ...fields });
        assert.equal(page.status, 422, page.html);
        assert.equal(page.$(".errors a[href='#start']").text(), "Choose a time");
        assert.equal(page.$("#start input[name=start]").length > 0, true);
        assert.equal(await count("holds"), heldBefore);
      });

    for (const [name, start] of Object.entries({
      "in the past": "2020-01-06T15:00:00Z",
      "beyond the horizon": "2150-01-06T15:00:00Z",
      "at the end of time": "2199-12-31T23:59:59Z",
      "between two": ten.iso.replace("T10:00", "T10:01"),
      "outside of the hours": ten.iso.replace("T10:00", "T03:00"),
    }))
      it(`a start ${name}: the next free times instead`, async () => {
        const page = await mary.post(TIMES, { _csrf: formToken(), start });
        assert.equal(page.status, 409, page.html);
        assert.equal(page.$("h1").text(), "That time has just been taken");
        assert.equal(await count("holds"), heldBefore);
      });

    for (const staff of ["0", "-1", "1e9", "NaN", "x", "<b>", "9".repeat(400), "\0"])
      it(`"${staff.slice(0, 20)}" as the provider means anyone`, async () => {
        const page = await mary.post(TIMES, { _csrf: formToken(), start: nextStart(), staff });
        assert.equal(page.status, 303);
        const shown = await mary.get(`${TIMES}?staff=${encodeURIComponent(staff)}`);
        assert.match(shown.$("main").text(), /30 minutes with Ben Brown/);
      });

    it("another business's provider means anyone", async () => {
      const staff = String(cast.carlStaff.id);
      const page = await mary.get(`${TIMES}?staff=${staff}`);
      assert.match(page.$("main").text(), /30 minutes with Ben Brown/);
      assert.doesNotMatch(page.html, /Carl/);
      await mary.post(TIMES, { _csrf: formToken(), start: nextStart(), staff });
      const held = await rows(`SELECT DISTINCT staff_id AS "staffId" FROM holds`);
      assert.deepEqual(held, [{ staffId: cast.benStaff.id }]);
    });

    it("fields nobody asked for change nothing", async () => {
      const more = { price: "0", staff_id: "1", expires_at: "9999999999999", __proto__x: "1" };
      const fields = { _csrf: formToken(), start: nextStart(), ...more };
      assert.equal((await mary.post(TIMES, fields)).status, 303);
    });
  });

  describe("as the week", () => {
    before(fresh);
    const first = (page: Page) => page.$("main h2").first().text();
    for (const from of [
      "",
      "x",
      "2026-13-01",
      "2027-02-30",
      "2026-1-1",
      "1999-01-01",
      "0000-00-00",
      "9999-12-31",
      "2026-01-01T00:00",
      "١٢٣٤-٠١-٠١",
      "%00",
      "%",
      "%E0%A4%A",
      "2027-02-01&from=2027-02-08",
      "a".repeat(3000),
      "[]",
      "__proto__",
    ])
      it(`"${from.slice(0, 30)}" is today's`, async () => {
        const [page, today] = [await mary.get(`${TIMES}?from=${from}`), await mary.get(TIMES)];
        assert.equal(page.status, 200);
        assert.equal(first(page), first(today));
        assert.equal(page.$("main h2").length, 7);
      });

    for (const from of ["2199-12-31", "2150-06-01"])
      it(`${from} is none beyond the horizon`, async () => {
        const page = await mary.get(`${TIMES}?from=${from}`);
        assert.equal(page.status, 200);
        assert.doesNotMatch(page.$(".pager").first().text(), /Next week/);
        assert.doesNotMatch(page.$("main").text(), /2150|2199/);
      });

    it("parameters nobody asked for change nothing", async () => {
      const page = await mary.get(`${TIMES}?start=x&x[]=1&x[a]=2&_csrf=3&staff=`);
      assert.equal(page.status, 200);
    });
  });

  describe("in the form of details", () => {
    let held = "";
    before(async () => {
      await fresh();
      held = await hold(upcoming(2, 600).iso);
    });

    const refusedFields: Record<string, Array<[what: string, value: string | string[]]>> = {
      name: [
        ["nothing", ""],
        ["spaces", "   "],
        ["invisible characters", "\u200b\u2060\ufeff"],
        ["a NUL", "Mary\0Major"],
        ["a line break", "Mary\nMajor"],
        ["a mark that turns the direction", "Mary \u202eroja"],
        ["an escape", "\u001b[31mMary"],
        ["too much", "M".repeat(121)],
        ["two", ["Mary", "Major"]],
      ],
      email: [
        ["nothing", ""],
        ["a word", "mary"],
        ["no dot", "mary@example"],
        ["two addresses", "mary@example.com,eve@example.com"],
        ["a name before it", "Mary <mary@example.com>"],
        ["a header", "mary@example.com\r\nBcc: eve@example.com"],
        ["a NUL", "mary\0@example.com"],
        ["a mark that turns the direction", "mary\u202e@example.com"],
        ["too much", `${"m".repeat(250)}@example.com`],
        ["two", ["mary@example.com", "eve@example.com"]],
      ],
      phone: [
        ["a word", "call me"],
        ["too little", "12"],
        ["too much", "5".repeat(41)],
        ["a line break", "555 0111\n555 0112"],
        ["markup", "<b>5550111</b>"],
        ["two", ["555 0111", "555 0112"]],
      ],
      note: [
        ["too much", "n".repeat(1001)],
        ["a NUL", "a\0b"],
        ["an escape", "a\u001bb"],
        ["a mark that turns the direction", "a\u2066b"],
        ["two", ["a", "b"]],
      ],
    };
    for (const [field, values] of Object.entries(refusedFields))
      for (const [what, value] of values)
        it(`${what} as the ${field}: the form again, with a message and what was typed`, async () => {
          const typed = { ...MARY, [field]: value };
          const page = await mary.post(held, { _csrf: formToken(), ...typed });
          assertRefused(page, field, typed);
          assert.equal(await count("appointments"), 0);
          assert.equal(await count("customers"), 0);
        });

    it("nothing at all: a message for each field that is needed", async () => {
      const page = await mary.post(held, { _csrf: formToken() });
      assert.equal(page.status, 422);
      const links = page.$(".errors a").toArray();
      assert.deepEqual(
        links.map((link) => page.$(link).attr("href")),
        ["#name", "#email"],
      );
    });

    it("what was typed is shown, never run", async () => {
      const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
      const typed = { ...MARY, name: evil, note: `</textarea>${evil}`, email: evil };
      const page = await mary.post(held, { _csrf: formToken(), ...typed });
      assertRefused(page, "email", typed);
      assert.equal(page.$("script, img").length, 0);
    });

    const kept: Array<[field: "name" | "email" | "phone" | "note", typed: string, kept: string]> = [
      ["name", "  Zoë Ünïcode-Ødegård  ", "Zoë Ünïcode-Ødegård"],
      ["name", "李小龍", "李小龍"],
      ["name", "שרה כהן", "שרה כהן"],
      ["name", "نور‌الدین", "نور‌الدین"], // with the joiner Persian needs
      ["name", 'O\'Neil & Sons <"Bob">', 'O\'Neil & Sons <"Bob">'],
      ["name", "🙂 Mary", "🙂 Mary"],
      ["name", "M".repeat(120), "M".repeat(120)],
      ["email", " MARY@Example.COM ", "mary@example.com"],
      ["email", "mary+salon@mail.example.co.uk", "mary+salon@mail.example.co.uk"],
      ["phone", "(555) 010-0199", "(555) 010-0199"],
      ["phone", "+44 20 7946 0000", "+44 20 7946 0000"],
      ["note", "one\r\ntwo\rthree\n", "one\ntwo\nthree"],
      ["note", "n".repeat(1000), "n".repeat(1000)],
      ["note", "${1} $name <%= 1 %> ' OR 1=1 --", "${1} $name <%= 1 %> ' OR 1=1 --"],
    ];
    for (const [field, typed, stored] of kept)
      it(`"${typed.trim().slice(0, 30)}" is a good ${field}`, async () => {
        const form = { _csrf: formToken(), ...MARY, [field]: typed };
        const booked = await mary.post(await hold(nextStart()), form);
        assert.equal(booked.status, 303, booked.html);
        const [row] = await rows<Record<string, string>>(
          `SELECT c.name, c.email, COALESCE(a.phone, c.phone) AS phone, a.note FROM appointments a
           JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
           ORDER BY a.id DESC LIMIT 1`,
        );
        assert.equal(row?.[field], stored);
      });

    it("the phone may be left out", async () => {
      const rest = { name: "No Phone", email: "no-phone@example.com" };
      const booked = await mary.post(await hold(nextStart()), { _csrf: formToken(), ...rest });
      assert.equal(booked.status, 303);
      const stored = await rows("SELECT phone FROM customers WHERE name = 'No Phone'");
      assert.deepEqual(stored, [{ phone: null }]);
    });

    it("fields nobody asked for leave no trace", async () => {
      const more = { customer_id: "1", status: "cancelled", canary: "c4n4ry", price: "1" };
      await mary.post(await hold(nextStart()), { _csrf: formToken(), ...MARY, ...more });
      const [row] = await rows("SELECT status, price FROM appointments ORDER BY id DESC LIMIT 1");
      assert.deepEqual(row, { status: "confirmed", price: 3500 });
    });
  });

  // The posts of a visitor, each with fields that do something.
  const posts: Record<string, () => Promise<{ url: string; fields: Fields }>> = {
    "a time": async () => ({ url: TIMES, fields: { start: ten.iso, staff: "" } }),
    "the details": async () => ({ url: await hold(), fields: { ...MARY, note: "a\nb" } }),
    "another time": async () => ({
      url: `${await book()}/rescheduling`,
      fields: { start: upcoming(3, 660).iso },
    }),
    "a cancellation": async () => ({ url: `${await book()}/cancellation`, fields: {} }),
  };

  for (const [name, prepare] of Object.entries(posts))
    describe(`around ${name}`, () => {
      /** Everything a post can change, to see that nothing has. */
      async function state(): Promise<unknown> {
        return Promise.all([
          rows("SELECT id, appointment_id, starts_at FROM holds ORDER BY id"),
          rows("SELECT id, status, starts_at, sequence FROM appointments ORDER BY id"),
          rows("SELECT id, busy_from FROM allocations ORDER BY id"),
        ]);
      }

      function raw(url: string): supertest.Test {
        return supertest(server).post(url).redirects(0);
      }

      const tokens: Record<string, () => Fields> = {
        "no token": () => ({}),
        "an empty token": () => ({ _csrf: "" }),
        "a made-up token": () => ({ _csrf: "abc.def.ghi" }),
        "a token of another purpose": () => {
          const head = formToken().split(".").slice(0, 2).join(".");
          return { _csrf: `${head}.${hmac("link:appointment", head)}` };
        },
        "a changed token": () => ({
          _csrf: formToken().replace(/.$/, (c) => (c === "A" ? "B" : "A")),
        }),
        "two tokens": () => ({ _csrf: [formToken(), formToken()] }),
        "a token of 13 hours ago": () => ({ _csrf: formToken(Date.now() - 13 * HOUR) }),
        "a token of tomorrow": () => ({ _csrf: formToken(Date.now() + 24 * HOUR) }),
        "a long token": () => ({ _csrf: `${formToken()}${"x".repeat(5000)}` }),
      };
      for (const [what, token] of Object.entries(tokens))
        it(`${what}: a page that asks to send it again, keeps everything, and then works`, async () => {
          await fresh();
          const { url, fields } = await prepare();
          const before = await state();
          const page = await mary.post(url, { ...fields, ...token() });
          assert.equal(page.status, 403, page.html);
          assert.equal(page.$("h1").text(), "Please send this once more");
          assert.deepEqual(await state(), before);
          const again = formOf({ ...page, url });
          for (const [field, value] of Object.entries(fields))
            assert.equal(again.values[field], String(value).replace("\n", "\r\n"), field);
          const sent = await mary.post(again.target, again.values);
          assert.equal(sent.status, 303, sent.html);
          assert.notDeepEqual(await state(), before);
        });

      describe("without a change", () => {
        let url = "";
        let fields: Fields = {};
        before(async () => {
          await fresh();
          ({ url, fields } = await prepare());
        });

        it("a token in the address is none", async () => {
          assert.equal((await mary.post(`${url}?_csrf=${formToken()}`, fields)).status, 403);
        });

        for (const [header, value] of [
          ["Origin", "https://evil.example"],
          ["Origin", "null"],
          ["Origin", "nonsense"],
          ["Sec-Fetch-Site", "cross-site"],
          ["Sec-Fetch-Site", "same-site"],
        ] as const)
          it(`${header}: ${value} is refused, whatever the token`, async () => {
            const before = await state();
            const answer = await raw(url)
              .set(header, value)
              .type("form")
              .send({ ...fields, _csrf: formToken() });
            assert.equal(answer.status, 403);
            assert.match(answer.text, /another site/);
            assert.deepEqual(await state(), before);
          });

        it("a filled honeypot is refused", async () => {
          const before = await state();
          const page = await mary.post(url, { ...fields, _csrf: formToken(), leave_empty: "x" });
          assert.equal(page.status, 400);
          assert.deepEqual(await state(), before);
        });

        const bodies: Record<
          string,
          [status: number, send: (post: supertest.Test) => supertest.Test]
        > = {
          "more than 64 KB": [413, (post) => post.type("form").send(`a=${"x".repeat(66_000)}`)],
          "too many fields": [413, (post) => post.type("form").send("a=1&".repeat(400))],
          "64 KB that unpack to many more": [
            413,
            (post) =>
              post
                .type("form")
                .set("Content-Encoding", "gzip")
                .serialize((body) => body as string)
                .send(gzipSync("a=".padEnd(10_000_000, "x"))),
          ],
          JSON: [403, (post) => post.type("json").send({ _csrf: formToken(), start: ten.iso })],
          "text/plain": [403, (post) => post.type("text").send("_csrf=x")],
          "a file": [403, (post) => post.attach("start", Buffer.from("x"), "x.txt")],
          nothing: [403, (post) => post],
          "an unknown character set": [
            400,
            (post) =>
              post.set("Content-Type", "application/x-www-form-urlencoded; charset=x").send("a=1"),
          ],
          "an unknown encoding": [
            400,
            (post) => post.type("form").set("Content-Encoding", "x").send("a=1"),
          ],
          "broken gzip": [
            400,
            (post) => post.type("form").set("Content-Encoding", "gzip").send("not gzip at all"),
          ],
        };
        for (const [what, [status, send]] of Object.entries(bodies))
          it(`${what} as the body: ${status}, in words`, async () => {
            const before = await state();
            const answer = await send(raw(url));
            assert.equal(answer.status, status, answer.text);
            const $ = load(answer.text);
            assert.equal($("h1").length, 1);
            assert.deepEqual(await state(), before);
          });

        it("malformed percent signs are taken as they are", async () => {
          const answer = await raw(url).type("form").send("_csrf=%E0%A4%A&%=%&=&&a");
          assert.equal(answer.status, 403);
        });
      });
    });

  describe("as an address", () => {
    before(fresh);

    const nobodys = [
      "/book/nobody",
      "/book/nobody/haircut",
      "/book/anas-salon/nothing",
      "/book/anas-salon/oil", // the garage's
      "/book/carls-garage/haircut",
      "/book/ANAS-SALON",
      "/book/anas-salon/haircut/more",
      "/book/%00",
      "/book/anas-salon%00",
      "/book/anas-salon/%00",
      "/book/anas-salon/haircut%00",
      "/book/anas-salon/..%2fhaircut",
      "/book/anas-salon/constructor",
      "/book/constructor/haircut",
      "/book/__proto__/haircut",
      `/book/${"a".repeat(5000)}`,
      `/book/anas-salon/${"a".repeat(5000)}`,
      "/book/%F0%9F%99%82",
      "/book",
      "/book/anas-salon/holds",
      "/appointments",
      "/appointments/x",
      "/appointments/%00",
      `/appointments/${"a".repeat(5000)}`,
      "/appointments/x/calendar.ics",
      "/appointments/x/rescheduling",
    ];
    for (const address of nobodys)
      it(`${address.slice(0, 60)} is not found`, async () => {
        const page = await mary.get(address);
        assert.equal(page.status, 404, page.html);
        assert.equal(page.$("h1").text(), "Page not found");
        const posted = await mary.post(address, { _csrf: formToken(), start: ten.iso, ...MARY });
        assert.equal(posted.status, 404);
      });

    for (const address of ["/book/%E0%A4%A", "/book/anas-salon/%", "/appointments/%ZZ"])
      it(`${address} makes no sense`, async () => {
        assert.equal((await mary.get(address)).status, 400);
        assert.equal((await mary.post(address, { _csrf: formToken() })).status, 400);
      });

    for (const token of ["x", "%00", "a".repeat(5000), "..%2f..", "%F0%9F%99%82"])
      it(`the hold ${token.slice(0, 20)} is gone`, async () => {
        const address = `/book/anas-salon/holds/${token}`;
        assert.equal((await mary.get(address)).status, 410);
        const posted = await mary.post(address, { _csrf: formToken(), ...MARY });
        assert.equal(posted.status, 410);
        assert.equal(posted.$("main a[href='/book/anas-salon']").length, 1, "the way on");
      });

    it("a hold under another business's address is not found", async () => {
      const other = (await hold(nextStart())).replace("anas-salon", "carls-garage");
      assert.equal((await mary.get(other)).status, 404);
      const posted = await mary.post(other, { _csrf: formToken(), ...MARY });
      assert.equal(posted.status, 404);
    });

    it("an archived service is not found, a hold of it is still good", async () => {
      const service = await buildService(cast.salon, { slug: "gone" }, [cast.benStaff]);
      const fields = { _csrf: formToken(), start: nextStart() };
      const { location } = await mary.post("/book/anas-salon/gone", fields);
      await transaction(() => service.update({ archivedAt: 1 }));
      assert.equal((await mary.get("/book/anas-salon/gone")).status, 404);
      assert.equal((await mary.get(location)).status, 200);
      assert.equal((await mary.post(location, { _csrf: formToken(), ...MARY })).status, 303);
    });

    it("a link of one appointment opens no other", async () => {
      const token = (await book()).split("/")[2] ?? "";
      for (const wrong of [token.toLowerCase(), token.slice(0, -1), `${token}A`, ` ${token}`])
        if (wrong !== token)
          assert.equal((await mary.get(`/appointments/${encodeURIComponent(wrong)}`)).status, 404);
    });

    it("methods nobody asked for change nothing", async () => {
      const at = await book();
      for (const method of ["put", "patch", "delete"] as const)
        for (const address of [TIMES, at, `${at}/cancellation`, "/book/anas-salon"]) {
          const answer = await supertest(server)[method](address);
          assert.equal(answer.status, 404, `${method} ${address}`);
        }
      const found = await rows("SELECT DISTINCT status FROM appointments");
      assert.deepEqual(found, [{ status: "confirmed" }]);
    });
  });

  it("a start is read the same in all its spellings", async () => {
    const utc = new Date(ten.instant).toISOString();
    for (const start of [utc, utc.replace(".000Z", "+00:00"), ten.iso.replace(/\[.*/, "")]) {
      await fresh();
      assert.equal(parseStart(start), ten.instant);
      assert.equal((await mary.post(TIMES, { _csrf: formToken(), start })).status, 303, start);
    }
  });
});
