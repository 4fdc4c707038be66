// Free times. What is listed is offered at this moment, and promised by nobody: a hold keeps it.
import type { z } from "zod";
import type { Start } from "../domain/availability.ts";
import { type Instant, instantToLocal, MINUTE } from "../domain/time.ts";
import { TimeTaken } from "../models/index.ts";
import { type Question, startsAfter, startsOn } from "../models/starts.ts";
import { endpoint } from "./endpoint.ts";
import { example } from "./example.ts";
import { Problem } from "./problem.ts";
import { type Time, Times, TimesQuery } from "./times.schema.ts";
import { moment } from "./wire.ts";
import { questionOf } from "./wish.ts";

const OTHERS = 12; // next free times told when one has gone

export const index = endpoint(
  {
    summary: "List free times",
    description:
      "Times are offered by the rules of the service, the hours, and what is booked or held by others.",
    query: TimesQuery,
    answer: Times,
    refusals: ["not-found"],
    example: ({ day, start }) => ({
      query: { service_id: String(example.service.id), from: day, days: "1" },
      answer: {
        zone: example.zone,
        from: day,
        days: 1,
        data: [
          {
            start: moment(start, example.zone),
            end: moment(start + 30 * MINUTE, example.zone),
            provider_ids: [example.provider.id],
          },
        ],
      },
    }),
  },
  async (call) => {
    const { days, ...wish } = call.query;
    const question = questionOf(call, wish);
    const { zone } = question.catalogue.business;
    const from = call.query.from ?? instantToLocal(call.now, zone).date;
    const found = await startsOn(question, from, days);
    return { zone, from, days, data: found.map((start) => shownTime(start, question)) };
  },
);

/** Does what needs a start; when it is not to be had, the problem says what is. */
export async function orNextTimes<T>(
  question: Question,
  start: Instant,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TimeTaken)) throw error;
    const isClosed = !question.catalogue.business.bookingsOpen && question.except === undefined;
    if (isClosed) throw new Problem("bookings-closed");
    const next = await startsAfter(question, start, OTHERS);
    const members = { next_times: next.map((other) => shownTime(other, question)) };
    throw new Problem("time-taken", { detail: "It is taken, or it is not offered", members });
  }
}

function shownTime(
  { start, staffIds }: Start,
  { catalogue, service }: Question,
): z.input<typeof Time> {
  const { zone } = catalogue.business;
  const end = moment(start + service.minutes * MINUTE, zone);
  return { start: moment(start, zone), end, provider_ids: [...staffIds] };
}
