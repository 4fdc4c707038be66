import assert from "node:assert/strict";
import { type WebhookEvent, webhookEvents } from "../../src/domain/webhooks.ts";
import { catalogueOf } from "../../src/models/catalogue.ts";
import { CustomerMerger } from "../../src/models/customer-merger.ts";
import { editable } from "../../src/models/customer.ts";
import { rows } from "../../src/models/database.ts";
import { Erasure } from "../../src/models/erasure.ts";
import { Customer } from "../../src/models/index.ts";
import { editionOf } from "../../src/models/set-up.ts";
import { Webhook } from "../../src/models/webhook.ts";
import { bookHaircut, HOUR, JANE, START } from "../support/bookings.ts";
import { startTarget, type Target } from "../support/target.ts";
import { runJobs, world, type World } from "../support/world.ts";

const EVENTS = Object.keys(webhookEvents).filter((event) =>
  event.startsWith("customer."),
) as WebhookEvent[];
const NOBODY = { email: null, phone: null, note: "", alert: "" };

describe("webhooks that listen to customers", () => {
  let cast: World;
  let target: Target;
  let now: number;
  before(async () => {
    target = await startTarget();
  });
  beforeEach(async () => {
    target.reset();
    cast = await world();
    now = Date.now();
    const url = `${target.url}/hook`;
    await Webhook.add(cast.salon, { url, events: EVENTS, fields: ["customer_name"] }, ana(), now);
  });
  after(() => target.stop());

  const ana = () => ({ kind: "staff", staffId: cast.anaStaff.id }) as const;
  const jane = () => Customer.findOne({ where: { email: JANE.email }, rejectOnEmpty: true });
  const named = (id: number, name: string) => ({
    id,
    name,
    created_at: new Date(now).toISOString(),
  });
  const added = (name: string) =>
    Customer.add(cast.salon, { ...NOBODY, name, email: `${name}@x.example` }, ana(), now);

  async function heard(): Promise<Array<[type: string, data: unknown]>> {
    await runJobs();
    const messages = target.heard.map(
      ({ body }) => JSON.parse(body) as { type: string; data: unknown },
    );
    target.reset();
    return messages
      .toSorted((a, b) => (a.type < b.type ? -1 : 1))
      .map(({ type, data }) => [type, data]);
  }

  it("[P4.2] are told of who is new, once, with what was agreed to and no more", async () => {
    await bookHaircut(cast, { now });
    await bookHaircut(cast, { now, start: START + HOUR });
    const { id } = await jane();
    assert.deepEqual(await heard(), [["customer.created", named(id, "Jane Doe")]]);
    const emil = await added("Emil");
    assert.deepEqual(await heard(), [["customer.created", named(emil, "Emil")]]);
  });

  it("are told of who changed, and not of saving what was there", async () => {
    const customer = await Customer.find({ id: cast.salon.id }, await added("Emil"));
    await heard();
    const seen = editionOf(editable(customer.record, []));
    await customer.change(customer.record, seen, ana(), now);
    assert.deepEqual(await heard(), []);
    await customer.change({ ...customer.record, name: "Emilia" }, seen, ana(), now);
    assert.deepEqual(await heard(), [["customer.updated", named(customer.id, "Emilia")]]);
  });

  it("are told of two who became one, by the number of who is no longer there", async () => {
    const stays = await Customer.find({ id: cast.salon.id }, await added("Emil"));
    const goes = await Customer.find({ id: cast.salon.id }, await added("Emile"));
    await heard();
    await CustomerMerger.merge(stays, goes, ana(), now);
    assert.deepEqual(await heard(), [
      ["customer.deleted", { id: goes.id }],
      ["customer.updated", named(stays.id, "Emil")],
    ]);
  });

  it("[P10.1] are told that who was erased is gone, and what they were told of her goes", async () => {
    await bookHaircut(cast, { now, start: now - 48 * HOUR });
    const { id } = await jane();
    await heard();
    const catalogue = await catalogueOf(cast.salon.slug);
    await Erasure.erase(catalogue, [id], { cancelling: false, actor: ana() }, now);
    assert.deepEqual(await heard(), [["customer.deleted", { id }]]);
    const kept = await rows<{ body: string }>("SELECT event, body FROM webhook_calls");
    assert.equal(kept.length, 1);
    assert.doesNotMatch(JSON.stringify(kept), /Jane/);
  });

  it("are told nothing of another business's customers", async () => {
    await Customer.add(cast.garage, { ...NOBODY, name: "Emil" }, { kind: "system" }, now);
    assert.deepEqual(await heard(), []);
  });
});
