// What a customer told with her booking, and of herself: she sees it, and changes it.
import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { MyLink } from "../../src/models/my-link.ts";
import { linkToken } from "../../src/links.ts";
import { formToken } from "../../src/web/form-token.ts";
import { type Browser, type Fields, formOf, signedIn, visitor } from "../support/browser.ts";
import { asks, stored } from "../support/fields.ts";
import { upcoming, type World, world } from "../support/world.ts";

const MARY = { name: "Mary Major", email: "mary@example.com", phone: "", note: "By bus" };

describe("what a customer told", () => {
  let cast: World;
  let mary: Browser;
  before(async () => {
    cast = await world();
    mary = visitor();
    const appointment = { subject: "appointment" } as const;
    await asks(cast.salon, "Length", { ...appointment, requirement: "required" });
    await asks(cast.salon, "Formula", { ...appointment, requirement: "hidden" });
    await asks(cast.salon, "Allergies", { requirement: "required" });
    await asks(cast.salon, "Birthday", { type: "date" });
    await asks(cast.salon, "Rating", { requirement: "hidden" });
  });

  let minutes = 540;
  async function books(typed: Fields): Promise<string> {
    const { iso } = upcoming(2, (minutes += 30));
    const times = "/book/anas-salon/haircut";
    const held = await mary.post(times, { _csrf: formToken(), start: iso, staff: "" });
    const { status, location } = await mary.submit(held.location, { ...MARY, ...typed });
    assert.equal(status, 303);
    return location;
  }

  async function entered(): Promise<string> {
    await MyLink.request(cast.salon, MARY.email, Date.now());
    const [made] = await rows<{ nonce: string }>("SELECT nonce FROM my_links ORDER BY id DESC");
    const token = linkToken("my_link", made?.nonce ?? "");
    return `/my/anas-salon/${await MyLink.use(cast.salon, token, Date.now())}`;
  }

  it("[P1.4] she sees with its purpose, but for what staff keep; of herself only on her own page", async () => {
    const path = await books({ field_length: "Long", field_allergies: "Nuts" });
    await transaction(() =>
      run(
        `INSERT INTO appointment_values
           (business_id, appointment_id, field_id, value_text, search, saved_at)
         SELECT f.business_id, a.id, f.id, 'secret mixture', '', 1
         FROM fields f, appointments a WHERE f.key = 'formula'`,
      ),
    );
    const page = await mary.get(path);
    const text = page.$("main").text();
    assert.match(text, /LengthLong\s*Why we ask: Length/);
    assert.doesNotMatch(page.html, /secret mixture|Nuts/);
    assert.doesNotMatch((await mary.get(`${path}/details`)).html, /secret mixture|Nuts/);
    const mine = await mary.get(await entered());
    assert.match(mine.$("main").text(), /AllergiesNuts\s*Why we ask: Allergies/);
  });

  it("she changes while it is ahead, in her language, and the history tells that it was she", async () => {
    const path = await books({ field_length: "Long", field_allergies: "Nuts" });
    const wrong = await mary.submit(`${path}/details`, { field_length: "" });
    assert.equal(wrong.status, 422);
    assert.match(wrong.$("#field_length-error").text(), /Fill in “Length”/);
    const spanish = await mary.get(`${path}/details?lang=es`);
    assert.equal(spanish.$("h1").text(), "Lo que nos contó");
    const { values } = formOf(spanish);
    const done = await mary.submit(`${path}/details`, { field_length: "Short", note: "By train" });
    assert.deepEqual([done.status, done.location], [303, path]);
    assert.match((await mary.get(path)).$("main").text(), /By train\s*LengthShort/);
    const late = await mary.post(`${path}/details`, { ...values, note: "On foot" });
    assert.equal(late.status, 409);
    assert.equal(late.$("#note").val(), "By train");
    const [last] = await rows<{ actor: string; details: string }>(
      "SELECT actor, details FROM audit_entries WHERE action LIKE '%.details_changed'",
    );
    assert.deepEqual([last?.actor, last?.details], ["customer", "{}"]);
    await transaction(() =>
      run("UPDATE appointments SET starts_at = 1000, ends_at = 2000 WHERE note = 'By train'"),
    );
    assert.equal((await mary.get(`${path}/details`)).status, 409);
    assert.equal((await mary.post(`${path}/details`, values)).status, 409);
    assert.doesNotMatch((await mary.get(path)).html, /\/details"/);
  });

  it("of herself she corrects or takes back; what staff know stays theirs", async () => {
    await books({ field_length: "Long", field_allergies: "Nuts" });
    const ana = await signedIn(cast.ana);
    const [customer] = await rows<{ id: number }>("SELECT id FROM customers");
    const hers = `/b/anas-salon/customers/${customer?.id}/edit`;
    await ana.submit(hers, { field_rating: "Difficult" });
    const mine = await entered();
    const path = `${mine}/customers/${customer?.id}`;
    const form = await mary.get(path);
    assert.equal(form.$("#field_allergies").val(), "Nuts");
    assert.doesNotMatch(form.html, /Difficult/);
    const wrong = await mary.submit(path, { field_birthday: "soon" });
    assert.equal(wrong.status, 422);
    const told = { field_allergies: "", field_birthday: "1980-02-29" };
    assert.equal((await mary.submit(path, told)).status, 303);
    const answers = (await stored("customer")).toSorted();
    assert.deepEqual(answers, ["Birthday: 1980-02-29", "Rating: Difficult"]);
    assert.match((await mary.get(mine)).$("main").text(), /BirthdayFebruary 29, 1980/);
    const again = await mary.post(path, { ...formOf(form).values, name: "Mary M." });
    assert.equal(again.status, 409);
  });
});
