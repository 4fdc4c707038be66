import { Shelf } from "./shelf.ts";

/** Makes a service longer, and dearer: minutes and cents. */
export type AddonFields = {
  name: string;
  minutes: number;
  price: number | null;
  position: number;
};

/** What customers can add to services. */
export const Addons = new Shelf<AddonFields>({
  table: "addons",
  noun: "add-on",
  columns: { name: "name", minutes: "minutes", price: "price", position: "position" },
});
