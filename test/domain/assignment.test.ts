import assert from "node:assert/strict";
import { chooseProvider } from "../../src/domain/assignment.ts";

const candidate = (staffId: number, bookedMinutesThatWeek: number, position: number) => ({
  staffId,
  bookedMinutesThatWeek,
  position,
});

describe("a booking for anyone", () => {
  it("goes to the one with the fewest booked minutes that week", () => {
    assert.equal(chooseProvider([candidate(1, 90, 1), candidate(2, 60, 2)]), 2);
  });

  it("goes by position when the minutes are equal, then by id", () => {
    assert.equal(chooseProvider([candidate(1, 60, 2), candidate(2, 60, 1)]), 2);
    assert.equal(chooseProvider([candidate(9, 60, 1), candidate(3, 60, 1)]), 3);
  });

  it("goes to nobody when nobody is free", () => {
    assert.equal(chooseProvider([]), undefined);
  });
});
