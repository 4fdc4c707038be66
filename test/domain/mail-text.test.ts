import assert from "node:assert/strict";
import { paragraphsOf, type Piece } from "../../src/domain/mail-text.ts";

const LINK = { text: "https://a.example/", href: "https://a.example/" };
const BLOCK = { text: "", block: "appointment" };

describe("the paragraphs of a mail", () => {
  const cases: Array<[what: string, pieces: Piece[], paragraphs: unknown[]]> = [
    ["of nothing are none", [{ text: "\n\n" }], []],
    ["of a line are one", [{ text: "Hello" }], [{ lines: [[{ text: "Hello" }]] }]],
    [
      "are parted by blank lines, however many",
      [{ text: "Hello\n\n\n\nyou\r\n" }],
      [{ lines: [[{ text: "Hello" }]] }, { lines: [[{ text: "you" }]] }],
    ],
    [
      "keep their lines, with links in them",
      [{ text: "Look:\n" }, LINK, { text: " soon" }],
      [{ lines: [[{ text: "Look:" }], [LINK, { text: " soon" }]] }],
    ],
    [
      "stop at a block, even in the middle of a line",
      [{ text: "Hello " }, BLOCK, { text: " bye" }],
      [
        { lines: [[{ text: "Hello " }]] },
        { block: "appointment" },
        { lines: [[{ text: " bye" }]] },
      ],
    ],
  ];
  for (const [what, pieces, paragraphs] of cases)
    it(what, () => assert.deepEqual(paragraphsOf(pieces), paragraphs));
});
