import { Shelf } from "./shelf.ts";

/** Makes a service longer, and dearer: minutes and cents. */
export type AddonFields = {
  name: string;
  minutes: number;
  price: number | null;
  position: number;
};

/** In SQL, of an appointment by its table's name: the names of what was added to it, or null. */
export function addedTo(appointment: "a" | "appointments"): string {
  return `(SELECT string_agg(x.name, ', ' ORDER BY x.name) FROM appointment_addons x
    WHERE x.business_id = ${appointment}.business_id AND x.appointment_id = ${appointment}.id)`;
}

/** What customers can add to services. */
export const Addons = new Shelf<AddonFields>({
  table: "addons",
  noun: "add-on",
  columns: { name: "name", minutes: "minutes", price: "price", position: "position" },
});
