import assert from "node:assert/strict";
import { outsideHours } from "../../src/domain/outside.ts";
import { localToInstants } from "../../src/domain/time.ts";

const ZONE = "America/New_York";
const MONDAY = "2027-02-01";
const TUESDAY = "2027-02-02";
const SUNDAY = "2027-01-31";
// Monday 9:00-12:00 and 22:00-06:00.
const hours = [
  { staffId: 1, weekday: 1, from: 540, to: 720 },
  { staffId: 1, weekday: 1, from: 1320, to: 1800 },
];

function appointment(date: string, minutes: number, length = 60) {
  const [startsAt = 0] = localToInstants(date, minutes, ZONE);
  return { startsAt, endsAt: startsAt + length * 60_000 };
}

function isOutside(
  one: ReturnType<typeof appointment>,
  {
    exceptions = [],
    closures = [],
  }: Partial<Parameters<typeof outsideHours>[1]> & {
    closures?: Parameters<typeof outsideHours>[2];
  } = {},
): boolean {
  return outsideHours([one], { hours, exceptions }, closures, ZONE).length === 1;
}

describe("what lies outside of the hours", () => {
  it("is nothing that fits, ending exactly at closing included", () => {
    assert.equal(isOutside(appointment(MONDAY, 540)), false);
    assert.equal(isOutside(appointment(MONDAY, 660)), false);
    assert.equal(isOutside(appointment(MONDAY, 1410)), false);
    assert.equal(isOutside(appointment(TUESDAY, 300)), false);
  });

  it("is what begins before, ends after, or lies on another day", () => {
    assert.equal(isOutside(appointment(MONDAY, 539)), true);
    assert.equal(isOutside(appointment(MONDAY, 661)), true);
    assert.equal(isOutside(appointment(TUESDAY, 301)), true);
    assert.equal(isOutside(appointment(TUESDAY, 540)), true);
    assert.equal(isOutside(appointment(SUNDAY, 540)), true);
  });

  it("is what an exception or a closure has taken away", () => {
    const off = { staffId: 1, date: MONDAY, kind: "closed" as const, from: 600, to: 660 };
    assert.equal(isOutside(appointment(MONDAY, 570), { exceptions: [off] }), true);
    assert.equal(isOutside(appointment(MONDAY, 660), { exceptions: [off] }), false);
    const closures = [{ from: TUESDAY, to: TUESDAY }];
    assert.equal(isOutside(appointment(TUESDAY, 300), { closures }), true);
    assert.equal(isOutside(appointment(MONDAY, 1380), { closures }), false);
  });

  it("is found among many, in their order", () => {
    const all = [
      appointment(SUNDAY, 600),
      appointment(MONDAY, 540),
      appointment(MONDAY, 800),
      appointment(MONDAY, 1380),
      appointment("2027-02-08", 600),
      appointment("2027-02-09", 600),
    ];
    const found = outsideHours(all, { hours, exceptions: [] }, [], ZONE);
    assert.deepEqual(found, [all[0], all[2], all[5]]);
    assert.deepEqual(outsideHours([], { hours, exceptions: [] }, [], ZONE), []);
  });
});
