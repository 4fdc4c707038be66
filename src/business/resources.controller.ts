import { z } from "zod";
import { Locations } from "../models/location.ts";
import { type ResourceFields, Resources } from "../models/resource.ts";
import { line, whole } from "../web/form.ts";
import type { Option } from "./meanwhile.ts";
import { wholeOrNone } from "./services.form.ts";
import { ShelfPages } from "./shelf-pages.ts";

const kinds: Option[] = [
  ["room", "Room"],
  ["equipment", "Equipment"],
];

type Choices = { kinds: Option[]; locations: Option[] };

function resourceForm({ locations }: Choices): z.ZodType<ResourceFields> {
  const only = locations.length === 1 ? String(locations[0]?.[0]) : undefined;
  const ids = locations.map(([id]) => Number(id));
  return z
    .object({
      name: line("Enter a name, such as Room 1", 80),
      kind: z.enum(["room", "equipment"], "Choose one"),
      // With one location the form does not ask.
      location: z
        .string("Choose a location")
        .default(only ?? "")
        .transform(Number)
        .refine((id) => ids.includes(id), "Choose a location"),
      capacity: wholeOrNone(500),
      position: whole("Enter a place in the list", 0, 9999),
    })
    .transform(({ location, ...fields }) => ({ ...fields, locationId: location }));
}

export const resources = new ShelfPages({
  shelf: Resources,
  path: "resources",
  words: {
    many: "Rooms and equipment",
    one: "a room or equipment",
    archived: "It is no longer given to new bookings. What is booked with it stands.",
  },
  defaults: { kind: "room", position: 0 },
  choices: async (req, _, chosen): Promise<Choices> => {
    const all = await Locations.of(req.business);
    const usable = all.filter(({ id, archived }) => !archived || id === chosen?.locationId);
    return { kinds, locations: usable.map(({ id, name }) => [id, name]) };
  },
  form: resourceForm,
  toValues: ({ locationId, capacity, ...fields }) => ({
    ...fields,
    location: locationId,
    capacity: capacity ?? "",
  }),
  labels: ({ locations }) => ({
    name: "Name",
    kind: ["Kind", kinds],
    location: ["Location", locations],
    capacity: "People who fit",
    position: "Place in lists",
  }),
});
