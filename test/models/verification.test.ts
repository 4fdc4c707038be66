// [D11] Where a business wants it so, who books for the first time shows that the mail address is hers.
import assert from "node:assert/strict";
import { MINUTE } from "../../src/domain/time.ts";
import { proofOf } from "../../src/links.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Appointment, Hold } from "../../src/models/index.ts";
import { JANE, START, told } from "../support/bookings.ts";
import { MONDAY, world, type World } from "../support/world.ts";

describe("[D11] a first booking", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
    await set("confirm_first_email = TRUE");
  });

  const set = (change: string) =>
    transaction(() => run(`UPDATE businesses SET ${change} WHERE id = $id`, { id: cast.salon.id }));

  async function book(start = START): Promise<number> {
    const catalogue = await catalogueOf(cast.salon.slug);
    const service = serviceById(catalogue, cast.haircut.id);
    const question = { catalogue, service, now: MONDAY };
    const hold = await Hold.withToken(await Hold.take(question, start));
    return (await Appointment.book(question, hold, JANE)).id;
  }

  const find = (id: number) => Appointment.find(cast.salon, id);

  it("waits half an hour for its customer, and a mail asks her", async () => {
    const { status, pendingUntil } = await find(await book());
    assert.deepEqual([status, pendingUntil], ["pending", MONDAY + 30 * MINUTE]);
    const kinds = await rows("SELECT kind FROM deliveries");
    assert.deepEqual(kinds, [{ kind: "verification" }]);
  });

  it("stands once she has confirmed, and her next one at once", async () => {
    const id = await book();
    const appointment = await find(id);
    await Appointment.verify(appointment, proofOf(appointment.uid), MONDAY + MINUTE);
    await Appointment.verify(await find(id), proofOf(appointment.uid), MONDAY + MINUTE);
    assert.equal((await find(id)).status, "confirmed");
    assert.equal(
      (await told(cast, id)).filter((line) => line.startsWith("confirmation")).length,
      1,
    );
    assert.equal((await find(await book(START + 3_600_000))).status, "confirmed");
  });

  it("is confirmed by nobody who has only seen the page", async () => {
    const id = await book();
    await assert.rejects(Appointment.verify(await find(id), "guess", MONDAY), { status: 409 });
    assert.equal((await find(id)).status, "pending");
  });

  it("gives its time back when nobody has confirmed it, once", async () => {
    const id = await book();
    assert.equal(await Appointment.sweepPending(MONDAY + 30 * MINUTE - 1), 0);
    assert.equal(await Appointment.sweepPending(MONDAY + 30 * MINUTE), 1);
    assert.equal(await Appointment.sweepPending(MONDAY + 30 * MINUTE), 0);
    assert.equal((await find(id)).status, "cancelled");
    assert.deepEqual(await rows("SELECT id FROM allocations"), []);
    const appointment = await find(id);
    const late = Appointment.verify(appointment, proofOf(appointment.uid), MONDAY + 31 * MINUTE);
    await assert.rejects(late, { status: 409 });
  });

  it("waits for the business too, where it looks at new customers first", async () => {
    await set("approve_first = TRUE");
    const id = await book();
    const appointment = await find(id);
    await Appointment.verify(appointment, proofOf(appointment.uid), MONDAY + MINUTE);
    assert.equal((await find(id)).status, "requested");
    await Appointment.approve(await find(id), { kind: "system" }, MONDAY + MINUTE);
    assert.equal((await find(id)).status, "confirmed");
  });
});
