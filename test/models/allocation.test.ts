import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Allocation, TimeTaken } from "../../src/models/index.ts";
import { catalogueOf } from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { FIRST_LOCATION } from "../../src/models/location.ts";
import { takenIn } from "../../src/models/taken.ts";
import { MONDAY, world, type World } from "../support/world.ts";

const HOUR = 3_600_000;
const LONGEST = 48 * HOUR;
const NOON = MONDAY + 4 * HOUR;

type Row = {
  from?: number;
  until?: number;
  staffId?: number;
  businessId?: number;
  hold?: boolean;
  subject?: string;
};

describe("an allocation", () => {
  let cast: World;
  let home: number;
  before(async () => {
    cast = await world();
    ({
      location: { id: home },
    } = await catalogueOf(cast.salon.slug));
  });
  beforeEach(() =>
    transaction(async () => {
      for (const table of ["allocations", "holds", "appointments"])
        await run(`DELETE FROM ${table}`);
    }),
  );

  /** By raw SQL, past everything that checks politely. Gives its id. */
  async function insert(fields: Row = {}): Promise<number> {
    const row = { businessId: cast.salon.id, staffId: cast.benStaff.id, ...fields };
    const { from = NOON, until = NOON + HOUR, hold = false, businessId, staffId } = row;
    return transaction(async () => {
      const owner = hold ? await aHold(row, from) : await anAppointment(row, from);
      const [made] = await rows<{ id: number }>(
        `INSERT INTO allocations (business_id, subject, staff_id, busy_from, busy_until,
           appointment_id, hold_id, expires_at)
         VALUES ($businessId, $subject, $staffId, $from, $until, $appointmentId, $holdId, $expires)
         RETURNING id`,
        {
          businessId,
          subject: fields.subject ?? `staff:${staffId}`,
          staffId,
          from,
          until,
          appointmentId: hold ? null : owner,
          holdId: hold ? owner : null,
          expires: hold ? NOON : null,
        },
      );
      return made?.id ?? 0;
    });
  }

  async function anAppointment(
    { businessId, staffId }: { businessId: number; staffId: number },
    start: number,
  ): Promise<number> {
    const uid = randomUUID();
    const [customer] = await rows<{ id: number }>(
      `INSERT INTO customers (business_id, name, created_at) VALUES ($businessId, 'A', 0)
       RETURNING id`,
      { businessId },
    );
    const [made] = await rows<{ id: number }>(
      `INSERT INTO appointments (business_id, service_id, staff_id, location_id, customer_id,
         starts_at, ends_at, zone, uid, token_hash, created_at)
       VALUES ($businessId, $serviceId, $staffId, ${FIRST_LOCATION}, $customerId, $start, $end,
         'UTC', $uid, $uid, 0)
       RETURNING id`,
      {
        businessId,
        serviceId: serviceOf(businessId),
        staffId,
        customerId: customer?.id ?? 0,
        start,
        end: start + 1,
        uid,
      },
    );
    return made?.id ?? 0;
  }

  async function aHold(
    { businessId, staffId }: { businessId: number; staffId: number },
    start: number,
  ): Promise<number> {
    const [made] = await rows<{ id: number }>(
      `INSERT INTO holds (business_id, service_id, staff_id, location_id, starts_at, token_hash,
         expires_at, created_at)
       VALUES ($businessId, $serviceId, $staffId, ${FIRST_LOCATION}, $start, $hash, $start, 0)
       RETURNING id`,
      { businessId, serviceId: serviceOf(businessId), staffId, start, hash: randomUUID() },
    );
    return made?.id ?? 0;
  }

  function serviceOf(businessId: number): number {
    return businessId === cast.salon.id ? cast.haircut.id : cast.oil.id;
  }

  const refusedAs = (name: RegExp) => (error: { original?: Error }) => {
    assert.match(String(error.original?.message), name);
    return true;
  };
  const overlap = refusedAs(/allocations_never_overlap/);
  const check = refusedAs(/check constraint/i);

  describe("by the database's own constraint [D1]", () => {
    const inTheWay: Record<string, Row> = {
      "at the same time": {},
      "begun before and still going on": { from: NOON - HOUR, until: NOON + 1 },
      "beginning just before it ends": { from: NOON + HOUR - 1, until: NOON + 2 * HOUR },
      "within it": { from: NOON + 1, until: NOON + 2 },
      "around it": { from: NOON - 1, until: NOON + HOUR + 1 },
      "as long as any may be, ending in it": { from: NOON + 1 - LONGEST, until: NOON + 1 },
      "as long as any may be, beginning in it": {
        from: NOON + HOUR - 1,
        until: NOON + HOUR - 1 + LONGEST,
      },
    };
    for (const [name, fields] of Object.entries(inTheWay))
      for (const [first, second] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ])
        it(`refuses ${second ? "a hold" : "an appointment"} ${name} as ${first ? "a hold" : "an appointment"}`, async () => {
          await insert({ hold: first });
          await assert.rejects(insert({ ...fields, hold: second }), overlap);
        });

    it("refuses it whichever of a long and a short one comes first", async () => {
      await insert({ from: NOON - LONGEST + 1, until: NOON + 1 });
      await assert.rejects(insert({ from: NOON, until: NOON + 1 }), overlap);
    });

    const free: Record<string, () => Row> = {
      "that ends when the other begins": () => ({ from: NOON - HOUR, until: NOON }),
      "that begins when the other ends": () => ({ from: NOON + HOUR, until: NOON + 2 * HOUR }),
      "of another provider": () => ({ staffId: cast.anaStaff.id }),
      "of another business": () => ({ businessId: cast.garage.id, staffId: cast.carlStaff.id }),
    };
    for (const [name, fields] of Object.entries(free))
      it(`allows one ${name}`, async () => {
        await insert();
        await insert(fields());
        await insert({ ...fields(), from: NOON + 10 * HOUR, until: NOON + 11 * HOUR, hold: true });
      });

    it("refuses one that is moved, lengthened or given over another's time", async () => {
      await insert();
      const later = await insert({ from: NOON + HOUR, until: NOON + 2 * HOUR });
      const ana = await insert({ staffId: cast.anaStaff.id });
      const change = (id: number, set: string) =>
        transaction(() => run(`UPDATE allocations SET ${set} WHERE id = $id`, { id }));
      await assert.rejects(change(later, `busy_from = ${NOON + HOUR - 1}`), overlap);
      await assert.rejects(
        change(later, `busy_from = ${NOON}, busy_until = ${NOON + HOUR}`),
        overlap,
      );
      const ben = cast.benStaff.id;
      await assert.rejects(change(ana, `staff_id = ${ben}, subject = 'staff:${ben}'`), overlap);
    });

    it("allows one to be moved or shortened over its own time", async () => {
      const id = await insert();
      const moved = await transaction(() =>
        run(
          `UPDATE allocations SET busy_from = busy_from + 1, busy_until = busy_until + 1
           WHERE id = $id`,
          { id },
        ),
      );
      assert.equal(moved, 1);
    });

    it("frees the time when the row goes", async () => {
      const id = await insert();
      await transaction(() => run("DELETE FROM allocations WHERE id = $id", { id }));
      await insert();
    });
  });

  describe("as a row", () => {
    it("may be 48 hours long and no longer", async () => {
      await insert({ until: NOON + LONGEST });
      await assert.rejects(insert({ staffId: cast.anaStaff.id, until: NOON + LONGEST + 1 }), check);
    });

    it("ends after it begins", async () => {
      await assert.rejects(insert({ until: NOON }), check);
      await assert.rejects(insert({ until: NOON - 1 }), check);
    });

    it("takes the time of the provider it names", async () => {
      await assert.rejects(insert({ subject: `staff:${cast.anaStaff.id}` }), check);
      await assert.rejects(insert({ subject: "" }), check);
    });

    it("belongs to an appointment or to a hold that expires, never to both or to none", async () => {
      const appointment = await insert();
      const hold = await insert({ hold: true, staffId: cast.anaStaff.id });
      const change = (id: number, set: string) =>
        transaction(() => run(`UPDATE allocations SET ${set} WHERE id = $id`, { id }));
      await assert.rejects(change(appointment, "appointment_id = NULL"), check);
      await assert.rejects(change(appointment, `expires_at = ${NOON}`), check);
      await assert.rejects(change(hold, "expires_at = NULL"), check);
      await assert.rejects(change(hold, "hold_id = NULL"), check);
      const [{ id } = { id: 0 }] = await rows<{ id: number }>("SELECT id FROM appointments");
      await assert.rejects(change(hold, `appointment_id = ${id}`), check);
    });
  });

  describe("taken by a verb", () => {
    const stretch = (fields: Partial<{ from: number; until: number; staffId: number }> = {}) => ({
      businessId: cast.salon.id,
      staffId: cast.benStaff.id,
      from: NOON,
      until: NOON + HOUR,
      locationId: home,
      awayFrom: null,
      resourceIds: [],
      group: null,
      limits: [],
      ...fields,
    });
    const take = (at: ReturnType<typeof stretch>, now: number) =>
      transaction(async () => {
        const appointmentId = await anAppointment(at, at.from);
        await Allocation.take(at, { appointmentId }, now);
      });

    it("makes way for nobody while it lives, and for anybody once it has expired", async () => {
      await insert({ hold: true }); // until noon
      await assert.rejects(take(stretch(), NOON - 1), TimeTaken);
      await take(stretch(), NOON);
      await assert.rejects(take(stretch(), NOON + HOUR), TimeTaken);
    });

    it("leaves the rest as it was when the time is taken", async () => {
      await insert();
      await assert.rejects(take(stretch(), NOON), TimeTaken);
      const [counted] = await rows("SELECT count(*) AS n FROM appointments");
      assert.deepEqual(counted, { n: 1 });
    });

    it("does not touch another's expired hold", async () => {
      const hold = await insert({ hold: true, staffId: cast.anaStaff.id });
      await take(stretch(), NOON + 1);
      const left = await rows("SELECT id FROM allocations WHERE hold_id IS NOT NULL");
      assert.deepEqual(left, [{ id: hold }]);
    });

    it("shows as busy where it reaches into a range, a live hold as one", async () => {
      await insert();
      await insert({ hold: true, from: NOON + HOUR, until: NOON + 2 * HOUR });
      await insert({ businessId: cast.garage.id, staffId: cast.carlStaff.id });
      const busy = async (from: number, until: number, now = NOON - 1) =>
        (await takenIn(cast.salon.id, { from, until }, { now })).byStaff.get(cast.benStaff.id);
      assert.deepEqual(await busy(NOON, NOON + 3 * HOUR), [
        { start: NOON, end: NOON + HOUR, kind: "appointment", locationId: null },
        { start: NOON + HOUR, end: NOON + 2 * HOUR, kind: "hold", locationId: null },
      ]);
      assert.equal((await busy(NOON, NOON + 3 * HOUR, NOON))?.length, 1);
      assert.equal(await busy(NOON - HOUR, NOON), undefined);
      assert.equal(await busy(NOON + 2 * HOUR, NOON + 3 * HOUR), undefined);
      assert.equal((await busy(NOON + HOUR - 1, NOON + HOUR))?.length, 1);
    });

    it("shows the longest where only its end reaches into a range", async () => {
      await insert({ from: NOON - LONGEST + 1, until: NOON + 1 });
      const range = { from: NOON, until: NOON + HOUR };
      const busy = await takenIn(cast.salon.id, range, { now: NOON });
      assert.equal(busy.byStaff.get(cast.benStaff.id)?.length, 1);
    });

    it("does not show the time of an appointment that is to move", async () => {
      await insert();
      const [{ id } = { id: 0 }] = await rows<{ id: number }>("SELECT id FROM appointments");
      const range = { from: NOON, until: NOON + HOUR };
      assert.equal(
        (await takenIn(cast.salon.id, range, { now: NOON, except: id })).byStaff.size,
        0,
      );
      assert.equal(
        (await takenIn(cast.salon.id, range, { now: NOON, except: id + 1 })).byStaff.size,
        1,
      );
    });
  });
});
