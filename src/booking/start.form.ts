import { z } from "zod";
import { parseStart } from "../domain/time.ts";

const MISSING = "Choose a time";

/** A start is an instant as RFC 3339 or RFC 9557 writes it. */
export const start = z.string(MISSING).transform((text, context) => {
  const instant = parseStart(text);
  if (instant !== null) return instant;
  context.addIssue({ code: "custom", message: MISSING });
  return z.NEVER;
});

export const StartForm = z.object({ start });
