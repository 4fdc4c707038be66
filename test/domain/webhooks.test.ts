import assert from "node:assert/strict";
import { eventOf, isHopeless, nextCall, payload, TRIED_FOR } from "../../src/domain/webhooks.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("what webhooks are told", () => {
  const events: Array<[action: string, event: string | undefined]> = [
    ["appointment.requested", "appointment.requested"],
    ["appointment.booked", "appointment.booked"],
    ["appointment.approved", "appointment.booked"],
    ["appointment.moved", "appointment.moved"],
    ["appointment.cancelled", "appointment.cancelled"],
    ["appointment.declined", "appointment.cancelled"],
    ["appointment.no_show", "appointment.status_changed"],
    ["appointment.unmarked", "appointment.status_changed"],
    ["customer.added", "customer.created"],
    ["customer.changed", "customer.updated"],
    ["customer.merged", "customer.updated"],
    ["customer.blocked", undefined],
    ["settings.changed", undefined],
    ["constructor", undefined],
  ];
  for (const [action, event] of events)
    it(`${action} is ${event ?? "nothing to them"}`, () => assert.equal(eventOf(action), event));

  it("is in the envelope of Standard Webhooks", () => {
    const text = payload("appointment.booked", Date.UTC(2027, 1, 1), { id: 7 });
    assert.deepEqual(JSON.parse(text), {
      type: "appointment.booked",
      timestamp: "2027-02-01T00:00:00.000Z",
      data: { id: 7 },
    });
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
