import assert from "node:assert/strict";
import { DAY, MINUTE } from "../../src/domain/time.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { rows } from "../../src/models/database.ts";
import { Appointment, Hold, type Staff, TimeTaken } from "../../src/models/index.ts";
import type { Question } from "../../src/models/starts.ts";
import { JANE } from "../support/bookings.ts";
import { buildService, buildStaff, MONDAY, world, type World } from "../support/world.ts";

const HOUR = 60 * MINUTE;
const TEN = MONDAY + 2 * HOUR; // the Monday of the cast, 10:00 in New York

describe("a hold", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  async function asking(fields: Partial<Question> = {}): Promise<Question> {
    const catalogue = await catalogueOf("anas-salon");
    return { catalogue, service: serviceById(catalogue, cast.haircut.id), now: MONDAY, ...fields };
  }

  /** Three who all cut hair, in this order. */
  async function three(): Promise<Staff[]> {
    const { salon } = cast;
    const staff = [
      await buildStaff(salon, { position: 1, name: "Cleo" }),
      await buildStaff(salon, { position: 2, name: "Dan" }),
      await buildStaff(salon, { position: 3, name: "Eve" }),
    ];
    cast.haircut = await buildService(salon, { slug: "quick" }, staff);
    return staff;
  }

  async function holderOf(token: string): Promise<number> {
    return (await Hold.withToken(token)).staffId;
  }

  it("keeps the start for ten minutes, for whoever has its token", async () => {
    const token = await Hold.take(await asking(), TEN);
    const { id: _, ...held } = await Hold.withToken(token);
    assert.deepEqual(held, {
      businessId: cast.salon.id,
      serviceId: cast.haircut.id,
      staffId: cast.benStaff.id,
      anyStaff: true,
      startsAt: TEN,
      expiresAt: MONDAY + 10 * MINUTE,
      locationId: (await catalogueOf(cast.salon.slug)).location.id,
      people: 1,
      addonIds: [],
      appointmentId: null,
      offered: false,
    });
    const [stored] = await rows<{ hash: string }>("SELECT token_hash AS hash FROM holds");
    assert.notEqual(stored?.hash, token);
  });

  it("is refused to the next while it lives, and taken over once it has expired", async () => {
    const first = await Hold.take(await asking(), TEN);
    await assert.rejects(
      Hold.take(await asking({ now: MONDAY + 10 * MINUTE - 1 }), TEN),
      TimeTaken,
    );
    const second = await Hold.take(await asking({ now: MONDAY + 10 * MINUTE }), TEN);
    assert.notEqual(second, first);
    const left = await rows("SELECT id FROM allocations");
    assert.equal(left.length, 1);
  });

  it("is refused for what is not offered", async () => {
    const question = await asking();
    for (const start of [TEN + MINUTE, MONDAY, MONDAY - DAY, MONDAY + 61 * DAY, TEN + 5 * DAY])
      await assert.rejects(Hold.take(question, start), TimeTaken);
    const closed = {
      ...question.catalogue,
      business: { ...question.catalogue.business, bookingsOpen: false },
    };
    await assert.rejects(Hold.take({ ...question, catalogue: closed }, TEN), TimeTaken);
    assert.deepEqual(await rows("SELECT id FROM holds"), []);
  });

  it("takes the buffers too", async () => {
    const buffers = { slug: "colour", bufferBefore: 10, bufferAfter: 20 };
    cast.haircut = await buildService(cast.salon, buffers, [cast.benStaff]);
    await Hold.take(await asking(), TEN);
    const [taken] = await rows(
      `SELECT busy_from AS "from", busy_until AS "until" FROM allocations`,
    );
    assert.deepEqual(taken, { from: TEN - 10 * MINUTE, until: TEN + 50 * MINUTE });
  });

  it('with "anyone" goes to whoever has the fewest minutes that week', async () => {
    const [cleo, dan, eve] = await three();
    const question = await asking();
    const bookWith = (staff: Staff | undefined, start: number) =>
      Appointment.bookFor({ ...question, staffId: staff?.id }, start, JANE, { kind: "system" });
    await bookWith(cleo, TEN + DAY);
    await bookWith(eve, TEN + DAY);
    await bookWith(eve, TEN + 2 * DAY);
    await bookWith(dan, TEN + 7 * DAY); // another week does not count
    const order = [];
    for (let i = 0; i < 3; i++) order.push(await holderOf(await Hold.take(question, TEN)));
    assert.deepEqual(order, [dan?.id, cleo?.id, eve?.id]);
    await assert.rejects(Hold.take(question, TEN), TimeTaken);
  });

  it("goes by the list's order among equals", async () => {
    const staff = await three();
    const question = await asking();
    const order = [];
    for (let i = 0; i < 3; i++) order.push(await holderOf(await Hold.take(question, TEN)));
    assert.deepEqual(
      order,
      staff.map(({ id }) => id),
    );
  });

  it("goes to nobody but the provider asked for", async () => {
    const [, dan] = await three();
    const question = await asking({ staffId: dan?.id });
    assert.equal(await holderOf(await Hold.take(question, TEN)), dan?.id);
    await assert.rejects(Hold.take(question, TEN), TimeTaken);
    const { anyStaff } = await Hold.withToken(
      await Hold.take({ ...question, staffId: undefined }, TEN),
    );
    assert.equal(anyStaff, true);
  });

  it("that nobody has is gone", async () => {
    for (const token of ["", "x", "a".repeat(5000), "\0", "é"])
      await assert.rejects(Hold.withToken(token), { status: 410 });
  });

  it("is forgotten a day after it expired, with what it kept; an appointment stays", async () => {
    const question = await asking();
    const old = await Hold.take(question, TEN);
    const booked = await Hold.take(question, TEN + HOUR);
    await Appointment.book(question, await Hold.withToken(booked), JANE);
    const end = MONDAY + 10 * MINUTE + DAY;
    assert.equal(await Hold.sweep(end), 0);
    assert.equal(await Hold.sweep(end + 1), 2);
    await assert.rejects(Hold.withToken(old), { status: 410 });
    const left = await rows(`SELECT busy_from AS "from" FROM allocations`);
    assert.deepEqual(left, [{ from: TEN + HOUR }]);
    assert.equal((await rows("SELECT id FROM appointments")).length, 1);
  });
});
