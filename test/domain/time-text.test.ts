import assert from "node:assert/strict";
import { parseTime } from "../../src/domain/time-text.ts";

describe("a time as people type it", () => {
  const cases: [string, number | null][] = [
    ["09:30", 570],
    ["9:30", 570],
    ["9.30", 570],
    ["930", 570],
    ["0930", 570],
    ["9", 540],
    [" 14:15 ", 855],
    ["00:00", 0],
    ["23:59", 1439],
    ["12 am", 0],
    ["12:30am", 30],
    ["12 pm", 720],
    ["2:15 PM", 855],
    ["2:15 p.m.", 855],
    ["24:00", null],
    ["9:60", null],
    ["13 pm", null],
    ["0 am", null],
    ["half past nine", null],
    ["", null],
    ["9:30:00", null],
    ["12345", null],
  ];

  for (const [text, minutes] of cases)
    it(`reads "${text}" as ${String(minutes)}`, () => {
      assert.equal(parseTime(text), minutes);
    });
});
