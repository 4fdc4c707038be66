// What a business asks on its booking page, beyond name, mail address and phone.
import assert from "node:assert/strict";
import { isPostgres, rows } from "../../src/models/database.ts";
import { formToken } from "../../src/web/form-token.ts";
import {
  type Browser,
  type Fields as Typed,
  formOf,
  signedIn,
  visitor,
} from "../support/browser.ts";
import { asks, stored } from "../support/fields.ts";
import { buildService, upcoming, type World, world } from "../support/world.ts";

const MARY = { name: "Mary Major", email: "mary@example.com", phone: "", note: "" };

describe("a business’s own fields", () => {
  let cast: World;
  let mary: Browser;
  let minutes: number;

  beforeEach(async () => {
    cast = await world();
    mary = visitor();
    minutes = 540;
  });

  /** The details form of another free time. */
  async function held(at = "/book/anas-salon/haircut"): Promise<string> {
    const { iso } = upcoming(2, (minutes += 30));
    const { location } = await mary.post(at, { _csrf: formToken(), start: iso, staff: "" });
    assert.match(location, /\/holds\//);
    return location;
  }

  async function books(typed: Typed, at?: string) {
    return mary.submit(await held(at), { ...MARY, ...typed });
  }

  async function inputs(at?: string) {
    const { $ } = await mary.get(await held(at));
    return $("[name^=field_]")
      .toArray()
      .map((el) => $(el).attr("name"));
  }

  it("[P1.4] make two businesses’ forms two different ones", async () => {
    await asks(cast.salon, "Hair length", { requirement: "required" });
    await asks(cast.salon, "Staff’s own", { requirement: "hidden" });
    await asks(cast.garage, "Number plate");
    assert.deepEqual(await inputs(), ["field_hair-length"]);
    assert.deepEqual(await inputs("/book/carls-garage/oil"), ["field_number-plate"]);
    const { $ } = await mary.get(await held());
    assert.equal($("#field_hair-length-hint").text(), "Why we ask: Hair length");
    assert.ok($("#field_hair-length").is("[required]"));
    // What another business asks, or only its staff, leaves no trace.
    const done = await books({
      "field_hair-length": "Long",
      "field_number-plate": "X 1",
      "field_staffs-own": "mine",
    });
    assert.equal(done.status, 303);
    assert.deepEqual(await stored("customer"), ["Hair length: Long"]);
  });

  it("have the input of their type, and are stored as that", async () => {
    const choices = ["Oil", "Wax"];
    await asks(cast.salon, "Words", { type: "long_text" });
    await asks(cast.salon, "Children", { type: "number", subject: "appointment" });
    await asks(cast.salon, "Birthday", { type: "date" });
    await asks(cast.salon, "One", { type: "choice", choices });
    await asks(cast.salon, "Many", { type: "choices", choices, subject: "appointment" });
    await asks(cast.salon, "May we?", { type: "checkbox", requirement: "required" });
    const { $ } = await mary.get(await held());
    assert.equal($("textarea#field_words").length, 1);
    assert.equal($("input[type=number]#field_children").length, 1);
    assert.equal($("input[type=date]#field_birthday").length, 1);
    assert.equal($("select#field_one option").length, 3);
    assert.equal($("input[type=checkbox][name=field_many]").length, 2);
    assert.ok($("#field_may-we").is("[required]"));
    const done = await books({
      field_words: "a\r\nb",
      field_children: "2,5",
      field_birthday: "1980-02-29",
      field_one: "Wax",
      field_many: choices,
      "field_may-we": "1",
    });
    assert.equal(done.status, 303);
    assert.deepEqual(
      await stored("customer"),
      ["Words: a\nb", "Birthday: 1980-02-29", "One: Wax", "May we?: 1.0"].map(asStored),
    );
    assert.deepEqual(await stored("appointment"), ["Children: 2.5", 'Many: ["Oil","Wax"]']);
  });

  it("are shown again with what was typed when something is wrong", async () => {
    const choices = ["Oil", "Wax"];
    await asks(cast.salon, "Must", { requirement: "required" });
    await asks(cast.salon, "Number", { type: "number" });
    await asks(cast.salon, "Day", { type: "date" });
    await asks(cast.salon, "One", { type: "choice", choices });
    await asks(cast.salon, "Many", { type: "choices", choices, requirement: "required" });
    await asks(cast.salon, "May we?", { type: "checkbox", requirement: "required" });
    const path = await held();
    const wrong = {
      field_must: " ",
      field_number: "1e9",
      field_day: "2027-02-30",
      field_one: "Tar",
    };
    const page = await mary.submit(path, { ...MARY, ...wrong });
    assert.equal(page.status, 422);
    const messages = page.$(".errors a").toArray();
    assert.deepEqual(
      messages.map((link) => page.$(link).attr("href")),
      ["must", "number", "day", "one", "many", "may-we"].map((key) => `#field_${key}`),
    );
    assert.equal(page.$("#field_must-error").text(), "Fill in “Must”");
    assert.equal(page.$("#field_number").val(), "1e9");
    const spanish = await mary.submit(`${path}?lang=es`, { ...MARY, ...wrong });
    assert.match(spanish.html, /Rellene «Must»/);
    assert.deepEqual(await stored("customer"), []);
  });

  it("are asked at the services that ask them", async () => {
    const colour = await buildService(cast.salon, { slug: "colour" }, [cast.benStaff]);
    await asks(cast.salon, "Shade", { serviceIds: [colour.id], requirement: "required" });
    await asks(cast.salon, "Length");
    assert.deepEqual(await inputs(), ["field_length"]);
    assert.deepEqual(await inputs("/book/anas-salon/colour"), ["field_shade", "field_length"]);
    assert.equal((await books({})).status, 303);
  });

  it("never show what is known to whoever types a mail address; what is new is kept", async () => {
    await asks(cast.salon, "Likes");
    await asks(cast.salon, "Tea", { type: "checkbox" });
    await books({ field_likes: "Silence", field_tea: "1" });
    const { $ } = await mary.get(await held());
    assert.equal($("#field_likes").val(), "");
    await books({});
    assert.deepEqual(await stored("customer"), ["Likes: Silence", "Tea: 1.0"].map(asStored));
    await books({ field_likes: "Music" });
    assert.deepEqual(await stored("customer"), ["Likes: Music", "Tea: 1.0"].map(asStored));
    const [customer] = await rows<{ search: string }>("SELECT search FROM customers");
    assert.equal(customer?.search, "mary major mary@example.com music tea");
  });

  it("keep what was chosen while another time is", async () => {
    await asks(cast.salon, "Many", { type: "choices", choices: ["Oil", "Wax"] });
    const path = await held();
    const gone = upcoming(2, 545).iso;
    const taken = await mary.submit(path, { ...MARY, field_many: ["Oil", "Wax"], start: gone });
    assert.equal(taken.status, 409);
    const start = String(taken.$("input[name=start]").first().val());
    const { target, values } = formOf(taken);
    assert.deepEqual(values.field_many, ["Oil", "Wax"]);
    const done = await mary.post(target || path, { ...values, start });
    assert.equal(done.status, 303);
    assert.deepEqual(await stored("customer"), ['Many: ["Oil","Wax"]']);
  });

  describe("and customers who are asked to call", () => {
    const blocked = async () => {
      await books({ phone: "555 010-0777" });
      const ana = await signedIn(cast.ana);
      const [customer] = await rows<{ id: number }>("SELECT id FROM customers");
      const at = `/b/anas-salon/customers/${customer?.id}`;
      const { _csrf = "" } = formOf(await ana.get(at)).values;
      assert.equal((await ana.post(`${at}/block`, { _csrf })).status, 303);
      return { ana, at, _csrf };
    };
    const count = async () => (await rows("SELECT id FROM appointments")).length;

    it("learn nothing else, by whatever name, address or phone they come", async () => {
      const { ana, at, _csrf } = await blocked();
      const ways: Typed[] = [
        {},
        { name: "M. Major" },
        { email: "m@example.com", phone: "5550100777" },
      ];
      for (const typed of ways) {
        const page = await books(typed);
        assert.equal(page.status, 409);
        assert.equal(page.$("h1").text(), "Please call us");
        assert.match(page.$("main").text(), /555 0100/);
        assert.doesNotMatch(page.html, /block/i);
      }
      assert.equal(await count(), 1);
      assert.equal((await books({ email: "else@example.com" })).status, 303);
      await ana.post(`${at}/block/removal`, { _csrf });
      assert.equal((await books({})).status, 303);
    });

    it("are booked by staff all the same", async () => {
      const { ana, at } = await blocked();
      const { iso, date } = upcoming(3, 600);
      const id = at.split("/").at(-1);
      const step = `/b/anas-salon/appointments/new?service=${cast.haircut.id}&date=${date}&start=${encodeURIComponent(iso)}`;
      assert.match((await ana.get(`${step}&customer=${id}`)).$(".note").text(), /asked to call/);
      const done = await ana.submit(`${step}&customer=${id}`, {}, "/appointments");
      assert.equal(done.status, 303);
      const again = upcoming(3, 660);
      const other = step.replace(encodeURIComponent(iso), encodeURIComponent(again.iso));
      const typed = { name: MARY.name, email: MARY.email };
      assert.equal((await ana.submit(other, typed, "/appointments")).status, 303);
      assert.equal(await count(), 3);
    });
  });

  it("and approval: new customers wait for it only while the business asks for it", async () => {
    const waiting = () =>
      rows(
        `SELECT name FROM customers WHERE approved_at IS NULL AND confirmed_at IS NULL ORDER BY id`,
      );
    await books({ name: "Before" });
    await cast.salon.change({ approveFirst: true, confirmFirstEmail: true });
    await books({ name: "Before" });
    await books({ name: "New" });
    assert.deepEqual(await waiting(), [{ name: "New" }]);
    await cast.salon.change({ approveFirst: false, confirmFirstEmail: false });
    await books({ name: "New" });
    assert.deepEqual(await waiting(), []);
  });
});

/** PostgreSQL writes a number that is whole without a fraction. */
function asStored(line: string): string {
  return isPostgres ? line.replace(/\.0$/, "") : line;
}
