import assert from "node:assert/strict";
import { MINUTE } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { AuditEntry } from "../../src/models/index.ts";
import {
  appointments,
  BOOK,
  booked,
  clockChanges,
  customerStep,
  fieldsOf,
  provides,
  saturday,
  timesOf,
  tuesday,
} from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { buildStaff, type World, world } from "../support/world.ts";

describe("a new appointment", () => {
  let cast: World;
  let ana: Browser;

  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  const asking = (date: string, time: string) =>
    `${BOOK}/new?service=${cast.haircut.id}&date=${date}&time=${time}&override=1`;

  it("is made step by step: service and day, time, customer", async () => {
    const first = await ana.get(`${BOOK}/new`);
    assert.deepEqual(
      first
        .$("#staff option")
        .toArray()
        .map((option) => first.$(option).text()),
      ["Anyone who is free", "Ben Brown"],
    );
    const second = await ana.get(
      `${BOOK}/new?service=${cast.haircut.id}&staff=&date=${tuesday.date}`,
    );
    assert.equal(timesOf(second).length, 16);
    const third = await ana.get(customerStep(cast));
    assert.match(
      third.$("dl").text(),
      /Haircut, 30 minutes[^]*anyone[^]*Tuesday, .* 9:00 AM, Eastern/,
    );
    const done = await ana.submit(
      customerStep(cast),
      { name: " Dora Diaz ", email: "Dora@Example.com", phone: "555 0123", note: "first visit" },
      "/appointments",
    );
    assert.equal(done.status, 303);
    const page = await ana.get(done.location);
    assert.match(page.$("main").text(), /Dora Diaz[^]*555 0123[^]*dora@example.com/);
    assert.match(page.$("main").text(), /Ana Alvarez\s*booked it\s/);
    assert.deepEqual(
      (await appointments()).map(({ staffId, startsAt }) => [staffId, startsAt]),
      [[cast.benStaff.id, tuesday.instant]],
    );
  });

  it("goes to a customer whom the search finds", async () => {
    const before = await booked(cast, { start: tuesday.instant + 60 * MINUTE });
    const found = await ana.get(customerStep(cast, "&q=dora"));
    const link = found.$("ul.list a").attr("href") ?? "";
    assert.match(link, new RegExp(`customer=${before.customerId}`));
    assert.match(
      (await ana.get(customerStep(cast, "&q=nobody"))).$(".note").text(),
      /Nobody matches/,
    );
    assert.equal((await ana.get(customerStep(cast, "&customer=999"))).status, 404);
    const done = await ana.submit(link, { note: "" }, "/appointments");
    const page = await ana.get(done.location);
    assert.equal(page.$(`a[href="/b/anas-salon/customers/${before.customerId}"]`).length, 1);
  });

  it("keeps in mind the customer from whose page it began", async () => {
    const before = await booked(cast, { start: tuesday.instant + 60 * MINUTE });
    const page = await ana.get(`/b/anas-salon/customers/${before.customerId}`);
    const link = page.$("main a.button:contains(New appointment)").attr("href") ?? "";
    const more = `&service=${cast.haircut.id}&date=${tuesday.date}`;
    const second = await ana.get(`${link}${more}`);
    assert.equal(second.$("input[name=customer]").last().val(), String(before.customerId));
    const step = `${link}${more}&start=${encodeURIComponent(tuesday.iso)}`;
    const done = await ana.submit(step, {}, "/appointments");
    assert.match((await ana.get(done.location)).$("dl").text(), /Dora Diaz/);
  });

  it("shows a refused form with what was typed and why", async () => {
    const page = await ana.submit(
      customerStep(cast),
      { name: "", email: "no<at>", note: "<i>" },
      "/appointments",
    );
    assert.equal(page.status, 422);
    assert.equal(page.$("#email").val(), "no<at>");
    assert.equal(page.$("#note").val(), "<i>");
    assert.deepEqual(
      page
        .$(".errors a")
        .toArray()
        .map((link) => page.$(link).attr("href")),
      ["#name", "#email"],
    );
    assert.match(page.$("dl").text(), /9:00 AM/);
    assert.deepEqual(await appointments(), []);
  });

  it("offers times to choose from when the one it came with makes no sense", async () => {
    const page = await ana.submit(
      customerStep(cast),
      { name: "Dora", start: "soon" },
      "/appointments",
    );
    assert.equal(page.status, 422);
    assert.ok(timesOf(page).length > 0);
    assert.equal(page.$("#name").val(), "Dora");
  });

  it("is booked once, however often the form is sent [D29]", async () => {
    const other = await buildStaff(cast.salon, { name: "Eve Else" });
    await provides(other, cast.haircut);
    const shown = await ana.get(customerStep(cast));
    const fields = fieldsOf(shown, { name: "Dora" });
    const answers = await Promise.all(Array.from({ length: 5 }, () => ana.post(BOOK, fields)));
    const later = await ana.post(BOOK, fields);
    assert.equal(new Set([...answers, later].map(({ location }) => location)).size, 1);
    assert.equal(later.status, 303);
    assert.equal((await appointments()).length, 1);
  });

  it("keeps everything typed and offers the next free times when the time has gone [D1]", async () => {
    const shown = await ana.get(customerStep(cast, `&staff=${cast.benStaff.id}`));
    await booked(cast, { name: "Quick Quentin" });
    const fields = { name: "Dora Diaz", phone: "555 0123", note: "slow" };
    const page = await ana.post(BOOK, fieldsOf(shown, fields));
    assert.equal(page.status, 409);
    assert.match(page.$("h1").text(), /just been taken/);
    assert.equal(page.$("#name").val(), "Dora Diaz");
    assert.equal(page.$("#note").val(), "slow");
    const [next] = timesOf(page);
    assert.match(next ?? "", new RegExp(`^${tuesday.date}T09:30`));
    const done = await ana.post(BOOK, { ...fieldsOf(page, fields), start: next ?? "" });
    assert.equal(done.status, 303);
    assert.equal((await appointments()).length, 2);
  });

  it("tells why a typed time is not offered, and books it anyway if asked to [D6]", async () => {
    const query = `service=${cast.haircut.id}&date=${saturday.date}&time=9:00`;
    const refused = await ana.get(`${BOOK}/new?${query}`);
    assert.equal(refused.status, 422);
    assert.match(refused.$(".note").text(), /Ben Brown: not working on that day/);
    assert.equal(refused.$("#time").val(), "9:00");
    const step = `${BOOK}/new?${query}&override=1`;
    assert.match((await ana.get(step)).$("dl").text(), /The usual rules are set aside/);
    const done = await ana.submit(step, { name: "Sam" }, "/appointments");
    assert.equal(done.status, 303);
    const [made] = await appointments();
    assert.equal(made?.startsAt, saturday.instant);
    const [line] = await AuditEntry.ofAppointment(cast.salon.id, made?.id ?? 0);
    assert.equal(line?.details.override, true);
  });

  it("never books over somebody, whatever is set aside", async () => {
    await booked(cast);
    const page = await ana.get(asking(tuesday.date, "9:10"));
    assert.equal(page.status, 422);
    assert.equal(page.$("#time-error").text(), "This time is taken");
    assert.equal(page.$(".note li").text(), "Ben Brown has Dora Diaz 9:00 AM–9:30 AM");
    const free = await ana.get(asking(tuesday.date, "9:40"));
    const fields = fieldsOf(free, { name: "Sam", start: tuesday.iso, override: "1" });
    assert.equal((await ana.post(BOOK, fields)).status, 409);
    assert.equal((await appointments()).length, 1);
  });

  it("books somebody who is free, outside of the hours, when another has the time", async () => {
    const eve = await buildStaff(cast.salon, { name: "Eve Else", hours: [] });
    await provides(eve, cast.haircut);
    await booked(cast);
    const taken = await ana.get(asking(tuesday.date, `9:10&staff=${cast.benStaff.id}`));
    assert.equal(taken.$("#time-error").text(), "This time is taken");
    const done = await ana.submit(asking(tuesday.date, "9:10"), { name: "Sam" }, "/appointments");
    assert.equal(done.status, 303);
    assert.equal((await appointments()).at(-1)?.staffId, eve.id);
  });

  it("names the buffers when only they are in the way", async () => {
    await transaction(() => run("UPDATE services SET buffer_after = 10"));
    await booked(cast);
    const page = await ana.get(asking(tuesday.date, "9:35"));
    assert.equal(
      page.$(".note li").text(),
      "Ben Brown has Dora Diaz 9:00 AM–9:30 AM, with buffers 9:00 AM–9:40 AM",
    );
  });

  it("sets no rule aside for a time that is offered", async () => {
    const done = await ana.submit(
      `${customerStep(cast)}&override=1`,
      { name: "Sam" },
      "/appointments",
    );
    const [line] = await AuditEntry.ofAppointment(
      cast.salon.id,
      Number(done.location.split("/").at(-1)),
    );
    assert.equal(line?.details.override, false);
  });

  it("asks which, when a typed time comes twice, and refuses one that does not exist [D3]", async () => {
    const gap = await ana.get(asking(clockChanges().forward, "2:30"));
    assert.equal(gap.status, 422);
    assert.match(gap.$("#time-error").text(), /does not exist/);
    const twice = await ana.get(asking(clockChanges().back, "1:30"));
    assert.equal(twice.status, 422);
    assert.equal(twice.$("#time").val(), "");
    const [early, late] = timesOf(twice);
    assert.match(early ?? "", /T01:30:00-04:00/);
    assert.match(late ?? "", /T01:30:00-05:00/);
    const done = await ana.submit(
      `${asking(clockChanges().back, "")}&start=${encodeURIComponent(late ?? "")}`,
      { name: "Sam" },
      "/appointments",
    );
    assert.equal(done.status, 303);
    assert.equal((await appointments())[0]?.startsAt, Date.parse((late ?? "").replace(/\[.*/, "")));
  });

  it("refuses nonsense typed as a time", async () => {
    const page = await ana.get(
      `${BOOK}/new?service=${cast.haircut.id}&date=${tuesday.date}&time=lunch`,
    );
    assert.equal(page.status, 422);
    assert.equal(page.$("#time").val(), "lunch");
    assert.equal((await ana.get(`${customerStep(cast)}&start=x`)).status, 422);
  });

  it("can be made while bookings are closed for customers [D26]", async () => {
    await transaction(() => run("UPDATE businesses SET bookings_open = FALSE"));
    const done = await ana.submit(customerStep(cast), { name: "Dora" }, "/appointments");
    assert.equal(done.status, 303);
  });

  it("points to the next free day from one without free times", async () => {
    const page = await ana.get(`${BOOK}/new?service=${cast.haircut.id}&date=${saturday.date}`);
    const link = page.$("#start a").attr("href") ?? "";
    assert.ok(timesOf(await ana.get(link)).length > 0);
  });

  it("knows no service, provider or customer of another business", async () => {
    const shown = fieldsOf(await ana.get(customerStep(cast)), { name: "Dora" });
    const carls = await rows<{ id: number }>(
      `INSERT INTO customers (business_id, name, created_at) VALUES ($b, 'Zoe', 1) RETURNING id`,
      { b: cast.garage.id },
    ).catch(() => []);
    assert.equal((await ana.post(BOOK, { ...shown, service: String(cast.oil.id) })).status, 404);
    assert.equal(
      (await ana.post(BOOK, { ...shown, staff: String(cast.carlStaff.id) })).status,
      404,
    );
    assert.equal(
      (await ana.post(BOOK, { ...shown, customer: String(carls[0]?.id ?? 77) })).status,
      404,
    );
    assert.equal((await ana.get(`${BOOK}/new?service=${cast.oil.id}`)).status, 404);
    assert.equal((await ana.post(BOOK, { ...shown, service: "" })).status, 400);
    assert.deepEqual(await appointments(), []);
  });

  it("says so of a provider who does not provide the service", async () => {
    const eve = await buildStaff(cast.salon, { name: "Eve Else" });
    const page = await ana.get(`${BOOK}/new?service=${cast.haircut.id}&staff=${eve.id}`);
    assert.equal(page.status, 422);
    assert.match(page.$("#staff-error").text(), /does not provide Haircut/);
  });
});
