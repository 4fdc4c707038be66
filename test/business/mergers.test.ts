import assert from "node:assert/strict";
import { Answers } from "../../src/models/answer.ts";
import { CustomerList } from "../../src/models/customer-list.ts";
import type { CustomerRecord } from "../../src/models/customer.ts";
import { CustomerMerger } from "../../src/models/customer-merger.ts";
import { isPostgres, rows, run, transaction } from "../../src/models/database.ts";
import { Customer } from "../../src/models/index.ts";
import { booked, tokenOf, tuesday } from "../support/book.ts";
import { type Browser, formOf, signedIn } from "../support/browser.ts";
import { asks, stored } from "../support/fields.ts";
import { until } from "../support/processes.ts";
import { type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/customers";
const HOUR = 3_600_000;
const WAITING = `SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;

describe("customers who are one person", () => {
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  async function known(fields: Partial<CustomerRecord> = {}): Promise<Customer> {
    const nobody = { name: "Dora Diaz", email: null, phone: null, note: "", alert: "" };
    const system = { kind: "system" } as const;
    const record = { ...nobody, ...fields };
    return Customer.find(cast.salon, await Customer.add(cast.salon, record, system, Date.now()));
  }

  function merge(one: Customer, other: Customer, stays = one) {
    const form = `${AT}/${one.id}/merger?other=${other.id}`;
    return ana.submit(form, { stays: String(stays.id) }, "/merger");
  }

  it("are suggested by mail address, phone number and name", async () => {
    const dora = await known({ email: "dora@example.com", phone: "(555) 010-0777" });
    const ids = [
      await known({ name: "D. D.", email: "dora@example.com" }),
      await known({ name: "Dorita", phone: "5550100777" }),
      await known({ name: "DÓRA  diaz" }),
    ].map(({ id }) => id);
    await known({ name: "Dan", phone: "911" });
    await known({ name: "Dave", phone: "911" });
    const page = await ana.get(`${AT}/${dora.id}`);
    const links = page.$(".note li a").toArray();
    assert.deepEqual(
      links.map((link) => page.$(link).attr("href")),
      ids.map((id) => `${AT}/${dora.id}/merger?other=${id}`),
    );
    const all = await ana.get(`${AT}/duplicates`);
    assert.deepEqual(
      all
        .$("tbody tr")
        .toArray()
        .map((row) => all.$(row).find("[data-th=Same]").text()),
      ["e-mail", "phone", "name"],
    );
    const choice = await ana.get(`${AT}/${dora.id}/merger?q=dave`);
    assert.match(choice.$("main ul").last().text(), /Dave/);
  });

  it("become one, with all appointments, totals and notes", async () => {
    const first = await booked(cast, { name: "Dora Diaz", email: "dora@example.com" });
    const second = await booked(cast, {
      name: "Dorita",
      email: "dorita@example.com",
      phone: "555 1234567",
      start: tuesday.instant + HOUR,
    });
    const [dora, dorita] = [
      await Customer.find(cast.salon, first.customerId),
      await Customer.find(cast.salon, second.customerId),
    ];
    await transaction(async () => {
      await run("UPDATE customers SET note = 'one', alert = 'Late' WHERE id = $id", {
        id: dora.id,
      });
      await run(
        "UPDATE customers SET note = 'two', blocked_at = 5 WHERE id = $id",
        dorita.dataValues,
      );
      await run("UPDATE appointments SET status = 'completed'");
    });
    const [likes, tea] = [await asks(cast.salon, "Likes"), await asks(cast.salon, "Tea")];
    const given = (text: string) => (field: typeof likes) => ({
      field,
      text,
      number: null,
      date: null,
    });
    const owner = (id: number) => ({ businessId: cast.salon.id, subject: "customer", id }) as const;
    await transaction(async () => {
      await Answers.keep(owner(dora.id), [likes].map(given("hers")), 1);
      await Answers.keep(owner(dorita.id), [likes, tea].map(given("other’s")), 1);
    });
    const totals = (id: number) => CustomerList.totals(cast.salon, id, Date.now());
    const before = [await totals(dora.id), await totals(dorita.id)];

    assert.equal((await merge(dora, dorita)).location, `${AT}/${dora.id}`);
    const after = await totals(dora.id);
    assert.deepEqual(after, {
      bookings: 2,
      completed: 2,
      noShows: 0,
      cancelled: 0,
      ahead: 0,
      money: 7000,
    });
    assert.equal((before[0]?.money ?? 0) + (before[1]?.money ?? 0), after.money);
    await dora.reload();
    assert.deepEqual(dora.record, {
      name: "Dora Diaz",
      email: "dora@example.com",
      phone: "555 1234567",
      note: "one\n\ntwo\n\nAlso: Dorita, dorita@example.com",
      alert: "Late",
    });
    assert.equal(dora.blockedAt, 5);
    assert.deepEqual(await stored("customer"), ["Likes: hers", "Tea: other’s"]);
    assert.equal((await ana.get(`${AT}?q=5551234567+other`)).$("th[scope=row]").length, 1);
    assert.equal((await ana.get(`${AT}/${dorita.id}`)).status, 404);
    const [entry] = await rows<{ details: string }>(
      "SELECT details FROM audit_entries WHERE action = 'customer.merged'",
    );
    assert.deepEqual(JSON.parse(entry?.details ?? ""), {
      customerId: dora.id,
      mergedId: dorita.id,
    });
  });

  it("are one from then on, by whatever name they book", async () => {
    const [dora, dorita] = [
      await known({ email: "dora@example.com" }),
      await known({ name: "Dorita", email: "dora@example.com" }),
    ];
    await merge(dora, dorita);
    const { customerId } = await booked(cast, { name: "DORITA", email: "dora@example.com" });
    assert.equal(customerId, dora.id);
    const third = await known({ name: "Dolly", email: "dora@example.com" });
    await merge(third, dora);
    const again = { name: "Dorita", email: "dora@example.com", start: tuesday.instant + HOUR };
    assert.equal((await booked(cast, again)).customerId, third.id);
    // Written down anew by staff, she is somebody else.
    const daughter = await known({ name: "Dorita", email: "dora@example.com" });
    const last = { ...again, start: tuesday.instant + 2 * HOUR };
    assert.equal((await booked(cast, last)).customerId, daughter.id);
  });

  it("are one for whoever books in the very moment", async () => {
    const [dora, dorita] = [
      await known({ email: "dora@example.com" }),
      await known({ name: "Dorita", email: "dora@example.com" }),
    ];
    const [merged, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const merging = transaction(async () => {
      await CustomerMerger.merge(dora, dorita, { kind: "system" }, Date.now());
      merged.resolve();
      await commit.promise;
    });
    await merged.promise;
    const booking = booked(cast, { name: "Dorita", email: "dora@example.com" });
    if (isPostgres) await until(async () => (await rows(WAITING)).length > 0, 30_000);
    commit.resolve();
    await merging;
    assert.equal((await booking).customerId, dora.id);
    assert.equal((await rows("SELECT id FROM customers")).length, 1);
  });

  it("are merged once, however often the form is sent; whoever is chosen stays", async () => {
    const [one, two] = [await known({ phone: "555 7654321" }), await known({ name: "Dorita" })];
    const { target, values } = formOf(
      await ana.get(`${AT}/${two.id}/merger?other=${one.id}`),
      "/merger",
    );
    const answers = await Promise.all(
      [1, 2].map(() => ana.post(target, { ...values, stays: String(two.id) })),
    );
    assert.deepEqual(
      answers.map(({ location }) => location),
      [1, 2].map(() => `${AT}/${two.id}`),
    );
    await two.reload();
    assert.equal(two.phone, "555 7654321");
    assert.equal((await rows("SELECT id FROM customers")).length, 1);
  });

  it("are not merged with a choice that is none, nor into a third", async () => {
    const [one, two] = [await known(), await known({ name: "Dorita", email: "d@example.com" })];
    const none = await merge(one, two, await known({ name: "Zack" }));
    assert.equal(none.status, 422);
    assert.match(none.$("#stays-error").text(), /Choose whose/);
    await known({ email: "d@example.com" });
    const clash = await merge(one, two);
    assert.equal(clash.status, 422);
    assert.match(clash.$("#stays-error").text(), /third customer/);
    assert.equal((await two.reload()).email, "d@example.com");
  });

  it("are never of two businesses", async () => {
    const dora = await known();
    const system = { kind: "system" } as const;
    const record = { ...dora.record, name: "Zoe" };
    const zoe = await Customer.add(cast.garage, record, system, Date.now());
    assert.equal((await ana.get(`${AT}/${dora.id}/merger?other=${zoe}`)).status, 404);
    assert.equal((await ana.get(`${AT}/${dora.id}/merger?other=${dora.id}`)).status, 404);
    assert.equal((await ana.get(`${AT}/${zoe}/merger`)).status, 404);
    const token = await tokenOf(ana);
    await ana.post(`${AT}/${dora.id}/merger`, {
      ...token,
      other: String(zoe),
      stays: String(dora.id),
    });
    assert.equal((await Customer.find(cast.garage, zoe)).name, "Zoe");
  });
});
