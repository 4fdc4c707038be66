import assert from "node:assert/strict";
import { DAY, MINUTE } from "../../src/domain/time.ts";
import { Conflict } from "../../src/errors.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import {
  Appointment,
  AuditEntry,
  Hold,
  type Staff,
  TimeTaken,
  TooLate,
} from "../../src/models/index.ts";
import type { Question } from "../../src/models/starts.ts";
import { JANE } from "../support/bookings.ts";
import { buildService, buildStaff, MONDAY, world, type World } from "../support/world.ts";

const HOUR = 60 * MINUTE;
const KEPT = 10 * MINUTE;
const TEN = MONDAY + 2 * HOUR; // the Monday of the cast, 10:00 in New York
const CUSTOMER = { kind: "customer" } as const;

describe("an appointment", () => {
  let cast: World;
  let staff: { kind: "staff"; staffId: number };
  beforeEach(async () => {
    cast = await world();
    staff = { kind: "staff", staffId: cast.anaStaff.id };
  });

  async function asking(fields: Partial<Question> = {}): Promise<Question> {
    const catalogue = await catalogueOf("anas-salon");
    return { catalogue, service: serviceById(catalogue, cast.haircut.id), now: MONDAY, ...fields };
  }

  async function changeService(set: string): Promise<void> {
    await transaction(() => run(`UPDATE services SET ${set}`));
  }

  async function holdAt(start = TEN, question?: Question): Promise<Hold> {
    return Hold.withToken(await Hold.take(question ?? (await asking()), start));
  }

  async function booked(start = TEN, fields: Partial<Question> = {}): Promise<Appointment> {
    const question = await asking(fields);
    const { id } = await Appointment.bookFor(question, start, JANE, { kind: "system" });
    return Appointment.find(cast.salon, id);
  }

  async function move(
    appointment: Appointment,
    start: number,
    fields: Partial<Question> = {},
    actor: Parameters<typeof Appointment.move>[3] = CUSTOMER,
    override = false,
  ): Promise<Appointment> {
    const question = await asking({ except: appointment.id, ...fields });
    await Appointment.move(appointment, question, start, actor, override);
    return Appointment.find(cast.salon, appointment.id);
  }

  async function cancel(
    appointment: Appointment,
    actor: Parameters<typeof Appointment.cancel>[2] = CUSTOMER,
    now = MONDAY,
  ): Promise<Appointment> {
    const { service } = await asking();
    await Appointment.cancel(appointment, service, actor, now);
    return Appointment.find(cast.salon, appointment.id);
  }

  async function taken(): Promise<Array<[from: number, until: number, staffId: number]>> {
    const all = await rows<{ f: number; u: number; s: number }>(
      "SELECT busy_from AS f, busy_until AS u, staff_id AS s FROM allocations ORDER BY busy_from",
    );
    return all.map(({ f, u, s }) => [f, u, s]);
  }

  async function second(): Promise<Staff> {
    const cleo = await buildStaff(cast.salon, { name: "Cleo", position: 5 });
    await transaction(() =>
      run(
        `INSERT INTO staff_services (business_id, staff_id, service_id)
         VALUES ($businessId, $staffId, $serviceId)`,
        { businessId: cast.salon.id, staffId: cleo.id, serviceId: cast.haircut.id },
      ),
    );
    return cleo;
  }

  async function history(id: number): Promise<string[]> {
    const lines = await AuditEntry.ofAppointment(cast.salon.id, id);
    return lines.map(({ actor, action }) => `${actor} ${action}`);
  }

  describe("booked from a hold", () => {
    it("has the hold's time, the business's zone, the price of the day, and a history", async () => {
      const { id, token } = await Appointment.book(await asking(), await holdAt(), {
        ...JANE,
        note: "No fringe",
      });
      await changeService("price = 9900");
      const found = await Appointment.withToken(token);
      const { businessId, staffId, startsAt, endsAt, zone, status, price, note, sequence } = found;
      assert.deepEqual(
        { businessId, staffId, startsAt, endsAt, zone, status, price, note, sequence },
        {
          businessId: cast.salon.id,
          staffId: cast.benStaff.id,
          startsAt: TEN,
          endsAt: TEN + 30 * MINUTE,
          zone: "America/New_York",
          status: "confirmed",
          price: 3500,
          note: "No fringe",
          sequence: 0,
        },
      );
      assert.equal(found.id, id);
      assert.deepEqual(await taken(), [[TEN, TEN + 30 * MINUTE, cast.benStaff.id]]);
      assert.deepEqual(await history(id), ["customer appointment.booked"]);
      assert.notEqual(found.tokenHash, token);
    });

    it("is booked once, however often it is asked for [D29]", async () => {
      const [question, hold] = [await asking(), await holdAt()];
      const first = await Appointment.book(question, hold, JANE);
      const again = await Promise.all([1, 2, 3].map(() => Appointment.book(question, hold, JANE)));
      for (const one of again) assert.deepEqual(one, first);
      const late = { ...question, now: MONDAY + DAY };
      assert.deepEqual(await Appointment.book(late, await Hold.again(hold.id), JANE), first);
      assert.deepEqual(await Appointment.ofHold(await Hold.again(hold.id)), first);
    });

    it("is one customer's for one name and address, whatever the capitals", async () => {
      const question = await asking();
      const people = [
        JANE,
        { ...JANE, email: "Jane@Customer.example", name: "jane  doe", phone: null },
        { ...JANE, name: "John Doe" },
      ];
      for (const [i, person] of people.entries())
        await Appointment.book(question, await holdAt(TEN + i * HOUR), person);
      const customers = await rows("SELECT name, phone FROM customers ORDER BY id");
      assert.deepEqual(customers, [
        { name: "Jane Doe", phone: "555 0199" },
        { name: "John Doe", phone: "555 0199" },
      ]);
    });

    it("takes its time after the hold has expired, while nobody else has it", async () => {
      const hold = await holdAt();
      const late = await asking({ now: MONDAY + KEPT });
      await Appointment.book(late, hold, JANE);
      assert.deepEqual(await taken(), [[TEN, TEN + 30 * MINUTE, cast.benStaff.id]]);
    });

    it("is refused after the hold has expired and somebody else has the time", async () => {
      const hold = await holdAt();
      const late = await asking({ now: MONDAY + KEPT });
      await holdAt(TEN, late);
      await assert.rejects(Appointment.book(late, hold, JANE), TimeTaken);
      assert.deepEqual(await rows("SELECT id FROM appointments"), []);
      assert.deepEqual(await rows("SELECT id FROM customers"), []);
    });

    it("goes to another who is free then, if anyone would do", async () => {
      const cleo = await second();
      const hold = await holdAt();
      assert.equal(hold.staffId, cast.benStaff.id);
      const late = await asking({ now: MONDAY + KEPT });
      await holdAt(TEN, { ...late, staffId: cast.benStaff.id });
      const { id } = await Appointment.book(late, hold, JANE);
      assert.equal((await Appointment.find(cast.salon, id)).staffId, cleo.id);
    });

    it("stays with the provider it was held with, if she is still free", async () => {
      const cleo = await second();
      await booked(TEN + DAY, { staffId: cast.benStaff.id }); // Cleo has less to do
      const hold = await holdAt(TEN, { ...(await asking()), staffId: cast.benStaff.id });
      const anyone = { ...hold, anyStaff: true };
      const { id } = await Appointment.book(await asking({ now: MONDAY + KEPT }), anyone, JANE);
      assert.equal((await Appointment.find(cast.salon, id)).staffId, cast.benStaff.id);
      assert.notEqual(cleo.id, cast.benStaff.id);
    });

    it("keeps to the rules of the day once the hold has expired [D6]", async () => {
      const hold = await holdAt();
      await changeService("booking_notice = 60");
      const book = async (now: number) => Appointment.book(await asking({ now }), hold, JANE);
      await assert.rejects(book(TEN - HOUR + 1), TimeTaken);
      await assert.rejects(book(TEN + 1), TimeTaken);
      await transaction(() => run("UPDATE businesses SET bookings_open = FALSE"));
      await assert.rejects(book(TEN - HOUR), TimeTaken);
      await transaction(() => run("UPDATE businesses SET bookings_open = TRUE"));
      await book(TEN - HOUR);
    });

    it("keeps a live hold's promise, whatever has been changed meanwhile", async () => {
      const hold = await holdAt();
      await transaction(() => run("UPDATE businesses SET bookings_open = FALSE"));
      await Appointment.book(await asking({ now: MONDAY + KEPT - 1 }), hold, JANE);
    });

    it("may take another time instead, and then gives the held one back [D29]", async () => {
      const hold = await holdAt();
      const question = await asking();
      const first = await Appointment.book(question, hold, JANE, TEN + HOUR);
      assert.deepEqual(await taken(), [[TEN + HOUR, TEN + HOUR + 30 * MINUTE, cast.benStaff.id]]);
      const again = await Hold.again(hold.id);
      assert.deepEqual(await Appointment.book(question, again, JANE, TEN + HOUR), first);
      assert.deepEqual(await Appointment.book(question, hold, JANE, TEN + HOUR), first);
      assert.equal((await rows("SELECT id FROM appointments")).length, 1);
    });

    it("keeps the held time when the other one is taken", async () => {
      await booked(TEN + HOUR);
      const hold = await holdAt();
      await assert.rejects(Appointment.book(await asking(), hold, JANE, TEN + HOUR), TimeTaken);
      await Appointment.book(await asking(), hold, JANE);
    });

    it("takes its buffers, which may lie outside of the hours [D8]", async () => {
      await changeService("buffer_before = 20, buffer_after = 40");
      const nine = MONDAY + HOUR;
      await Appointment.book(await asking(), await holdAt(nine), JANE);
      assert.deepEqual(await taken(), [[nine - 20 * MINUTE, nine + 70 * MINUTE, cast.benStaff.id]]);
      await assert.rejects(holdAt(nine + HOUR), TimeTaken); // 10:00 − 20 is before 10:10
      await holdAt(nine + 90 * MINUTE); // 10:30 − 20 is when the other's end
    });
  });

  describe("booked by staff", () => {
    it("may lie outside of hours and notice, never on another", async () => {
      await changeService("booking_notice = 1000000");
      const night = MONDAY - 6 * HOUR;
      const question = await asking({ staffId: cast.benStaff.id });
      await assert.rejects(Appointment.bookFor(question, night, JANE, staff), TimeTaken);
      const { id } = await Appointment.bookFor(question, night, JANE, staff, true);
      const [line] = await AuditEntry.ofAppointment(cast.salon.id, id);
      assert.deepEqual([line?.actor, line?.details.override], ["staff", true]);
      const overlapping = night + 29 * MINUTE;
      await assert.rejects(
        Appointment.bookFor(question, overlapping, JANE, staff, true),
        TimeTaken,
      );
      await Appointment.bookFor(question, night + 30 * MINUTE, JANE, staff, true);
    });

    it("is booked once by the same form [D29]", async () => {
      const question = await asking();
      const details = { ...JANE, uid: "one-form" };
      const all = await Promise.all(
        [1, 2, 3].map(() => Appointment.bookFor(question, TEN, details, staff)),
      );
      assert.equal(new Set(all.map(({ id }) => id)).size, 1);
      assert.equal((await rows("SELECT id FROM appointments")).length, 1);
    });
  });

  describe("moved", () => {
    it("has the new time, gives the old one back, and says so", async () => {
      const before = await booked();
      const after = await move(before, TEN + DAY);
      assert.deepEqual([after.startsAt, after.sequence, after.uid], [TEN + DAY, 1, before.uid]);
      assert.deepEqual(await taken(), [[TEN + DAY, TEN + DAY + 30 * MINUTE, before.staffId]]);
      assert.deepEqual(await history(before.id), [
        "system appointment.booked",
        "customer appointment.moved",
      ]);
      await booked(TEN);
    });

    it("may overlap its own time", async () => {
      await changeService("step = 10");
      const after = await move(await booked(), TEN + 10 * MINUTE);
      assert.deepEqual(await taken(), [[TEN + 10 * MINUTE, TEN + 40 * MINUTE, cast.benStaff.id]]);
      assert.equal(after.sequence, 1);
    });

    it("to where it is stays as it is, even within the notice [D29]", async () => {
      await changeService(`rescheduling_notice = 1440`);
      const before = await booked(TEN + 2 * DAY);
      const after = await move(before, TEN);
      assert.equal(after.startsAt, TEN);
      assert.deepEqual(await move(after, TEN), after);
      assert.deepEqual(await move(before, TEN), after, "the same form, sent before it was moved");
    });

    it("stays where it is when the other time is taken", async () => {
      await booked(TEN + HOUR);
      const before = await booked();
      await assert.rejects(move(before, TEN + HOUR), TimeTaken);
      assert.deepEqual(await Appointment.find(cast.salon, before.id), before);
      assert.equal((await taken()).length, 2);
    });

    it("is refused to a customer within the notice, and allowed to staff, who leave a note [D6]", async () => {
      await changeService("rescheduling_notice = 120");
      const before = await booked();
      await assert.rejects(move(before, TEN + DAY, { now: TEN - 2 * HOUR + 1 }), TooLate);
      const onTime = await move(before, TEN + DAY, { now: TEN - 2 * HOUR });
      const within = TEN + DAY - HOUR;
      const after = await move(onTime, TEN + 2 * DAY, { now: within }, staff);
      assert.equal(after.startsAt, TEN + 2 * DAY);
      const lines = await AuditEntry.ofAppointment(cast.salon.id, before.id);
      assert.deepEqual(
        lines.map(({ details }) => details.override),
        [false, false, true],
      );
    });

    it("is refused when it was changed since it was read", async () => {
      const read = await booked();
      await move(read, TEN + DAY);
      await assert.rejects(move(read, TEN + 2 * DAY), Conflict);
      await cancel(await Appointment.find(cast.salon, read.id));
      await assert.rejects(move(read, TEN + 2 * DAY), Conflict);
      assert.deepEqual(await taken(), []);
    });

    it("keeps the length it was booked with, and takes that much", async () => {
      await changeService("minutes = 60");
      const before = await booked();
      await changeService("minutes = 30");
      const after = await move(before, TEN + DAY);
      assert.equal(after.endsAt - after.startsAt, HOUR);
      assert.deepEqual(await taken(), [[TEN + DAY, TEN + DAY + HOUR, before.staffId]]);
      await booked(TEN + 2 * DAY + 30 * MINUTE);
      await assert.rejects(move(after, TEN + 2 * DAY), TimeTaken);
    });

    it("stays with its provider if she is free, and else goes to whoever is", async () => {
      const before = await booked(TEN, { staffId: cast.benStaff.id });
      const cleo = await second();
      const stays = await move(before, TEN + DAY);
      assert.equal(stays.staffId, cast.benStaff.id);
      await booked(TEN + 2 * DAY, { staffId: cast.benStaff.id });
      const goes = await move(stays, TEN + 2 * DAY);
      assert.equal(goes.staffId, cleo.id);
      assert.deepEqual(
        (await taken()).map(([, , who]) => who).toSorted((a, b) => a - b),
        [cast.benStaff.id, cleo.id],
      );
    });

    it("may be moved though the business takes no bookings for now [D26]", async () => {
      const before = await booked();
      await transaction(() => run("UPDATE businesses SET bookings_open = FALSE"));
      const after = await move(before, TEN + DAY);
      assert.equal(after.startsAt, TEN + DAY);
      await assert.rejects(holdAt(TEN + 2 * DAY), TimeTaken);
    });
  });

  describe("cancelled", () => {
    it("gives its time back at once, and says so", async () => {
      const after = await cancel(await booked());
      assert.deepEqual([after.status, after.cancelledAt, after.sequence], ["cancelled", MONDAY, 1]);
      assert.deepEqual(await taken(), []);
      assert.deepEqual(await history(after.id), [
        "system appointment.booked",
        "customer appointment.cancelled",
      ]);
      await booked();
    });

    it("twice is cancelled once, by two forms as by two presses at once [D29]", async () => {
      const read = await booked();
      await Promise.all([cancel(read), cancel(read), cancel(read)]);
      await cancel(await Appointment.find(cast.salon, read.id));
      assert.equal((await history(read.id)).length, 2);
    });

    it("is refused to a customer within the notice and after it began, and allowed to staff [D6]", async () => {
      await changeService("cancelling_notice = 60");
      const read = await booked();
      await assert.rejects(cancel(read, CUSTOMER, TEN - HOUR + 1), TooLate);
      await assert.rejects(cancel(read, CUSTOMER, TEN + 1), TooLate);
      await cancel(read, staff, TEN - HOUR + 1);
      const line = (await AuditEntry.ofAppointment(cast.salon.id, read.id)).at(-1);
      assert.equal(line?.details.override, true);
      const other = await cancel(await booked(), CUSTOMER, TEN - HOUR);
      assert.equal(other.status, "cancelled");
    });

    it("is refused when it was moved since it was read", async () => {
      const read = await booked();
      await move(read, TEN + DAY);
      await assert.rejects(cancel(read), Conflict);
      assert.equal((await taken()).length, 1);
    });
  });

  it("of another business does not exist", async () => {
    const { id } = await booked();
    await assert.rejects(Appointment.find(cast.garage, id), { status: 404 });
    for (const bad of [0, -1, "x", "1e3", "99999999999", undefined, null, `${id}x`])
      await assert.rejects(Appointment.find(cast.salon, bad), { status: 404 });
    for (const token of ["", "x", "a".repeat(5000), "\0"])
      await assert.rejects(Appointment.withToken(token), { status: 404 });
  });

  it("is with others of a provider only where they do not overlap", async () => {
    const service = { slug: "long", minutes: 90, bufferAfter: 15 };
    cast.haircut = await buildService(cast.salon, service, [cast.benStaff]);
    await booked(TEN);
    await assert.rejects(booked(TEN + 90 * MINUTE), TimeTaken);
    await booked(TEN + 2 * HOUR);
  });
});
