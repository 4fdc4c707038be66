import { z } from "zod";
import { Day, Id, Moment, ZoneName } from "./wire.ts";
import { wishQuery } from "./wish.ts";

export const Time = z
  .object({
    start: Moment,
    end: Moment,
    provider_ids: z.array(Id).meta({ description: "Who is free then" }),
  })
  .meta({ id: "Time" });

export const TimesQuery = z.strictObject({
  ...wishQuery,
  from: Day.optional().meta({
    description: "The first day, where the business is; today if left out",
  }),
  days: z.coerce.number<string>().int().min(1).max(31).default(7).meta({ description: "How many" }),
});

export const Times = z.object({
  zone: ZoneName,
  from: Day,
  days: z.int(),
  data: z.array(Time).meta({ description: "In order; all of these days, never a part of them" }),
});
