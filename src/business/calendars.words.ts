// How pages say how a calendar elsewhere does.
import type { Instant } from "../domain/time.ts";
import type { RemoteCalendar } from "../models/remote-calendar.ts";
import type { Moment, Moments } from "./moments.ts";
import { reasonWords } from "./webhooks.words.ts";

export function remoteWords(calendar: RemoteCalendar, now: Instant, moments: Moments) {
  const { reason, status, readAt, trustedUntil, createdAt } = calendar;
  const lost = trustedUntil <= now;
  return {
    ...calendar,
    bad: reason !== null || lost,
    state: stateOf(calendar, lost),
    why: reason === null ? undefined : (problems[reason] ?? reasonWords(reason, status)),
    read: readAt === null ? "never" : momentWords(moments(readAt)),
    until: reason === null || lost ? undefined : momentWords(moments(trustedUntil)),
    added: moments(createdAt).day,
  };
}

const problems: Record<string, string> = {
  "no calendar": "what is there is no calendar",
  "too much": "it has more events than we read",
  "too large": "it is larger than 10 MB",
  secret: "its address can no longer be read: remove it and add it again",
};

function stateOf({ reason, readAt }: RemoteCalendar, lost: boolean): string {
  if (lost) return "Unknown: no times are offered online";
  if (reason !== null) return "Cannot be read";
  return readAt === null ? "Waits to be read" : "Read";
}

function momentWords({ day, time }: Moment): string {
  return `${day}, ${time}`;
}
