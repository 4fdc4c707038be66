import assert from "node:assert/strict";
import { MOST_FIELDS } from "../../src/domain/fields.ts";
import { Answers } from "../../src/models/answer.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Fields } from "../../src/models/field.ts";
import { Customer } from "../../src/models/index.ts";
import { booked, customerStep, tokenOf } from "../support/book.ts";
import { type Browser, formOf, signedIn } from "../support/browser.ts";
import { asks, stored } from "../support/fields.ts";
import { type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/fields";
const NEW = `${AT}/new`;
const SHADE = { label: "Shade", purpose: "To mix the colour" };
const DAY = 86_400_000;

describe("the fields of a business", () => {
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  const all = async () => Fields.of(await cast.salon.reload());
  const labels = async (query = "") => {
    const { $ } = await ana.get(`${AT}${query}`);
    return $("th[scope=row] a")
      .toArray()
      .map((link) => $(link).text());
  };

  describe("a new one", () => {
    it("has a key, a purpose and a retention, and is asked from then on", async () => {
      const type = { type: "choice", choices: " Red \n\nRed\nBlue", subject: "appointment" };
      const more = { services: String(cast.haircut.id), requirement: "required" };
      assert.equal((await ana.submit(NEW, { ...SHADE, ...type, ...more })).location, AT);
      const [field] = await all();
      assert.deepEqual(
        { ...field, id: 0 },
        {
          id: 0,
          key: "shade",
          label: "Shade",
          subject: "appointment",
          type: "choice",
          choices: ["Red", "Blue"],
          requirement: "required",
          purpose: "To mix the colour",
          retentionDays: 730,
          archived: false,
          serviceIds: [cast.haircut.id],
        },
      );
      assert.deepEqual(await labels(), ["Shade"]);
    });

    it("is shown again with what was typed when something is wrong", async () => {
      const page = await ana.submit(NEW, { label: "", retention_days: "4000", key: "?!" });
      assert.equal(page.status, 422);
      assert.equal(page.$("#retention_days").val(), "4000");
      assert.deepEqual(
        page
          .$(".errors a")
          .toArray()
          .map((link) => page.$(link).attr("href")),
        ["#label", "#purpose", "#retention_days", "#key"],
      );
      const single = await ana.submit(NEW, { ...SHADE, type: "choices", choices: "One" });
      assert.match(single.$("#choices-error").text(), /at least two/);
      const theirs = await ana.submit(NEW, { ...SHADE, services: String(cast.oil.id) });
      assert.match(theirs.$("#services-error").text(), /Choose from the list/);
    });

    it("sent twice is one; another of that label is refused", async () => {
      for (let i = 0; i < 2; i++) assert.equal((await ana.submit(NEW, SHADE)).status, 303);
      assert.equal((await all()).length, 1);
      const other = await ana.submit(NEW, { ...SHADE, label: "SHADE", purpose: "Else" });
      assert.match(other.$("#label-error").text(), /this label already/);
      const key = await ana.submit(NEW, { ...SHADE, label: "Tint", key: "shade" });
      assert.match(key.$("#key-error").text(), /Another field/);
    });

    it("[P1.4] of a delicate label asks the owner to think twice", async () => {
      const delicate = { label: "Social security number", purpose: "For the file" };
      const page = await ana.submit(NEW, delicate);
      assert.equal(page.status, 422);
      assert.match(page.$("#sensitive-error").text(), /identities are stolen/);
      assert.deepEqual(await all(), []);
      const { target, values } = formOf(page);
      assert.equal((await ana.post(target, { ...values, sensitive: "1" })).status, 303);
      const [entry] = await rows<{ details: string }>(
        "SELECT details FROM audit_entries WHERE action = 'field.added'",
      );
      assert.equal(JSON.parse(entry?.details ?? "{}").sensitive, true);
      // It is not asked again until the label is another one.
      const [field] = await all();
      const edit = `${AT}/${field?.id}/edit`;
      assert.equal((await ana.submit(edit, { purpose: "Better words" })).status, 303);
      assert.equal((await ana.submit(edit, { label: "Diagnosis" })).status, 422);
    });

    it(`is one of ${MOST_FIELDS} at the most`, async () => {
      for (let i = 0; i < MOST_FIELDS; i++) await asks(cast.salon, `Field ${i}`);
      assert.equal((await ana.get(AT)).$(`a[href="${NEW}"]`).length, 0);
      const page = await ana.submit(NEW, SHADE);
      assert.match(page.$("#label-error").text(), /30 things at the most/);
    });
  });

  describe("one that is there", () => {
    it("changes, and keeps what it is", async () => {
      const { id } = await asks(cast.salon, "Shade");
      const typed = { label: "Tint", requirement: "required", type: "number", subject: "x" };
      const done = await ana.submit(`${AT}/${id}/edit`, { ...typed, retention_days: "30" });
      assert.equal(done.location, AT);
      const [field] = await all();
      assert.deepEqual(
        [field?.label, field?.requirement, field?.type, field?.retentionDays, field?.key],
        ["Tint", "required", "text", 30, "shade"],
      );
      const wrong = await ana.submit(`${AT}/${id}/edit`, { label: "", purpose: "" });
      assert.equal(wrong.status, 422);
    });

    it("shows both versions when somebody else has changed it meanwhile [P5.2]", async () => {
      const { id } = await asks(cast.salon, "Shade");
      const { target, values } = formOf(await ana.get(`${AT}/${id}/edit`));
      await ana.submit(`${AT}/${id}/edit`, { label: "Tint" });
      const page = await ana.post(target, { ...values, label: "Hue" });
      assert.equal(page.status, 409);
      assert.match(page.$("table").text(), /Label\s*Tint\s*Hue/);
      assert.equal((await ana.submit(`${AT}/${id}/edit`, { label: "Tint" })).status, 303);
    });

    it("is archived and asked again, however often that is pressed", async () => {
      const { id } = await asks(cast.salon, "Shade");
      const token = await tokenOf(ana);
      for (let i = 0; i < 2; i++) await ana.post(`${AT}/${id}/archival`, token);
      assert.deepEqual([await labels(), await labels("?archived=1")], [[], ["Shade"]]);
      await asks(cast.salon, "shade");
      assert.equal((await ana.post(`${AT}/${id}/restoration`, token)).status, 409);
      await ana.submit(`${AT}/${id}/edit`, { label: "Old shade" }, `/fields/${id}`);
      for (let i = 0; i < 2; i++) await ana.post(`${AT}/${id}/restoration`, token);
      assert.deepEqual(await labels(), ["Old shade", "shade"]);
    });

    it("goes up and down in the form", async () => {
      for (const label of ["A", "B", "C"]) await asks(cast.salon, label);
      const [, , c] = await all();
      const token = await tokenOf(ana);
      for (let i = 0; i < 2; i++) await ana.post(`${AT}/${c?.id}/place`, { ...token, to: "0" });
      assert.deepEqual(await labels(), ["C", "A", "B"]);
      await ana.post(`${AT}/${c?.id}/place`, { ...token, to: "elsewhere" });
      assert.deepEqual(await labels(), ["A", "B", "C"]);
    });

    it("is nobody else's, and there is none with a malformed id", async () => {
      const theirs = await asks(cast.garage, "Number plate");
      const token = await tokenOf(ana);
      for (const id of [theirs.id, "abc", "0", "99999999999"]) {
        assert.equal((await ana.get(`${AT}/${id}/edit`)).status, 404);
        for (const more of ["", "/archival", "/restoration", "/place"])
          assert.equal((await ana.post(`${AT}/${id}${more}`, token)).status, 404);
      }
    });
  });

  describe("for staff", () => {
    it("are all in their forms, and none must be filled in", async () => {
      await asks(cast.salon, "Formula", { requirement: "hidden" });
      await asks(cast.salon, "Wish", { requirement: "required", subject: "appointment" });
      const typed = { name: "Dora", field_formula: "7/3", field_wish: "Short" };
      const { location } = await ana.submit(customerStep(cast), typed, "/appointments");
      assert.match(location, /appointments\/\d+$/);
      const appointment = await ana.get(location);
      assert.match(appointment.$("dl").text(), /Wish\s*Short/);
      const page = await ana.get(appointment.$("dl a").attr("href") ?? "");
      assert.match(page.$("dl").text(), /Formula\s*7\/3/);
      // The list of appointments is searched by what was answered for them.
      const list = await ana.get("/b/anas-salon/appointments?view=list&when=all&q=short");
      assert.match(list.$("table").text(), /Dora/);
      // Of a customer they know, only the appointment's are asked.
      const { customerId } = await booked(cast, { start: Date.now() + 30 * DAY });
      const step = await ana.get(customerStep(cast, `&customer=${customerId}`));
      assert.equal(step.$("[name=field_formula]").length, 0);
      assert.equal(step.$("[name=field_wish]").attr("required"), undefined);
    });

    it("are changed on a customer's page, emptied, and compared with a colleague's", async () => {
      await asks(cast.salon, "Likes", { requirement: "required" });
      const added = await ana.submit("/b/anas-salon/customers/new", {
        name: "Dora",
        field_likes: "Tea",
      });
      const edit = `${added.location}/edit`;
      const { target, values } = formOf(await ana.get(edit));
      assert.equal(values.field_likes, "Tea");
      await ana.submit(edit, { field_likes: "Coffee" });
      const stale = await ana.post(target, { ...values, field_likes: "Water" });
      assert.equal(stale.status, 409);
      assert.match(stale.$("table").text(), /Likes\s*Coffee\s*Water/);
      assert.equal(
        (await ana.get("/b/anas-salon/customers?q=coffee")).$("th[scope=row]").length,
        1,
      );
      await ana.submit(edit, { field_likes: "" });
      assert.deepEqual(await stored("customer"), []);
      assert.equal(
        (await ana.get("/b/anas-salon/customers?q=coffee")).$("th[scope=row]").length,
        0,
      );
    });
  });

  describe("after their retention", () => {
    it("have their answers blanked, counted from the last appointment", async () => {
      const likes = await asks(cast.salon, "Likes", { retentionDays: 30 });
      const kept = await asks(cast.salon, "Kept", { retentionDays: 400 });
      const wish = await asks(cast.salon, "Wish", { retentionDays: 10, subject: "appointment" });
      const { id, customerId, businessId, endsAt } = await booked(cast);
      const given = (field: typeof likes) => ({ field, text: "x", number: null, date: null });
      await transaction(async () => {
        const customer = { businessId, subject: "customer", id: customerId } as const;
        await Answers.keep(customer, [given(likes), given(kept)], 0);
        await Answers.keep({ ...customer, subject: "appointment", id }, [given(wish)], 0);
        await run("UPDATE customers SET search = 'dora x x'");
      });
      assert.equal(await Answers.sweep(endsAt + 10 * DAY), 0);
      assert.equal(await Answers.sweep(endsAt + 10 * DAY + 1), 1);
      assert.deepEqual(await stored("appointment"), []);
      assert.equal(await Answers.sweep(endsAt + 31 * DAY), 1);
      assert.deepEqual(await stored("customer"), ["Kept: x"]);
      const [customer] = await rows<{ search: string }>("SELECT search FROM customers");
      assert.equal(customer?.search, "dora diaz dora@example.com x");
      assert.equal(await Answers.sweep(endsAt + 31 * DAY), 0);
    });

    it("are kept from when they were written down, without any appointment", async () => {
      const likes = await asks(cast.salon, "Likes", { retentionDays: 30 });
      const record = { name: "Dora", email: null, phone: null, note: "", alert: "" };
      const answer = { field: likes, text: "Tea", number: null, date: null };
      await Customer.add(cast.salon, record, { kind: "system" }, 1000, [answer]);
      assert.equal(await Answers.sweep(1000 + 30 * DAY), 0);
      assert.equal(await Answers.sweep(1001 + 30 * DAY), 1);
    });
  });
});
