import { Shelf } from "./shelf.ts";

export type ResourceFields = {
  name: string;
  kind: "room" | "equipment";
  locationId: number;
  /** How many people fit; null: however many come. */
  capacity: number | null;
  position: number;
};

/** Rooms and equipment that services take beside their providers. */
export const Resources = new Shelf<ResourceFields>({
  table: "resources",
  noun: "resource",
  columns: {
    name: "name",
    kind: "kind",
    locationId: "location_id",
    capacity: "capacity",
    position: "position",
  },
});
