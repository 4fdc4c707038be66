import assert from "node:assert/strict";
import {
  accountSkip,
  type AppointmentCase,
  type AppointmentMailKind,
  appointmentSkip,
  nextTry,
} from "../../src/domain/deliveries.ts";

const HOUR = 3_600_000;
const NOW = Date.parse("2027-02-01T13:00:00Z");
const kinds: AppointmentMailKind[] = [
  "confirmation",
  "change",
  "cancellation",
  "reminder",
  "request",
  "decline",
  "staff_requested",
  "staff_booked",
  "staff_changed",
  "staff_cancelled",
];

const TELL_OF_CANCELLING: AppointmentMailKind[] = ["cancellation", "decline", "staff_cancelled"];

/** True while nobody has answered. */
const ASK: AppointmentMailKind[] = ["request", "staff_requested"];

function appointment(fields: Partial<AppointmentCase> = {}): AppointmentCase {
  const kind = fields.kind ?? "confirmation";
  const tellsOfCancelling = TELL_OF_CANCELLING.includes(kind);
  return {
    kind,
    enabled: true,
    cancelled: tellsOfCancelling,
    open: ASK.includes(kind),
    marked: false,
    startsAt: NOW + HOUR,
    endsAt: NOW + 2 * HOUR,
    concerned: true,
    address: "jane@customer.example",
    ...fields,
  };
}

describe("deliveries: what is still worth sending", () => {
  it("reminds of nothing that is not agreed on yet", () => {
    const asked = appointment({ kind: "reminder", open: true });
    assert.equal(appointmentSkip(asked, NOW), "superseded");
    assert.equal(appointmentSkip({ ...asked, kind: "request" }, NOW), undefined);
  });

  it("reminds nobody of what it has been said who came to", () => {
    const marked = appointment({ kind: "reminder", marked: true });
    assert.equal(appointmentSkip(marked, NOW), "marked");
    assert.equal(appointmentSkip({ ...marked, kind: "change" }, NOW), undefined);
  });

  for (const kind of kinds) {
    it(`sends a ${kind} that is on, due and true [P2.1] [P2.2]`, () => {
      assert.equal(appointmentSkip(appointment({ kind }), NOW), undefined);
    });

    it(`sends no ${kind} that has been turned off [P2.1] [P2.2]`, () => {
      assert.equal(appointmentSkip(appointment({ kind, enabled: false }), NOW), "turned off");
    });

    it(`sends no ${kind} to nobody`, () => {
      assert.equal(appointmentSkip(appointment({ kind, address: null }), NOW), "no address");
    });

    it(`sends no ${kind} once the appointment is over`, () => {
      const over = appointment({ kind, startsAt: NOW - HOUR, endsAt: NOW });
      assert.equal(appointmentSkip(over, NOW), "too late");
      assert.equal(appointmentSkip({ ...over, endsAt: NOW + 1 }, NOW - HOUR - 1), undefined);
    });
  }

  for (const kind of kinds.filter((one) => !TELL_OF_CANCELLING.includes(one)))
    it(`sends no ${kind} of what has been cancelled`, () => {
      assert.equal(appointmentSkip(appointment({ kind, cancelled: true }), NOW), "cancelled");
    });

  it("reminds until the start and not at it", () => {
    const reminder = appointment({ kind: "reminder", startsAt: NOW });
    assert.equal(appointmentSkip(reminder, NOW - 1), undefined);
    assert.equal(appointmentSkip(reminder, NOW), "too late");
  });

  it("tells no provider of what has gone to another meanwhile", () => {
    for (const kind of ["staff_booked", "staff_changed"] as const)
      assert.equal(appointmentSkip(appointment({ kind, concerned: false }), NOW), "superseded");
  });

  it("takes an appointment from a provider only while it is another's", () => {
    const taken = appointment({ kind: "staff_cancelled", cancelled: false, concerned: false });
    assert.equal(appointmentSkip(taken, NOW), undefined);
    assert.equal(appointmentSkip({ ...taken, concerned: true }, NOW), "superseded");
  });

  it("sends a one-time link while it can be used", () => {
    const link = { expiresAt: NOW + 1, usedAt: null, address: "ben@salon.example" };
    assert.equal(accountSkip(link, NOW), undefined);
    assert.equal(accountSkip(link, NOW + 1), "expired");
    assert.equal(accountSkip({ ...link, usedAt: NOW }, NOW), "used");
    assert.equal(accountSkip({ ...link, address: null }, NOW), "no address");
  });
});

describe("deliveries: when a mail is tried again", () => {
  const mail = { kind: "confirmation", createdAt: NOW, deadline: NOW + 100 * HOUR } as const;

  it("waits 1, 5, 15, 60 and then 240 minutes", () => {
    const waits = [1, 2, 3, 4, 5, 6].map((tries) => nextTry({ ...mail, tries }, NOW));
    assert.deepEqual(
      waits.map((at) => ((at ?? 0) - NOW) / 60_000),
      [1, 5, 15, 60, 240, 240],
    );
  });

  it("gives up after a day and ten tries", () => {
    let now = NOW;
    let tries = 1;
    for (let next = nextTry({ ...mail, tries }, now); next !== undefined; tries++) {
      now = next;
      next = nextTry({ ...mail, tries: tries + 1 }, now);
    }
    assert.ok(now > NOW + 20 * HOUR && now < NOW + 24 * HOUR);
    assert.equal(tries, 10);
  });

  it("never tries a reminder at or after the start, however long ago it was owed", () => {
    const reminder = { kind: "reminder", createdAt: NOW - 1000 * HOUR, tries: 1 } as const;
    assert.equal(nextTry({ ...reminder, deadline: NOW + 60_000 }, NOW), undefined);
    assert.equal(nextTry({ ...reminder, deadline: NOW + 60_001 }, NOW), NOW + 60_000);
  });
});
