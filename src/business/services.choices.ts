// What a service's form lets one choose from: what the business has, and what is chosen already.
import type { Request } from "express";
import { catalogueOf } from "../models/catalogue.ts";
import { Staff } from "../models/index.ts";
import { Resources } from "../models/resource.ts";
import { NO_RULES, type ServiceRules } from "../models/service-rules.ts";
import { type Form, refused } from "../web/form.ts";
import type { Labels, Option } from "./meanwhile.ts";
import { labels, NEEDS } from "./services.form.ts";

export type Choices = {
  staff: Option[];
  locations: Option[];
  addons: Option[];
  resources: Option[];
  categories: string[];
};

export async function choicesOf(req: Request, chosen: ServiceRules = NO_RULES): Promise<Choices> {
  const { business } = req;
  const [staff, resources, catalogue] = await Promise.all([
    Staff.workingFor(business),
    Resources.of(business),
    catalogueOf(business.slug),
  ]);
  return {
    staff: staff
      .filter(({ id, bookable }) => bookable || chosen.staffIds.includes(id))
      .map(({ id, name, bookable }) => [id, bookable ? name : `${name} (cannot be booked)`]),
    locations: inUse(catalogue.locations, chosen.locationIds),
    addons: inUse(catalogue.addons, chosen.addonIds),
    resources: inUse(resources, chosen.needs.flat()),
    categories: catalogue.categories.map(({ name }) => name),
  };
}

/** Whatever is ticked must be among the choices. */
export function checked<T extends Record<string, unknown>>(
  form: Form<T>,
  choices: Choices,
): Form<T> {
  const { input } = form;
  if (!input) return form;
  return Object.entries(optionsOf(choices)).reduce((checkedForm, [name, options]) => {
    const known = options.map(([id]) => id);
    const chosen = input[name] as number[];
    const stranger = chosen.some((id) => !known.includes(id));
    return stranger ? refused(checkedForm, name, "Choose from the list") : checkedForm;
  }, form);
}

/** The labels of all fields, with what can be chosen. */
export function labelsWith(choices: Choices): Labels {
  const names: Record<string, string> = { staff: "Who provides it", locations: "Where" };
  const chosen = Object.entries(optionsOf(choices)).map(([name, options]) => [
    name,
    [names[name] ?? (name === "addons" ? "Add-ons" : "Rooms and equipment"), options],
  ]);
  return { ...labels, ...Object.fromEntries(chosen) };
}

function optionsOf({ staff, locations, addons, resources }: Choices): Record<string, Option[]> {
  const needs = Object.fromEntries(NEEDS.map((name) => [name, resources]));
  return { staff, locations, addons, ...needs };
}

type Thing = { id: number; name: string; archived: boolean };

function inUse(things: readonly Thing[], chosen: readonly number[]): Option[] {
  return things
    .filter(({ id, archived }) => !archived || chosen.includes(id))
    .map(({ id, name, archived }) => [id, archived ? `${name} (archived)` : name]);
}
