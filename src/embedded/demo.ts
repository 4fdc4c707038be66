// What the demo is made of. Days are counted from the day it is made.
import type { Range } from "../domain/hours-text.ts";
import { parseRanges } from "../domain/hours-text.ts";
import type { Role } from "../domain/rights.ts";
import type { FieldFields, FieldKind } from "../models/field.ts";
import type { ResourceFields } from "../models/resource.ts";
import type { ServiceFields } from "../models/service.ts";
import { NO_RULES } from "../models/service-rules.ts";

export const OPERATOR = { email: "operator@plainbook.example", name: "Olga Operator" };

export type DemoStaff = {
  name: string;
  /** Who signs in. */
  email?: string;
  /** A provider unless told otherwise, who is the only one to be booked. */
  role?: Role;
  /** Of a provider; true unless told otherwise. */
  seesAll?: boolean;
  /** Monday to Sunday, as the hours page takes them, at the first location. */
  week?: readonly string[];
  /** The same at other locations, by their names. */
  weeks?: Readonly<Record<string, readonly string[]>>;
  provides: readonly string[];
};
type ByIds = "staffIds" | "addonIds" | "locationIds" | "needs";
export type DemoService = Pick<ServiceFields, "slug" | "name" | "minutes" | "price" | "step"> &
  Partial<Omit<ServiceFields, ByIds>> & {
    /** By their names, as locations and what is needed are. */
    addons?: readonly string[];
    locations?: readonly string[];
    /** Each need is met by one of its rooms or pieces of equipment. */
    needs?: ReadonlyArray<readonly string[]>;
  };
export type DemoBusiness = {
  slug: string;
  company: string;
  address: string;
  phone: string;
  zone: string;
  owner: { name: string; email: string };
  services: readonly DemoService[];
  staff: readonly DemoStaff[];
  /** The first one by its name, those after it, and the minutes from one to another. */
  locations?: { first: string; others: readonly DemoLocation[]; travel: number };
  resources?: ReadonlyArray<Pick<ResourceFields, "name" | "kind" | "capacity"> & { at: string }>;
  addons?: ReadonlyArray<{ name: string; minutes: number; price: number | null }>;
  fields?: ReadonlyArray<DemoField>;
};
type DemoLocation = { name: string; address: string; phone: string; zone: string };
type DemoField = Omit<FieldFields & FieldKind, "serviceIds"> & {
  sensitive: boolean;
  /** Slugs; none: asked at all. */
  services: readonly string[];
};

export const SALON: DemoBusiness = {
  slug: "demo",
  company: "Demo Salon",
  address: "12 Elm Street, Springfield, NY 12345",
  phone: "555 0112",
  zone: "America/New_York",
  owner: { name: "Olivia Owens", email: "owner@demo.example" },
  services: [
    { slug: "haircut", name: "Haircut", minutes: 30, price: 3500, step: 30 },
    { slug: "blow-dry", name: "Blow-dry", minutes: 45, price: 4000, step: 15, bufferAfter: 5 },
    { slug: "beard-trim", name: "Beard trim", minutes: 15, price: 1800, step: 15 },
    {
      slug: "cut-and-colour",
      name: "Cut and colour",
      minutes: 120,
      price: 14000,
      step: 30,
      bufferAfter: 15,
      bookingNotice: 24 * 60,
    },
    { slug: "advice", name: "Colour advice", minutes: 20, price: null, step: 20, bufferBefore: 5 },
  ],
  staff: [
    {
      name: "Sam Stone",
      email: "staff@demo.example",
      week: [...Array<string>(5).fill("9-12:30, 13:15-17:30"), "", ""],
      provides: ["haircut", "blow-dry", "beard-trim"],
    },
    {
      name: "Dana Diaz",
      week: ["", ...Array<string>(4).fill("10-14, 14:30-19"), "9-15", ""],
      provides: ["haircut", "blow-dry", "cut-and-colour", "advice"],
    },
    {
      name: "Lee Lang",
      week: ["12-20", "", "12-20", "12-20", "14-22", "10-18", "11-16"],
      provides: ["haircut", "beard-trim", "advice"],
    },
  ],
};

export const MASSAGES: DemoBusiness = {
  slug: "other",
  company: "Other Massages",
  address: "Lindenweg 3, 10115 Berlin",
  phone: "+49 30 555 0199",
  zone: "Europe/Berlin",
  owner: { name: "Otto Other", email: "owner@other.example" },
  services: [
    { slug: "massage", name: "Massage", minutes: 60, price: 6000, step: 30, bufferAfter: 15 },
  ],
  staff: [
    {
      name: "Mia Masseur",
      week: [...Array<string>(5).fill("8-18"), "10-14", ""],
      provides: ["massage"],
    },
  ],
};

/** Who has booked at the salon. Nobody reads these mailboxes. */
export const CUSTOMERS: ReadonlyArray<{ name: string; phone: string | null }> = [
  { name: "Alice Adams", phone: "555 0121" },
  { name: "Bruno Berg", phone: null },
  { name: "Chen Li", phone: "555 0123" },
  { name: "Dolores Díaz", phone: null },
  { name: "Emeka Eze", phone: "555 0125" },
  { name: "Fatima Farah", phone: "555 0126" },
  { name: "Gustav Grün", phone: null },
  { name: "Hannah Hill", phone: "555 0128" },
  { name: "Ines Ito", phone: null },
  { name: "Jack Jones", phone: "555 0130" },
];

/** A week around today; two appointments a provider and day leave most times free. */
export const DAYS_BEFORE = 3;
export const DAYS_AFTER = 6;

/** The first weekday (1 = Monday) at least so many days from today. */
export const TRAINING_DAY = { weekday: 1, after: 30 };
export const DANAS_DAY_OFF = { weekday: 4, after: 10 };
export const LEES_EXTRA_DAY = { weekday: 2, after: 14, hours: "12-16" };

/** Notices long enough to be seen, short enough to be tried out at once. */
export const RULES = {
  ...NO_RULES,
  position: 0,
  description: "",
  private: false,
  priceShown: true,
  bufferBefore: 0,
  bufferAfter: 0,
  bookingNotice: 2 * 60,
  reschedulingNotice: 60,
  cancellingNotice: 60,
  horizonDays: 60,
  approval: false,
  seats: 1,
  party: 1,
  dailyLimit: null,
  weeklyLimit: null,
  depositPolicy: "none",
  deposit: null,
  mostRepeats: 0,
  waitingList: false,
} as const;

/** Hours as they are written above. */
export function ranges(text: string): Range[] {
  const read = parseRanges(text);
  if ("problem" in read) throw new Error(read.problem);
  return read.ranges;
}
