import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseStart } from "../../src/domain/time.ts";

describe("a start in a form", () => {
  const nine = Date.UTC(2026, 10, 22, 14, 30);
  for (const text of [
    "2026-11-22T09:30:00-05:00[America/New_York]",
    "2026-11-22T09:30:00-05:00",
    "2026-11-22T14:30:00Z",
    "2026-11-22t14:30:00z",
    "2026-11-22T14:30:00.000Z",
    "2026-11-22T14:30:00Z[America/New_York]",
    "2026-11-22T09:30:00-05:00[!America/New_York]",
    "2026-11-22T09:30:00-05:00[America/New_York][u-ca=gregory]",
    "2026-11-22T09:30:00-05:00[-05:00]",
  ])
    it(`${text} is an instant`, () => assert.equal(parseStart(text), nine));

  it("tells the doubled hour apart by its offset", () => {
    const first = parseStart("2026-11-01T01:30:00-04:00[America/New_York]");
    const second = parseStart("2026-11-01T01:30:00-05:00[America/New_York]");
    assert.equal(second! - first!, 3_600_000);
  });

  for (const text of [
    "",
    "now",
    "2026-11-22",
    "2026-11-22T09:30:00",
    "2026-11-22T09:30-05:00",
    "2026-11-22 09:30:00-05:00",
    "2026-11-22T09:30:00 05:00",
    "2026-11-22T09:30:00[America/New_York]",
    "2026-11-22T09:30:00-04:00[America/New_York]",
    "2026-11-22T09:30:00-05:00[Europe/Nowhere]",
    "2026-11-22T09:30:00-05:00[!x-unknown=1]",
    "2026-11-22T09:30:00-05:00[America/New_York",
    "2027-03-14T02:30:00-05:00[America/New_York]",
    "2026-02-30T09:30:00Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T23:59:60Z",
    "2026-11-22T09:30:00+24:00",
    "20261122T093000Z",
    "+002026-11-22T09:30:00Z",
    "1795357800000",
    "2026-11-22T09:30:00Z\n",
    "2026-11-22T09:30:00Z".padEnd(5000, "[a]"),
  ])
    it(`${JSON.stringify(text.slice(0, 60))} is none`, () => assert.equal(parseStart(text), null));

  it("never throws", () => {
    const pieces = fc.constantFrom(
      "2026-11-22",
      "T09:30:00",
      "Z",
      "-05:00",
      "[",
      "]",
      "[UTC]",
      "é",
      "\0",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join("")),
        ),
        (text) => {
          const instant = parseStart(text);
          assert.ok(instant === null || Number.isSafeInteger(instant));
        },
      ),
    );
  });
});
