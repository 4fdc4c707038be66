import { z } from "zod";
import { MOST_ORIGINS } from "../domain/frames.ts";
import { originOf } from "../models/frames.ts";
import { paragraph } from "../web/form.ts";

/** One website a line; what several lines say twice is kept once. */
export const FramesForm = z.object({
  origins: paragraph(4000)
    .transform((text) =>
      text
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
    )
    .superRefine((lines, context) => {
      const wrong = lines.find((line) => originOf(line) === undefined);
      if (wrong !== undefined) context.addIssue({ code: "custom", message: refusalOf(wrong) });
    })
    .transform((lines) => [...new Set(lines.map((line) => originOf(line) ?? ""))])
    .refine(
      ({ length }) => length <= MOST_ORIGINS,
      `Enter ${MOST_ORIGINS} websites at the most, one a line`,
    ),
});

const SHOWN = 80; // characters of a line that is told back

function refusalOf(line: string): string {
  const told = line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
  return `“${told}” is no website we can allow. Enter one such as https://www.example.com`;
}
