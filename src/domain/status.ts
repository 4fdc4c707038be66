// What can become of an appointment, and what staff may say of it when.
import { type Instant, MINUTE } from "./time.ts";

/** In the order in which they follow each other, with the words of the workspace. */
export const STATUSES = {
  pending: "waits for the customer",
  requested: "waits for you",
  confirmed: "confirmed",
  arrived: "arrived",
  completed: "completed",
  no_show: "did not come",
  cancelled: "cancelled",
} as const;

export type Status = keyof typeof STATUSES;

/** Whether it may still be moved or cancelled: what has happened stands. */
export function isOpen(status: Status): boolean {
  return status === "pending" || status === "requested" || status === "confirmed";
}

/** Whether its customer can say of it, from outside, that she will come. */
export function maySayComing(
  { status, startsAt }: { status: Status; startsAt: Instant },
  now: Instant,
): boolean {
  return status === "confirmed" && now < startsAt;
}

/** What staff say of an appointment on its day; "confirmed" takes back what was said by mistake. */
export type Mark = "arrived" | "completed" | "no_show" | "confirmed";

export const MARKS: Record<Mark, string> = {
  arrived: "Arrived",
  completed: "Completed",
  no_show: "Did not come",
  confirmed: "Take back",
};

/** From which status each can be said. */
export const BEFORE: Record<Mark, readonly Status[]> = {
  arrived: ["confirmed", "no_show"],
  completed: ["confirmed", "arrived"],
  no_show: ["confirmed"],
  confirmed: ["arrived", "completed", "no_show"],
};

// Some come in the morning of an afternoon's appointment; nobody arrives the day before.
const EARLY = 12 * 60 * MINUTE;

/** What can be said of an appointment now, in the order of the buttons. */
export function marksOf(
  { status, startsAt }: { status: Status; startsAt: Instant },
  now: Instant,
): Mark[] {
  return (Object.keys(MARKS) as Mark[]).filter(
    (mark) => BEFORE[mark].includes(status) && now >= earliestOf(mark, startsAt),
  );
}

/** The first instant at which it can be said. */
function earliestOf(mark: Mark, startsAt: Instant): Instant {
  if (mark === "confirmed") return -Infinity;
  return mark === "no_show" ? startsAt : startsAt - EARLY;
}
