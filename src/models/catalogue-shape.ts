// What a business offers, as its pages and verbs know it.
import type { FixedStart } from "../domain/book.ts";
import type { Closure, Exception, WeeklyHours, WeeklyRange } from "../domain/hours.ts";
import type { Zone } from "../domain/time.ts";

/** Zone, address and phone are those of the location that is looked at. */
export type CatalogueBusiness = {
  id: number;
  slug: string;
  name: string;
  address: string;
  phone: string;
  email: string;
  zone: Zone;
  currency: string;
  language: string;
  otherLanguages: boolean;
  bookingsOpen: boolean;
  /** The way from one of its locations to another. */
  travelMinutes: number;
  /** Whose pages may show its booking pages in a frame. */
  frameOrigins: readonly string[];
  version: number;
};

export type CatalogueLocation = {
  id: number;
  slug: string;
  name: string;
  address: string;
  phone: string;
  zone: Zone;
  archived: boolean;
};

export type CatalogueCategory = { id: number; name: string };

/** Prices are cents. */
export type CatalogueAddon = {
  id: number;
  name: string;
  minutes: number;
  price: number | null;
  archived: boolean;
};

/** A room or a piece of equipment; `capacity` null: however many come. */
export type CatalogueResource = {
  id: number;
  name: string;
  kind: "room" | "equipment";
  capacity: number | null;
  position: number;
  locationId: number;
};

export type CatalogueService = {
  id: number;
  slug: string;
  name: string;
  description: string;
  categoryId: number | null;
  /** Not in the list: reached by its link. */
  private: boolean;
  minutes: number;
  price: number | null;
  priceShown: boolean;
  step: number;
  bufferBefore: number;
  bufferAfter: number;
  bookingNotice: number;
  reschedulingNotice: number;
  cancellingNotice: number;
  horizonDays: number;
  /** A booking waits for the business's yes. */
  approval: boolean;
  /** How many people one start takes, and how many of them one booking may bring. */
  seats: number;
  party: number;
  dailyLimit: number | null;
  weeklyLimit: number | null;
  depositPolicy: "none" | "deposit" | "full";
  deposit: number | null;
  /** How many times a customer may repeat it in one booking; 0: not at all. */
  mostRepeats: number;
  waitingList: boolean;
  archived: boolean;
  /** Who provides it, in the business's order. */
  staffIds: number[];
  /** Where, archived locations included. */
  locationIds: number[];
  addonIds: number[];
  /** Each need is met by one of its resources. */
  needs: number[][];
  /** Only then; empty: whenever its providers work. */
  hours: WeeklyRange[];
  /** Only at these; empty: on the step. */
  fixedStarts: FixedStart[];
};

export type CatalogueProvider = {
  id: number;
  name: string;
  position: number;
  /** At the location that is looked at. */
  hours: WeeklyHours[];
  exceptions: Exception[];
  absences: Closure[];
};

export type Catalogue = {
  business: CatalogueBusiness;
  location: CatalogueLocation;
  /** Archived ones included, for appointments that still are there. */
  locations: CatalogueLocation[];
  /** The same business as it is at each location. */
  views: ReadonlyMap<number, Catalogue>;
  categories: CatalogueCategory[];
  /** Archived ones included, for appointments that still are; `offered` leaves them out. */
  services: CatalogueService[];
  addons: CatalogueAddon[];
  resources: CatalogueResource[];
  /** Providers who can be booked, in the business's order. */
  providers: CatalogueProvider[];
  closures: Closure[];
};
