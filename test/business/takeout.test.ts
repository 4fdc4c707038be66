import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { randomBytes } from "node:crypto";
import { parse } from "csv-parse/sync";
import { DAY } from "../../src/domain/time.ts";
import { catalogueOf } from "../../src/models/catalogue.ts";
import { Contact } from "../../src/models/contact.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Business, Staff } from "../../src/models/index.ts";
import { Erasure } from "../../src/models/erasure.ts";
import { Notice } from "../../src/models/notice.ts";
import { PasswordReset } from "../../src/models/password-reset.ts";
import { isTenants, readSchema } from "../../src/models/schema.ts";
import type { Stored } from "../../src/models/takeout-check.ts";
import { EXCEPT } from "../../src/models/takeout-tables.ts";
import { LeaseLost, Transfers } from "../../src/models/transfer.ts";
import { runTransfer } from "../../src/models/transfer-run.ts";
import { zip, type ZipEntry } from "../../src/zip.ts";
import { type Browser, formOf, signedIn } from "../support/browser.ts";
import { eventful } from "../support/eventful.ts";
import { furnished, type Furnished } from "../support/furnished.ts";
import { unzipped } from "../support/unzipped.ts";
import { buildBusiness, buildPerson, origin, runJobs } from "../support/world.ts";

type Files = Record<string, string>;

