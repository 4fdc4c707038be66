import assert from "node:assert/strict";
import { DAY } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { finishDelivery } from "../../src/models/delivery-claim.ts";
import { MyLink } from "../../src/models/my-link.ts";
import { booked, tuesday } from "../support/book.ts";
import { type Browser, formOf, signedIn, visitor } from "../support/browser.ts";
import { plant, scan } from "../support/canary.ts";
import { openPostOffice, type PostOffice } from "../support/post.ts";
import { stored } from "../support/stored.ts";
import { unzipped } from "../support/unzipped.ts";
import { origin, runJobs, type World, world } from "../support/world.ts";

const MY = "/my/anas-salon";
const HOUR = 3_600_000;
const dora = { name: "Dora Diaz", email: "dora@example.com", phone: "555 0101", note: "Long hair" };

describe("a customer's own page", () => {
  let cast: World;
  let post: PostOffice;
  let vera: Browser;
  before(async () => {
    post = await openPostOffice();
  });
  after(() => post.close());
  beforeEach(async () => {
    cast = await world();
    vera = visitor();
  });

  async function linkFor(email = dora.email): Promise<string> {
    await runJobs(); // older mails go first
    await vera.submit(MY, { email });
    return post.linkTo(email);
  }

  /** Asks for a link by mail and follows it: the path of what it opens. */
  async function entered(email = dora.email): Promise<string> {
    const { status, location } = await vera.submit(await linkFor(email));
    assert.equal(status, 303);
    return location;
  }

  describe("[D20] the link", () => {
    it("opens the bookings at this business, past and to come, of all with the address", async () => {
      await booked(cast, dora);
      await booked(cast, { ...dora, name: "Don Diaz", start: tuesday.instant + HOUR });
      await booked(cast, { ...dora, start: tuesday.instant - 14 * DAY });
      await booked(cast, {
        name: "Eve",
        email: "eve@example.com",
        start: tuesday.instant + 2 * HOUR,
      });
      const page = await vera.get(await entered());
      assert.equal(page.status, 200);
      const [ahead, before] = page
        .$("table")
        .toArray()
        .map((table) => page.$(table).find("tbody tr"));
      assert.deepEqual([ahead?.length, before?.length], [2, 1]);
      assert.match(page.$("main").text(), /Don Diaz/);
      assert.doesNotMatch(page.html, /Eve/);
      const first = ahead?.find("a").attr("href") ?? "";
      assert.match((await vera.get(first)).$("h1").text(), /Your appointment/);
    });

    it("is answered alike for known and unknown addresses, and only the known gets a mail", async () => {
      await booked(cast, dora);
      await runJobs();
      const answers = [];
      for (const email of ["DORA@example.com", "nobody@example.com"]) {
        const { status, location } = await vera.submit(MY, { email });
        answers.push([status, location, (await vera.get(location)).$("main").text()]);
      }
      assert.deepEqual(answers[0], answers[1]);
      assert.match(await post.textTo(dora.email), /works once/);
      await assert.rejects(post.textTo("nobody@example.com"));
      assert.equal((await rows("SELECT id FROM my_links")).length, 1);
    });

    it("takes as long for known as for unknown addresses", async () => {
      await booked(cast, dora);
      const took = [];
      for (const email of [dora.email, "nobody@example.com"]) {
        const { _csrf = "" } = formOf(await vera.get(MY)).values;
        const since = performance.now();
        await vera.post(MY, { email, _csrf });
        took.push(performance.now() - since);
      }
      assert.ok(
        took.every((ms) => ms >= 295),
        String(took),
      );
    });

    it("is not used up by whoever only looks, works once, and pressed twice is pressed once", async () => {
      await booked(cast, dora);
      const link = await linkFor();
      const scanner = visitor();
      for (let i = 0; i < 3; i++) assert.equal((await scanner.get(link)).status, 200);
      const first = await vera.submit(link);
      const second = await vera.submit(link);
      assert.equal(second.location, first.location);
      await transaction(() => run("UPDATE my_links SET used_at = used_at - 120000"));
      assert.equal((await vera.get(link)).status, 410);
      assert.equal((await vera.get(first.location)).status, 200);
      assert.equal(vera.cookie, undefined);
    });

    it("is good for an hour, and so is what it opens; leaving ends it at once", async () => {
      await booked(cast, dora);
      const old = await linkFor();
      await transaction(() => run("UPDATE my_links SET expires_at = 1"));
      assert.equal((await vera.get(old)).status, 410);
      const { _csrf = "" } = formOf(await vera.get(MY)).values;
      assert.equal((await vera.post(old, { _csrf })).status, 410);
      const mine = await entered();
      await vera.submit(mine, {}, "/departure");
      assert.equal((await vera.get(mine)).status, 410);
      const again = await entered();
      await transaction(() => run("UPDATE my_links SET entry_until = 1 WHERE used_at IS NOT NULL"));
      assert.equal((await vera.get(again)).status, 410);
    });

    it("is another business's nowhere", async () => {
      await booked(cast, dora);
      const mine = await entered();
      assert.equal((await vera.get(mine.replace("anas-salon", "carls-garage"))).status, 410);
      await vera.submit("/my/carls-garage", { email: dora.email });
      assert.equal((await rows("SELECT id FROM my_links")).length, 1);
    });

    it("goes to one mailbox four times an hour at most, and is forgotten after a day", async () => {
      await booked(cast, dora);
      for (let i = 0; i < 6; i++) await MyLink.request(cast.salon, dora.email, Date.now());
      assert.equal((await rows("SELECT id FROM my_links")).length, 4);
      await MyLink.sweep(Date.now() + DAY + 1);
      assert.equal((await rows("SELECT id FROM my_links")).length, 0);
      assert.equal((await rows("SELECT id FROM deliveries WHERE kind = 'my_link'")).length, 0);
    });

    it("is refused to programs that fill in everything", async () => {
      assert.equal((await vera.submit(MY, { email: dora.email, leave_empty: "x" })).status, 400);
    });
  });

  describe("[P10.1] her details", () => {
    it("are corrected by herself, those of others with another address are not there", async () => {
      const { customerId } = await booked(cast, dora);
      const other = await booked(cast, {
        name: "Eve",
        email: "eve@example.com",
        start: tuesday.instant + HOUR,
      });
      const mine = await entered();
      const path = `${mine}/customers/${customerId}`;
      assert.equal((await vera.get(`${mine}/customers/${other.customerId}`)).status, 404);
      assert.equal((await vera.submit(path, { name: "" })).status, 422);
      const saved = await vera.submit(path, { name: "Dora Dias", phone: "555 0199" });
      assert.equal(saved.location, mine);
      const [stored_] = await rows<{ name: string; phone: string; note: string }>(
        "SELECT name, phone, note FROM customers WHERE id = $customerId",
        { customerId },
      );
      assert.deepEqual([stored_?.name, stored_?.phone], ["Dora Dias", "555 0199"]);
    });

    it("are not overwritten by a form that has not seen them", async () => {
      const { customerId } = await booked(cast, dora);
      const path = `${await entered()}/customers/${customerId}`;
      const stale = await vera.submit(path, { name: "Dora Dias", edition: "older" });
      assert.equal(stale.status, 409);
      assert.equal(stale.$("#name").val(), dora.name);
    });
  });

  it("[P10.1] gives her all that is stored of her, for programs and for people", async () => {
    await booked(cast, dora);
    await transaction(() =>
      run(
        `INSERT INTO waiting_entries (business_id, service_id, location_id, people, name, email,
           from_date, to_date, uid, token_hash, created_at)
         SELECT a.business_id, a.service_id, a.location_id, 1, 'Dora', $email, '2027-02-01',
           '2027-02-28', 'u', 'h', 1 FROM appointments a`,
        { email: dora.email },
      ),
    );
    const mine = await entered();
    const response = await fetch(`${await origin()}${mine}/data`);
    assert.equal(response.headers.get("content-type"), "application/zip");
    const files = await unzipped(Buffer.from(await response.arrayBuffer()));
    const data = JSON.parse(files["data.json"] ?? "") as Record<
      string,
      Array<Record<string, unknown>>
    >;
    assert.equal(data.customers?.[0]?.email, dora.email);
    assert.equal(data.waiting_entries?.[0]?.to_date, "2027-02-28");
    const [appointment] = data.appointments ?? [];
    assert.deepEqual(
      [appointment?.service, appointment?.staff, appointment?.note],
      ["Haircut", "Ben Brown", dora.note],
    );
    assert.match(String(appointment?.starts_at), /T09:00:00-0\d:00\[America\/New_York\]$/);
    assert.match(files["appointments.csv"] ?? "", /Long hair/);
    assert.doesNotMatch(JSON.stringify(files), /token|nonce|uid/);
  });

  describe("[P10.1] [D14] erasure", () => {
    const canaries = [plant("name"), plant("address"), plant("phone"), plant("name")];
    const [name = "", email = "", phone = "", note = ""] = canaries.map(({ text }) => text);
    const totals = () =>
      rows(
        `SELECT status, COUNT(*) AS n, SUM(price) AS revenue, SUM(ends_at - starts_at) AS took
         FROM appointments GROUP BY status ORDER BY status`,
      );

    it("leaves nothing of her in any place, and the counts and the revenue as they were", async () => {
      const past = await booked(cast, { name, email, phone, note });
      await booked(cast, { ...dora, start: tuesday.instant + HOUR });
      assert.match(await post.textTo(email), /booked/);
      await transaction(() =>
        run("UPDATE appointments SET starts_at = starts_at - $d, ends_at = ends_at - $d", {
          d: 14 * DAY,
        }),
      );
      const mine = await entered(email);
      const before = await totals();
      assert.equal((await vera.submit(`${mine}/erasure`)).status, 422);
      const { status, location } = await vera.submit(`${mine}/erasure`, { sure: "1" });
      assert.equal(status, 303);
      assert.match((await vera.get(location)).$("main").text(), /at most for a day/);
      assert.match(await post.textTo(email), /was erased/);
      assert.deepEqual(await scan(stored, canaries), []);
      assert.deepEqual(await totals(), before);
      assert.match((await vera.get(location)).$("main").text(), /has been forgotten/);
      assert.equal((await vera.get(mine)).status, 410);
      const ana = await signedIn(cast.ana);
      const page = await ana.get(`/b/anas-salon/appointments/${past.id}`);
      assert.match(page.html, /Erased customer/);
      assert.equal(
        (await scan([() => [{ where: "page", bytes: Buffer.from(page.html) }]], canaries)).length,
        0,
      );
      const other = await rows("SELECT id FROM customers WHERE name = $name", { name: dora.name });
      assert.equal(other.length, 1);
    });

    it("cancels what is to come only when she says so, and all of it or nothing", async () => {
      await booked(cast, { ...dora });
      await booked(cast, { ...dora, start: tuesday.instant + HOUR });
      const path = `${await entered()}/erasure`;
      const asked = await vera.submit(path, { sure: "1" });
      assert.equal(asked.status, 422);
      assert.equal(asked.$("#cancelling-error").length, 1);
      await setNotice(60 * 24 * 365);
      const late = await vera.submit(path, { sure: "1", cancelling: "1" });
      assert.match(late.$("#cancelling-error").text(), /call/);
      assert.equal(
        (await rows("SELECT id FROM appointments WHERE status = 'cancelled'")).length,
        0,
      );
      await setNotice(0);
      assert.equal((await vera.submit(path, { sure: "1", cancelling: "1" })).status, 303);
      assert.equal(
        (await rows("SELECT id FROM appointments WHERE status = 'cancelled'")).length,
        2,
      );
      const waiting = await rows(
        "SELECT id FROM deliveries WHERE state = 'pending' AND staff_id IS NULL AND kind <> 'erasure'",
      );
      assert.equal(waiting.length, 0);
    });

    const setNotice = (minutes: number) =>
      transaction(() => run("UPDATE services SET cancelling_notice = $minutes", { minutes }));

    it("is done by the business when she asks there, with a receipt to her", async () => {
      const { customerId } = await booked(cast, { ...dora });
      const path = `/b/anas-salon/customers/${customerId}/erasure`;
      assert.equal((await (await signedIn(cast.ben)).get(path)).status, 403);
      const ana = await signedIn(cast.ana);
      assert.equal((await ana.submit(path, { cancelling: "1" })).status, 422);
      assert.equal((await ana.submit(path, { sure: "1" })).status, 422);
      const done = await ana.submit(path, { sure: "1", cancelling: "1" });
      assert.equal(done.status, 303);
      assert.match(
        (await ana.get(done.location)).$("main").text(),
        /Erased at the customer’s wish/,
      );
      const receipt = await post.linkTo(dora.email);
      assert.match((await vera.get(receipt)).$("main").text(), /Ana's Salon, at your wish/);
      assert.equal(
        await ana.submit(done.location + "/erasure", { sure: "1" }).catch(() => undefined),
        undefined,
      );
    });

    it("does not write down a mail that is on its way while she is erased", async () => {
      await booked(cast, { name, email, phone, start: tuesday.instant - 14 * DAY });
      await transaction(() =>
        run(`UPDATE deliveries SET state = 'sending', claimed_at = 5, finished_at = NULL,
               reason = NULL`),
      );
      const mine = await entered(email);
      await vera.submit(`${mine}/erasure`, { sure: "1" });
      const [first] = await rows<{ id: number }>("SELECT MIN(id) AS id FROM deliveries");
      await finishDelivery({
        id: first?.id ?? 0,
        claimedAt: 5,
        state: "sent",
        reason: null,
        finishedAt: 6,
        recipient: email,
        subject: name,
        text: name,
      });
      await post.textTo(email);
      assert.deepEqual(await scan(stored, canaries), []);
    });
  });
});
