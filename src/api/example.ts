// What the examples of the documentation speak of. Their times are in the days to come, so that an
// example is good on any day; the ids stand for whatever the business has.
import {
  addDays,
  DAY,
  type Instant,
  instantToLocal,
  localToInstants,
  MINUTE,
  weekday,
} from "../domain/time.ts";

export const example = {
  zone: "America/New_York",
  currency: "USD",
  service: { id: 70_012, name: "Haircut" },
  location: { id: 70_003, name: "Main Street" },
  provider: { id: 70_007, name: "Ben Brown" },
  customer: { id: 70_042, name: "Dora Diaz", email: "dora@example.com", phone: "555 0123" },
  appointment: 70_101,
  /** One that is over. */
  appointmentBefore: 70_100,
  /** One that waits for the business. */
  appointmentAsked: 70_102,
  /** The first two are of it. */
  series: 70_060,
  waiting: 70_070,
  waitingLink: "https://book.example/waiting/Qm2xT7rN0cVbLp5J",
  webhook: 70_050,
  hold: "wq3K9cVhU1yQ0bXnS5tL7mPz2dRfGjA8",
  customerLink: "https://book.example/appointments/Zk4nW8eYt1oQ6uHs",
};

export type ExampleTimes = {
  /** Today, at 15:00 UTC. */
  now: Instant;
  /** A Tuesday a week or more ahead, at 9:00 where the business is. */
  start: Instant;
  day: string;
  /** The same day at 11:00. */
  later: Instant;
  /** Two weeks before that start. */
  before: Instant;
};

/** The same all through a day of UTC. */
export function exampleTimes(now: Instant): ExampleTimes {
  const afternoon = Math.floor(now / DAY) * DAY + 15 * 60 * MINUTE;
  const today = instantToLocal(afternoon, example.zone).date;
  const day = addDays(today, 7 + ((2 - weekday(today) + 7) % 7));
  const at = (minutes: number) => localToInstants(day, minutes, example.zone)[0] ?? afternoon;
  const start = at(9 * 60);
  return { now: afternoon, start, day, later: at(11 * 60), before: start - 14 * DAY };
}
