import assert from "node:assert/strict";
import { config } from "../../config/index.ts";
import { areas } from "../../src/app.ts";
import { addDays } from "../../src/domain/time.ts";
import { run, transaction } from "../../src/models/database.ts";
import { Operator } from "../../src/models/index.ts";
import { dayOf, NonDisclosure } from "../../src/models/non-disclosure.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { type World, world } from "../support/world.ts";

const today = dayOf(Date.now());
const table = Object.entries(areas["/operator"].operator);

describe("what an operator has signed", () => {
  let cast: World;
  let browser: Browser;
  beforeEach(async () => {
    cast = await world();
    browser = await signedIn(cast.olga);
  });

  it("[P2.3] shuts every page and every form once it has ended, mid-session too", async () => {
    assert.equal((await browser.get("/operator")).status, 200);
    await NonDisclosure.end(cast.olga.email, Date.now());
    const shut = table.filter(([, [access]]) => access === "operator");
    assert.ok(shut.length > 5);
    for (const [line] of shut) {
      const [verb, path = ""] = line.split(" ");
      const page = await browser[verb === "GET" ? "get" : "post"](`/operator${path}`);
      assert.equal(page.status, 403, line);
      assert.match(page.$("main").text(), /non-disclosure agreement in force/);
    }
    const nav = (await browser.get("/operator")).$("nav a").toArray();
    assert.equal(nav.length, 1, "nothing leads to pages that are shut");
    assert.equal((await browser.submit("/operator", {}, "/operator/logout")).status, 303);
  });

  it("[P2.3] is taken of no more operators than there may be, even by two at once", async () => {
    const names = Array.from(
      { length: config.operatorsMax + 1 },
      (_, i) => `o${i}@plainbook.example`,
    );
    for (const email of names)
      await Operator.put({ email, name: "Some Operator", passwordHash: "" }, Date.now());
    const good = { signedOn: today, endsOn: "2099-01-01" };
    const sign = (email: string) => NonDisclosure.sign(email, good, Date.now());
    const all = await Promise.allSettled(names.map(sign));
    const refused = all.filter(({ status }) => status === "rejected");
    assert.equal(refused.length, 2, "Olga has a place already");
    await sign(cast.olga.email);
    await NonDisclosure.end(cast.olga.email, Date.now());
    await assert.rejects(sign(cast.ana.email), /No operator/);
    const late = names[all.findIndex(({ status }) => status === "rejected")] ?? "";
    await sign(late);
    await assert.rejects(sign(cast.olga.email), /OPERATORS_MAX: 5 operators/);
  });

  for (const [state, signedOn, endsOn, status] of [
    ["ends today", addDays(today, -9), today, 200],
    ["ended yesterday", addDays(today, -9), addDays(today, -1), 403],
    ["begins tomorrow", addDays(today, 1), addDays(today, 9), 403],
  ] as const)
    it(`[P2.3] that ${state} is answered with ${status}`, async () => {
      const change = "UPDATE non_disclosures SET signed_on = $signedOn, ends_on = $endsOn";
      await transaction(() => run(change, { signedOn, endsOn }));
      assert.equal((await browser.get("/operator")).status, status);
    });

  it("[P2.3] is noted with days that can be, and renewed by another", async () => {
    const { email } = cast.olga;
    await NonDisclosure.end(email, Date.now());
    for (const [signedOn, endsOn] of [
      ["2026-02-30", "2099-01-01"],
      [addDays(today, 1), "2099-01-01"],
      [addDays(today, -9), addDays(today, -1)],
    ] as const)
      await assert.rejects(NonDisclosure.sign(email, { signedOn, endsOn }, Date.now()));
    const good = { signedOn: today, endsOn: "2099-01-01" };
    await assert.rejects(NonDisclosure.sign(cast.ana.email, good, Date.now()), /No operator/);
    await assert.rejects(
      transaction(() => run("UPDATE non_disclosures SET ends_on = '2000-01-01'")),
      "the database refuses an end before the beginning",
    );
    await NonDisclosure.sign(email, good, Date.now());
    assert.equal((await browser.get("/operator")).status, 200);
  });
});
