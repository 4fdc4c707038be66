import type { Request, Response } from "express";
import { z } from "zod";
import { isSlug } from "../domain/slug.ts";
import { isZone } from "../domain/time.ts";
import { catalogueOf } from "../models/catalogue.ts";
import { type LocationFields, Locations, setTravel } from "../models/location.ts";
import { Refused } from "../models/set-up.ts";
import { line, optionalLine, parse, refused, whole } from "../web/form.ts";
import { zoneGroups } from "../web/zones.ts";
import { actorOf, at } from "./actor.ts";
import { ShelfPages } from "./shelf-pages.ts";

const LONGEST_TRAVEL = 480;

const LocationForm: z.ZodType<LocationFields> = z.object({
  name: line("Enter a name, such as Old Town", 80),
  address: optionalLine(250).transform((text) => text || null),
  phone: optionalLine(40)
    .refine(
      (text) => text === "" || /^[+\d(][\d ()./-]{4,}$/.test(text),
      "Enter a phone number with digits, like 555 0100",
    )
    .transform((text) => text || null),
  zone: z
    .string()
    .default("")
    .refine((text) => text === "" || isZone(text), "Choose a time zone from the list")
    .transform((text) => text || null),
  slug: z
    .string()
    .trim()
    .toLowerCase()
    .default("")
    .refine((text) => text === "" || isSlug(text), "Use small letters, digits and single hyphens"),
  position: whole("Enter a place in the list", 0, 9999),
});

const TravelForm = z.object({
  travel: whole("Enter the minutes, or 0", 0, LONGEST_TRAVEL, "minutes"),
});

const labels = {
  name: "Name",
  address: "Postal address",
  phone: "Phone",
  zone: "Time zone",
  slug: "Address of its page",
  position: "Place in lists",
};

export const locations = new ShelfPages({
  shelf: Locations,
  path: "locations",
  words: {
    many: "Locations",
    one: "a location",
    archived: "Nobody can book there. Its appointments stand.",
  },
  defaults: { position: 0 },
  choices: async ({ business }, all, chosen) => ({
    inUse: all.filter(({ archived }) => !archived).length,
    zones: [
      ["The business’s own", [["", business.zone]]],
      ...zoneGroups(Date.now(), chosen?.zone ?? business.zone),
    ],
    travel: (await catalogueOf(business.slug)).business.travelMinutes,
  }),
  form: () => LocationForm,
  toValues: (fields) => ({ ...fields, zone: fields.zone ?? "" }),
  labels: () => labels,
});

/** The way between any two locations. */
export async function travel(req: Request, res: Response) {
  const form = parse(TravelForm, req.body);
  if (!form.input) return locations.showList(req, res, { form }, 422);
  try {
    await setTravel(req.business, form.input.travel, actorOf(req), Date.now());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const no = refused(form, error.field, error.message);
    return locations.showList(req, res, { form: no }, 422);
  }
  res.redirect(303, at(req, "/locations"));
}
