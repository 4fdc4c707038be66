import { z } from "zod";
import { parseStart } from "../domain/time.ts";
import { say } from "../language.ts";

const MISSING = say("times.missing");

/** A start is an instant as RFC 3339 or RFC 9557 writes it. */
export const start = z.string(MISSING).transform((text, context) => {
  const instant = parseStart(text);
  if (instant !== null) return instant;
  context.addIssue({ code: "custom", message: MISSING.error() });
  return z.NEVER;
});

export const StartForm = z.object({ start });
