import assert from "node:assert/strict";
import {
  type AppointmentData,
  eventOf,
  isHopeless,
  nextCall,
  payload,
  personalFields,
  plainFields,
  TRIED_FOR,
} from "../../src/domain/webhooks.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("what webhooks are told", () => {
  const events: Array<[action: string, event: string | undefined]> = [
    ["appointment.requested", "appointment.requested"],
    ["appointment.booked", "appointment.booked"],
    ["appointment.approved", "appointment.booked"],
    ["appointment.repeated", "appointment.booked"],
    ["appointment.moved", "appointment.moved"],
    ["appointment.cancelled", "appointment.cancelled"],
    ["appointment.declined", "appointment.cancelled"],
    ["appointment.no_show", "appointment.status_changed"],
    ["appointment.unmarked", "appointment.status_changed"],
    ["settings.changed", undefined],
    ["constructor", undefined],
  ];
  for (const [action, event] of events)
    it(`${action} is ${event ?? "nothing to them"}`, () => assert.equal(eventOf(action), event));

  it("[P4.2] has the fields agreed to, and no others", () => {
    const all = Object.keys({ ...plainFields, ...personalFields });
    const appointment = Object.fromEntries(all.map((name) => [name, name])) as AppointmentData;
    const at = Date.UTC(2027, 1, 1);
    const sent = (...agreed: Parameters<typeof payload>[3]) =>
      JSON.parse(payload("appointment.booked", at, appointment, agreed)) as { data: object };
    assert.deepEqual(Object.keys(sent().data), Object.keys(plainFields));
    const withMail = sent("customer_email");
    assert.deepEqual(Object.keys(withMail.data), [...Object.keys(plainFields), "customer_email"]);
    assert.deepEqual(Object.keys(withMail), ["type", "timestamp", "data"]);
    assert.deepEqual(
      { ...withMail, data: 0 },
      {
        type: "appointment.booked",
        timestamp: "2027-02-01T00:00:00.000Z",
        data: 0,
      },
    );
  });
});

describe("a call that fails", () => {
  it("is tried for a day, ever more rarely", () => {
    const waits: number[] = [];
    let now = 0;
    for (let tries = 1; ; tries++) {
      const next = nextCall({ tries, giveUpAt: TRIED_FOR }, now);
      if (next === undefined) break;
      waits.push((next - now) / MINUTE);
      now = next;
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240]);
    assert.ok(now > TRIED_FOR - 8 * HOUR);
  });

  const hopeless: Array<[failures: number, since: number, hopeless: boolean]> = [
    [1, 30 * DAY, false],
    [9, 30 * DAY, false],
    [10, 3 * DAY - 1, false],
    [10, 3 * DAY, true],
    [500, DAY, false],
  ];
  for (const [failures, since, is] of hopeless)
    it(`${failures} times in ${since / DAY} days is ${is ? "" : "not "}hopeless`, () =>
      assert.equal(isHopeless({ failures, failingSince: 0 }, since), is));
});
