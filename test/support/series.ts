// Series made through the verbs.
import type { Recurrence } from "../../src/domain/recurrence.ts";
import { DAY } from "../../src/domain/time.ts";
import type { BookingDetails } from "../../src/models/appointment.ts";
import type { Actor } from "../../src/models/audit-entry.ts";
import { catalogueOf, serviceById } from "../../src/models/catalogue.ts";
import { Series } from "../../src/models/series.ts";
import { JANE, START } from "./bookings.ts";
import { MONDAY } from "./world.ts";

export const WEEK = 7 * DAY;

type Wanted = {
  slug: string;
  serviceId: number;
  count: number;
  start?: number;
  now?: number;
  actor?: Actor;
  recurrence?: Recurrence;
  details?: Partial<BookingDetails>;
};

/** So many weeks at the same time, unless told otherwise. */
export async function bookSeries({ slug, serviceId, count, ...wanted }: Wanted) {
  const { start = START, now = MONDAY, actor = { kind: "system" } } = wanted;
  const { recurrence = { every: "week", interval: 1, count } } = wanted;
  const catalogue = await catalogueOf(slug);
  const question = { catalogue, service: serviceById(catalogue, serviceId), now };
  const whole = { question, recurrence, first: start, most: count };
  const plan = await Series.plan({ ...whole, override: false });
  const starts = plan.flatMap((one) => (one.start === null ? [] : [one.start]));
  const details = { ...JANE, ...wanted.details };
  return Series.book({ ...whole, wanted: starts, details, actor });
}
