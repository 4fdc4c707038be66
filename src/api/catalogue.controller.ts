// What services are sorted by, can be given besides, and take: the short lists of a business.
import { z } from "zod";
import type { Catalogue } from "../models/catalogue.ts";
import { pageOfKept } from "./cursor.ts";
import { endpoint } from "./endpoint.ts";
import { example } from "./example.ts";
import { Addon, Category, Resource } from "./services.schema.ts";
import { listOf, money, pageQuery } from "./wire.ts";

export const categories = list(
  {
    summary: "List the categories",
    description: "What services are sorted by on the booking pages.",
    item: Category,
    example: { id: 70_020, name: "Hair" },
  },
  ({ categories: all }) => all.map(({ id, name }) => ({ id, name })),
);

export const addons = list(
  {
    summary: "List the add-ons",
    description: "What can be added to services; which one to which, its service says.",
    item: Addon,
    example: {
      id: 70_030,
      name: "Wash",
      minutes: 10,
      price: { amount: 500, currency: example.currency },
    },
  },
  ({ addons: all, business }) =>
    all
      .filter(({ archived }) => !archived)
      .map(({ id, name, minutes, price }) => {
        return { id, name, minutes, price: money(price, business.currency) };
      }),
);

export const resources = list(
  {
    summary: "List the rooms and equipment",
    description: "What services take beside their providers. Which one, a booking chooses.",
    item: Resource,
    example: { id: 70_040, name: "Chair 1", kind: "room", capacity: 1, location: example.location },
  },
  ({ resources: all, locations }) =>
    all.flatMap(({ id, name, kind, capacity, locationId }) => {
      const location = locations.find((one) => one.id === locationId);
      if (!location) return [];
      return [{ id, name, kind, capacity, location: { id: location.id, name: location.name } }];
    }),
);

type Listed<T extends z.ZodType> = {
  summary: string;
  description: string;
  item: T;
  example: z.input<T>;
};

function list<T extends z.ZodType<unknown, { id: number }>>(
  { item, example: shown, ...about }: Listed<T>,
  all: (catalogue: Catalogue) => Array<z.input<T>>,
) {
  return endpoint(
    {
      ...about,
      query: z.strictObject(pageQuery),
      answer: listOf(item),
      example: () => ({ answer: { data: [shown], next_cursor: null } }),
    },
    ({ catalogue, query: { cursor, limit } }) => {
      const { lines, next_cursor } = pageOfKept(all(catalogue), cursor, limit);
      return { data: lines, next_cursor };
    },
  );
}
