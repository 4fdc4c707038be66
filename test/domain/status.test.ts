import assert from "node:assert/strict";
import { isOpen, type Mark, marksOf, type Status, STATUSES } from "../../src/domain/status.ts";

const HOUR = 3_600_000;
const START = 100 * HOUR;

describe("what can be said of an appointment", () => {
  const table: Array<[status: Status, hours: number, marks: Mark[]]> = [
    ["confirmed", -13, []],
    ["confirmed", -12, ["arrived", "completed"]],
    ["confirmed", -1, ["arrived", "completed"]],
    ["confirmed", 0, ["arrived", "completed", "no_show"]],
    ["confirmed", 24 * 365, ["arrived", "completed", "no_show"]],
    ["arrived", 1, ["completed", "confirmed"]],
    ["completed", 1, ["confirmed"]],
    ["no_show", 1, ["arrived", "confirmed"]],
    ["no_show", -24, ["confirmed"]],
    ["pending", 1, []],
    ["requested", 1, []],
    ["cancelled", 1, []],
  ];
  for (const [status, hours, marks] of table)
    it(`that is ${status}, ${hours} hours from its start: ${marks.join(", ") || "nothing"}`, () => {
      const now = START + hours * HOUR;
      assert.deepEqual(marksOf({ status, startsAt: START }, now), marks);
    });

  it("what has happened is neither moved nor cancelled", () => {
    const open = (Object.keys(STATUSES) as Status[]).filter(isOpen);
    assert.deepEqual(open, ["pending", "requested", "confirmed"]);
  });
});
