import assert from "node:assert/strict";
import { formatInstant } from "../../src/domain/time.ts";
import { languages, nameOf } from "../../src/language.ts";
import { linkToken } from "../../src/links.ts";
import { BusinessProfile } from "../../src/models/business-profile.ts";
import { Contact } from "../../src/models/contact.ts";
import { rows, transaction } from "../../src/models/database.ts";
import { Appointment } from "../../src/models/index.ts";
import { type Browser, formOf, signedIn, visitor } from "../support/browser.ts";
import { bookHaircut } from "../support/bookings.ts";
import { upcoming, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/settings";

describe("a business's settings", () => {
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    const contact = { name: "Ana Alvarez", email: "ana@salon.example" };
    await transaction(async () => {
      await Contact.set(cast.salon.id, "primary", contact);
      await Contact.set(cast.salon.id, "billing", contact);
    });
    await cast.salon.reload();
  });

  it("are shown as they are, the rare ones folded away", async () => {
    const { status, $ } = await ana.get(AT);
    assert.equal(status, 200);
    assert.equal($("#name").val(), "Ana's Salon");
    assert.equal($("#zone option[selected]").val(), "America/New_York");
    assert.equal($("#slug").val(), "anas-salon");
    assert.equal($("details").is("[open]"), false);
  });

  it("say what time it is in the zone, and keep a zone by the name it was stored with", async () => {
    const now = () => formatInstant(Date.now(), "Asia/Kolkata").time;
    await cast.salon.change({ zone: "Asia/Calcutta" });
    const before = now();
    const { $ } = await ana.get(AT);
    const told = [before, now()].map((time) => `In Asia/Calcutta it is now ${time}.`);
    assert.ok(told.some((text) => $("#zone-hint").text().includes(text)));
    assert.equal($("#zone option[selected]").val(), "Asia/Calcutta");
    const sent = await ana.submit(AT, { phone: "+1 (555) 0111" });
    assert.equal(sent.status, 303);
    assert.equal((await cast.salon.reload()).zone, "Asia/Calcutta");
  });

  it("say which language customers read, and whether others are offered", async () => {
    const { $ } = await ana.get(AT);
    const offered = $("#language option").toArray();
    assert.deepEqual(
      offered.map((one) => $(one).text()),
      languages.map(nameOf),
    );
    assert.equal($("#other_languages").is("[checked]"), true);
    const changed = await ana.submit(AT, { language: "es", other_languages: "" });
    assert.equal(changed.status, 303);
    const { language, otherLanguages } = await cast.salon.reload();
    assert.deepEqual([language, Boolean(otherLanguages)], ["es", false]);
    assert.equal((await visitor("en").get("/book/anas-salon")).$("html").attr("lang"), "es");
    for (const wrong of ["xx", "", "en/../es"]) {
      const refused = await ana.submit(AT, { language: wrong });
      assert.equal(refused.status, 422);
      assert.match(refused.$("#language-error").text(), /^Choose a language/);
    }
  });

  it("are changed, contacts included", async () => {
    const sent = await ana.submit(AT, {
      name: "Ana & Co",
      phone: "+1 (555) 0111",
      currency: "EUR",
      billing_name: "Bill Booker",
      billing_email: "Bills@Salon.example",
    });
    assert.deepEqual([sent.status, sent.location], [303, `${AT}?saved=1`]);
    const { name, phone, currency } = await cast.salon.reload();
    assert.deepEqual([name, phone, currency], ["Ana & Co", "+1 (555) 0111", "EUR"]);
    const { primary, billing } = await Contact.allFor(cast.salon.id);
    assert.deepEqual(primary, { name: "Ana Alvarez", email: "ana@salon.example" });
    assert.deepEqual(billing, { name: "Bill Booker", email: "bills@salon.example" });
    assert.match((await visitor().get("/book/anas-salon")).html, /€35\.00/);
    assert.equal((await changes()).length, 1);
  });

  it("saved as they are change nothing", async () => {
    const { version } = await cast.salon.reload();
    assert.equal((await ana.submit(AT)).status, 303);
    assert.equal((await cast.salon.reload()).version, version);
    assert.equal((await changes()).length, 0);
  });

  const refused: Array<[field: string, value: string]> = [
    ["name", ""],
    ["address", " "],
    ["phone", "call me"],
    ["email", "nobody"],
    ["zone", "Mars/Olympus"],
    ["zone", "+05:00"],
    ["currency", "GOLD"],
    ["slug", "Ana's"],
    ["slug", "login"],
    ["slug", "carls-garage"],
    ["primary_name", ""],
    ["billing_email", "a@b, c@d.example"],
    ["name", "a\u0000b"],
    ["name", "x".repeat(121)],
  ];
  for (const [field, value] of refused)
    it(`refuse ${field} ${JSON.stringify(value.slice(0, 12))}`, async () => {
      const { status, $ } = await ana.submit(AT, { [field]: value });
      assert.equal(status, 422);
      assert.equal($(".errors a").first().attr("href"), `#${field}`);
      assert.ok($(`#${field}-error`).text());
      assert.equal((await changes()).length, 0);
    });

  it("[P5.2] changed by two at once show the second both versions", async () => {
    const edition = String((await ana.get(AT)).$("input[name=edition]").val());
    await ana.submit(AT, { name: "Ana & Co" });
    const { status, $ } = await ana.submit(AT, { edition, name: "Ana GmbH", bookings_open: "" });
    assert.equal(status, 409);
    const lines = $("table tr").toArray().slice(1);
    assert.deepEqual(
      lines.map((line) =>
        $(line)
          .children()
          .toArray()
          .map((cell) => $(cell).text()),
      ),
      [
        ["Name", "Ana & Co", "Ana GmbH"],
        ["Bookings", "open", "closed"],
      ],
    );
    assert.equal((await cast.salon.reload()).name, "Ana & Co");
  });

  it("move the workspace and the booking page to a new address", async () => {
    const sent = await ana.submit(AT, { slug: "Anas-Place" });
    assert.deepEqual([sent.status, sent.location], [303, "/b/anas-place/settings?saved=1"]);
    assert.equal((await ana.get(sent.location)).status, 200);
    assert.equal((await visitor().get("/book/anas-place/haircut")).status, 200);
    assert.equal((await visitor().get("/book/anas-salon/haircut")).status, 404);
  });

  it("give one of two businesses the address that both want", async () => {
    const carl = await signedIn(cast.carl);
    const contact = { name: "Carl", email: "carl@garage.example" };
    await transaction(async () => {
      await Contact.set(cast.garage.id, "primary", contact);
      await Contact.set(cast.garage.id, "billing", contact);
    });
    const sent = await Promise.all([
      ana.submit(AT, { slug: "best-place" }),
      carl.submit("/b/carls-garage/settings", { slug: "best-place" }),
    ]);
    assert.deepEqual(
      sent.map(({ status }) => status).toSorted((a, b) => a - b),
      [303, 422],
    );
    const loser = sent.find(({ status }) => status === 422);
    assert.match(loser?.$("#slug-error").text() ?? "", /Another business has this address/);
  });

  it("[D26] closed bookings still let customers cancel", async () => {
    const id = await bookHaircut(cast, { start: upcoming(2, 600).instant, now: Date.now() });
    assert.equal((await ana.submit(AT, { bookings_open: "" })).status, 303);
    const times = await visitor().get("/book/anas-salon/haircut");
    assert.equal(times.$("input[name=start]").length, 0);
    assert.match((await ana.get("/b/anas-salon")).$(".note").text(), /Online booking is closed/);
    const { uid, tokenHash } = await Appointment.find(cast.salon, id);
    const path = `/appointments/${linkToken("appointment", uid, tokenHash)}`;
    const customer = visitor();
    const page = await customer.get(path);
    assert.equal(page.status, 200);
    const target = `${path}/cancellation`;
    const _csrf = String(page.$("input[name=_csrf]").first().val());
    assert.equal((await customer.post(target, { _csrf })).status, 303);
    assert.equal((await Appointment.find(cast.salon, id)).status, "cancelled");
  });

  describe("[D2] with another zone", () => {
    const tuesday = upcoming(2, 600); // 10:00 in New York
    const zone = "America/Los_Angeles";

    it("show first what that does, and save nothing yet", async () => {
      await bookHaircut(cast, { start: tuesday.instant, now: Date.now() });
      const { status, $ } = await ana.submit(AT, { zone, name: "Ana West" });
      assert.equal(status, 200);
      assert.equal($("h1").text(), "Change the time zone?");
      assert.match($("main").text(), /No appointment moves/);
      const cells = $("table td")
        .toArray()
        .map((cell) => $(cell).text());
      assert.match(cells[0] ?? "", /^Tuesday, .*, 10:00 AM$/);
      assert.match(cells[1] ?? "", /^Tuesday, .*, 7:00 AM$/);
      const { zone: still, name } = await cast.salon.reload();
      assert.deepEqual([still, name], ["America/New_York", "Ana's Salon"]);
    });

    it("save it with all else once confirmed, and move no instant", async () => {
      const id = await bookHaircut(cast, { start: tuesday.instant, now: Date.now() });
      const preview = await ana.submit(AT, { zone, name: "Ana West" });
      const { target, values } = formOf(preview);
      for (let i = 0; i < 2; i++) assert.equal((await ana.post(target, values)).status, 303);
      const saved = await cast.salon.reload();
      assert.deepEqual([saved.zone, saved.name], [zone, "Ana West"]);
      const appointment = await Appointment.find(cast.salon, id);
      assert.equal(appointment.startsAt, tuesday.instant);
      assert.equal(appointment.zone, zone);
      assert.equal(appointment.sequence, 0);
      const day = await ana.get(`/b/anas-salon/appointments?date=${tuesday.date}`);
      assert.match(day.$("main").text(), /7:00 AM/);
      assert.equal((await changes()).length, 1);
    });

    it("leave what is over as it was", async () => {
      const past = Date.now() - 86_400_000;
      const id = await bookHaircut(cast, { start: past, now: past - 1000 });
      const { target, values } = formOf(await ana.submit(AT, { zone }));
      await ana.post(target, values);
      assert.equal((await Appointment.find(cast.salon, id)).zone, "America/New_York");
    });

    it("do not take a confirmation of another zone", async () => {
      const { target, values } = formOf(await ana.submit(AT, { zone }));
      const other = await ana.post(target, { ...values, zone: "Asia/Tokyo" });
      assert.equal(other.status, 200);
      assert.equal((await cast.salon.reload()).zone, "America/New_York");
    });

    it("show both versions when somebody has changed them before the confirmation", async () => {
      const { target, values } = formOf(await ana.submit(AT, { zone }));
      await ana.submit(AT, { name: "Ana & Co" });
      const sent = await ana.post(target, values);
      assert.equal(sent.status, 409);
      assert.equal((await cast.salon.reload()).zone, "America/New_York");
    });
  });

  describe("[P1.2] with what need not be told", () => {
    const profile = { revenue: "a million", headcount: "3", industry: "Hair" };

    it("keep it, and remove it again without a trace in its table", async () => {
      const sent = await ana.submit(AT, profile, "/profile");
      assert.equal(sent.status, 303);
      assert.deepEqual(await BusinessProfile.of(cast.salon.id), profile);
      const page = await ana.get(AT);
      assert.equal(page.$("#industry").val(), "Hair");
      const removal = page.$("form[action$=profile]").last();
      const _csrf = String(removal.find("input[name=_csrf]").val());
      assert.equal((await ana.post(`${AT}/profile`, { _csrf })).status, 303);
      assert.equal(await BusinessProfile.of(cast.salon.id), undefined);
      assert.equal((await ana.get(AT)).$("form[action$=profile]").length, 1);
    });

    it("refuse too much of it, keeping what was typed", async () => {
      const long = "x".repeat(121);
      const { status, $ } = await ana.submit(AT, { ...profile, industry: long }, "/profile");
      assert.equal(status, 422);
      assert.equal($(".errors a").attr("href"), "#industry");
      assert.equal($("#industry").val(), long);
      assert.equal($("#name").val(), "Ana's Salon");
      assert.equal(await BusinessProfile.of(cast.salon.id), undefined);
    });
  });

  it("are the owner's, of her own business", async () => {
    assert.equal((await (await signedIn(cast.ben)).get(AT)).status, 403);
    assert.equal((await (await signedIn(cast.carl)).get(AT)).status, 404);
    assert.match((await visitor().get(AT)).location, /^\/login/);
  });
});

function changes(): Promise<unknown[]> {
  return rows("SELECT id FROM audit_entries WHERE action = 'settings.changed'");
}
