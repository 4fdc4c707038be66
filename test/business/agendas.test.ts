import assert from "node:assert/strict";
import { Agenda } from "../../src/models/agenda.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { signedIn } from "../support/browser.ts";
import { buildStaff, colleagues, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/agendas";

describe("who gets the day by mail", () => {
  let cast: World;
  let dora: number;
  beforeEach(async () => {
    cast = await world();
    dora = (await buildStaff(cast.salon, { name: "Dora Dean" })).id;
  });

  async function wanted(): Promise<string[]> {
    const readers = await Agenda.readers(cast.salon);
    return readers.filter(({ wants }) => wants).map(({ name }) => name);
  }

  it("is nobody at first; a provider says so of herself and of nobody else", async () => {
    const ben = await signedIn(cast.ben);
    const { status, $ } = await ben.get(AT);
    assert.equal(status, 200);
    assert.equal($("input[type=checkbox]").length, 1);
    assert.equal($("input[type=checkbox]:checked").length, 0);
    const sent = await ben.submit(AT, { staff: String(cast.benStaff.id) });
    assert.deepEqual([sent.status, sent.location], [303, `${AT}?saved=1`]);
    assert.deepEqual(await wanted(), ["Ben Brown"]);
    assert.equal((await ben.submit(AT, { staff: String(dora) })).status, 422);
    assert.equal((await ben.submit(AT, { staff: [] })).status, 303);
    assert.deepEqual(await wanted(), []);
    const entries = await rows("SELECT details FROM audit_entries WHERE action = 'staff.agenda'");
    assert.equal(entries.length, 2);
  });

  it("is what owner and manager say of everybody who can be booked", async () => {
    const { mia, sven } = await colleagues(cast);
    const manager = await signedIn(mia);
    const { $ } = await manager.get(AT);
    assert.match($("fieldset").text(), /Ben Brown\s+Dora Dean \(no mail address is known\)/);
    await manager.submit(AT, { staff: [String(cast.benStaff.id), String(dora)] });
    assert.deepEqual(await wanted(), ["Ben Brown", "Dora Dean"]);
    const none = await (await signedIn(sven)).get(AT);
    assert.match(none.$("main").text(), /Nobody can book you/);
    assert.equal(none.$("main form").length, 0);
  });

  it("is not saved over what somebody else has said meanwhile", async () => {
    const ana = await signedIn(cast.ana);
    const edition = String((await ana.get(AT)).$("input[name=edition]").val());
    await (await signedIn(cast.ben)).submit(AT, { staff: String(cast.benStaff.id) });
    const { status, $ } = await ana.submit(AT, { staff: String(dora), edition });
    assert.equal(status, 409);
    assert.match($("[role=alert]").text(), /Ben Brown\s*Dora Dean/);
    assert.deepEqual(await wanted(), ["Ben Brown"]);
  });

  it("says so where the business sends none", async () => {
    await transaction(() => run("UPDATE notices SET enabled = FALSE WHERE kind = 'agenda'"));
    const { $ } = await (await signedIn(cast.ana)).get(AT);
    assert.equal($(".note a[href$='/notices']").length, 1);
    assert.match($("main").text(), /each morning at 6:00 AM/);
  });
});