describe("[D22] leaving with everything, and coming back", () => {
  let house: Furnished;
  let olivia: Browser;
  let archive: Buffer;
  let files: Files;
  before(async () => {
    house = await furnished();
    await eventful(house);
    olivia = house.as.owner;
    archive = await taken(olivia, "demo");
    files = await unzipped(archive);
  });

  /** One button, the worker, the download. */
  async function taken(browser: Browser, slug: string): Promise<Buffer> {
    await transaction(() => run("UPDATE transfers SET created_at = created_at - 120000"));
    const { location } = await browser.submit(`/b/${slug}/takeout`, {}, "/exports");
    await runJobs();
    const shown = await browser.get(location);
    assert.match(shown.$("[role=status]").text(), /ready/);
    const href = shown.$("a.button").attr("href") ?? "";
    const response = await fetch(`${await origin()}${href}`, {
      headers: { cookie: browser.cookie ?? "" },
    });
    assert.equal(response.headers.get("content-type"), "application/zip");
    assert.match(response.headers.get("content-disposition") ?? "", /plainbook-.*\.zip/);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Somebody who has just signed up another business. */
  async function newcomer(slug: string): Promise<{ browser: Browser; business: Business }> {
    const person = await buildPerson({ name: "Nora New" });
    const business = await buildBusiness({ slug, name: "Blank" });
    await transaction(() =>
      Staff.create({
        businessId: business.id,
        personId: person.id,
        role: "owner",
        name: person.name,
        email: null,
        createdAt: Date.now(),
      }),
    );
    await Contact.set(business.id, "primary", { name: person.name, email: person.email });
    await transaction(() => Notice.choose(business.id, ["confirmation"]));
    await PasswordReset.request(person.email, Date.now());
    await runJobs();
    return { browser: await signedIn(person), business };
  }

  /** Killed in the middle, where `goesOn` says no more. */
  async function begun(
    browser: Browser,
    slug: string,
    goesOn = async (ticks: number) => ticks < 9,
  ): Promise<{ path: string; id: number }> {
    const path = await bring(browser, slug, archive);
    const id = Number(path.slice(path.lastIndexOf("/") + 1));
    let lease = Date.now();
    for (let lives = 3; await goesOn(lives); lives++) {
      let ticks = 0;
      const clock = () => {
        if (++ticks === lives) throw new Error("killed");
        return lease;
      };
      await transaction(() => run("UPDATE transfers SET tries = 0 WHERE id = $id", { id }));
      await assert.rejects(runTransfer(id, clock), /killed/);
      lease += 90_000;
    }
    return { path, id };
  }

  async function bring(browser: Browser, slug: string, bytes: Buffer) {
    const { values } = formOf(await browser.get(`/b/${slug}/takeout`), "/imports");
    const form = new FormData();
    form.append("_csrf", String(values._csrf));
    form.append("file", new Blob([new Uint8Array(bytes)]), "plainbook.zip");
    const response = await fetch(`${await origin()}/b/${slug}/takeout/imports`, {
      method: "POST",
      body: form,
      headers: { cookie: browser.cookie ?? "", connection: "close" },
      redirect: "manual",
    });
    return response.headers.get("location") ?? "";
  }

  const dataOf = (all: Files) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => name !== "about.json"));
  const table = (name: string) =>
    JSON.parse(files[`data/${name}.json`] ?? "") as Array<Record<string, unknown>>;

  it("has all rows, as JSON and as CSV", async () => {
    for (const name of ["customers", "appointments", "services", "staff", "audit_entries"]) {
      const except = name === "audit_entries" ? `AND ${EXCEPT.audit_entries}` : "";
      const stored = await rows(`SELECT id FROM ${name} WHERE business_id = $id ${except}`, {
        id: house.business.id,
      });
      assert.ok(stored.length > 0, name);
      assert.equal(table(name).length, stored.length, name);
      const csv: unknown[] = parse(files[`csv/${name}.csv`] ?? "", { bom: true, from: 2 });
      assert.equal(csv.length, stored.length, name);
    }
    assert.equal(table("businesses")[0]?.name, house.business.name);
    assert.match(String(table("appointments")[0]?.starts_at), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it("leaves out mails that are still owed, and who has left the waiting list", async () => {
    const pending = await rows(
      `SELECT d.id FROM delivery_appointments m JOIN deliveries d ON d.id = m.delivery_id
       WHERE d.finished_at IS NULL`,
    );
    const stored = await rows("SELECT delivery_id FROM delivery_appointments");
    assert.ok(pending.length > 0 && pending.length < stored.length);
    assert.equal(table("delivery_appointments").length, stored.length - pending.length);
    assert.deepEqual(
      table("waiting_entries").map(({ name, state }) => [name, state]),
      [
        ["offered", "waiting"],
        ["waiting", "waiting"],
      ],
    );
    assert.equal(table("customer_aliases").length, 1);
    assert.ok(table("customers").some(({ erased_at: at }) => at !== null));
    assert.ok(table("customers").some(({ blocked_at: at }) => at !== null));
  });

  it("has no secrets and nobody else's rows", async () => {
    const all = JSON.stringify(files);
    assert.doesNotMatch(all, /token_hash|password_hash|"uid"/);
    const [other] = await rows<{ email: string }>(
      "SELECT email FROM businesses WHERE slug = 'anas-salon'",
    );
    assert.ok(other && !all.includes("Ana's Salon"));
  });

  it("can be put into an empty business, which then leaves with the very same", async () => {
    const { browser, business } = await newcomer("copy");
    const path = await bring(browser, "copy", archive);
    await runJobs();
    assert.match((await browser.get(path)).$("[role=status]").text(), /rows are back/);
    const copy = await unzipped(await taken(browser, "copy"));
    assert.deepEqual(Object.keys(copy), Object.keys(files));
    for (const [name, text] of Object.entries(dataOf(files))) assert.equal(copy[name], text, name);
    // And it works there: pages, links, and what may be booked.
    assert.equal((await browser.get("/b/copy/appointments?view=list&when=all")).status, 200);
    assert.equal((await browser.get("/book/copy/haircut")).status, 200);
    const links = await rows("SELECT id FROM appointments WHERE business_id = $id", {
      id: business.id,
    });
    assert.equal(links.length, table("appointments").length);
  });

  it("survives workers that die", async () => {
    const { browser } = await newcomer("shaky");
    const path = await bring(browser, "shaky", archive);
    const id = Number(path.slice(path.lastIndexOf("/") + 1));
    let later = 0;
    for (let lives = 3; lives < 40; lives += 12) {
      let ticks = 0;
      const clock = () => {
        if (ticks++ === lives) throw new Error("killed");
        return Date.now() + later;
      };
      await runTransfer(id, clock).catch((error: Error) => assert.match(error.message, /killed/));
      later += 90_000;
    }
    await runTransfer(id, () => Date.now() + later);
    assert.match((await browser.get(path)).$("[role=status]").text(), /rows are back/);
    const copy = await unzipped(await taken(browser, "shaky"));
    for (const [name, text] of Object.entries(dataOf(files))) assert.equal(copy[name], text, name);
  });

  it("has each row once, in however many parts they are read and written", async () => {
    const { browser, business } = await newcomer("many");
    const names = Array.from({ length: 1100 }, (_, i) => `N${i}`);
    const lines = names.map((name, i) => `($id, '${name}', 'N', ${i})`).join(", ");
    await transaction(() =>
      run(`INSERT INTO customers (business_id, name, search, created_at) VALUES ${lines}`, {
        id: business.id,
      }),
    );
    const many = await taken(browser, "many");
    const copy = await newcomer("many-again");
    await bring(copy.browser, "many-again", many);
    await runJobs();
    for (const one of [many, await taken(copy.browser, "many-again")]) {
      const told = JSON.parse((await unzipped(one))["data/customers.json"] ?? "") as Stored[];
      assert.deepEqual(
        told.map(({ id, name }) => [id, name]),
        names.map((name, i) => [i + 1, name]),
      );
    }
  });

  it("is taken only by a business in which nothing is, and by its owner", async () => {
    assert.match((await olivia.get("/b/demo/takeout")).html, /in which nothing is yet/);
    assert.equal((await house.as.provider.get("/b/demo/takeout")).status, 403);
    const { browser } = await newcomer("filled");
    const path = await bring(browser, "filled", archive);
    await transaction(() =>
      run(
        `INSERT INTO customers (business_id, name, created_at)
         SELECT id, 'Quick', 1 FROM businesses WHERE slug = 'filled'`,
      ),
    );
    await runJobs();
    assert.match((await browser.get(path)).$("[role=status]").text(), /something in this business/);
  });

  it("[D22] comes back however large it is: more than a form may hold in memory", async () => {
    const { browser } = await newcomer("large");
    const filler = randomBytes(16 * 1024 * 1024).toString("base64");
    const large = await zipped({ ...files, "csv/filler.csv": filler });
    assert.ok(large.length > 16 * 1024 * 1024);
    const path = await bring(browser, "large", large);
    await runJobs();
    assert.match((await browser.get(path)).$("h1").text(), /Everything is back/);
  });

  describe("a file that is not as it must be", () => {
    let count = 0;

    /** Every row of a business, but for what tells of files. */
    async function everythingOf({ id }: Business) {
      const own = `SELECT * FROM businesses WHERE id = $id`;
      const all: Record<string, unknown> = { businesses: await rows(own, { id }) };
      for (const { name } of [...(await readSchema()).values()].filter(isTenants))
        if (!name.startsWith("transfer"))
          all[name] = (await rows(`SELECT * FROM ${name} WHERE business_id = $id`, { id }))
            .map((row) => JSON.stringify(row))
            .toSorted();
      return JSON.stringify(all, (key, value) => (key === "version" ? undefined : value));
    }

    /** What is said of a file that changes nothing. */
    async function refusal(entries: Files | Buffer): Promise<string> {
      const slug = `refused-${++count}`;
      const { browser, business } = await newcomer(slug);
      const before = await everythingOf(business);
      const bytes = Buffer.isBuffer(entries) ? entries : await zipped(entries);
      const path = await bring(browser, slug, bytes);
      await runJobs();
      const said = (await browser.get(path)).$("[role=status]").text();
      assert.match(said, /Nothing has been put back: the business is as it was/);
      assert.equal(await everythingOf(business), before);
      assert.equal((await browser.get(`/book/${slug}`)).status, 200);
      return said;
    }

    const changed = (name: string, change: (list: Array<Record<string, unknown>>) => void) => {
      const list = table(name);
      change(list);
      const text = `[\n${list.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`;
      return { ...files, [`data/${name}.json`]: text };
    };

    it("is no archive", async () => assert.match(await refusal(Buffer.from("PK no")), /no ZIP/));

    it("is somebody else's", async () =>
      assert.match(await refusal({ "about.json": "{}" }), /no file by which/));

    it("is damaged", async () => {
      const bytes = Buffer.from(archive);
      bytes.fill(7, 200, 400);
      assert.match(await refusal(bytes), /damaged|not as it must be|no file by which/);
    });

    it("unfolds into more than it says, or more than anybody has", async () => {
      const bomb = await zipped({ ...files, "data/services.json": "x".repeat(20_000_000) });
      assert.ok(bomb.length < 2_000_000);
      const lying = Buffer.from(bomb);
      for (let at = lying.indexOf("PK\x01\x02"); at >= 0; at = lying.indexOf("PK\x01\x02", at + 4))
        lying.writeUInt32LE(100, at + 24);
      assert.match(await refusal(lying), /damaged/);
      const huge = Buffer.from(bomb);
      const at = huge.indexOf("PK\x01\x02");
      huge.writeUInt32LE(0x7fff_ffff, at + 24);
      assert.match(await refusal(huge), /too much/);
    });

    const wrongs: Array<[what: string, entries: () => Files]> = [
      [
        "a column that is not there",
        () => changed("services", ([row]) => Object.assign(row ?? {}, { x: 1 })),
      ],
      [
        "text for a number",
        () => changed("services", ([row]) => Object.assign(row ?? {}, { minutes: "30" })),
      ],
      [
        "a number the database refuses",
        () => changed("services", ([row]) => Object.assign(row ?? {}, { minutes: 1 })),
      ],
      [
        "a number of its own that the database refuses",
        () => changed("businesses", ([row]) => Object.assign(row ?? {}, { travel_minutes: -1 })),
      ],
      [
        "a history by nobody we know",
        () => changed("audit_entries", ([row]) => Object.assign(row ?? {}, { actor: "thief" })),
      ],
      [
        "a policy for a website",
        () =>
          changed("businesses", ([row]) =>
            Object.assign(row ?? {}, { frame_origins: `["https://a.example; script-src *"]` }),
          ),
      ],
      [
        "a reference to nobody",
        () =>
          changed("appointments", ([row]) => Object.assign(row ?? {}, { customer_id: 999_999 })),
      ],
      [
        "a zone that is none",
        () => changed("businesses", ([row]) => Object.assign(row ?? {}, { zone: "Mars/Base" })),
      ],
      [
        "two customers where there is one",
        () => changed("customers", (list) => list.push({ ...list[0] })),
      ],
      [
        "a mail that is still to be sent",
        () =>
          changed("deliveries", ([row]) =>
            Object.assign(row ?? {}, { state: "pending", finished_at: null }),
          ),
      ],
      [
        "a date that is none",
        () =>
          changed("closures", (list) =>
            list.push({ ...list[0], id: list.length + 1, from_date: "2027-02-30" }),
          ),
      ],
    ];
    for (const [what, entries] of wrongs)
      it(`has ${what}`, async () => assert.match(await refusal(entries()), /not as it must be/));

    it("has no owner", async () => {
      const file = changed("staff", (list) => list.forEach((row) => (row.role = "provider")));
      assert.match(await refusal(file), /no owner/);
    });
  });

  it("is put in and made once, however often it is pressed", async () => {
    const { browser, business } = await newcomer("twice");
    const first = await bring(browser, "twice", archive);
    assert.match(first, /imports\/\d+$/);
    assert.equal(await bring(browser, "twice", archive), first);
    const owner = { businessId: business.id, staffId: (await ownerOf(business)).id };
    for (const kind of ["all_in", "all_out"] as const) {
      const begin = () => Transfers.begin({ ...owner, kind }, "running", {}, Date.now());
      assert.equal(new Set(await Promise.all([begin(), begin(), begin()])).size, 1, kind);
    }
    await runJobs();
    assert.match((await browser.get(first)).$("[role=status]").text(), /rows are back/);
  });

  it("leaves a business as it was when it fails again and again", async () => {
    const { browser, business } = await newcomer("hopeless");
    const path = await bring(browser, "hopeless", archive);
    const id = Number(path.slice(path.lastIndexOf("/") + 1));
    for (let tries = 0; tries < 5; tries++) {
      let ticks = 0;
      const clock = () => {
        if (++ticks === 6) throw new Error("killed");
        return Date.now() + tries * 90_000;
      };
      await assert.rejects(runTransfer(id, clock), /killed/);
    }
    assert.match((await browser.get(path)).$("[role=status]").text(), /again and again.*as it was/);
    assert.equal((await ownerOf(business)).name, "Nora New");
    assert.equal((await browser.get("/book/hopeless")).status, 200);
  });

  it("leaves a business as it was when five workers are killed", async () => {
    const { browser, business } = await newcomer("deadly");
    const { path, id } = await begun(browser, "deadly");
    await transaction(() =>
      run("UPDATE transfers SET tries = 5, claimed_at = 1 WHERE id = $id", { id }),
    );
    await Transfers.sweep(Date.now());
    await runJobs();
    assert.match((await browser.get(path)).$("[role=status]").text(), /again and again.*as it was/);
    assert.equal((await ownerOf(business)).name, "Nora New");
    assert.ok((await browser.get("/b/deadly/takeout")).$("#file").length);
  });

  it("[P10.1] is put back no further when one of its customers is erased", async () => {
    const { browser, business } = await newcomer("erasing");
    const theirs = () =>
      rows<{ id: number; email: string }>(
        "SELECT id, email FROM customers WHERE business_id = $id AND email IS NOT NULL",
        { id: business.id },
      );
    const { path } = await begun(browser, "erasing", async () => (await theirs()).length === 0);
    const [her] = await theirs();
    const catalogue = await catalogueOf("erasing");
    const how = { cancelling: true, actor: { kind: "customer" } } as const;
    await Erasure.erase(catalogue, [her?.id ?? 0], how, Date.now());
    await runJobs();
    assert.match((await browser.get(path)).$("[role=status]").text(), /was erased.*as it was/);
    assert.deepEqual(await theirs(), []);
    const parts = "SELECT part FROM transfer_parts WHERE business_id = $id";
    assert.deepEqual(await rows(parts, { id: business.id }), []);
    assert.equal((await ownerOf(business)).name, "Nora New");
  });

  it("is begun anew when a customer is erased while it is made", async () => {
    const catalogue = await catalogueOf("demo");
    const [her] = await rows<{ id: number }>(
      "SELECT id FROM customers WHERE business_id = $id AND email = 'waits@customer.example'",
      { id: house.business.id },
    );
    const actor = { kind: "customer" } as const;
    const staffId = house.sam.id;
    const owner = { businessId: house.business.id, staffId, kind: "all_out" } as const;
    const id = await Transfers.begin(owner, "running", {}, Date.now());
    let ticks = 0;
    // The first worker has stored a piece when she is erased; from then on nobody heeds it.
    const lease = await Transfers.claim(id, Date.now());
    assert.ok(lease);
    const held = await Transfers.addPiece(lease, 0, Buffer.from("her"), Date.now() + ++ticks);
    await Erasure.erase(catalogue, [her?.id ?? 0], { cancelling: true, actor }, Date.now());
    await assert.rejects(Transfers.addPiece(held, 1, Buffer.from("?"), Date.now()), LeaseLost);
    await assert.rejects(Transfers.finish(held, "done", {}, Date.now()), LeaseLost);
    await runJobs();
    const transfer = await Transfers.find(house.business, "all_out", id);
    assert.equal(transfer.state, "done");
    const again = await unzipped(await Transfers.content(transfer));
    assert.match(files["data/customers.json"] ?? "", /waits@customer/);
    assert.doesNotMatch(JSON.stringify(again), /waits@customer/);
  });

  it("is kept for a day, and not when a customer is erased meanwhile", async () => {
    const [before] = await Transfers.latest(house.business, "all_out", 1);
    assert.ok(before);
    const path = `/b/demo/takeout/exports/${before.id}`;
    const { location } = await olivia.submit(`/b/demo/customers/${house.customer}/erasure`, {
      sure: "1",
      cancelling: "1",
    });
    assert.match((await olivia.get(location)).html, /Erased/);
    assert.match((await olivia.get(path)).$("[role=status]").text(), /has been deleted/);
    assert.equal((await olivia.get(`${path}/file`)).status, 410);
    const again = await unzipped(await taken(olivia, "demo"));
    assert.match(files["data/customers.json"] ?? "", /extraordinarily-long/);
    assert.doesNotMatch(again["data/customers.json"] ?? "", /extraordinarily-long/);
    await Transfers.sweep(Date.now() + DAY + 1000);
    const [latest] = await Transfers.latest(house.business, "all_out", 1);
    assert.equal((await olivia.get(`/b/demo/takeout/exports/${latest?.id}/file`)).status, 410);
  });
});

async function ownerOf({ id }: Business): Promise<Staff> {
  return Staff.findOne({ where: { businessId: id }, rejectOnEmpty: true });
}

function zipped(files: Files): Promise<Buffer> {
  const entries = Object.entries(files).map(([name, text]): ZipEntry => [
    name,
    () => Readable.from([text]),
  ]);
  return buffer(zip(entries));
}
