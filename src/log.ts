// One line of JSON an event. Fields are codes, counts, ids of rows and names of routes, never an
// address, a person's name, a mail address or a token: errors are reduced to their kind and place.
import { pino } from "pino";
import { config } from "../config/index.ts";

export const log = pino({
  level: config.logLevel,
  base: undefined,
  timestamp: () => `,"at":"${Temporal.Now.instant().toString({ smallestUnit: "millisecond" })}"`,
  formatters: { level: (level) => ({ level }) },
  serializers: { error: describeError },
});

/**
 * An error's name, code and stack frames. Its message may quote what a person typed (a driver puts
 * the value into it), so it is left out unless it is one of ours.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, status } = error as { code?: unknown; status?: unknown };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    ...(typeof status === "number" ? { status, message: error.message } : {}),
    stack: frames.slice(0, 8).map((line) => line.trim().replace(`file://${config.root}/`, "")),
    ...(error.cause ? { cause: describeError(error.cause) } : {}),
  };
}
