// What is to be booked, as every endpoint that needs a start asks for it.
import { z } from "zod";
import { NotFound } from "../errors.ts";
import {
  addonsOf,
  type Catalogue,
  catalogueAt,
  type CatalogueService,
  locationsOf,
  offered,
  withAddons,
} from "../models/catalogue.ts";
import type { Question } from "../models/starts.ts";
import type { Caller } from "./endpoint.ts";
import { invalid } from "./problem.ts";
import { Id, IdText } from "./wire.ts";

const provider = "Only with this provider; left out or null: whoever is free";
const location = "Where; left out: the first place where the service is offered";
const party = "How many come";
const additions = "What is added to the service";

/** In a body. */
export const wishFields = {
  service_id: Id,
  provider_id: Id.nullable().default(null).meta({ description: provider }),
  location_id: Id.optional().meta({ description: location }),
  people: z.int().min(1).max(1000).default(1).meta({ description: party }),
  addon_ids: z.array(Id).max(20).default([]).meta({ description: additions }),
};

/** In an address. */
export const wishQuery = {
  service_id: IdText.meta({ description: "Of which service" }),
  provider_id: IdText.optional().meta({ description: provider }),
  location_id: IdText.optional().meta({ description: location }),
  people: z.coerce.number<string>().int().min(1).max(1000).default(1).meta({ description: party }),
  addon_ids: z
    .string()
    .regex(/^\d{1,10}(,\d{1,10}){0,19}$/, "Give ids with commas between them, like 3,8")
    .transform((text) => text.split(",").map(Number))
    .default([])
    .meta({ description: `${additions}: ids with commas between them` }),
};

export type Wish = {
  service_id: number;
  provider_id?: number | null | undefined;
  location_id?: number | undefined;
  people?: number | undefined;
  addon_ids?: readonly number[] | undefined;
};

/** @throws NotFound for what is not offered, Problem for more people than one booking may bring */
export function questionOf({ catalogue, now }: Caller, wish: Wish): Question {
  const { people = 1, addon_ids = [] } = wish;
  const service = offered(catalogue).find(({ id }) => id === wish.service_id);
  if (!service) throw new NotFound("service");
  const here = placeOf(catalogue, service, wish.location_id);
  const addons = addon_ids.map((asked) => {
    const addon = addonsOf(here, service).find(({ id }) => id === asked);
    if (!addon) throw new NotFound("addition to this service");
    return addon;
  });
  if (people > service.party) {
    const detail = `One booking of this service takes ${service.party} at most`;
    throw invalid([{ pointer: "#/people", detail }]);
  }
  const staffId = providing(service, wish.provider_id);
  return { catalogue: here, service: withAddons(service, addons), addons, people, staffId, now };
}

/** Somebody who provides the service; undefined: anyone. @throws NotFound */
export function providing(
  { staffIds }: CatalogueService,
  staffId: number | null | undefined,
): number | undefined {
  if (staffId === null || staffId === undefined) return undefined;
  if (!staffIds.includes(staffId)) throw new NotFound("provider of this service");
  return staffId;
}

function placeOf(
  catalogue: Catalogue,
  service: CatalogueService,
  asked: number | undefined,
): Catalogue {
  const places = locationsOf(catalogue, service);
  const place = asked === undefined ? places[0] : places.find(({ id }) => id === asked);
  if (!place) throw new NotFound("location of this service");
  return catalogueAt(catalogue, place.id);
}
