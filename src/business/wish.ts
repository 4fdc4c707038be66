// What is asked for beside service, provider and time: where, how many come, what is added. Like all
// of a new appointment it stands in the address and in the forms.
import { NotFound } from "../errors.ts";
import {
  addonsOf,
  type Catalogue,
  type CatalogueAddon,
  catalogueAt,
  type CatalogueService,
  locationsOf,
  withAddons,
} from "../models/catalogue.ts";
import { toId } from "../models/id.ts";
import type { Params } from "./query.ts";

export type Wish = {
  /** At the location asked for. */
  catalogue: Catalogue;
  /** Undefined where there is but one. */
  locationId: number | undefined;
  /** With the add-ons: longer, and dearer. */
  service: CatalogueService;
  addons: CatalogueAddon[];
  people: number;
};

/** Staff may bring as many as there are seats, however many of them one customer may take. */
export function wishOf(
  anywhere: Catalogue,
  service: CatalogueService,
  from: Record<string, unknown>,
): Wish {
  const ids = new Set([from.addon].flat().map(toId));
  const addons = addonsOf(anywhere, service).filter(({ id }) => ids.has(id));
  const people = toId(from.people);
  const catalogue = locationAsked(anywhere, from.location, service);
  return {
    catalogue,
    locationId: placesOf(catalogue).length > 1 ? catalogue.location.id : undefined,
    service: withAddons(service, addons),
    addons,
    people: people <= service.seats ? Math.max(people, 1) : service.seats,
  };
}

/**
 * The location asked for, even one where the service is not offered; unless one is asked for, the
 * first where it is.
 * @throws NotFound for locations of nobody, of somebody else and those given up alike
 */
export function locationAsked(
  catalogue: Catalogue,
  asked: unknown,
  service?: CatalogueService,
): Catalogue {
  if (asked !== undefined && asked !== "") {
    const id = toId(asked);
    if (catalogue.locations.some((one) => one.id === id && !one.archived))
      return catalogueAt(catalogue, id);
    throw new NotFound("location");
  }
  const [first] = service ? locationsOf(catalogue, service) : [];
  return first ? catalogueAt(catalogue, first.id) : catalogue;
}

/** What says something of it: of one location, one person and no add-on there is nothing to say. */
export function wishFields({
  locationId,
  addons,
  people,
}: Pick<Wish, "locationId" | "addons" | "people">): Params {
  return {
    location: locationId,
    people: people > 1 ? people : undefined,
    addon: addons.map(({ id }) => id),
  };
}

/** The same as people read it. */
export function wishWords({ catalogue, locationId, service, addons, people }: Wish) {
  return {
    location: locationId && catalogue.location.name,
    people: service.seats > 1 ? people : undefined,
    addons: addons.map(({ name }) => name),
  };
}

/** What there is to choose from; each only where there is a choice. */
export function wishOptions(catalogue: Catalogue, service: CatalogueService | undefined) {
  const places = service ? locationsOf(catalogue, service) : [];
  return {
    seats: service?.seats ?? 1,
    locations: places.length > 1 ? places.map(({ id, name }): [number, string] => [id, name]) : [],
    addons: service
      ? addonsOf(catalogue, service).map(({ id, name, minutes }): [number, string] => [
          id,
          minutes > 0 ? `${name} (${minutes} minutes more)` : name,
        ])
      : [],
  };
}

function placesOf({ locations }: Catalogue) {
  return locations.filter(({ archived }) => !archived);
}
