import assert from "node:assert/strict";
import { addDays, MINUTE } from "../../src/domain/time.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Appointment, AuditEntry, type Service, type Staff } from "../../src/models/index.ts";
import { type Browser, type Page, signedIn, visitor } from "../support/browser.ts";
import {
  buildBusiness,
  buildPerson,
  buildService,
  buildStaff,
  runJobs,
  upcoming,
  type World,
  world,
} from "../support/world.ts";

const BOOK = "/b/anas-salon/appointments";
const tuesday = upcoming(2, 540);
const saturday = upcoming(6, 540);
const malformed = ["abc", "0", "-1", "1.5", "99999999999"];

describe("appointments of a business", () => {
  let cast: World;
  let ana: Browser;
  let ben: Browser;

  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    ben = await signedIn(cast.ben);
  });

  /** A booked appointment, at Tuesday's 9:00 with Ben unless told otherwise. */
  async function booked(
    fields: {
      name?: string;
      email?: string | null;
      phone?: string | null;
      note?: string;
      start?: number;
      service?: Service;
      staff?: Staff;
      now?: number;
    } = {},
  ): Promise<Appointment> {
    const { name = "Dora Diaz", email = "dora@example.com", phone = null, note = "" } = fields;
    const catalogue = await catalogueOf("anas-salon");
    const service = serviceById(catalogue, (fields.service ?? cast.haircut).id);
    const staffId = (fields.staff ?? cast.benStaff).id;
    const question = { catalogue, service, staffId, now: fields.now ?? Date.now() };
    const actor = { kind: "staff" as const, staffId: cast.anaStaff.id };
    const start = fields.start ?? tuesday.instant;
    const { id } = await Appointment.bookFor(
      question,
      start,
      { name, email, phone, note },
      actor,
      true,
    );
    return Appointment.find(cast.salon, id);
  }

  const again = ({ id }: Appointment) => Appointment.find(cast.salon, id);
  const history = ({ id }: Appointment) => AuditEntry.ofAppointment(cast.salon.id, id);
  const all = () =>
    rows<{ id: number; staffId: number; startsAt: number }>(
      `SELECT id, staff_id AS "staffId", starts_at AS "startsAt" FROM appointments ORDER BY id`,
    );
  const stepTwo = (more = "") =>
    `${BOOK}/new?service=${cast.haircut.id}&date=${tuesday.date}&start=${encodeURIComponent(tuesday.iso)}${more}`;
  const times = ({ $ }: Page) =>
    $("input[name=start][type=radio]")
      .toArray()
      .map((radio) => String($(radio).val()));

  describe("the day", () => {
    it("has a section a provider with what is booked and what is free", async () => {
      await buildStaff(cast.salon, { name: "Eve Else", hours: [] });
      await booked({ name: "Dora <b>Diaz</b>", phone: "555 0123", note: "by the window" });
      const page = await ana.get(`${BOOK}?date=${tuesday.date}`);
      assert.equal(page.status, 200);
      assert.equal(page.$("h1").length, 1);
      const [bens, eves] = page.$("section").toArray();
      const text = page.$(bens!).text().replaceAll(/\s+/g, " ");
      assert.match(text, /Ben Brown Works 9:00 AM–5:00 PM/);
      assert.match(text, /9:00 AM–9:30 AM Dora <b>Diaz<\/b>, Haircut 555 0123 by the window/);
      assert.match(text, /9:30 AM–5:00 PM free/);
      assert.match(page.$(eves!).text(), /Eve Else\s+Does not work on this day/);
      assert.match(page.$("main").text(), /Times are in Eastern .* Time \(America\/New_York\)/);
    });

    it("has links to the days around it and to today", async () => {
      const page = await ana.get(`${BOOK}?date=${tuesday.date}`);
      const [before, , after] = page.$("nav[aria-label=Days] a").toArray();
      assert.match(page.$(before!).attr("href") ?? "", new RegExp(addDays(tuesday.date, -1)));
      assert.match(page.$(after!).attr("href") ?? "", new RegExp(addDays(tuesday.date, 1)));
      assert.equal((await ana.get(page.$(after!).attr("href") ?? "")).status, 200);
    });

    it("shows what reaches into it from the day before, and only the provider asked for", async () => {
      const night = await buildStaff(cast.salon, { name: "Nora Night", hours: [[2, 1320, 1800]] });
      const watch = await buildService(cast.salon, { name: "Watch", minutes: 120 }, [night]);
      const late = await booked({ service: watch, staff: night, start: upcoming(2, 1380).instant });
      await booked();
      const url = `${BOOK}?date=${addDays(tuesday.date, 1)}`;
      assert.equal((await ana.get(url)).$(`a[href="${BOOK}/${late.id}"]`).length, 1);
      const only = await ana.get(`${BOOK}?date=${tuesday.date}&staff=${cast.benStaff.id}`);
      assert.equal(only.$("section").length, 1);
    });

    it("shows a time that is kept, and a provider who can no longer be booked", async () => {
      const former = await buildStaff(cast.salon, { name: "Fay Former" });
      const colour = await buildService(cast.salon, { name: "Colour" }, [former]);
      await booked({ service: colour, staff: former });
      await transaction(() =>
        run("UPDATE staff SET bookable = FALSE WHERE id = $id", { id: former.id }),
      );
      await visitor().submit(`/book/anas-salon/haircut?from=${tuesday.date}`, {
        start: tuesday.iso,
      });
      const page = await ana.get(`${BOOK}?date=${tuesday.date}`);
      assert.match(page.$("section").first().text(), /kept for somebody who is booking/);
      assert.match(page.$("section").last().text(), /Fay Former[^]*Dora Diaz, Colour/);
    });

    it("says what to do next when it is empty or nobody can be booked", async () => {
      assert.match((await ana.get(BOOK)).$("main").text(), /No appointments on this day/);
      const business = await buildBusiness({ slug: "new-one" });
      const owner = await buildPerson();
      await buildStaff(business, { person: owner, role: "owner", bookable: false });
      const page = await (await signedIn(owner)).get("/b/new-one/appointments");
      assert.match(page.$(".note").text(), /Nobody can be booked yet/);
    });

    it("takes nonsense in its address for today", async () => {
      for (const query of ["date=nonsense", "date=2027-02-30", "view=month", "date=a&date=b"])
        assert.equal((await ana.get(`${BOOK}?${query}`)).status, 200, query);
      assert.equal((await ana.get(`${BOOK}?staff=${cast.carlStaff.id}`)).status, 404);
    });
  });

  describe("the week", () => {
    it("has seven days from Monday with what is booked", async () => {
      const { id } = await booked();
      const page = await ana.get(`${BOOK}?view=week&date=${tuesday.date}`);
      assert.equal(page.$("section").length, 7);
      assert.match(page.$("section h2").first().text(), /^Monday/);
      assert.match(page.$("section").eq(1).text(), /Dora Diaz, Haircut\s*Ben Brown/);
      assert.equal(page.$(`a[href="${BOOK}/${id}"]`).length, 1);
      const empty = await ana.get(`${BOOK}?view=week&date=2030-01-01`);
      assert.match(empty.$("main").text(), /No appointments in this week/);
    });
  });

  describe("the list", () => {
    const list = async (query: string) => {
      const page = await ana.get(`${BOOK}?view=list&${query}`);
      assert.equal(page.status, 200);
      return page
        .$("tr td:nth-child(2)")
        .toArray()
        .map((cell) => page.$(cell).text());
    };

    it("finds by name, mail address, phone and service, in any case and order", async () => {
      await booked({ name: "Dora Diaz", email: "dora@example.com", phone: "(555) 0100-7" });
      await booked({
        name: "Éva 100% Müller",
        email: "eva@example.org",
        start: tuesday.instant + 60 * MINUTE,
      });
      const finds: [string, string[]][] = [
        ["dora", ["Dora Diaz"]],
        ["DIAZ dora", ["Dora Diaz"]],
        ["haircut eva@", ["Éva 100% Müller"]],
        ["555 01007", ["Dora Diaz"]],
        ["5550100", ["Dora Diaz"]],
        ["ÉVA", ["Éva 100% Müller"]],
        ["100%", ["Éva 100% Müller"]],
        ["%", ["Éva 100% Müller"]],
        ["_", []],
        ["' OR 1=1 --", []],
        ["", ["Dora Diaz", "Éva 100% Müller"]],
      ];
      for (const [q, names] of finds)
        assert.deepEqual(await list(`q=${encodeURIComponent(q)}`), names, q);
    });

    it("filters by status, day, provider and customer", async () => {
      const service = serviceById(await catalogueOf("anas-salon"), cast.haircut.id);
      const one = await booked({ name: "One" });
      await booked({ name: "Two", start: upcoming(3, 540).instant });
      await Appointment.cancel(one, service, { kind: "system" }, Date.now());
      assert.deepEqual(await list("status=cancelled"), ["One"]);
      assert.deepEqual(await list("status=confirmed"), ["Two"]);
      assert.deepEqual((await list("when=all")).toSorted(), ["One", "Two"]);
      assert.deepEqual(await list("when=before"), []);
      assert.deepEqual(await list(`when=from&date=2035-01-01`), []);
      assert.deepEqual(await list(`when=before&date=2035-01-01&q=one`), ["One"]);
      assert.deepEqual(await list(`customer=${one.customerId}`), ["One"]);
      assert.deepEqual(await list(`staff=${cast.benStaff.id}`), ["One", "Two"].toSorted());
    });

    it("shows fifty a page", async () => {
      const first = await booked({ name: "Number One" });
      await transaction(async () => {
        for (let i = 2; i <= 51; i++)
          await run(
            `INSERT INTO appointments (business_id, service_id, staff_id, customer_id, starts_at,
               ends_at, zone, uid, token_hash, created_at)
             SELECT business_id, service_id, staff_id, customer_id, starts_at + $more, ends_at + $more,
               zone, $uid, $uid, created_at FROM appointments WHERE id = $id`,
            { id: first.id, more: i * 1000, uid: `uid-${i}` },
          );
      });
      const page = await ana.get(`${BOOK}?view=list&q=number`);
      assert.equal(page.$("tr").length, 51);
      const next = page.$("a[rel=next]").attr("href") ?? "";
      assert.match(next, /q=number.*page=2/);
      assert.equal((await ana.get(next)).$("tr").length, 2);
    });

    it("says what to do next when nothing is found", async () => {
      const page = await ana.get(`${BOOK}?view=list&q=nobody`);
      assert.match(page.$(".note").text(), /No appointment matches/);
      assert.match((await ana.get(`${BOOK}?view=list`)).$(".note").text(), /No appointments from/);
    });
  });

  describe("its own page", () => {
    it("tells all facts, the history, and the mails with what was sent [D30]", async () => {
      const appointment = await booked({ phone: "555 0123", note: "left-handed" });
      await runJobs();
      const page = await ana.get(`${BOOK}/${appointment.id}`);
      const text = page.$("main").text().replaceAll(/\s+/g, " ");
      assert.match(text, /Tuesday, .*, 9:00 AM to 9:30 AM, Eastern/);
      assert.match(
        text,
        /Haircut, \$35\.00 WithBen Brown CustomerDora Diaz555 0123dora@example\.com/,
      );
      assert.match(text, /left-handed/);
      assert.match(text, /Ana Alvarezbooked it; the usual rules were set aside/);
      const mails = page.$("table").last().text();
      for (const word of ["Confirmation", "Reminder", "News of a booking", "due "])
        assert.ok(mails.includes(word), word);
      assert.equal(page.$(`a[href="/b/anas-salon/customers/${appointment.customerId}"]`).length, 1);
    });

    it("shows the text that was sent, and sends again what failed", async () => {
      const { id } = await booked();
      await transaction(() =>
        run(
          `UPDATE deliveries SET state = 'failed', reason = 'refused', tries = 1, finished_at = 1,
             recipient = 'dora@example.com', mail_subject = 'Booked', mail_text = 'Dear <Dora>'
           WHERE kind = 'confirmation'`,
        ),
      );
      const page = await ana.get(`${BOOK}/${id}`);
      assert.equal(page.$("pre").text(), "Dear <Dora>");
      assert.match(page.$("td.bad").text(), /failed \(refused by the mail server\)/);
      const repeat = await ana.submit(`${BOOK}/${id}`, {}, "/repetition");
      assert.equal(repeat.location, `${BOOK}/${id}`);
      const [row] = await rows<{ id: number; state: string }>(
        "SELECT id, state FROM deliveries WHERE kind = 'confirmation'",
      );
      assert.equal(row?.state, "pending");
      const token = await tokenOf(ana);
      const url = `${BOOK}/${id}/deliveries/${row?.id}/repetition`;
      assert.equal((await ana.post(url, token)).status, 303);
      assert.equal((await ana.post(`${BOOK}/${id}/deliveries/99/repetition`, token)).status, 404);
      const carl = await signedIn(cast.carl);
      const theirs = url.replace("anas-salon", "carls-garage");
      assert.equal((await carl.post(theirs, await tokenOf(carl, "carls-garage"))).status, 404);
    });

    it("shows both times when the business has moved to another zone since", async () => {
      const { id } = await booked();
      await transaction(() =>
        run("UPDATE businesses SET zone = 'America/Los_Angeles' WHERE id = $id", {
          id: cast.salon.id,
        }),
      );
      const page = await ana.get(`${BOOK}/${id}`);
      assert.match(page.$("dl").text(), /9:00 AM[^]*Eastern[^]*here that is .*6:00 AM, Pacific/);
    });

    it("is nobody else's, and there is none with a malformed id", async () => {
      const { id } = await booked();
      const carl = await signedIn(cast.carl);
      const token = await tokenOf(carl, "carls-garage");
      for (const path of [``, `/rescheduling`, `/cancellation`]) {
        assert.equal((await carl.get(`/b/carls-garage/appointments/${id}${path}`)).status, 404);
        assert.equal((await carl.get(`${BOOK}/${id}${path}`)).status, 404);
        for (const bad of malformed)
          assert.equal((await ana.get(`${BOOK}/${bad}${path}`)).status, 404);
        if (path)
          assert.equal(
            (await carl.post(`/b/carls-garage/appointments/${id}${path}`, token)).status,
            404,
          );
      }
    });

    it("asks who is not signed in to sign in", async () => {
      const { id } = await booked();
      for (const path of ["", "/new", `/${id}`, `/${id}/rescheduling`, `/${id}/cancellation`])
        assert.match((await visitor().get(`${BOOK}${path}`)).location, /^\/login\?next=/);
      for (const path of ["", `/${id}/rescheduling`, `/${id}/cancellation`])
        assert.equal((await visitor().post(`${BOOK}${path}`)).location, "/login");
    });
  });

  describe("a new one", () => {
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
      assert.equal(times(second).length, 16);
      const third = await ana.get(stepTwo());
      assert.match(
        third.$("dl").text(),
        /Haircut, 30 minutes[^]*anyone[^]*Tuesday, .* 9:00 AM, Eastern/,
      );
      const done = await ana.submit(
        stepTwo(),
        { name: " Dora Diaz ", email: "Dora@Example.com", phone: "555 0123", note: "first visit" },
        "/appointments",
      );
      assert.equal(done.status, 303);
      const page = await ana.get(done.location);
      assert.match(page.$("main").text(), /Dora Diaz[^]*555 0123[^]*dora@example.com/);
      assert.match(page.$("main").text(), /Ana Alvarez\s*booked it\s/);
      assert.deepEqual(
        (await all()).map(({ staffId, startsAt }) => [staffId, startsAt]),
        [[cast.benStaff.id, tuesday.instant]],
      );
    });

    it("goes to a customer whom the search finds", async () => {
      const before = await booked({ start: tuesday.instant + 60 * MINUTE });
      const found = await ana.get(stepTwo("&q=dora"));
      const link = found.$("ul.list a").attr("href") ?? "";
      assert.match(link, new RegExp(`customer=${before.customerId}`));
      assert.match((await ana.get(stepTwo("&q=nobody"))).$(".note").text(), /Nobody matches/);
      assert.equal((await ana.get(stepTwo("&customer=999"))).status, 404);
      const done = await ana.submit(link, { note: "" }, "/appointments");
      const page = await ana.get(done.location);
      assert.equal(page.$(`a[href="/b/anas-salon/customers/${before.customerId}"]`).length, 1);
    });

    it("shows a refused form with what was typed and why", async () => {
      const page = await ana.submit(
        stepTwo(),
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
      assert.deepEqual(await all(), []);
    });

    it("offers times to choose from when the one it came with makes no sense", async () => {
      const page = await ana.submit(stepTwo(), { name: "Dora", start: "soon" }, "/appointments");
      assert.equal(page.status, 422);
      assert.ok(times(page).length > 0);
      assert.equal(page.$("#name").val(), "Dora");
    });

    it("is booked once, however often the form is sent [D29]", async () => {
      const other = await buildStaff(cast.salon, { name: "Eve Else" });
      await transaction(() =>
        run("INSERT INTO staff_services (business_id, staff_id, service_id) VALUES ($b, $s, $v)", {
          b: cast.salon.id,
          s: other.id,
          v: cast.haircut.id,
        }),
      );
      const shown = await ana.get(stepTwo());
      const fields = fieldsOf(shown, { name: "Dora" });
      const answers = await Promise.all(Array.from({ length: 5 }, () => ana.post(BOOK, fields)));
      const later = await ana.post(BOOK, fields);
      assert.equal(new Set([...answers, later].map(({ location }) => location)).size, 1);
      assert.equal(later.status, 303);
      assert.equal((await all()).length, 1);
    });

    it("keeps everything typed and offers the next free times when the time has gone [D1]", async () => {
      const shown = await ana.get(stepTwo(`&staff=${cast.benStaff.id}`));
      await booked({ name: "Quick Quentin" });
      const fields = { name: "Dora Diaz", phone: "555 0123", note: "slow" };
      const page = await ana.post(BOOK, fieldsOf(shown, fields));
      assert.equal(page.status, 409);
      assert.match(page.$("h1").text(), /just been taken/);
      assert.equal(page.$("#name").val(), "Dora Diaz");
      assert.equal(page.$("#note").val(), "slow");
      const [next] = times(page);
      assert.match(next ?? "", new RegExp(`^${tuesday.date}T09:30`));
      const done = await ana.post(BOOK, { ...fieldsOf(page, fields), start: next ?? "" });
      assert.equal(done.status, 303);
      assert.equal((await all()).length, 2);
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
      const [made] = await all();
      assert.equal(made?.startsAt, saturday.instant);
      const [line] = await AuditEntry.ofAppointment(cast.salon.id, made?.id ?? 0);
      assert.equal(line?.details.override, true);
    });

    it("never books over somebody, whatever is set aside", async () => {
      await booked();
      const step = `${BOOK}/new?service=${cast.haircut.id}&date=${tuesday.date}&time=9:10&override=1`;
      const page = await ana.submit(step, { name: "Sam" }, "/appointments");
      assert.equal(page.status, 409);
      assert.equal((await all()).length, 1);
    });

    it("sets no rule aside for a time that is offered", async () => {
      const done = await ana.submit(`${stepTwo()}&override=1`, { name: "Sam" }, "/appointments");
      const [line] = await AuditEntry.ofAppointment(
        cast.salon.id,
        Number(done.location.split("/").at(-1)),
      );
      assert.equal(line?.details.override, false);
    });

    it("asks which, when a typed time comes twice, and refuses one that does not exist [D3]", async () => {
      const query = (date: string, time: string) =>
        `${BOOK}/new?service=${cast.haircut.id}&date=${date}&time=${time}&override=1`;
      const gap = await ana.get(query("2027-03-14", "2:30"));
      assert.equal(gap.status, 422);
      assert.match(gap.$("#time-error").text(), /does not exist/);
      const twice = await ana.get(query("2027-11-07", "1:30"));
      assert.equal(twice.status, 422);
      assert.equal(twice.$("#time").val(), "");
      const [early, late] = times(twice);
      assert.match(early ?? "", /T01:30:00-04:00/);
      assert.match(late ?? "", /T01:30:00-05:00/);
      const done = await ana.submit(
        `${query("2027-11-07", "")}&start=${encodeURIComponent(late ?? "")}`,
        { name: "Sam" },
        "/appointments",
      );
      assert.equal(done.status, 303);
      assert.equal((await all())[0]?.startsAt, Date.parse("2027-11-07T06:30:00Z"));
    });

    it("refuses nonsense typed as a time", async () => {
      const page = await ana.get(
        `${BOOK}/new?service=${cast.haircut.id}&date=${tuesday.date}&time=lunch`,
      );
      assert.equal(page.status, 422);
      assert.equal(page.$("#time").val(), "lunch");
      assert.equal((await ana.get(`${stepTwo()}&start=x`)).status, 422);
    });

    it("can be made while bookings are closed for customers [D26]", async () => {
      await transaction(() => run("UPDATE businesses SET bookings_open = FALSE"));
      const done = await ana.submit(stepTwo(), { name: "Dora" }, "/appointments");
      assert.equal(done.status, 303);
    });

    it("points to the next free day from one without free times", async () => {
      const page = await ana.get(`${BOOK}/new?service=${cast.haircut.id}&date=${saturday.date}`);
      const link = page.$("#start a").attr("href") ?? "";
      assert.ok(times(await ana.get(link)).length > 0);
    });

    it("knows no service, provider or customer of another business", async () => {
      const shown = fieldsOf(await ana.get(stepTwo()), { name: "Dora" });
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
      assert.deepEqual(await all(), []);
    });

    it("says so of a provider who does not provide the service", async () => {
      const eve = await buildStaff(cast.salon, { name: "Eve Else" });
      const page = await ana.get(`${BOOK}/new?service=${cast.haircut.id}&staff=${eve.id}`);
      assert.equal(page.status, 422);
      assert.match(page.$("#staff-error").text(), /does not provide Haircut/);
    });
  });

  describe("moving", () => {
    it("goes to another free time of the week and tells the customer", async () => {
      const appointment = await booked();
      const url = `${BOOK}/${appointment.id}/rescheduling`;
      const shown = await ana.get(url);
      assert.equal(shown.status, 200);
      const wanted = times(shown).find((time) => time.startsWith(`${tuesday.date}T09:30`));
      const done = await ana.submit(url, { start: wanted ?? "" }, "/rescheduling");
      assert.equal(done.location, `${BOOK}/${appointment.id}`);
      const moved = await again(appointment);
      assert.equal(moved.startsAt, tuesday.instant + 30 * MINUTE);
      assert.equal(moved.sequence, 1);
      const kinds = await rows<{ kind: string; state: string }>(
        "SELECT kind, state FROM deliveries WHERE sequence = 1",
      );
      assert.ok(kinds.some(({ kind }) => kind === "change"));
      assert.match(
        (await ana.get(done.location)).$("main").text(),
        /moved it from Tuesday, .*, 9:00 AM to Tuesday, .*, 9:30 AM/,
      );
    });

    it("may take a time that overlaps its own", async () => {
      const appointment = await booked();
      const url = `${BOOK}/${appointment.id}/rescheduling`;
      const fields = { date: tuesday.date, time: "9:10", override: "1" };
      assert.equal((await ana.submit(url, fields, "/rescheduling")).status, 303);
      assert.equal((await again(appointment)).startsAt, tuesday.instant + 10 * MINUTE);
      assert.equal((await history(appointment)).at(-1)?.details.override, true);
    });

    it("gives it to another provider, and tells both", async () => {
      const eve = await buildStaff(cast.salon, { name: "Eve Else", email: "eve@salon.example" });
      await transaction(() =>
        run("INSERT INTO staff_services (business_id, staff_id, service_id) VALUES ($b, $s, $v)", {
          b: cast.salon.id,
          s: eve.id,
          v: cast.haircut.id,
        }),
      );
      const appointment = await booked();
      const url = `${BOOK}/${appointment.id}/rescheduling?staff=${eve.id}`;
      const done = await ana.submit(url, { start: tuesday.iso }, "/rescheduling");
      assert.equal(done.status, 303);
      assert.equal((await again(appointment)).staffId, eve.id);
      assert.match(
        (await ana.get(done.location)).$("main").text(),
        /moved it, Ben Brown to Eve Else/,
      );
      const told = await rows<{ kind: string; staffId: number }>(
        `SELECT kind, staff_id AS "staffId" FROM deliveries WHERE staff_id IS NOT NULL AND sequence = 1 ORDER BY kind`,
      );
      assert.deepEqual(
        told.map(({ kind, staffId }) => [kind, staffId]),
        [
          ["staff_booked", eve.id],
          ["staff_cancelled", cast.benStaff.id],
        ],
      );
    });

    it("offers other times when somebody has just taken the one chosen", async () => {
      const appointment = await booked();
      await booked({ name: "Quick Quentin", start: tuesday.instant + 30 * MINUTE });
      const url = `${BOOK}/${appointment.id}/rescheduling`;
      const page = await ana.submit(url, { date: tuesday.date, time: "9:30" }, "/rescheduling");
      assert.equal(page.status, 409);
      assert.equal(page.$("#time").val(), "");
      assert.match(page.$(".note").text(), /taken 9:30 AM–10:00 AM/);
      const [next] = times(page);
      const done = await ana.post(url, fieldsOf(page, { start: next ?? "" }, "/rescheduling"));
      assert.equal(done.status, 303);
    });

    it("tells why a time is not offered, and keeps it typed", async () => {
      const appointment = await booked();
      const url = `${BOOK}/${appointment.id}/rescheduling`;
      const page = await ana.submit(url, { date: saturday.date, time: "9:00" }, "/rescheduling");
      assert.equal(page.status, 422);
      assert.equal(page.$("#time").val(), "9:00");
      assert.match(page.$(".note").text(), /not working on that day/);
      assert.match(page.$(".errors").text(), /not offered/);
      const none = await ana.submit(url, {}, "/rescheduling");
      assert.equal(none.status, 422);
      assert.match(none.$(".errors").text(), /Choose a time/);
      const bad = await ana.submit(url, { date: "never", time: "9:00" }, "/rescheduling");
      assert.match(bad.$("#date-error").text(), /Enter a day/);
      assert.equal((await again(appointment)).sequence, 0);
    });

    it("refuses a form that shows it as it was before a change, and tells how it is now", async () => {
      const appointment = await booked();
      const url = `${BOOK}/${appointment.id}/rescheduling`;
      const shown = await ana.get(url);
      const first = fieldsOf(shown, { date: tuesday.date, time: "11:00" }, "/rescheduling");
      assert.equal((await ana.post(url, first)).status, 303);
      const second = fieldsOf(shown, { date: tuesday.date, time: "12:00" }, "/rescheduling");
      const page = await ana.post(url, second);
      assert.equal(page.status, 409);
      assert.match(
        page.$("main").text(),
        /changed meanwhile[^]*Ana Alvarez\s+moved it[^]*11:00 AM to/,
      );
      assert.equal((await again(appointment)).sequence, 1);
      // The very same form sent twice has done what it asked for.
      assert.equal((await ana.post(url, first)).status, 303);
      assert.equal((await again(appointment)).sequence, 1);
    });

    it("says so in the history when the customer could no longer have done it [D6]", async () => {
      await transaction(() => run("UPDATE services SET rescheduling_notice = 20160"));
      const appointment = await booked();
      const url = `${BOOK}/${appointment.id}/rescheduling`;
      assert.match((await ana.get(url)).$("main").text(), /could no longer move it online/);
      const done = await ana.submit(url, { date: tuesday.date, time: "11:00" }, "/rescheduling");
      assert.equal(done.status, 303);
      assert.equal((await history(appointment)).at(-1)?.details.override, true);
    });

    it("keeps the length it was booked with", async () => {
      const appointment = await booked();
      await transaction(() => run("UPDATE services SET minutes = 5, step = 5"));
      const url = `${BOOK}/${appointment.id}/rescheduling`;
      await ana.submit(url, { date: tuesday.date, time: "11:00" }, "/rescheduling");
      const [taken] = await rows<{ length: number }>(
        "SELECT busy_until - busy_from AS length FROM allocations",
      );
      assert.equal(Number(taken?.length), 30 * MINUTE);
    });

    it("knows nobody of another business", async () => {
      const { id } = await booked();
      const url = `${BOOK}/${id}/rescheduling`;
      assert.equal((await ana.get(`${url}?staff=${cast.carlStaff.id}`)).status, 404);
      assert.equal((await ana.get(`${url}?staff=abc`)).status, 404);
    });
  });

  describe("cancelling", () => {
    it("asks first, then gives the time back; done twice is done once", async () => {
      const appointment = await booked();
      const url = `${BOOK}/${appointment.id}/cancellation`;
      const shown = await ana.get(url);
      assert.equal((await again(appointment)).status, "confirmed");
      const fields = fieldsOf(shown, {}, "/cancellation");
      for (let i = 0; i < 2; i++) assert.equal((await ana.post(url, fields)).status, 303);
      assert.equal((await again(appointment)).status, "cancelled");
      assert.equal((await history(appointment)).length, 2);
      assert.deepEqual(await rows("SELECT id FROM allocations"), []);
      const page = await ana.get(`${BOOK}/${appointment.id}`);
      assert.match(page.$(".note").text(), /was cancelled on/);
      assert.equal(page.$(`a[href="${url}"]`).length, 0);
      assert.equal((await ana.get(url)).status, 409);
      assert.equal((await ana.get(`${BOOK}/${appointment.id}/rescheduling`)).status, 409);
    });

    it("is refused when the appointment has been moved meanwhile", async () => {
      const appointment = await booked();
      const shown = await ana.get(`${BOOK}/${appointment.id}/cancellation`);
      const fields = { date: tuesday.date, time: "11:00" };
      await ben.submit(`${BOOK}/${appointment.id}/rescheduling`, fields, "/rescheduling");
      const url = `${BOOK}/${appointment.id}/cancellation`;
      const page = await ana.post(url, fieldsOf(shown, {}, "/cancellation"));
      assert.equal(page.status, 409);
      assert.match(page.$("main").text(), /Ben Brown\s+moved it/);
      assert.equal((await again(appointment)).status, "confirmed");
      assert.equal((await ana.post(url, await tokenOf(ana))).status, 409);
    });

    it("says so in the history when the customer could no longer have done it [D6]", async () => {
      await transaction(() => run("UPDATE services SET cancelling_notice = 20160"));
      const appointment = await booked();
      const url = `${BOOK}/${appointment.id}/cancellation`;
      assert.match((await ana.get(url)).$(".note").text(), /could no longer cancel it online/);
      await ana.submit(url, {}, "/cancellation");
      assert.equal((await history(appointment)).at(-1)?.details.override, true);
    });
  });

  describe("for a provider", () => {
    it("shows everybody's, and lets her change her own", async () => {
      const own = await booked();
      const page = await ben.get(`${BOOK}?date=${tuesday.date}`);
      assert.match(page.$("main").text(), /You see everybody’s appointments and change your own/);
      const url = `${BOOK}/${own.id}/cancellation`;
      assert.equal((await ben.submit(url, {}, "/cancellation")).status, 303);
    });

    it("keeps her from changing others', or booking with others", async () => {
      const eve = await buildStaff(cast.salon, { name: "Eve Else" });
      const colour = await buildService(cast.salon, { name: "Colour" }, [eve]);
      const { id } = await booked({ service: colour, staff: eve });
      const page = await ben.get(`${BOOK}/${id}`);
      assert.equal(page.status, 200);
      assert.equal(page.$("main a.button").length, 0);
      const token = await tokenOf(ben);
      for (const path of ["/rescheduling", "/cancellation"]) {
        assert.equal((await ben.get(`${BOOK}/${id}${path}`)).status, 403);
        assert.equal((await ben.post(`${BOOK}/${id}${path}`, token)).status, 403);
      }
      assert.equal((await ben.post(`${BOOK}/${id}/deliveries/1/repetition`, token)).status, 403);
      assert.equal((await ben.get(`${BOOK}/new?staff=${eve.id}`)).status, 403);
      assert.equal((await ben.get(`${BOOK}/new?service=${colour.id}`)).status, 404);
      const day = await ben.get(`${BOOK}?date=${tuesday.date}`);
      assert.equal(day.$(`section a[href*="staff=${eve.id}"]`).length, 0);
      const own = await booked();
      const move = `${BOOK}/${own.id}/rescheduling`;
      assert.equal((await ben.get(`${move}?staff=any`)).status, 404);
    });

    it("books with her", async () => {
      const shown = await ben.get(`${BOOK}/new`);
      assert.equal(shown.$("#staff option").length, 1);
      const done = await ben.submit(stepTwo(), { name: "Dora" }, "/appointments");
      assert.equal(done.status, 303);
      assert.equal((await all())[0]?.staffId, cast.benStaff.id);
      const eve = await buildPerson();
      await buildStaff(cast.salon, { person: eve, bookable: false });
      const none = await (await signedIn(eve)).get(`${BOOK}/new`);
      assert.match(none.$(".note").text(), /Nothing can be booked with you/);
    });
  });
});

/** The token of somebody's forms, for a bare post. */
async function tokenOf(browser: Browser, slug = "anas-salon") {
  const page = await browser.get(`/b/${slug}/customers/new`);
  return { _csrf: String(page.$("input[name=_csrf]").first().val()) };
}

/** The fields of the page's form that posts to an address with this end. */
function fieldsOf({ $ }: Page, more: Record<string, string>, action = "/appointments") {
  const form = $("form[method=post]")
    .toArray()
    .find((one) => $(one).attr("action")?.endsWith(action));
  if (!form) throw new Error(`no form ${action}`);
  const pairs = $(form)
    .serializeArray()
    .map(({ name, value }): [string, string] => [name, value]);
  return { ...Object.fromEntries(pairs), ...more };
}
