import { z } from "zod";
import { formatMoney } from "../domain/money.ts";
import { type AddonFields, Addons } from "../models/addon.ts";
import { line, whole } from "../web/form.ts";
import { moneyText, price } from "./services.form.ts";
import { ShelfPages } from "./shelf-pages.ts";

const AddonForm: z.ZodType<AddonFields> = z.object({
  name: line("Enter a name, such as Head massage", 80),
  minutes: whole("Enter the minutes, or 0", 0, 480, "minutes"),
  price,
  position: whole("Enter a place in the list", 0, 9999),
});

const labels = {
  name: "Name",
  minutes: "Minutes more",
  price: "Price",
  position: "Place in lists",
};

export const addons = new ShelfPages({
  shelf: Addons,
  path: "addons",
  words: {
    many: "Add-ons",
    one: "an add-on",
    archived: "Nobody can add it to a booking. What is booked with it stands.",
  },
  defaults: { minutes: 15, position: 0 },
  choices: async ({ business: { currency } }) => ({
    currency,
    priceOf: (cents: number) => formatMoney(cents, currency),
  }),
  form: () => AddonForm,
  toValues: (fields) => ({ ...fields, price: moneyText(fields.price) }),
  labels: () => labels,
});
