import assert from "node:assert/strict";
import { Agent } from "node:http";
import supertest from "supertest";
import { DAY } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { SignIns } from "../../src/models/sign-in.ts";
import { type Fields, formOf, signedIn, visitor } from "../support/browser.ts";
import { open, PASSWORD, type World, world } from "../support/world.ts";

const LIST = "/account/sign-ins";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

describe("[P5.3] a person's sign-ins", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  /** A try to sign in from another address of this machine, with a browser of some name. */
  async function tryFrom(address: string, fields: Fields, browser = FIREFOX): Promise<number> {
    const { values } = formOf(await visitor().get("/login"));
    const { status } = await supertest(await open())
      .post("/login")
      .agent(new Agent({ localAddress: address }))
      .set("User-Agent", browser)
      .type("form")
      .send({ ...values, email: cast.ana.email, ...fields });
    return status;
  }

  it("are listed by day, region and browser; one that is ended is over at its next page", async () => {
    const [here, there] = [await signedIn(cast.ana), await signedIn(cast.ana)];
    const { $ } = await here.get(LIST);
    const going = $("table").first().find("tbody tr");
    assert.equal(going.length, 2);
    assert.match(going.first().text(), /Our own network\s*Another browser/);
    const others = going.toArray().find((row) => !$(row).text().includes("This one"));
    const action = $(others ?? "")
      .find("form")
      .attr("action");
    assert.equal((await here.submit(LIST, {}, action)).status, 303);
    assert.match((await there.get("/b/anas-salon")).location, /^\/login/);
    assert.equal((await here.get("/b/anas-salon")).status, 200);
    assert.equal((await here.get(LIST)).$("table").last().find("tbody tr").length, 2);
  });

  it("end all together but for this one, by signing out, and by a new password", async () => {
    const [here, ...others] = await Promise.all([1, 2, 3].map(() => signedIn(cast.ana)));
    assert.ok(here);
    const bens = await signedIn(cast.ben);
    await here.submit(LIST, {}, "/others/end");
    for (const other of others) assert.match((await other.get(LIST)).location, /^\/login/);
    assert.equal((await here.get(LIST)).status, 200);
    assert.equal((await bens.get(LIST)).status, 200);
    await here.submit("/account", {}, "/logout");
    const left = await SignIns.open(cast.ana.id, Date.now());
    assert.deepEqual(left, []);
  });

  it("are the person's own: of others' there is none", async () => {
    const ana = await signedIn(cast.ana);
    await signedIn(cast.ben);
    const [bens] = await SignIns.open(cast.ben.id, Date.now());
    const { values } = formOf(await ana.get(LIST), "/end");
    for (const id of [bens?.id, "x", "0"])
      assert.equal((await ana.post(`${LIST}/${id}/end`, values)).status, 404);
    assert.equal((await SignIns.open(cast.ben.id, Date.now())).length, 1);
  });

  it("are told by mail when region or browser are new, and only then", async () => {
    await signedIn(cast.ana);
    const owed = () => rows("SELECT id FROM deliveries WHERE kind = 'new_sign_in'");
    for (const [browser, mails] of [
      ["", 0],
      [FIREFOX, 1],
      [FIREFOX.replaceAll("140", "141"), 1],
    ] as const) {
      assert.equal(await tryFrom("127.0.0.1", { password: PASSWORD }, browser), 303);
      assert.equal((await owed()).length, mails, browser);
    }
    const kept = await rows("SELECT * FROM sign_ins");
    assert.doesNotMatch(JSON.stringify(kept), /Mozilla|127\.0/);
  });

  it("last 30 days at the most, and are forgotten after 90", async () => {
    const ana = await signedIn(cast.ana);
    const made = (days: number) =>
      transaction(() => run("UPDATE sign_ins SET at = $at", { at: Date.now() - days * DAY }));
    await made(29);
    assert.equal((await ana.get(LIST)).status, 200);
    await made(31);
    assert.match((await ana.get(LIST)).location, /^\/login/);
    await SignIns.sweep(Date.now());
    assert.equal((await rows("SELECT id FROM sign_ins")).length, 1);
    await made(91);
    await SignIns.sweep(Date.now());
    assert.deepEqual(await rows("SELECT id FROM sign_ins"), []);
  });

  it("are not kept from her by somebody who guesses on another network", async () => {
    let last = 0;
    for (let i = 0; i < 12; i++) last = await tryFrom("127.45.67.89", { password: `wrong ${i}` });
    assert.equal(last, 429);
    assert.equal(await tryFrom("127.0.0.1", { password: PASSWORD }), 303);
  });
});
