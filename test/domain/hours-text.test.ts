import assert from "node:assert/strict";
import * as fc from "fast-check";
import { formatRanges, parseRanges, type Range } from "../../src/domain/hours-text.ts";

const H = 60;

describe("hours as text", () => {
  const cases: Array<[text: string, ranges: Array<[from: number, to: number]>]> = [
    ["", []],
    ["  ", []],
    ["closed", []],
    ["–", []],
    ["9-17", [[9 * H, 17 * H]]],
    [
      "9:00-12:30, 13:30-18:00",
      [
        [9 * H, 12.5 * H],
        [13.5 * H, 18 * H],
      ],
    ],
    [
      "13.30 - 18, 9h - 12h30",
      [
        [9 * H, 12.5 * H],
        [13.5 * H, 18 * H],
      ],
    ],
    [
      "0930–1245;1400—1500",
      [
        [9.5 * H, 12.75 * H],
        [14 * H, 15 * H],
      ],
    ],
    ["930-1245", [[9.5 * H, 12.75 * H]]],
    [
      "9 to 12 and 1pm until 5pm",
      [
        [9 * H, 12 * H],
        [13 * H, 17 * H],
      ],
    ],
    ["9am-5pm", [[9 * H, 17 * H]]],
    ["9 a.m. - 5:30 p.m.", [[9 * H, 17.5 * H]]],
    ["9-5pm", [[9 * H, 17 * H]]],
    ["1-5pm", [[13 * H, 17 * H]]],
    ["9am-5", [[9 * H, 17 * H]]],
    ["9am-17", [[9 * H, 17 * H]]],
    ["11-12pm", [[11 * H, 12 * H]]],
    ["12am-6am", [[0, 6 * H]]],
    ["noon-5pm", [[12 * H, 17 * H]]],
    ["10pm-midnight", [[22 * H, 24 * H]]],
    ["22:00-0:00", [[22 * H, 24 * H]]],
    ["22:00-06:00", [[22 * H, 30 * H]]],
    ["10pm-2am", [[22 * H, 26 * H]]],
    ["10-2am", [[22 * H, 26 * H]]],
    ["0-24", [[0, 24 * H]]],
    ["24:00-2:00", [[0, 2 * H]]],
    [
      "9-12, 12-17",
      [
        [9 * H, 12 * H],
        [12 * H, 17 * H],
      ],
    ],
  ];
  for (const [text, expected] of cases)
    it(`reads “${text}”`, () => {
      const ranges = expected.map(([from, to]) => ({ from, to }));
      assert.deepEqual(parseRanges(text), { ranges });
    });

  const refused: Array<[text: string, problem: RegExp]> = [
    ["nine to five", /“nine to five” is not a range of times like 9:00-17:30/],
    ["9", /not a range/],
    ["9-", /not a range/],
    ["9-12-15", /not a range/],
    ["25-26", /not a range/],
    ["9:60-10", /not a range/],
    ["13pm-14pm", /not a range/],
    ["9-9", /ends when it begins; for a whole day write 0:00-24:00/],
    ["9-5", /would last until 5:00 the next morning; for the afternoon write 9:00-17:00/],
    ["9-12, 11-14", /^9:00-12:00 and 11:00-14:00 overlap$/],
    ["22-6, 23-24", /overlap/],
    [Array.from({ length: 13 }, (_, i) => `${i}-${i + 1}`).join(","), /at most 12 ranges/],
    ["9".repeat(201), /200 characters/],
  ];
  for (const [text, problem] of refused)
    it(`refuses “${text.slice(0, 30)}”`, () => {
      const read = parseRanges(text);
      assert.ok("problem" in read);
      assert.match(read.problem, problem);
    });

  it("shows a night's end as the clock shows it", () => {
    assert.equal(
      formatRanges([
        { from: 540, to: 750 },
        { from: 1320, to: 1800 },
      ]),
      "9:00-12:30, 22:00-6:00",
    );
    assert.equal(formatRanges([{ from: 0, to: 1440 }]), "0:00-24:00");
    assert.equal(formatRanges([]), "");
  });

  it("reads what it has shown, whatever the hours", () => {
    fc.assert(
      fc.property(days, (ranges) => {
        assert.deepEqual(parseRanges(formatRanges(ranges)), { ranges });
      }),
      { numRuns: 2000 },
    );
  });

  it("never throws and never gives what overlaps", () => {
    const alphabet = fc.constantFrom(..."0123456789:.-, apmh–&".split(""), "to", "and", "noon");
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 24 }), (text) => {
        const read = parseRanges(text);
        if ("problem" in read) return;
        for (const [i, { from, to }] of read.ranges.entries()) {
          assert.ok(0 <= from && from < 1440 && from < to && to - from <= 1440 && to <= 2880);
          assert.ok(i === 0 || read.ranges[i - 1]!.to <= from);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

/** A day's ranges as people have them: in order, apart or touching, a night at the end. */
const days = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 0, maxLength: 10 }),
    fc.option(fc.integer({ min: 1, max: 720 })),
  )
  .map(([points, night]) => {
    const sorted = points.toSorted((a, b) => a - b);
    const ranges: Range[] = [];
    for (let i = 0; i + 1 < sorted.length; i += 2)
      ranges.push({ from: sorted[i]!, to: sorted[i + 1]! });
    const last = ranges.at(-1);
    if (last && night !== null && last.from > 720) last.to = last.from + night;
    return ranges;
  });
