import assert from "node:assert/strict";
import ICAL from "ical.js";
import { Appointment } from "../../src/models/appointment.ts";
import { AuditEntry } from "../../src/models/audit-entry.ts";
import { catalogueOf, forgetCatalogues, serviceById } from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { versionOf } from "../../src/models/series-move.ts";
import { Series } from "../../src/models/series.ts";
import { bookHaircut, HOUR, sendDue, START, told } from "../support/bookings.ts";
import { bookSeries, WEEK } from "../support/series.ts";
import { mailsTo, withSink } from "../support/post.ts";
import type { SmtpSink } from "../support/smtp-sink.ts";
import { buildStaff, MONDAY, world, type World } from "../support/world.ts";

const STAFF = { kind: "system" } as const;
const CUSTOMER = { kind: "customer" } as const;

describe("[D9] a series of appointments", () => {
  let cast: World;
  let sink: SmtpSink;
  withSink((opened) => (sink = opened));
  beforeEach(async () => {
    cast = await world();
  });

  async function booked(count: number, more: Partial<Parameters<typeof bookSeries>[0]> = {}) {
    const { id, token } = await bookSeries({
      slug: cast.salon.slug,
      serviceId: cast.haircut.id,
      count,
      ...more,
    });
    return { id, token, members: await Series.members(await Appointment.find(cast.salon, id)) };
  }

  async function cancel(
    id: number,
    extent: "after" | "upcoming",
    actor: typeof STAFF | typeof CUSTOMER,
    now = MONDAY,
  ) {
    const service = serviceById(await catalogueOf(cast.salon.slug), cast.haircut.id);
    const one = await Appointment.find(cast.salon, id);
    return Series.cancel(one, service, extent === "after" ? one.startsAt : now, { actor }, now);
  }

  const rule = (column: string, value: number | boolean) =>
    transaction(() =>
      run(`UPDATE services SET ${column} = $value WHERE id = $id`, { id: cast.haircut.id, value }),
    );

  const statuses = async (id: number) => {
    const members = await Series.members(await Appointment.find(cast.salon, id));
    return members.map(({ status }) => status);
  };

  const mails = async (address = "jane@customer.example") => {
    const read = await mailsTo(sink, address);
    return read.map(({ calendar, ...mail }) => ({
      ...mail,
      calendar: calendar === undefined ? undefined : ICAL.Component.fromString(calendar),
    }));
  };

  const events = (calendar: ICAL.Component | undefined) =>
    (calendar?.getAllSubcomponents("vevent") ?? []).map((event) => ({
      uid: String(event.getFirstPropertyValue("uid")),
      status: event.getFirstPropertyValue("status"),
      sequence: event.getFirstPropertyValue("sequence"),
      start: String(event.getFirstPropertyValue("dtstart")),
    }));

  it("is confirmed in one mail that lists all with their zone, and all are in its calendar", async () => {
    const { id, members } = await booked(8); // from 8 February to 29 March, over the change of clocks
    await sendDue();
    const [mail, ...others] = await mails();
    assert.deepEqual(others, []);
    assert.match(mail?.subject ?? "", /8 times from Monday, February 8, 2027, 9:30 AM/);
    assert.match(mail?.text ?? "", /Your 8 appointments are booked/);
    const lines = mail?.text.split("\n").filter((line) => line.startsWith("- ")) ?? [];
    assert.equal(lines.length, 8);
    assert.match(lines[0] ?? "", /February 8, 2027, 9:30 AM to 10:00 AM \(Eastern Standard Time\)/);
    assert.match(lines[7] ?? "", /March 29, 2027, 9:30 AM to 10:00 AM \(Eastern Daylight Time\)/);
    assert.match(mail?.html ?? "", /<li>/);
    assert.match(mail?.text ?? "", /\/appointments\/[\w-]+\/series/);
    assert.equal(mail?.calendar?.getFirstPropertyValue("method"), "PUBLISH");
    const shown = events(mail?.calendar);
    assert.deepEqual(
      shown.map(({ uid }) => uid),
      members.map(({ uid }) => uid),
    );
    assert.ok(shown.every(({ start }) => start.endsWith("T09:30:00")));
    assert.equal((await mails("ben@salon.example")).length, 1);
    assert.deepEqual(await told(cast, members[3]?.id ?? 0), [
      "confirmation: sent",
      "staff_booked: sent",
      "reminder: pending",
    ]);
    assert.equal((await AuditEntry.ofAppointment(cast.salon.id, id))[0]?.details.together, 8);
  });

  it("speaks the customer's language in it", async () => {
    await transaction(() =>
      run("UPDATE businesses SET other_languages = TRUE WHERE id = $id", { id: cast.salon.id }),
    );
    await booked(3, { details: { language: "es" } });
    await sendDue();
    const [mail] = await mails();
    assert.match(mail?.subject ?? "", /3 veces desde el lunes, 8 de febrero de 2027/);
    assert.match(mail?.text ?? "", /Sus 3 citas están reservadas/);
    assert.match(mail?.text ?? "", /\/series\?lang=es/);
  });

  it("is cancelled from one of them on: in one mail, with its time free, each on the record", async () => {
    const { id, members } = await booked(6);
    await sendDue();
    sink.reset();
    const [, , third, , , last] = members;
    assert.equal(await cancel(third?.id ?? 0, "after", STAFF), 4);
    assert.deepEqual(await statuses(id), [
      "confirmed",
      "confirmed",
      "cancelled",
      "cancelled",
      "cancelled",
      "cancelled",
    ]);
    await sendDue();
    const [mail, ...others] = await mails();
    assert.deepEqual(others, []);
    assert.match(mail?.subject ?? "", /^Cancelled: .* 4 times from Monday, February 22/);
    assert.match(mail?.text ?? "", /4 of your appointments have been cancelled/);
    const gone = events(mail?.calendar);
    assert.deepEqual(
      gone.map(({ uid, status, sequence }) => [uid, status, sequence]),
      members.slice(2).map(({ uid }) => [uid, "CANCELLED", 1]),
    );
    assert.equal((await mails("ben@salon.example")).length, 1);
    const history = await AuditEntry.ofAppointment(cast.salon.id, last?.id ?? 0);
    assert.deepEqual(
      history.map(({ action }) => action),
      ["appointment.booked", "appointment.cancelled"],
    );
    const [taken] = await rows<{ n: number }>(
      "SELECT CAST(COUNT(*) AS INTEGER) AS n FROM allocations",
    );
    assert.equal(taken?.n, 2);
    assert.deepEqual(await told(cast, last?.id ?? 0), [
      "confirmation: sent",
      "staff_booked: sent",
      "reminder: skipped (cancelled)",
      "cancellation: sent",
      "staff_cancelled: sent",
    ]);
  });

  it("is cancelled by the customer but for what is too late; staff may, on the record", async () => {
    await rule("cancelling_notice", 24 * 60);
    const { id, members } = await booked(3);
    const [first, second] = members;
    assert.equal(await cancel(second?.id ?? 0, "upcoming", CUSTOMER, START - HOUR), 2);
    assert.deepEqual(await statuses(id), ["confirmed", "cancelled", "cancelled"]);
    assert.equal(await cancel(id, "upcoming", CUSTOMER, START - HOUR), 0);
    assert.equal(await cancel(id, "upcoming", STAFF, START - HOUR), 1);
    const history = await AuditEntry.ofAppointment(cast.salon.id, first?.id ?? 0);
    assert.equal(history.at(-1)?.details.override, true);
  });

  it("lets what has begun stand", async () => {
    const { id } = await booked(3);
    assert.equal(await cancel(id, "after", STAFF, START + 1), 2);
    assert.deepEqual(await statuses(id), ["confirmed", "cancelled", "cancelled"]);
  });

  it("is cancelled once when several press at once, and one alone among them", async () => {
    const { id, members } = await booked(5);
    const one = await Appointment.find(cast.salon, members[2]?.id);
    const service = serviceById(await catalogueOf(cast.salon.slug), cast.haircut.id);
    const presses = [
      () => cancel(id, "upcoming", STAFF),
      () => cancel(members[1]?.id ?? 0, "after", CUSTOMER),
      () => cancel(id, "after", CUSTOMER),
      () => Appointment.cancel(one, service, CUSTOMER, MONDAY),
    ];
    await Promise.all(presses.map((press) => press()));
    assert.deepEqual(new Set(await statuses(id)), new Set(["cancelled"]));
    for (const member of members) {
      const history = await AuditEntry.ofAppointment(cast.salon.id, member.id);
      assert.equal(history.filter(({ action }) => action === "appointment.cancelled").length, 1);
    }
  });

  it("waits for a yes as a whole: one press, one mail, one reminder for each", async () => {
    await rule("approval", true);
    const { id, members } = await booked(4, { actor: CUSTOMER });
    const asked = await Appointment.find(cast.salon, id);
    assert.deepEqual(new Set(await statuses(id)), new Set(["requested"]));
    await sendDue();
    const [request, ...more] = await mails();
    assert.match(request?.text ?? "", /You have asked for these 4 appointments/);
    assert.deepEqual(more, []);
    await Appointment.decline(await Appointment.find(cast.salon, members[1]?.id), STAFF, MONDAY);
    sink.reset();
    const answers = await Promise.all(
      [1, 2].map(() => Series.approve(asked, { actor: STAFF }, MONDAY)),
    );
    assert.deepEqual(new Set(answers), new Set([0, 3]));
    assert.deepEqual(await statuses(id), ["confirmed", "cancelled", "confirmed", "confirmed"]);
    await sendDue();
    const yes = (await mails()).find(({ subject }) => subject?.startsWith("Booked"));
    assert.equal(events(yes?.calendar).length, 3);
    const reminders = await rows<{ n: number }>(
      `SELECT CAST(COUNT(*) AS INTEGER) AS n FROM deliveries
       WHERE kind = 'reminder' GROUP BY appointment_id`,
    );
    assert.deepEqual(reminders, [{ n: 1 }, { n: 1 }, { n: 1 }]);
  });

  it("is declined as a whole, and not after somebody has said yes", async () => {
    await rule("approval", true);
    const { id } = await booked(3, { actor: CUSTOMER });
    const asked = await Appointment.find(cast.salon, id);
    assert.equal(await Series.decline(asked, { actor: STAFF }, MONDAY), 3);
    assert.equal(await Series.decline(asked, { actor: STAFF }, MONDAY), 0);
    await assert.rejects(Series.approve(asked, { actor: STAFF }, MONDAY), /changed meanwhile/);
    await sendDue();
    const [no, ...others] = await mails();
    assert.match(no?.text ?? "", /These 3 appointments that you asked for are not possible/);
    assert.deepEqual(others, []);
  });

  /** From this one on by so many milliseconds, and to whom. */
  async function shiftOf(id: number, by: number, staffId?: number) {
    const appointment = await Appointment.find(cast.salon, id);
    const catalogue = await catalogueOf(cast.salon.slug);
    const service = serviceById(catalogue, cast.haircut.id);
    const question = { catalogue, service, staffId, now: MONDAY };
    const start = appointment.startsAt + by;
    return { appointment, question, start, override: false, by: { actor: STAFF } };
  }

  const startsOf = async (id: number) => {
    const members = await Series.members(await Appointment.find(cast.salon, id));
    return members.map(({ startsAt }) => startsAt);
  };

  it("moves from one of them on: planned, on the clock, in one mail, each on the record", async () => {
    const { id, members } = await booked(8);
    await bookHaircut(cast, { start: START + 3 * WEEK + 25 * HOUR, name: "In the way" });
    const zoe = await buildStaff(cast.salon, { name: "Zoe", email: "zoe@salon.example" });
    await transaction(() =>
      run(
        `INSERT INTO staff_services (business_id, staff_id, service_id)
         VALUES ($businessId, $zoe, $serviceId)`,
        { businessId: cast.salon.id, zoe: zoe.id, serviceId: cast.haircut.id },
      ),
    );
    forgetCatalogues();
    await sendDue();
    sink.reset();
    const shift = await shiftOf(members[1]?.id ?? 0, 25 * HOUR); // Tuesdays at 10:30
    const plan = await Series.planMove(shift);
    assert.deepEqual(
      plan.map(({ candidate }) => candidate !== undefined),
      [true, true, false, true, true, true, true],
    );
    assert.ok(
      (await Series.planMove({ ...shift, question: { ...shift.question, staffId: zoe.id } })).every(
        ({ candidate }) => candidate?.staffId === zoe.id,
      ),
    );
    const wanted = plan.filter(({ candidate }) => candidate).map(({ member }) => versionOf(member));
    assert.equal(await Series.move(shift, wanted), 6);
    const expected = members.map(({ startsAt }, week) =>
      week === 0 || week === 3 ? startsAt : startsAt + 25 * HOUR,
    );
    assert.deepEqual(await startsOf(id), expected);
    await assert.rejects(Series.move(shift, wanted), /changed meanwhile/);
    await sendDue();
    const [mail, ...others] = await mails();
    assert.deepEqual(others, []);
    assert.match(mail?.subject ?? "", /^Changed: .* 6 times from Tuesday, February 16/);
    assert.match(mail?.text ?? "", /- Tuesday, February 16, .*; before: Monday, February 15/);
    assert.deepEqual(new Set(events(mail?.calendar).map(({ sequence }) => sequence)), new Set([1]));
    const history = await AuditEntry.ofAppointment(cast.salon.id, members[4]?.id ?? 0);
    assert.equal(history.at(-1)?.details.to, expected[4]);
    assert.ok((await told(cast, members[4]?.id ?? 0)).includes("reminder: pending"));
  });

  it("moves by a week, each to where the next was, and tells both providers of a change", async () => {
    const { id } = await booked(4);
    const shift = await shiftOf(id, WEEK);
    const wanted = (await Series.planMove(shift)).map(({ member }) => versionOf(member));
    await Series.move(shift, wanted);
    assert.deepEqual(
      await startsOf(id),
      [1, 2, 3, 4].map((week) => START + week * WEEK),
    );
  });

  it("moves all or none when two move it at once, or somebody takes one of the times", async () => {
    const { id, members } = await booked(3);
    const shifts = await Promise.all([HOUR, 2 * HOUR].map((by) => shiftOf(id, by)));
    const wanted = members.map(versionOf);
    const moved = await Promise.allSettled([
      ...shifts.map((shift) => Series.move(shift, wanted)),
      bookHaircut(cast, { start: START + WEEK + HOUR, name: "Quicker" }),
    ]);
    const starts = await startsOf(id);
    const first = (starts[0] ?? 0) - START;
    assert.deepEqual(
      starts,
      [0, 1, 2].map((week) => START + week * WEEK + first),
    );
    assert.equal(
      moved.slice(0, 2).filter(({ status }) => status === "fulfilled").length,
      first > 0 ? 1 : 0,
    );
  });

  it("is changed only with whom who changes it may", async () => {
    const zoe = await buildStaff(cast.salon, { name: "Zoe" });
    const { id, members } = await booked(3);
    await transaction(() =>
      run("UPDATE appointments SET staff_id = $zoe WHERE id = $id", {
        zoe: zoe.id,
        id: members[1]?.id,
      }),
    );
    const service = serviceById(await catalogueOf(cast.salon.slug), cast.haircut.id);
    const by = { actor: STAFF, only: zoe.id };
    assert.equal(
      await Series.cancel(await Appointment.find(cast.salon, id), service, MONDAY, by, MONDAY),
      1,
    );
    assert.deepEqual(await statuses(id), ["confirmed", "cancelled", "confirmed"]);
  });

  it("can be cancelled before its mail was sent: then there is none of its booking", async () => {
    const { id } = await booked(2);
    const service = serviceById(await catalogueOf(cast.salon.slug), cast.haircut.id);
    await Appointment.cancel(await Appointment.find(cast.salon, id), service, STAFF, MONDAY);
    await sendDue();
    const [booking] = (await mails()).filter(({ subject }) => subject?.startsWith("Booked"));
    assert.match(booking?.subject ?? "", /February 15/, "of the one that stands");
    assert.equal(events(booking?.calendar).length, 1);
    sink.reset();
    const again = await booked(2, { start: START + 2 * HOUR });
    await cancel(again.id, "upcoming", STAFF);
    await sendDue();
    assert.deepEqual(
      (await mails()).map(({ subject }) => subject?.slice(0, 9)),
      ["Cancelled"],
    );
  });
});
