// What several resources have in common on the wire.
import { z } from "zod";
import { isLocalDate, parseStart } from "../domain/time.ts";

export { money, moment, utc } from "../domain/told.ts";

const LARGEST_ID = 2 ** 31 - 1;

export const Id = z.int().min(1).max(LARGEST_ID);
/** An id in an address, where everything is text. */
export const IdText = z.coerce.number<string>().int().min(1).max(LARGEST_ID);
export const ById = z.strictObject({ id: IdText });

export const Moment = z
  .string()
  .meta({ format: "date-time", description: "RFC 3339, with its offset" });
export const ZoneName = z.string().meta({
  description: "IANA time zone of the place",
  examples: ["America/New_York"],
});
export const Money = z
  .object({
    amount: z.int().meta({
      description:
        "In the currency’s smallest unit (ISO 4217): 3500 is $35.00, and 3500 yen are ¥3500",
    }),
    currency: z.string().meta({ description: "ISO 4217" }),
  })
  .meta({ id: "Money" });
export const Version = z.string().meta({
  description:
    "Which version this is; the same as the ETag. Send it as If-Match to change no other",
});
export const Named = z.object({ id: Id, name: z.string() });

export const Day = z
  .string()
  .refine(isLocalDate, "Give a day like 2027-02-01")
  .meta({ format: "date", description: "A day where the business is" });

/** An instant that a program gives: RFC 3339, or RFC 9557 with the zone in brackets. */
export const GivenMoment = z
  .string()
  .transform((text, context) => {
    const instant = parseStart(text);
    if (instant !== null) return instant;
    const message = "Give an instant with its offset, like 2027-02-01T09:00:00-05:00";
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  })
  .meta({
    format: "date-time",
    description: "RFC 3339 with an offset, or RFC 9557 with offset and zone",
  });

export const pageQuery = {
  limit: z.coerce
    .number<string>()
    .int()
    .min(1)
    .max(100)
    .default(50)
    .meta({ description: "How many to list at most" }),
  cursor: z
    .string()
    .max(200)
    .optional()
    .meta({ description: "The next_cursor of the page before; leave it out for the first" }),
};

/** A page of a list. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({
    data: z.array(item),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: "Names the next page; null: this is the last" }),
  });
}
