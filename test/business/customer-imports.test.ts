import assert from "node:assert/strict";
import { load } from "cheerio";
import { DAY } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { type Lease, LeaseLost, Transfers } from "../../src/models/transfer.ts";
import { runTransfer } from "../../src/models/transfer-run.ts";
import { booked } from "../support/book.ts";
import { type Browser, type Fields, formOf, signedIn } from "../support/browser.ts";
import { asks, stored } from "../support/fields.ts";
import { until } from "../support/processes.ts";
import { startWorker, stopWorkers } from "../support/workers.ts";
import { origin, runJobs, type World, world } from "../support/world.ts";

const IMPORT = "/b/anas-salon/customers/import";
const FILE = `Name,E-mail,Phone,Comment
Zoë Müller,zoe@example.com,555 0101,"Long hair, short temper"
Yan,YAN@example.com,,
Xaver,not an address,,
,nobody@example.com,,

Will,,555 0102,
`;

describe("a file of customers, brought by a business", () => {
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  /** Sends the form with the file; gives the answer's status, place and page. */
  async function bring(content: string | Buffer, browser = ana) {
    const { values } = formOf(await ana.get(IMPORT), "/import");
    const form = new FormData();
    form.append("_csrf", String(values._csrf));
    form.append("file", new Blob([content as never]), "customers.csv");
    const response = await fetch(`${await origin()}${IMPORT}`, {
      method: "POST",
      body: form,
      headers: { cookie: browser.cookie ?? "", connection: "close" },
      redirect: "manual",
    });
    const { status, headers } = response;
    return { status, location: headers.get("location") ?? "", $: load(await response.text()) };
  }

  async function take(content: string, fields: Fields = {}): Promise<string> {
    const { location } = await bring(content);
    const { status } = await ana.submit(location, fields);
    assert.equal(status, 303);
    return location;
  }

  async function customers() {
    return rows<{ name: string; email: string | null; phone: string | null; note: string }>(
      "SELECT name, email, phone, note FROM customers ORDER BY id",
    );
  }

  it("is looked at first: encoding, separator, columns, and nothing is taken over", async () => {
    const { status, location } = await bring(Buffer.from(FILE.replaceAll(",", ";"), "latin1"));
    assert.equal(status, 303);
    const page = await ana.get(location);
    assert.match(page.$("main").text(), /divided by semicolons, written in Windows-1252/);
    const chosen = page
      .$("thead select")
      .toArray()
      .map((el) => page.$(el).val());
    assert.deepEqual(chosen, ["name", "email", "phone", "note"]);
    assert.match(page.$("tbody").text(), /Zoë Müller/);
    assert.deepEqual(await customers(), []);
  });

  it("becomes customers who are found, but for lines that are told of by their numbers", async () => {
    const path = await take(FILE);
    assert.match((await ana.get(path)).$("h1").text(), /being read/);
    await runJobs();
    const page = await ana.get(path);
    assert.match(page.$("[role=status]").text(), /^3 customers added/);
    const faults = page
      .$("tbody tr")
      .toArray()
      .map((el) => page.$(el).text());
    assert.deepEqual(faults, ["4what stands as e-mail address is not one", "5has no name"]);
    assert.deepEqual(
      (await customers()).map(({ name }) => name),
      ["Zoë Müller", "Yan", "Will"],
    );
    assert.match((await ana.get("/b/anas-salon/customers?q=muller")).html, /Zoë Müller/);
    assert.match((await ana.get(IMPORT)).$("table").text(), /read/);
  });

  it("is taken over as a whole or not at all, if that is wished", async () => {
    const path = await take(FILE, { faults: "refuse" });
    await runJobs();
    assert.match((await ana.get(path)).$("[role=status]").text(), /nothing was taken over/);
    assert.deepEqual(await customers(), []);
    await take(FILE.replace("not an address", "").replace("\n,nobody", "\nVera,nobody"), {
      faults: "refuse",
    });
    await runJobs();
    assert.equal((await customers()).length, 5);
  });

  it("leaves who is known alone, or takes what it says; twice the same changes nothing", async () => {
    await booked(cast, { name: "ZOË  müller", email: "zoe@example.com", phone: "555 9999" });
    await take(FILE);
    await runJobs();
    const before = await customers();
    assert.equal(before[0]?.phone, "555 9999");
    const again = await take(FILE);
    await runJobs();
    assert.match(
      (await ana.get(again)).$("[role=status]").text(),
      /^0 customers added, 0 changed, 3/,
    );
    assert.deepEqual(await customers(), before);
    const path = await take(FILE, { known: "update" });
    await runJobs();
    assert.match((await ana.get(path)).$("[role=status]").text(), /^0 customers added, 3 changed/);
    const [zoe] = await customers();
    assert.deepEqual([zoe?.name, zoe?.phone], ["Zoë Müller", "555 0101"]);
    assert.equal((await customers()).length, before.length);
  });

  it("[P1.4] has answers to the business's own fields, of the right type or with a word why not", async () => {
    await asks(cast.salon, "Birthday", { type: "date" });
    const choices = ["Oil", "Wax"];
    const likes = await asks(cast.salon, "Likes", { type: "choices", choices });
    await asks(cast.salon, "Only when booking", { subject: "appointment" });
    const file = `Name,E-mail,Birthday,Likes
Zoë,zoe@example.com,29.2.1980,"wax, oil"
Yan,yan@example.com,1980-02-30,
Will,will@example.com,,Tar
Zoë,zoe@example.com,1.3.1980,
`;
    const { location } = await bring(file);
    const draft = await ana.get(location);
    const [select] = draft.$("thead select").toArray().slice(3);
    assert.equal(draft.$(select).val(), `field:${likes.id}`);
    assert.doesNotMatch(draft.$("thead").text(), /Only when booking/);
    assert.match(draft.$("main").text(), /Line 3: Birthday: it is no date, such as 2027-02-01/);
    assert.equal((await ana.submit(location, { known: "update" })).status, 303);
    await runJobs();
    const report = await ana.get(location);
    assert.match(report.$("[role=status]").text(), /^one customer added, 1 changed/);
    assert.match(report.$("tbody").text(), /4Likes: it is none of the choices/);
    assert.deepEqual(await stored("customer"), ["Birthday: 1980-03-01", 'Likes: ["Oil","Wax"]']);
    assert.match((await ana.get("/b/anas-salon/customers?q=wax")).$("tbody").text(), /Zoë/);
  });

  it("is taken over in parts, with the same people in several of them, and none twice", async () => {
    const line = (i: number) => `Customer ${i},customer${i}@example.com,,\n`;
    const known = await booked(cast, { name: "Customer 7", email: "customer7@example.com" });
    const numbers = Array.from({ length: 250 }, (_, i) => i);
    const again = [0, 99, 100, 249];
    const path = await take(`Name,E-mail,Phone,Note\n${[...numbers, ...again].map(line).join("")}`);
    await runJobs();
    const told = (await ana.get(path)).$("[role=status]").text();
    assert.match(told, /^249 customers added, 0 changed, 5 left/);
    const names = await rows<{ id: number; name: string }>("SELECT id, name FROM customers");
    assert.equal(new Set(names.map(({ name }) => name)).size, 250);
    assert.equal(names.length, 250);
    assert.equal(names.find(({ name }) => name === "Customer 7")?.id, known.customerId);
  });

  it("is refused with a reason: no file, no lines, too many, no name, too large", async () => {
    assert.match((await bring("")).$(".error").text(), /Choose a file/);
    assert.match((await bring("x\n".repeat(50_002))).$(".error").text(), /50000 lines/);
    const { location } = await bring(FILE);
    const page = await ana.submit(location, { column0: "" });
    assert.equal(page.status, 422);
    assert.match(page.$("#column0-error").text(), /which column is the name/);
    const large = await bring(Buffer.alloc(17 * 1024 * 1024, "x")).catch(() => undefined);
    assert.ok(large === undefined || large.status === 413, String(large?.status));
  });

  it("is nobody else's, and a provider's not at all", async () => {
    const { location } = await bring(FILE);
    assert.equal((await (await signedIn(cast.carl)).get(location)).status, 404);
    const garage = location.replace("anas-salon", "carls-garage");
    assert.equal((await (await signedIn(cast.carl)).get(garage)).status, 404);
    assert.equal((await (await signedIn(cast.ben)).get(location)).status, 403);
    assert.equal((await bring(FILE, { ...ana, cookie: undefined })).status, 303);
    assert.equal((await rows("SELECT id FROM transfers")).length, 1);
  });

  it("[P10.1] is kept only until it has been read, or for a day", async () => {
    const left = async () => (await rows("SELECT part FROM transfer_parts")).length;
    await take(FILE);
    await runJobs();
    assert.equal(await left(), 0);
    const { location } = await bring(FILE);
    await ana.submit(location, {}, "/removal");
    assert.equal(await left(), 0);
    await bring(FILE);
    assert.equal(await left(), 1);
    await Transfers.sweep(Date.now() + DAY + 1);
    assert.equal(await left(), 0);
    const reports = async () => (await rows("SELECT id FROM transfers")).length;
    assert.equal(await reports(), 1);
    await Transfers.sweep(Date.now() + 31 * DAY);
    assert.equal(await reports(), 0);
  });

  describe("by workers that die", function () {
    this.timeout(120_000);
    const LINES = 3000;
    const long = `Name,E-mail\n${Array.from({ length: LINES }, (_, i) => `N${i},n${i}@example.com\n`).join("")}`;
    const countOf = async () => (await rows("SELECT id FROM customers")).length;
    afterEach(stopWorkers);

    it("goes on from where it was, once", async () => {
      const path = await take(long);
      const id = Number(path.slice(path.lastIndexOf("/") + 1));
      let ticks = 0;
      const dying = () => {
        if (ticks++ === 8) throw new Error("killed");
        return Date.now();
      };
      await assert.rejects(runTransfer(id, dying), /killed/);
      const half = await countOf();
      assert.ok(half > 0 && half < LINES, String(half));
      await runTransfer(id, Date.now);
      assert.equal(await countOf(), half, "the lease of the dead one still holds");
      await runTransfer(id, () => Date.now() + 120_000);
      assert.equal(await countOf(), LINES);
      assert.match((await ana.get(path)).$("[role=status]").text(), /^3000 customers added/);
    });

    it("is not stored by one who has lost it to another", async () => {
      const path = await take(FILE);
      const id = Number(path.slice(path.lastIndexOf("/") + 1));
      const slow = await Transfers.claim(id, 1000);
      await Transfers.claim(id, Date.now());
      assert.ok(slow);
      await assert.rejects(
        Transfers.advance(slow, 2000, async () => ({ done: 5 })),
        LeaseLost,
      );
    });

    it("survives kill -9 in the middle", async () => {
      const path = await take(long);
      const worker = await startWorker({ smtpPort: 9, queues: "files" });
      await until(async () => (await countOf()) > 200, 30_000);
      worker.process.kill("SIGKILL");
      await worker.ended;
      assert.ok((await countOf()) < LINES);
      await transaction(() => run("UPDATE transfers SET claimed_at = 1 WHERE claimed_at > 1"));
      await Transfers.sweep(Date.now());
      await startWorker({ smtpPort: 9, queues: "files" });
      await until(
        async () => /added/.test((await ana.get(path)).$("[role=status]").text()),
        60_000,
      );
      assert.equal(await countOf(), LINES);
      assert.match((await ana.get(path)).$("[role=status]").text(), /^3000 customers added/);
    });

    it("[P10.1] is read no further when somebody is erased", async () => {
      const dora = await booked(cast);
      const path = await take(`${long}Dora D.,DORA@example.com\n`);
      const draft = await bring("Name,E-mail\nDora D.,dora@example.com\n");
      const id = Number(path.slice(path.lastIndexOf("/") + 1));
      let ticks = 0;
      const erasing = () => {
        if (ticks++ === 8) throw new Error("killed");
        return Date.now();
      };
      await assert.rejects(runTransfer(id, erasing), /killed/);
      const [held] = await rows<{ at: number }>(
        "SELECT claimed_at AS at FROM transfers WHERE id = $id",
        { id },
      );
      await ana.submit(`/b/anas-salon/customers/${dora.customerId}/erasure`, {
        sure: "1",
        cancelling: "1",
      });
      const lease = { id, claimedAt: held?.at ?? 0 } as Lease;
      await assert.rejects(
        Transfers.advance(lease, Date.now(), async () => ({})),
        LeaseLost,
      );
      const before = await countOf();
      await runJobs();
      assert.equal(await countOf(), before);
      assert.deepEqual(await rows("SELECT id FROM customers WHERE name LIKE 'Dora%'"), []);
      assert.deepEqual(await rows("SELECT part FROM transfer_parts"), []);
      for (const one of [path, draft.location])
        assert.match((await ana.get(one)).$("[role=status]").text(), /Stopped.*erased.*added/);
    });

    it("is given up when it fails again and again, and says so", async () => {
      const path = await take(FILE);
      await transaction(() => run("UPDATE transfers SET tries = 5, claimed_at = 1"));
      await Transfers.sweep(Date.now());
      assert.match((await ana.get(path)).$("[role=status]").text(), /again and again/);
    });
  });
});
