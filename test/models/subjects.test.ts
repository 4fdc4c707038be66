// What an appointment takes beside its provider's time: rooms, seats, places within limits, the way.
import assert from "node:assert/strict";
import { DAY, MINUTE } from "../../src/domain/time.ts";
import {
  type Catalogue,
  catalogueAt,
  catalogueOf,
  serviceById,
  withAddons,
} from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Appointment, Hold, type Service, TimeTaken } from "../../src/models/index.ts";
import { explainStart, type Question, startAt, startsOn } from "../../src/models/starts.ts";
import { HOUR, JANE } from "../support/bookings.ts";
import { buildService, buildStaff, MONDAY, world, type World } from "../support/world.ts";

const NINE = MONDAY + HOUR; // Monday, 9:00 in New York
const ACTOR = { kind: "system" as const };

describe("a start", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  const change = (sql: string, bind: Record<string, unknown> = {}) =>
    transaction(() => run(sql, { businessId: cast.salon.id, ...bind }));
  const catalogue = () => catalogueOf(cast.salon.slug);

  async function asking(fields: Partial<Question> = {}, of: Service = cast.haircut) {
    const all = await catalogue();
    return { catalogue: all, service: serviceById(all, of.id), now: MONDAY, ...fields };
  }

  /** How many of so many at once get it. */
  async function racing(count: number, question: Question, start: number): Promise<number> {
    const tries = Array.from({ length: count }, (_, i) =>
      Appointment.bookFor(question, start, { ...JANE, email: `j${i}@example.com` }, ACTOR),
    );
    const outcomes = await Promise.allSettled(tries);
    for (const { reason } of outcomes.filter(({ status }) => status === "rejected") as Array<{
      reason: unknown;
    }>)
      assert.ok(reason instanceof TimeTaken, String(reason));
    return outcomes.filter(({ status }) => status === "fulfilled").length;
  }

  async function addResource(
    kind: "room" | "equipment",
    capacity: number | null = null,
    at?: number,
  ): Promise<number> {
    const { location } = await catalogue();
    const [made] = await transaction(() =>
      rows<{ id: number }>(
        `INSERT INTO resources (business_id, location_id, kind, name, capacity, created_at)
         VALUES ($businessId, $at, $kind, $kind, $capacity, 0) RETURNING id`,
        { businessId: cast.salon.id, at: at ?? location.id, kind, capacity },
      ),
    );
    return made?.id ?? 0;
  }

  const need = (service: Service, number: number, ...ids: number[]) =>
    transaction(async () => {
      for (const id of ids)
        await run(
          `INSERT INTO service_needs (business_id, service_id, need, resource_id)
           VALUES ($businessId, $serviceId, $number, $id)`,
          { businessId: cast.salon.id, serviceId: service.id, number, id },
        );
    });

  describe("of a group", () => {
    beforeEach(() =>
      change("UPDATE services SET seats = 3, party = 3 WHERE id = $id", { id: cast.haircut.id }),
    );

    it("[D1] takes exactly as many as it has seats, however many want one at once", async () => {
      const question = await asking();
      assert.equal(await racing(20, question, NINE), 3);
      assert.equal(await startAt(question, NINE), undefined);
    });

    it("shows how many seats are left, and takes those who come together", async () => {
      const two = await asking({ people: 2 });
      assert.equal((await startAt(two, NINE))?.seatsLeft, 3);
      await Appointment.bookFor(two, NINE, JANE, ACTOR);
      assert.equal(await startAt(two, NINE), undefined);
      const one = await asking();
      assert.equal((await startAt(one, NINE))?.seatsLeft, 1);
      const [explained] = await explainStart(two, NINE);
      assert.equal(explained?.verdict.offered === false && explained.verdict.rule, "full");
    });

    it("keeps its provider from everything else at that time", async () => {
      const color = await buildService(cast.salon, { name: "Color" }, [cast.benStaff]);
      await Appointment.bookFor(await asking(), NINE, JANE, ACTOR);
      assert.equal(await startAt(await asking({}, color), NINE), undefined);
      await assert.rejects(
        Appointment.bookFor(await asking({}, color), NINE, JANE, ACTOR, true),
        TimeTaken,
      );
    });

    it("gives seats back with a hold that expires, and to nobody twice", async () => {
      const question = await asking({ people: 3 });
      await Hold.take(question, NINE);
      assert.equal(await startAt(question, NINE), undefined);
      const later = { ...question, now: MONDAY + 10 * MINUTE };
      await Appointment.bookFor(later, NINE, JANE, ACTOR);
      await assert.rejects(Hold.take({ ...later, people: 1 }, NINE), TimeTaken);
    });

    it("gives seats back when one of its bookings is cancelled or moved", async () => {
      const question = await asking({ people: 2 });
      const { id } = await Appointment.bookFor(question, NINE, JANE, ACTOR);
      const booked = await Appointment.find(cast.salon, id);
      const moving = { ...question, except: id };
      await Appointment.move(booked, moving, NINE + HOUR, ACTOR);
      assert.equal((await startAt(question, NINE))?.seatsLeft, 3);
      const moved = await Appointment.find(cast.salon, id);
      await Appointment.cancel(moved, question.service, ACTOR, MONDAY);
      assert.deepEqual(await rows("SELECT id FROM allocations"), []);
    });

    it("fills before another provider's begins", async () => {
      const eve = await buildStaff(cast.salon, { name: "Eve" });
      await change(
        `INSERT INTO staff_services (business_id, staff_id, service_id)
         VALUES ($businessId, $staffId, $serviceId)`,
        { staffId: eve.id, serviceId: cast.haircut.id },
      );
      const staffIds: number[] = [];
      for (let i = 0; i < 4; i++) {
        const details = { ...JANE, email: `j${i}@example.com` };
        const { id } = await Appointment.bookFor(await asking(), NINE, details, ACTOR);
        staffIds.push((await Appointment.find(cast.salon, id)).staffId);
      }
      const [first, , , last] = staffIds;
      assert.deepEqual(staffIds, [first, first, first, last]);
      assert.notEqual(first, last);
    });

    it("takes one room for all who join it", async () => {
      const rooms = [await addResource("room", 3), await addResource("room", 3)];
      await need(cast.haircut, 1, ...rooms);
      const question = await asking();
      assert.equal(await racing(6, question, NINE), 3);
      const taken = await rows(
        "SELECT DISTINCT resource_id FROM allocations WHERE resource_id > 0",
      );
      assert.equal(taken.length, 1);
    });
  });

  describe("with rooms and equipment", () => {
    it("takes one of each need, and no more than there are, however many want one", async () => {
      await buildStaff(cast.salon, { name: "Eve" });
      for (const name of ["Dan", "Eve"]) {
        const member = await buildStaff(cast.salon, { name });
        await change(
          `INSERT INTO staff_services (business_id, staff_id, service_id)
           VALUES ($businessId, $staffId, $serviceId)`,
          { staffId: member.id, serviceId: cast.haircut.id },
        );
      }
      await need(cast.haircut, 1, await addResource("room"), await addResource("room"));
      assert.equal(await racing(8, await asking(), NINE), 2);
      const [explained] = await explainStart(await asking(), NINE);
      assert.equal(explained?.verdict.offered, false);
    });

    it("leaves the larger room to those who need it", async () => {
      const [large, small] = [await addResource("room", 10), await addResource("room", 1)];
      await need(cast.haircut, 1, large, small);
      await Appointment.bookFor(await asking(), NINE, JANE, ACTOR);
      const taken = await rows("SELECT resource_id FROM allocations WHERE resource_id IS NOT NULL");
      assert.deepEqual(taken, [{ resource_id: small }]);
    });

    it("says that no room is free, which staff cannot set aside", async () => {
      const room = await addResource("room");
      const other = await buildStaff(cast.salon, { name: "Eve" });
      const color = await buildService(cast.salon, { name: "Color" }, [other]);
      await need(cast.haircut, 1, room);
      await need(color, 1, room);
      await Appointment.bookFor(await asking({}, color), NINE, JANE, ACTOR);
      const [explained] = await explainStart(await asking(), NINE);
      assert.equal(explained?.verdict.offered === false && explained.verdict.rule, "resource");
      await assert.rejects(Appointment.bookFor(await asking(), NINE, JANE, ACTOR, true), TimeTaken);
    });
  });

  describe("within limits", () => {
    for (const [limit, days] of [
      ["daily_limit", [0]],
      ["weekly_limit", [0, 1, 2]],
    ] as const)
      it(`is not offered past a ${limit}, nor booked by many at once`, async () => {
        await change(`UPDATE services SET ${limit} = 2 WHERE id = $id`, { id: cast.haircut.id });
        const question = await asking();
        const starts = Array.from({ length: 8 }, (_, i) => {
          const day = days[i % days.length] ?? 0;
          return NINE + day * DAY + i * HOUR * 0.5;
        });
        const outcomes = await Promise.allSettled(
          starts.map((start) => Appointment.bookFor(question, start, JANE, ACTOR)),
        );
        const booked = outcomes.filter(({ status }) => status === "fulfilled");
        assert.equal(booked.length, 2);
        assert.equal((await startsOn(question, "2027-02-01", 1)).length, 0);
        assert.ok((await startsOn(question, "2027-02-08", 1)).length > 0);
      });
  });

  describe("at another location", () => {
    async function second(zone: string | null = null): Promise<Catalogue> {
      const [made] = await transaction(() =>
        rows<{ id: number }>(
          `INSERT INTO locations (business_id, slug, name, zone, position, created_at)
           VALUES ($businessId, 'airport', 'Airport', $zone, 1, 0) RETURNING id`,
          { businessId: cast.salon.id, zone },
        ),
      );
      await change(
        `INSERT INTO hours (business_id, staff_id, location_id, weekday, from_minute, to_minute)
         SELECT business_id, staff_id, $id, weekday, from_minute, to_minute FROM hours
         WHERE business_id = $businessId`,
        { id: made?.id },
      );
      return catalogueAt(await catalogue(), made?.id ?? 0);
    }

    it("leaves the provider time for the way there and back", async () => {
      await change("UPDATE businesses SET travel_minutes = 45 WHERE id = $businessId");
      const airport = await second();
      await Appointment.bookFor(await asking(), NINE + 2 * HOUR, JANE, ACTOR); // 11:00 to 11:30
      const there = await asking({ catalogue: airport });
      const offered = (await startsOn(there, "2027-02-01", 1)).map(
        ({ start }) => (start - NINE) / HOUR + 9,
      );
      assert.deepEqual(
        offered.filter((hour) => hour < 13),
        [9, 9.5, 12.5],
      );
      await assert.rejects(
        Appointment.bookFor(there, NINE + 3 * HOUR, JANE, ACTOR, true),
        TimeTaken,
      );
      const here = await asking();
      await Appointment.bookFor(here, NINE + 2.5 * HOUR, JANE, ACTOR);
    });

    it("has the location's zone and hours, and the row says where", async () => {
      const airport = await second("America/Los_Angeles");
      const there = await asking({ catalogue: airport });
      const [first] = await startsOn(there, "2027-02-01", 1);
      assert.equal(first?.start, NINE + 3 * HOUR);
      const { id } = await Appointment.bookFor(there, NINE + 3 * HOUR, JANE, ACTOR);
      const { zone, locationId } = await Appointment.find(cast.salon, id);
      assert.deepEqual([zone, locationId], ["America/Los_Angeles", airport.location.id]);
    });
  });

  describe("with add-ons", () => {
    it("is as long and as dear as all of it together, as it was when booked", async () => {
      const addon = { id: 0, name: "Beard", minutes: 15, price: 900, archived: false };
      const [made] = await transaction(() =>
        rows<{ id: number }>(
          `INSERT INTO addons (business_id, name, minutes, price, created_at)
           VALUES ($businessId, 'Beard', 15, 900, 0) RETURNING id`,
          { businessId: cast.salon.id },
        ),
      );
      addon.id = made?.id ?? 0;
      const plain = await asking();
      const question = { ...plain, service: withAddons(plain.service, [addon]), addons: [addon] };
      const { id } = await Appointment.bookFor(question, NINE, JANE, ACTOR);
      const { startsAt, endsAt, price } = await Appointment.find(cast.salon, id);
      assert.deepEqual([endsAt - startsAt, price], [45 * MINUTE, 4400]);
      assert.deepEqual(await rows("SELECT name, minutes, price FROM appointment_addons"), [
        { name: "Beard", minutes: 15, price: 900 },
      ]);
    });
  });
});
