import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Customer } from "../../src/models/index.ts";
import type { CustomerRecord } from "../../src/models/customer.ts";
import { booked, customerStep, provides, tokenOf, tuesday } from "../support/book.ts";
import { asks } from "../support/fields.ts";
import { type Browser, formOf, signedIn, visitor } from "../support/browser.ts";
import { buildStaff, upcoming, type World, world } from "../support/world.ts";

const HOUR = 3_600_000;
const NOBODY = { email: null, phone: null, note: "", alert: "" };
const AT = "/b/anas-salon/customers";

describe("customers of a business", () => {
  let cast: World;
  let ana: Browser;
  let ben: Browser;

  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    ben = await signedIn(cast.ben);
  });

  async function known(fields: Partial<CustomerRecord> = {}, business = cast.salon) {
    const record = {
      name: "Dora Diaz",
      email: "dora@example.com",
      phone: null,
      note: "",
      alert: "",
      ...fields,
    };
    const actor = { kind: "staff" as const, staffId: cast.anaStaff.id };
    return Customer.find(
      business,
      await Customer.add(
        business,
        record,
        business === cast.salon ? actor : { kind: "system" },
        Date.now(),
      ),
    );
  }

  const names = async (query: string) => {
    const page = await ana.get(`${AT}?${query}`);
    return page
      .$("tr th[scope=row] a")
      .toArray()
      .map((cell) => page.$(cell).text());
  };

  describe("the list", () => {
    it("finds by name, mail address and phone", async () => {
      await known({ phone: "(555) 0100-7" });
      await known({ name: "Éva Müller", email: "eva@example.org" });
      await known({ name: "Zack", email: null, note: "Dora's son" });
      await known({ name: "Carl's own", email: "dora@example.com" }, cast.garage);
      assert.deepEqual(await names(""), ["Dora Diaz", "Éva Müller", "Zack"]);
      assert.deepEqual(await names("q=DORA"), ["Dora Diaz"]);
      for (const typed of ["MÜLLER", "muller", "éVA m", "eva mü"])
        assert.deepEqual(await names(`q=${encodeURIComponent(typed)}`), ["Éva Müller"], typed);
      assert.deepEqual(await names("q=example.org"), ["Éva Müller"]);
      assert.deepEqual(await names("q=555-01007"), ["Dora Diaz"]);
      assert.deepEqual(await names("q=zack"), ["Zack"]);
      assert.deepEqual(await names("q=%25"), []);
    });

    it("shows fifty a page", async () => {
      await transaction(async () => {
        for (let i = 0; i < 51; i++)
          await Customer.add(
            cast.salon,
            { ...NOBODY, name: `Customer ${String(i).padStart(2, "0")}` },
            { kind: "system" },
            Date.now(),
          );
      });
      const page = await ana.get(`${AT}?q=customer`);
      assert.equal(page.$("tr th[scope=row]").length, 50);
      const next = page.$("a[rel=next]").attr("href") ?? "";
      assert.equal((await ana.get(next)).$("tr th[scope=row]").text(), "Customer 50");
    });

    it("shows those who are blocked, wait for approval, or did not come", async () => {
      const [blocked] = [await known(), await known({ name: "Zack", email: null })];
      const { id } = await booked(cast, { name: "Nora", email: "nora@example.com" });
      await booked(cast, {
        name: "Nick",
        email: "nick@example.com",
        start: tuesday.instant + HOUR,
      });
      await transaction(async () => {
        await run("UPDATE appointments SET status = 'no_show' WHERE id = $id", { id });
        await run("UPDATE customers SET approved_at = NULL WHERE name = 'Nick'");
      });
      const token = await tokenOf(ana);
      const at = `${AT}/${blocked.id}/block`;
      for (let i = 0; i < 2; i++) assert.equal((await ana.post(at, token)).status, 303);
      assert.deepEqual(await names("show=blocked"), ["Dora Diaz"]);
      assert.deepEqual(await names("show=no-shows"), ["Nora"]);
      assert.deepEqual(await names("show=waiting"), ["Nick"]);
      assert.deepEqual(await names("show=waiting&q=zack"), []);
      const nick = (await ana.get(`${AT}?show=waiting`)).$("th a").attr("href") ?? "";
      assert.equal((await ana.get(nick)).$("form[action$=approval]").length, 0);
      await cast.salon.change({ approveFirst: true });
      assert.equal((await ana.submit(nick, {}, "/approval")).location, nick);
      assert.deepEqual(await names("show=waiting"), []);
      const audit = await rows("SELECT id FROM audit_entries WHERE action = 'customer.blocked'");
      assert.equal(audit.length, 1);
    });

    it("is a file to take away, with what was answered, in which no formula runs", async () => {
      const likes = await asks(cast.salon, "Likes, mostly");
      await asks(cast.salon, "Of the appointment", { subject: "appointment" });
      const answer = { field: likes, text: "=1+1", number: null, date: null };
      const zoe = { ...NOBODY, name: "Zoë", note: "a\nb", alert: "Late" };
      await Customer.add(cast.salon, zoe, { kind: "system" }, Date.now(), [answer]);
      await known({ phone: "555 0100" });
      await known({ name: "Carl's own" }, cast.garage);
      const file = await ana.get(`${AT}.csv`);
      const [heading = "", dora = "", ...rest] = file.html.trim().split("\r\n");
      assert.match(heading, /^Name,E-mail,Phone,.*,"Likes, mostly"$/);
      assert.match(
        dora,
        /^Dora Diaz,dora@example.com,555 0100,,,no,0,,2[^,]*\[America\/New_York\],$/,
      );
      assert.match(rest.join("\n"), /^Zoë,,,"a\nb",Late,no,0,,[^,]+,'=1\+1$/);
      const narrowed = (await ana.get(`${AT}?q=zoe`)).$("a[href*='.csv']").attr("href") ?? "";
      assert.equal((await ana.get(narrowed)).html.match(/^(Zoë|Dora)/gm)?.join(), "Zoë");
      assert.equal((await ben.get(`${AT}.csv`)).status, 403);
    });

    it("has those only whom a provider serves, where she sees her own book only", async () => {
      const staff = await buildStaff(cast.salon, { name: "Other" });
      await provides(staff, cast.haircut);
      const theirs = await booked(cast, { name: "Nora", email: "nora@example.com", staff });
      await booked(cast, { name: "Nick", email: "nick@example.com" });
      await known({ name: "New", email: null });
      await transaction(() => run("UPDATE staff SET sees_all = $no", { no: false }));
      const { $ } = await ben.get(AT);
      const seen = $("tr th[scope=row] a").toArray();
      assert.deepEqual(
        seen.map((link) => $(link).text()),
        ["New", "Nick"],
      );
      for (const path of ["", "/edit"])
        assert.equal((await ben.get(`${AT}/${theirs.customerId}${path}`)).status, 404);
      assert.equal((await ana.get(`${AT}/${theirs.customerId}`)).status, 200);
    });

    it("says what to do next when it is empty", async () => {
      assert.match((await ana.get(AT)).$(".note").text(), /No customers yet/);
      const page = await ana.get(`${AT}?q=${encodeURIComponent("<b>")}`);
      assert.match(page.$(".note").text(), /Nobody matches “<b>”/);
    });
  });

  describe("her page", () => {
    it("has details, notes, and appointments to come and before", async () => {
      const customer = await known({ phone: "555 0123", note: "likes <tea>" });
      const start = upcoming(2, 540);
      const book = `/b/anas-salon/appointments/new?service=${cast.haircut.id}&date=${start.date}`;
      const link = `${book}&start=${encodeURIComponent(start.iso)}&customer=${customer.id}`;
      const { location } = await ana.submit(link, {}, "/appointments");
      const page = await ana.get(`${AT}/${customer.id}`);
      assert.equal(page.$("h1").text(), "Dora Diaz");
      assert.equal(page.$("pre").text(), "likes <tea>");
      assert.match(page.$("dl").text(), /dora@example.com[^]*555 0123/);
      assert.equal(page.$(`table a[href="${location}"]`).length, 1);
      assert.match(page.$("main").text(), /Appointments before\s+None/);
      const list = await ana.get(page.$("main a:contains(All appointments)").attr("href") ?? "");
      assert.equal(list.$("tr").length, 2);
      assert.match((await ana.get(AT)).$("table").text(), /9:00 AM/);
    });

    it("does not count what was cancelled among what is to come, and does not repeat her name", async () => {
      const customer = await known();
      const start = upcoming(2, 540);
      const book = `/b/anas-salon/appointments/new?service=${cast.haircut.id}&date=${start.date}`;
      const link = `${book}&start=${encodeURIComponent(start.iso)}&customer=${customer.id}`;
      await ana.submit(link, {}, "/appointments");
      const page = await ana.get(`${AT}/${customer.id}`);
      assert.doesNotMatch(page.$("table").text(), /Dora|Customer/);
      await transaction(() =>
        run("UPDATE appointments SET status = 'cancelled', cancelled_at = 1"),
      );
      const after = await ana.get(`${AT}/${customer.id}`);
      assert.match(after.$("main").text(), /Appointments to come\s+None/);
    });

    it("is nobody else's, and there is none with a malformed id", async () => {
      const zoe = await known({ name: "Zoe" }, cast.garage);
      const { _csrf } = formOf(await ana.get(`${AT}/new`)).values;
      for (const id of [zoe.id, "abc", "0", "-1", "1.5", "99999999999"]) {
        assert.equal((await ana.get(`${AT}/${id}`)).status, 404);
        assert.equal((await ana.get(`${AT}/${id}/edit`)).status, 404);
        assert.equal(
          (await ana.post(`${AT}/${id}`, { _csrf: _csrf ?? "", name: "Mine" })).status,
          404,
        );
      }
      assert.equal((await ana.get(`/b/carls-garage/customers/${zoe.id}`)).status, 404);
    });

    it("asks who is not signed in to sign in", async () => {
      const { id } = await known();
      for (const path of ["", "/new", `/${id}`, `/${id}/edit`])
        assert.match((await visitor().get(`${AT}${path}`)).location, /^\/login\?next=/);
      for (const path of ["", `/${id}`])
        assert.equal((await visitor().post(`${AT}${path}`)).location, "/login");
    });
  });

  describe("an alert", () => {
    it("is shown in red on her page, at booking and on the appointment", async () => {
      const { id, customerId } = await booked(cast, { start: tuesday.instant + HOUR });
      const alert = "Owes <b>two</b> visits";
      const edit = `${AT}/${customerId}/edit`;
      assert.equal((await ana.submit(edit, { alert })).status, 303);
      const step = customerStep(cast);
      for (const path of [
        `${AT}/${customerId}`,
        `/b/anas-salon/appointments/${id}`,
        `${step}&customer=${customerId}`,
      ])
        assert.equal((await ben.get(path)).$(".alert").text(), alert, path);
      assert.equal((await ben.get(`${step}&q=dora`)).$(".bad").text(), alert);
      assert.equal((await ana.submit(edit, { alert: "x".repeat(300) })).status, 422);
    });
  });

  describe("adding one", () => {
    it("keeps what staff know; only the name must be there", async () => {
      const done = await ben.submit(`${AT}/new`, {
        name: " Dora ",
        email: " Dora@Example.COM ",
        phone: "555",
        note: "a\r\nb",
      });
      assert.equal(done.status, 303);
      const dora = await Customer.find(cast.salon, done.location.split("/").at(-1));
      assert.deepEqual(dora.record, {
        name: "Dora",
        email: "dora@example.com",
        phone: "555",
        note: "a\nb",
        alert: "",
      });
      assert.equal(dora.identity, "dora@example.com dora");
      assert.equal((await ben.submit(`${AT}/new`, { name: "Zack" })).status, 303);
    });

    it("shows what was typed and why it was refused", async () => {
      const page = await ana.submit(`${AT}/new`, { name: "", email: "<no>", note: "<i>" });
      assert.equal(page.status, 422);
      assert.equal(page.$("#email").val(), "<no>");
      assert.equal(page.$("#note").val(), "<i>");
      assert.deepEqual(
        page
          .$(".errors a")
          .toArray()
          .map((link) => page.$(link).attr("href")),
        ["#name", "#email"],
      );
    });

    it("adds one however often the form is sent", async () => {
      for (const email of ["dora@example.com", ""]) {
        const first = await ana.submit(`${AT}/new`, { name: "Dora", email });
        const second = await ana.submit(`${AT}/new`, { name: "Dora", email });
        assert.equal(second.status, 303);
        assert.equal(second.location, first.location);
      }
    });

    it("says so when there is one with that name and mail address", async () => {
      await known();
      const page = await ana.submit(`${AT}/new`, {
        name: "dora  DIAZ",
        email: "DORA@example.com",
        phone: "555",
      });
      assert.equal(page.status, 422);
      assert.match(page.$("#email-error").text(), /known already/);
      // Two people who share an address stay two customers.
      assert.equal(
        (await ana.submit(`${AT}/new`, { name: "Dan", email: "dora@example.com" })).status,
        303,
      );
    });
  });

  describe("changing her", () => {
    it("saves details and notes, and who she is follows", async () => {
      const dora = await known();
      const fields = { name: "Dora Dove", email: "dove@example.com", phone: "", note: "married" };
      const done = await ana.submit(`${AT}/${dora.id}/edit`, fields);
      assert.equal(done.location, `${AT}/${dora.id}`);
      await dora.reload();
      assert.deepEqual(dora.record, { ...fields, phone: null, alert: "" });
      assert.equal(dora.identity, "dove@example.com dora dove");
      await ana.submit(`${AT}/${dora.id}/edit`, { email: "" });
      assert.equal((await dora.reload()).identity, null);
      const audit = await rows<{ action: string; details: string }>(
        "SELECT action, details FROM audit_entries WHERE action = 'customer.changed'",
      );
      assert.equal(audit.length, 2);
      assert.deepEqual(JSON.parse(audit[0]?.details ?? ""), { customerId: dora.id });
    });

    it("shows both versions when somebody else has changed her meanwhile [P5.2]", async () => {
      const dora = await known();
      const seenByBen = formOf(await ben.get(`${AT}/${dora.id}/edit`));
      await ana.submit(`${AT}/${dora.id}/edit`, { note: "Ana's note" });
      const page = await ben.post(seenByBen.target, { ...seenByBen.values, note: "Ben's note" });
      assert.equal(page.status, 409);
      assert.match(page.$("table").text(), /Notes for staff\s*Ana's note\s*Ben's note/);
      assert.equal(page.$("#note").val(), "Ben's note");
      assert.equal((await dora.reload()).note, "Ana's note");
      const { target, values } = formOf(page);
      assert.equal((await ben.post(target, values)).status, 303);
      assert.equal((await dora.reload()).note, "Ben's note");
    });

    it("lets one of two who save at once know of the other", async () => {
      const dora = await known();
      const [a, b] = [
        formOf(await ana.get(`${AT}/${dora.id}/edit`)),
        formOf(await ben.get(`${AT}/${dora.id}/edit`)),
      ];
      const answers = await Promise.all([
        ana.post(a.target, { ...a.values, note: "one" }),
        ben.post(b.target, { ...b.values, note: "two" }),
      ]);
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([303, 409]));
    });

    it("sent twice is saved once", async () => {
      const dora = await known();
      const { target, values } = formOf(await ana.get(`${AT}/${dora.id}/edit`));
      for (let i = 0; i < 2; i++)
        assert.equal((await ana.post(target, { ...values, note: "new" })).status, 303);
      const audit = await rows("SELECT id FROM audit_entries WHERE action = 'customer.changed'");
      assert.equal(audit.length, 1);
    });

    it("shows what was typed and why it was refused", async () => {
      const dora = await known();
      await known({ name: "Dan", email: "dan@example.com" });
      const wrong = await ana.submit(`${AT}/${dora.id}/edit`, { name: "" });
      assert.equal(wrong.status, 422);
      assert.equal(wrong.$(".errors a").attr("href"), "#name");
      const same = await ana.submit(`${AT}/${dora.id}/edit`, {
        name: "DAN",
        email: "dan@example.com",
      });
      assert.equal(same.status, 422);
      assert.equal(same.$("#name").val(), "DAN");
      assert.match(same.$("#email-error").text(), /known already/);
      assert.equal((await dora.reload()).name, "Dora Diaz");
    });
  });
});
