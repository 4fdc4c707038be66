import assert from "node:assert/strict";
import { plainFields } from "../../src/domain/webhooks.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { bookHaircut } from "../support/bookings.ts";
import { type Browser, type Fields, signedIn } from "../support/browser.ts";
import { tokenOf } from "../support/book.ts";
import { pathsIn } from "../support/paths.ts";
import { countQueries } from "../support/queries.ts";
import { answering, startTarget, type Target } from "../support/target.ts";
import { runJobs, upcoming, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/integrations/webhooks";

describe("the pages of webhooks", () => {
  let cast: World;
  let ana: Browser;
  let target: Target;
  before(async () => {
    target = await startTarget();
  });
  beforeEach(async () => {
    target.reset();
    cast = await world();
    ana = await signedIn(cast.ana);
  });
  after(() => target.stop());

  const good = (): Fields => ({ url: `${target.url}/hook`, agree: "1" });

  async function added(fields: Fields = {}): Promise<string> {
    const { status, location } = await ana.submit(`${AT}/new`, { ...good(), ...fields });
    assert.equal(status, 303);
    return location;
  }

  it("say that there is none at first, and lead on from all connections", async () => {
    assert.match((await ana.get(AT)).$("main").text(), /nothing is sent to anybody/);
    assert.equal((await ana.get("/b/anas-salon/integrations")).$(`a[href="${AT}"]`).length, 1);
  });

  it("[P4.2] name what is sent before anything is", async () => {
    const { $ } = await ana.get(`${AT}/new`);
    const text = $("form").last().text();
    for (const words of Object.values(plainFields).flatMap((all) => Object.values(all)))
      assert.ok(text.includes(words), words);
    assert.equal($("input[name=fields][checked]").length, 0, "nothing of a customer is ticked");
    assert.equal($("input[name=agree][checked]").length, 0);
  });

  it("add one, which is told of the next booking, and show what was sent [D30]", async () => {
    const at = await added({ fields: "customer_name", events: ["appointment.booked"] });
    const id = await bookHaircut(cast, { start: upcoming(2, 600).instant, now: Date.now() });
    await runJobs();
    assert.equal(target.heard.length, 1);
    const { $ } = await ana.get(at);
    assert.match($("table").text(), /Booked/);
    assert.match($("table").text(), /arrived/);
    assert.equal($("table pre").text(), target.heard[0]?.body);
    assert.match($("dl").text(), /On since .*Name/s);
    // And on the appointment's own page.
    const page = await ana.get(`/b/anas-salon/appointments/${id}`);
    assert.match(page.$("main").text(), /Messages to other programs/);
    assert.ok(page.$("pre").text().includes("Jane Doe"));
  });

  const wrong: Array<[name: string, fields: Fields, field: string]> = [
    ["no address", { url: "" }, "url"],
    ["no address at all", { url: "hook" }, "url"],
    ["an address without encryption", { url: "http://hooks.example/" }, "url"],
    ["an address with a password in it", { url: "https://me:secret@hooks.example/" }, "url"],
    ["an address in a private network", { url: "https://192.168.1.1/hook" }, "url"],
    ["the address of where clouds keep their keys", { url: "https://169.254.169.254/" }, "url"],
    ["no event", { events: [] }, "events"],
    ["an event there is not", { events: ["appointment.lost"] }, "events"],
    ["a field there is not", { fields: ["customer_password"] }, "fields"],
    ["no agreement", { agree: [] }, "agree"],
  ];
  for (const [name, fields, field] of wrong)
    it(`[P4.2] refuse ${name}`, async () => {
      const { status, $ } = await ana.submit(`${AT}/new`, { ...good(), ...fields });
      assert.equal(status, 422);
      assert.equal($(".errors a").first().attr("href"), `#${field}`);
      assert.equal($("#url").val(), fields.url ?? good().url);
      assert.deepEqual(await rows("SELECT id FROM webhooks"), []);
    });

  it("refuse the same address a second time, and a sixth", async () => {
    await added();
    const again = await ana.submit(`${AT}/new`, good());
    assert.equal(again.status, 422);
    assert.match(again.$(".errors").text(), /address already/);
    for (let i = 2; i <= 5; i++) await added({ url: `${target.url}/${i}` });
    const sixth = await ana.submit(`${AT}/new`, { ...good(), url: `${target.url}/6` });
    assert.match(sixth.$(".errors").text(), /5 webhooks are the most/);
  });

  it("send an example at the press of a button, once while it is on its way", async () => {
    const at = await added({ fields: ["customer_name", "note"] });
    for (let i = 0; i < 3; i++) await ana.submit(at, {}, "/tests");
    await runJobs();
    assert.equal(target.heard.length, 1);
    const { type, data } = JSON.parse(target.heard[0]?.body ?? "") as {
      type: string;
      data: { customer: object };
    };
    assert.equal(type, "test");
    assert.deepEqual(data.customer, { id: 0, name: "Example customer" });
    const told = pathsIn(data).difference(new Set(Object.keys(plainFields.appointment)));
    assert.deepEqual(told, new Set(["customer.name", "note"]));
  });

  it("send again what has failed or was lost over there", async () => {
    const at = await added();
    target.behave(answering(400));
    await ana.submit(at, {}, "/tests");
    await runJobs();
    await transaction(() => run("UPDATE webhook_calls SET give_up_at = 0, due_at = 0"));
    await transaction(() => run("UPDATE webhook_calls SET state = 'failed', finished_at = 1"));
    target.behave(answering(200));
    const repetition = "/repetition";
    await ana.submit(at, {}, repetition);
    await runJobs();
    assert.match((await ana.get(at)).$("table").text(), /arrived/);
    await ana.submit(at, {}, repetition);
    await runJobs();
    assert.equal(target.heard.length, 3);
  });

  it("turn it off and on again; off twice is off", async () => {
    const at = await added();
    const _csrf = await tokenOf(ana);
    for (let i = 0; i < 2; i++)
      assert.equal((await ana.post(`${at}/revocation`, _csrf)).status, 303);
    const off = await ana.get(at);
    assert.match(off.$("dl").text(), /Off since/);
    assert.equal(off.$("form[action$=tests]").length, 0);
    await ana.submit(`${at}/consent`, { events: ["appointment.moved"], agree: "1" }, "/consent");
    assert.match((await ana.get(at)).$("dl").text(), /On since .*moved to another/s);
    assert.equal((await rows("SELECT id FROM webhook_consents")).length, 2, "who agreed, and when");
  });

  it("change the secret once a day", async () => {
    const at = await added();
    const before = (await ana.get(at)).$("details pre").last().text();
    assert.match(before, /^whsec_/);
    await ana.submit(at, {}, "/rotation");
    const { $ } = await ana.get(at);
    assert.notEqual($("details pre").last().text(), before);
    assert.match($("main").text(), /The secret before is good until/);
    assert.equal((await ana.post(`${at}/rotation`, await tokenOf(ana))).status, 409);
  });

  it("remove it with its log; what is gone is not there a second time", async () => {
    const at = await added();
    await ana.submit(at, {}, "/tests");
    const _csrf = await tokenOf(ana);
    assert.equal((await ana.post(`${at}/removal`, _csrf)).status, 303);
    assert.equal((await ana.post(`${at}/removal`, _csrf)).status, 404);
    assert.deepEqual(await rows("SELECT id FROM webhook_calls"), []);
    await runJobs();
    assert.equal(target.heard.length, 0);
  });

  it("tell the owner on her first page of one that fails", async () => {
    const at = await added();
    const FIRST = "/b/anas-salon";
    assert.equal((await ana.get(FIRST)).$("#troubles").length, 0);
    await transaction(() => run("UPDATE webhooks SET failures = 3, failing_since = 1"));
    const { $ } = await ana.get(FIRST);
    assert.match($("section[aria-labelledby=troubles]").text(), /does not answer/);
    assert.equal($("section[aria-labelledby=troubles] a").attr("href"), at);
    const ben = await signedIn(cast.ben);
    assert.equal((await ben.get(FIRST)).$("#troubles").length, 0);
  });

  it("[P5.2] of another business do not exist", async () => {
    const at = await added();
    await ana.submit(at, {}, "/tests");
    const carl = await signedIn(cast.carl);
    const carls = at.replace("anas-salon", "carls-garage");
    const _csrf = await tokenOf(carl, "carls-garage");
    const [{ id } = { id: 0 }] = await rows<{ id: number }>("SELECT id FROM webhook_calls");
    assert.equal((await carl.get(carls)).status, 404);
    for (const path of ["consent", "revocation", "rotation", "removal", "tests"])
      assert.equal((await carl.post(`${carls}/${path}`, _csrf)).status, 404, path);
    assert.equal((await carl.post(`${carls}/calls/${id}/repetition`, _csrf)).status, 404);
    assert.equal((await rows("SELECT id FROM webhooks")).length, 1);
  });

  it("take as many statements for a long log as for a short one", async () => {
    const at = await added();
    const few = await countQueries(() => ana.get(at));
    for (let i = 0; i < 5; i++)
      await bookHaircut(cast, { start: upcoming(2, 600 + 30 * i).instant, now: Date.now() });
    assert.equal(await countQueries(() => ana.get(at)), few);
  });
});
