import assert from "node:assert/strict";
import { frameOriginsIn } from "../../src/models/frames.ts";
import { checkedColumns } from "../../src/models/takeout-check.ts";

const takes = (name: string, value: string) => {
  const column = { name, type: "text", required: true, nullable: false } as const;
  return checkedColumns([column], { [name]: value }) !== undefined;
};

describe("[D22] texts of a file that pages take to be what they are called", () => {
  const cases: Array<[column: string, good: string[], bad: string[]]> = [
    [
      "frame_origins",
      ["[]", '["https://www.example.com","https://a.example:8443"]'],
      [
        "null",
        "{}",
        "[1]",
        '["https://*.example.com"]',
        '["https://a.example; script-src *"]',
        '["http://a.example"]',
        '["https://a.example/"]',
        JSON.stringify(Array.from({ length: 11 }, (_, i) => `https://a${i}.example`)),
      ],
    ],
    ["choices", ["[]", '["Oil","Wax"]'], ["null", "{}", '[{"a":1}]', "[1]", "Oil"]],
    ["language", ["en", "es"], ["", "xx", "en-US", "../en"]],
    ["details", ["{}", '{"customerId":1}'], ["null", "[]", "1", "{"]],
    [
      "rule",
      [
        '{"every":"week","interval":1,"count":4}',
        '{"every":"week","interval":2,"weekdays":[1,3],"until":"2027-03-01"}',
        '{"every":"month","interval":1,"monthly":"last-weekday","count":104}',
      ],
      [
        "null",
        "{}",
        '{"every":"hour","interval":1,"count":4}',
        '{"every":"week","interval":0,"count":4}',
        '{"every":"day","interval":1}',
        '{"every":"day","interval":1,"count":4,"until":"2027-03-01"}',
        '{"every":"week","interval":1,"weekdays":[8],"count":4}',
        '{"every":"day","interval":1,"until":"2027-02-30"}',
      ],
    ],
  ];
  for (const [column, good, bad] of cases)
    it(`${column} is of its kind`, () => {
      for (const value of good) assert.ok(takes(column, value), value);
      for (const value of bad) assert.ok(!takes(column, value), value);
    });

  it("origins of frames that are none are nobody's", () => {
    const ours = "https://www.example.com";
    for (const [stored, origins] of [
      [`["${ours}", "x; script-src *", 7]`, [ours]],
      ["{", []],
      ["null", []],
      ['{"a":1}', []],
    ] as const)
      assert.deepEqual(frameOriginsIn({ frameOrigins: stored }), origins);
  });
});
