import assert from "node:assert/strict";
import { CustomerFeed } from "../../src/models/customer-feed.ts";
import { editionOf } from "../../src/models/set-up.ts";
import { CustomerMerger } from "../../src/models/customer-merger.ts";
import { editable } from "../../src/models/customer.ts";
import { catalogueOf } from "../../src/models/catalogue.ts";
import { rows } from "../../src/models/database.ts";
import { Erasure } from "../../src/models/erasure.ts";
import { Customer } from "../../src/models/index.ts";
import { bookHaircut, HOUR, START } from "../support/bookings.ts";
import { MONDAY, type World, world } from "../support/world.ts";

const SYSTEM = { kind: "system" } as const;
const CUSTOMER = { kind: "customer" } as const;
const EMIL = { name: "Emil", email: "emil@example.com", phone: "555 0100", note: "", alert: "" };

describe("a customer who was erased [P10.1]", () => {
  let cast: World;
  let jane: Customer;
  beforeEach(async () => {
    cast = await world();
    await bookHaircut(cast, { start: START });
    const [first] = await rows<{ id: number }>("SELECT id FROM customers ORDER BY id");
    jane = await Customer.find(cast.salon, first?.id);
    const catalogue = await catalogueOf(cast.salon.slug);
    const how = { cancelling: true, actor: CUSTOMER };
    await Erasure.erase(catalogue, [jane.id], how, MONDAY);
  });
  afterEach(async () => {
    const [row] = await rows<{ name: string; email: string | null; phone: string | null }>(
      "SELECT name, email, phone FROM customers WHERE id = $id",
      { id: jane.id },
    );
    assert.deepEqual([row?.email, row?.phone], [null, null]);
    assert.doesNotMatch(String(row?.name), /Jane|Emil/);
  });

  it("is not written down again, by a page that was open or a program", async () => {
    const seen = editionOf(editable(jane.record, []));
    await assert.rejects(jane.change({ ...EMIL }, seen, SYSTEM, MONDAY), /meanwhile/);
    const now = await Customer.find(cast.salon, jane.id);
    const after = editionOf(editable(now.record, []));
    await assert.rejects(now.change({ ...EMIL }, after, SYSTEM, MONDAY), /meanwhile/);
    assert.deepEqual(await CustomerFeed.page(cast.salon.id, "", 0, 10), []);
    await assert.rejects(CustomerFeed.one(cast.salon.id, jane.id), /customer/);
  });

  it("is not booked for", async () => {
    const again = bookHaircut(cast, { customerId: jane.id, start: START + 24 * HOUR });
    await assert.rejects(again, /erased/);
    assert.equal((await rows("SELECT id FROM appointments")).length, 1);
  });

  it("is not merged with anybody", async () => {
    const id = await Customer.add(cast.salon, { ...EMIL }, SYSTEM, MONDAY);
    const emil = await Customer.find(cast.salon, id);
    const gone = await Customer.find(cast.salon, jane.id);
    await CustomerMerger.merge(gone, emil, SYSTEM, MONDAY);
    await CustomerMerger.merge(emil, gone, SYSTEM, MONDAY);
    assert.equal((await Customer.find(cast.salon, id)).email, EMIL.email);
  });
});
