import assert from "node:assert/strict";
import { parseVisitKey, type Visit, visitKey } from "../../src/domain/visit.ts";
import { createTally } from "../../src/web/tally.ts";

const visit: Visit = {
  area: "site",
  audience: "visitor",
  region: "US",
  page: "/",
  browser: "firefox",
  language: "en",
};

describe("the tally of visits", () => {
  it("counts by day and kind, and begins anew when its counts are taken", () => {
    const tally = createTally(100);
    for (const day of ["2027-02-03", "2027-02-03", "2027-02-04"]) tally.add(day, visit);
    tally.add("2027-02-04", { ...visit, language: "de" });
    const german = visitKey({ ...visit, language: "de" });
    assert.deepEqual(tally.take(), [
      { day: "2027-02-03", counts: [[visitKey(visit), 2]] },
      {
        day: "2027-02-04",
        counts: [
          [visitKey(visit), 1],
          [german, 1],
        ],
      },
    ]);
    assert.deepEqual(tally.take(), []);
  });

  it("stays small, whatever comes, and loses no count", () => {
    const tally = createTally(20);
    for (let round = 0; round < 3; round++)
      for (let i = 0; i < 500; i++)
        tally.add(`2027-02-0${1 + (i % 5)}`, {
          ...visit,
          page: `/page-${String.fromCharCode(97 + (i % 26))}`,
          region: `US-${i}`,
        });
    const lines = tally.take().flatMap(({ counts }) => counts);
    assert.equal(
      lines.reduce((sum, [, visits]) => sum + visits, 0),
      1500,
    );
    assert.ok(lines.length <= 20 * 2 + 5, String(lines.length));
    assert.ok(lines.every(([key]) => parseVisitKey(key)));
  });

  it("gives up pages before it gives up regions", () => {
    const tally = createTally(3);
    for (let i = 0; i < 10; i++)
      tally.add("2027-02-03", { ...visit, page: `/page-${"abcdefghij"[i]}` });
    tally.add("2027-02-03", { ...visit, region: "NL" });
    const [{ counts } = { counts: [] }] = tally.take();
    const folded: Visit = { ...visit, page: "other", browser: "other", language: "other" };
    assert.deepEqual(counts.slice(3), [
      [visitKey(folded), 7],
      [visitKey({ ...folded, region: "NL" }), 1],
    ]);
  });
});
