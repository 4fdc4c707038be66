import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { buildStaff, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/staff";

describe("an invitation to sign in", () => {
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  it("is one mail, at the address that is typed", async () => {
    const dora = await buildStaff(cast.salon, { name: "Dora", email: "dora@salon.example" });
    const path = `${AT}/${dora.id}/invitation`;
    assert.equal((await ana.get(path)).$("#email").val(), "dora@salon.example");
    for (let i = 0; i < 2; i++) {
      const sent = await ana.submit(path, { email: "Dora@Home.example" });
      assert.deepEqual([sent.status, sent.location], [303, AT]);
    }
    const owed = await rows<{ email: string }>(
      `SELECT i.email FROM deliveries d JOIN invitations i ON i.id = d.invitation_id
       WHERE d.kind = 'invitation'`,
    );
    assert.deepEqual(owed, [{ email: "dora@home.example" }]);
    assert.match((await ana.get(AT)).$("table").text(), /invited/);
    assert.match((await ana.get(`${AT}/${dora.id}/edit`)).html, /Invited at dora@home.example/);
  });

  it("is refused without an address, and to who can sign in already or has left", async () => {
    const dora = await buildStaff(cast.salon, { name: "Dora" });
    const path = `${AT}/${dora.id}/invitation`;
    const wrong = await ana.submit(path, { email: "dora at home" });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.$("#email").val(), "dora at home");
    assert.match(wrong.$("#email-error").text(), /Enter an e-mail address/);
    const ben = await ana.submit(`${AT}/${cast.benStaff.id}/invitation`, {
      email: "b@b.example",
    });
    assert.equal(ben.status, 409);
    assert.match(ben.$("#email-error").text(), /Ben Brown can sign in already/);
    await transaction(() =>
      run("UPDATE staff SET archived_at = 1 WHERE id = $id", { id: dora.id }),
    );
    assert.equal((await ana.submit(path, { email: "d@d.example" })).status, 409);
  });

  it("is the owner's to send", async () => {
    const ben = await signedIn(cast.ben);
    assert.equal((await ben.get(`${AT}/${cast.benStaff.id}/invitation`)).status, 403);
  });
});
