import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { bookHaircut } from "../support/bookings.ts";
import { signedIn } from "../support/browser.ts";
import { plant, scan } from "../support/canary.ts";
import { stored } from "../support/stored.ts";
import { buildPerson, buildStaff, PASSWORD, type World, world } from "../support/world.ts";

describe("[D14] a person's own data", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  it("is hers to take away, without secrets and without others'", async () => {
    const ben = await signedIn(cast.ben);
    const { status, html } = await ben.get("/account/data.json");
    assert.equal(status, 200);
    const data = JSON.parse(html) as Record<string, Array<Record<string, unknown>>>;
    assert.equal(data.people?.[0]?.email, "ben@salon.example");
    assert.equal(data.staff?.[0]?.business, "Ana's Salon");
    assert.equal(data.hours?.length, 5);
    assert.doesNotMatch(html, /argon2|password_hash|Ana Alvarez|Carl/);
  });

  it("goes with her account; her appointments stay without her name", async () => {
    const [name, address] = [plant("name"), plant("address")];
    const zoe = await buildPerson({ name: name.text, email: address.text });
    const staff = await buildStaff(cast.salon, { person: zoe });
    await transaction(() =>
      run("UPDATE staff_services SET staff_id = $id WHERE staff_id = $old", {
        id: staff.id,
        old: cast.benStaff.id,
      }),
    );
    await bookHaircut(cast);
    const browser = await signedIn(zoe);
    const wrong = await browser.submit("/account/closure", { password: "no", sure: "1" });
    assert.equal(wrong.status, 422);
    const done = await browser.submit("/account/closure", { password: PASSWORD, sure: "1" });
    assert.equal(done.location, "/login?note=account-closed");
    assert.match((await browser.get("/account")).location, /^\/login/);
    assert.deepEqual(await scan(stored, [name, address]), []);
    const [appointment] = await rows<{ name: string }>(
      "SELECT s.name FROM appointments a JOIN staff s ON s.id = a.staff_id",
    );
    assert.equal(appointment?.name, "A former member of staff");
  });

  it("stays while she is the only owner of a business", async () => {
    const ana = await signedIn(cast.ana);
    const no = await ana.submit("/account/closure", { password: PASSWORD, sure: "1" });
    assert.equal(no.status, 422);
    assert.match(no.$("#sure-error").text(), /Ana's Salon/);
    assert.equal((await ana.get("/account")).status, 200);
  });
});
