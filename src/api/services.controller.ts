// What can be booked, and with whom: read from the catalogue, which this process keeps.
import { z } from "zod";
import { NotFound } from "../errors.ts";
import { bookingUrl } from "../links.ts";
import {
  addonsOf,
  type Catalogue,
  type CatalogueProvider,
  type CatalogueService,
  locationsOf,
  offered,
  providersOf,
} from "../models/catalogue.ts";
import { pageOfKept } from "./cursor.ts";
import { endpoint } from "./endpoint.ts";
import { example } from "./example.ts";
import { Business, Location, Provider, Service } from "./services.schema.ts";
import { ById, listOf, money, pageQuery } from "./wire.ts";

const exampleService: z.input<typeof Service> = {
  ...example.service,
  slug: "haircut",
  description: "With a wash",
  category: null,
  listed: true,
  minutes: 30,
  step_minutes: 30,
  buffer_before_minutes: 0,
  buffer_after_minutes: 0,
  booking_notice_minutes: 0,
  rescheduling_notice_minutes: 0,
  cancelling_notice_minutes: 0,
  horizon_days: 60,
  price: { amount: 3500, currency: example.currency },
  most_people: 1,
  needs_approval: false,
  providers: [example.provider],
  locations: [example.location],
  addons: [],
  booking_url: "https://book.example/book/anas-salon/haircut",
};
const exampleProvider: z.input<typeof Provider> = {
  ...example.provider,
  services: [example.service],
};

export const business = endpoint(
  {
    summary: "See the business",
    answer: Business,
    example: () => ({
      answer: {
        name: "Ana's Salon",
        slug: "anas-salon",
        address: "1 Main Street, Springfield",
        phone: "555 0100",
        email: "post@business.example",
        zone: example.zone,
        currency: example.currency,
        bookings_open: true,
        booking_url: "https://book.example/book/anas-salon",
      },
    }),
  },
  ({ catalogue }) => {
    const { name, slug, address, phone, email, zone, currency, bookingsOpen } = catalogue.business;
    const more = { bookings_open: bookingsOpen, booking_url: bookingUrl(slug) };
    return { name, slug, address, phone, email, zone, currency, ...more };
  },
);

export const index = endpoint(
  {
    summary: "List the services",
    description: "Those that can be booked: neither archived nor without anybody to provide them.",
    query: z.strictObject(pageQuery),
    answer: listOf(Service),
    example: () => ({
      query: { limit: "20" },
      answer: { data: [exampleService], next_cursor: null },
    }),
  },
  ({ catalogue, query: { cursor, limit } }) => {
    const { lines, next_cursor } = pageOfKept(offered(catalogue), cursor, limit);
    return { data: lines.map((service) => shownService(service, catalogue)), next_cursor };
  },
);

export const show = endpoint(
  {
    summary: "See a service",
    params: ById,
    answer: Service,
    example: () => ({ params: { id: String(example.service.id) }, answer: exampleService }),
  },
  ({ catalogue, params }) => {
    const found = offered(catalogue).find(({ id }) => id === params.id);
    if (!found) throw new NotFound("service");
    return shownService(found, catalogue);
  },
);

export const providers = endpoint(
  {
    summary: "List the providers",
    description: "Those with whom something can be booked.",
    query: z.strictObject(pageQuery),
    answer: listOf(Provider),
    example: () => ({ answer: { data: [exampleProvider], next_cursor: null } }),
  },
  ({ catalogue, query: { cursor, limit } }) => {
    const { lines, next_cursor } = pageOfKept(catalogue.providers, cursor, limit);
    return { data: lines.map((one) => shownProvider(one, catalogue)), next_cursor };
  },
);

export const provider = endpoint(
  {
    summary: "See a provider",
    params: ById,
    answer: Provider,
    example: () => ({ params: { id: String(example.provider.id) }, answer: exampleProvider }),
  },
  ({ catalogue, params }) => {
    const found = catalogue.providers.find(({ id }) => id === params.id);
    if (!found) throw new NotFound("provider");
    return shownProvider(found, catalogue);
  },
);

export const locations = endpoint(
  {
    summary: "List the locations",
    description: "Those where something can be booked. Times are told in the zone of the place.",
    query: z.strictObject(pageQuery),
    answer: listOf(Location),
    example: () => ({
      answer: {
        data: [
          {
            ...example.location,
            address: "1 Main Street, Springfield",
            phone: "555 0100",
            zone: example.zone,
          },
        ],
        next_cursor: null,
      },
    }),
  },
  ({ catalogue, query: { cursor, limit } }) => {
    const open = catalogue.locations.filter(({ archived }) => !archived);
    const { lines, next_cursor } = pageOfKept(open, cursor, limit);
    const data = lines.map(({ id, name, address, phone, zone }) => {
      return { id, name, address, phone, zone };
    });
    return { data, next_cursor };
  },
);

function shownService(service: CatalogueService, catalogue: Catalogue): z.input<typeof Service> {
  const { id, name, slug, minutes } = service;
  const { business: owner, categories } = catalogue;
  const category = categories.find((one) => one.id === service.categoryId);
  return {
    id,
    name,
    slug,
    description: service.description,
    category: category ? named(category) : null,
    listed: !service.private,
    minutes,
    step_minutes: service.step,
    buffer_before_minutes: service.bufferBefore,
    buffer_after_minutes: service.bufferAfter,
    booking_notice_minutes: service.bookingNotice,
    rescheduling_notice_minutes: service.reschedulingNotice,
    cancelling_notice_minutes: service.cancellingNotice,
    horizon_days: service.horizonDays,
    price: money(service.price, owner.currency),
    most_people: service.party,
    needs_approval: service.approval,
    providers: providersOf(catalogue, service).map(named),
    locations: locationsOf(catalogue, service).map(named),
    addons: addonsOf(catalogue, service).map((addon) => ({
      ...named(addon),
      minutes: addon.minutes,
      price: money(addon.price, owner.currency),
    })),
    booking_url: `${bookingUrl(owner.slug)}/${slug}`,
  };
}

function shownProvider(found: CatalogueProvider, catalogue: Catalogue): z.input<typeof Provider> {
  const services = offered(catalogue).filter(({ staffIds }) => staffIds.includes(found.id));
  return { ...named(found), services: services.map(named) };
}

function named({ id, name }: { id: number; name: string }) {
  return { id, name };
}
