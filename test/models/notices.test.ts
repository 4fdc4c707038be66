import assert from "node:assert/strict";
import PostalMime from "postal-mime";
import { rows, transaction } from "../../src/models/database.ts";
import { Notice, type NoticeKind, noticeKinds } from "../../src/models/notice.ts";
import {
  after as afterEvent,
  bookHaircut,
  HOUR,
  moveHaircut,
  sendDue,
  START,
  told,
} from "../support/bookings.ts";
import { withSink } from "../support/post.ts";
import type { SmtpSink } from "../support/smtp-sink.ts";
import { MONDAY, world, type World } from "../support/world.ts";

const LEAD = 24 * HOUR;
const EVENTS = ["booked", "moved", "cancelled", "requested", "approved", "declined"] as const;
type Event = (typeof EVENTS)[number];

describe("notices", () => {
  let cast: World;
  let sink: SmtpSink;
  withSink((opened) => (sink = opened));
  beforeEach(async () => {
    cast = await world();
  });

  async function only(...kinds: NoticeKind[]) {
    for (const kind of noticeKinds)
      await Notice.set(cast.salon, kind, { enabled: kinds.includes(kind) }, MONDAY);
  }

  async function recipients() {
    const parsed = await Promise.all(sink.mails.map(({ source }) => PostalMime.parse(source)));
    return parsed
      .map(({ to, subject }) => `${to?.[0]?.address} ${subject?.split(":")[0]}`)
      .toSorted();
  }

  it("are what the sign-up chose, and off where nobody chose", async () => {
    await transaction(() => Notice.choose(cast.garage.id, ["confirmation", "reminder"]));
    const chosen = await Notice.allFor(cast.garage.id);
    assert.deepEqual(chosen, {
      confirmation: { enabled: true, leads: [] },
      change: { enabled: false, leads: [] },
      cancellation: { enabled: false, leads: [] },
      reminder: { enabled: true, leads: [1440] },
      staff: { enabled: false, leads: [] },
      agenda: { enabled: false, leads: [] },
      waiting: { enabled: false, leads: [] },
    });
    const nobodys = await Notice.allFor(0);
    assert.ok(noticeKinds.every((kind) => !nobodys[kind].enabled));
  });

  it("are each business's own", async () => {
    await Notice.set(cast.salon, "staff", { enabled: false }, MONDAY);
    assert.equal((await Notice.allFor(cast.salon.id)).staff.enabled, false);
    assert.equal((await Notice.allFor(cast.garage.id)).staff.enabled, true);
  });

  it("refuse a reminder without a lead time", async () => {
    for (const leads of [[], [0], [-5], [1.5], [Number.NaN], [60, 0], [1, 2, 3, 4]])
      await assert.rejects(Notice.set(cast.salon, "reminder", { enabled: true, leads }, MONDAY), {
        status: 400,
      });
  });

  // Who gets what, when only one notice is on: each event against each setting.
  const jane = "jane@customer.example";
  const ben = "ben@salon.example";
  const none = Object.fromEntries(EVENTS.map((event) => [event, []])) as unknown as Record<
    Event,
    string[]
  >;
  const truth: Record<NoticeKind, Record<Event, string[]>> = {
    confirmation: {
      ...none,
      booked: [`${jane} Booked`],
      moved: [`${jane} Booked`],
      requested: [`${jane} Asked for`],
      approved: [`${jane} Booked`],
    },
    change: { ...none, moved: [`${jane} Changed`] },
    cancellation: {
      ...none,
      cancelled: [`${jane} Cancelled`],
      declined: [`${jane} Not possible`],
    },
    reminder: {
      ...none,
      booked: [`${jane} Reminder`],
      moved: [`${jane} Reminder`],
      approved: [`${jane} Reminder`],
    },
    staff: {
      ...none,
      requested: [`${ben} Asked for`],
      booked: [`${ben} New appointment`],
      moved: [`${ben} Changed`, `${ben} New appointment`],
      cancelled: [`${ben} Cancelled`],
    },
    // Of a day, not of what happens to an appointment: test/models/agenda.test.ts.
    agenda: none,
    waiting: none,
  };
  for (const kind of noticeKinds)
    for (const event of EVENTS)
      it(`mail those named by "${kind}" alone, once ${event} [P2.1] [P2.2]`, async () => {
        await only(kind);
        await afterEvent(cast, event);
        await sendDue(START - 2 * HOUR);
        assert.deepEqual(await recipients(), truth[kind][event]);
      });

  it("mail nobody while all are off [P2.1] [P2.2]", async () => {
    await only();
    await afterEvent(cast, "booked");
    await sendDue(START - 1);
    assert.deepEqual(sink.tried, []);
  });

  for (const kind of noticeKinds)
    it(`turned off between the event and the sending, "${kind}" sends nothing [P2.1] [P2.2]`, async () => {
      await only(kind);
      const ids = [];
      for (const event of ["moved", "cancelled"] as const) ids.push(await afterEvent(cast, event));
      await only();
      await sendDue(START - 1);
      assert.deepEqual(sink.tried, []);
      for (const id of ids)
        for (const line of await told(cast, id))
          assert.match(line, /skipped \((turned off|cancelled|superseded)\)$/);
    });

  it("owe reminders when they are turned on, once for each appointment ahead", async () => {
    await only("confirmation");
    const id = await bookHaircut(cast);
    const soon = await bookHaircut(cast, { start: MONDAY + 2 * HOUR });
    await only("reminder");
    await only("reminder");
    assert.deepEqual(await told(cast, id), ["confirmation: pending", "reminder: pending"]);
    assert.deepEqual(await told(cast, soon), ["confirmation: pending"]);
    await sendDue(START - LEAD);
    assert.deepEqual(await recipients(), [`${jane} Reminder`]);
  });

  it("move reminders that wait when the lead time changes", async () => {
    await only("reminder");
    const id = await bookHaircut(cast);
    await Notice.set(cast.salon, "reminder", { enabled: true, leads: [60] }, MONDAY);
    await sendDue(START - 61 * 60_000);
    assert.deepEqual(sink.tried, []);
    await sendDue(START - HOUR);
    assert.deepEqual(await told(cast, id), ["reminder: sent"]);
  });

  it("keep the time of a reminder whose new lead time would be over already", async () => {
    await only("reminder");
    const id = await bookHaircut(cast);
    const lead = { enabled: true, leads: [60 * 24 * 30] };
    await Notice.set(cast.salon, "reminder", lead, MONDAY);
    await sendDue(START - LEAD - 1);
    assert.deepEqual(await told(cast, id), ["reminder: pending"]);
    await sendDue(START - LEAD);
    assert.deepEqual(await told(cast, id), ["reminder: sent"]);
  });

  describe("of several reminders [D5]", () => {
    const DAYS = 24 * 60;
    const setLeads = (...leads: number[]) =>
      Notice.set(cast.salon, "reminder", { enabled: true, leads }, MONDAY);
    const waiting = async () => {
      const due = await rows<{ dueAt: number }>(
        `SELECT due_at AS "dueAt" FROM deliveries
         WHERE kind = 'reminder' AND state = 'pending' ORDER BY due_at`,
      );
      return due.map(({ dueAt }) => dueAt);
    };
    const before = (minutes: number, start = START) => start - minutes * 60_000;
    beforeEach(() => only("reminder"));

    it("send one a lead time, and none for a booking made inside it", async () => {
      await setLeads(6 * DAYS, 3 * DAYS, 120);
      const id = await bookHaircut(cast);
      const start = MONDAY + 48 * HOUR;
      const soon = await bookHaircut(cast, { start });
      assert.deepEqual(await waiting(), [
        before(6 * DAYS),
        before(120, start),
        before(3 * DAYS),
        before(120),
      ]);
      await sendDue(START - HOUR * 2);
      assert.deepEqual(await told(cast, id), Array(3).fill("reminder: sent"));
      assert.deepEqual(await told(cast, soon), ["reminder: skipped (too late)"]);
      assert.deepEqual(await recipients(), Array(3).fill(`${jane} Reminder`));
    });

    it("follow the appointment when it is moved, each", async () => {
      await setLeads(1 * DAYS, 120);
      const id = await bookHaircut(cast);
      await moveHaircut(cast, id, { start: START + HOUR });
      assert.deepEqual(await waiting(), [before(DAYS, START + HOUR), before(120, START + HOUR)]);
    });

    it("follow the lead times when these change: those no longer wanted go, new ones come", async () => {
      await setLeads(3 * DAYS, 1 * DAYS);
      await bookHaircut(cast);
      await setLeads(1 * DAYS, 120);
      assert.deepEqual(await waiting(), [before(DAYS), before(120)]);
      await setLeads(1 * DAYS);
      await setLeads(1 * DAYS);
      assert.deepEqual(await waiting(), [before(DAYS)]);
      await sendDue(before(DAYS));
      await setLeads(1 * DAYS, 60);
      assert.deepEqual(await waiting(), [before(60)]);
      await setLeads(1 * DAYS);
      assert.deepEqual(await waiting(), []);
    });
  });
});
