// A business of the demo with everything it has set up, by the verbs everybody else uses.
import type { Instant } from "../domain/time.ts";
import { Addons } from "../models/addon.ts";
import { run } from "../models/database.ts";
import { Fields } from "../models/field.ts";
import { Hours } from "../models/hours.ts";
import { type Actor, Person, Service, Staff } from "../models/index.ts";
import { Locations, setTravel } from "../models/location.ts";
import { Registration } from "../models/registration.ts";
import { Resources } from "../models/resource.ts";
import { editionOf } from "../models/set-up.ts";
import { type DemoBusiness, type DemoStaff, ranges, RULES } from "./demo.ts";

export type Made = { id: number; zone: string; actor: Actor; staff: Staff[] };

/** Notices are off: what is booked for the demo owes nobody a mail. */
export async function setUp(demo: DemoBusiness, passwordHash: string, now: Instant): Promise<Made> {
  const { owner, zone } = demo;
  const person = { ...owner, passwordHash };
  const registered = await Registration.signUp(
    { ...demo, person, email: owner.email, notices: [] },
    now,
  );
  const business = { id: registered.id };
  const actor: Actor = { kind: "staff", staffId: registered.staffId };
  const maker = { business, actor, now };
  await leaveToStaff(await Staff.find(business, registered.staffId), maker);
  const locations = await addLocations(demo, maker);
  const staff: Staff[] = [];
  for (const one of demo.staff) staff.push(await hire(one, passwordHash, locations, maker));
  const shelves = {
    locations,
    staff: byName(staff),
    resources: await addResources(demo, locations, maker),
    addons: await addAddons(demo, maker),
  };
  const services = await addServices(demo, shelves, maker);
  await addFields(demo, services, maker);
  return { ...business, zone, actor, staff };
}

type Maker = { business: { id: number }; actor: Actor; now: Instant };
type Ids = ReadonlyMap<string, number>;

/** The owner takes no appointments herself. */
async function leaveToStaff(owner: Staff, { actor, now }: Maker): Promise<void> {
  const fields = await owner.fields();
  await owner.change({ ...fields, bookable: false }, editionOf(fields), actor, now);
}

async function addLocations(
  { locations }: DemoBusiness,
  { business, actor, now }: Maker,
): Promise<Ids> {
  if (!locations) return new Map();
  const [first] = await Locations.of(business);
  if (!first) throw new Error("a business without a location");
  const fields = Locations.fieldsOf(first);
  const named = { ...fields, name: locations.first, slug: "" };
  await Locations.change(business, first.id, named, editionOf(fields), actor, now);
  for (const [i, location] of locations.others.entries())
    await Locations.add(business, { ...location, slug: "", position: i + 1 }, actor, now);
  await setTravel(business, locations.travel, actor, now);
  return byName(await Locations.of(business));
}

async function addResources(
  { resources = [] }: DemoBusiness,
  locations: Ids,
  { business, actor, now }: Maker,
): Promise<Ids> {
  for (const [position, { at, ...resource }] of resources.entries()) {
    const fields = { ...resource, locationId: idOf(locations, at), position };
    await Resources.add(business, fields, actor, now);
  }
  return byName(await Resources.of(business));
}

async function addAddons(
  { addons = [] }: DemoBusiness,
  { business, actor, now }: Maker,
): Promise<Ids> {
  for (const [position, addon] of addons.entries())
    await Addons.add(business, { ...addon, position }, actor, now);
  return byName(await Addons.of(business));
}

async function hire(
  { name, email, role = "provider", seesAll = true, week, weeks = {} }: DemoStaff,
  passwordHash: string,
  locations: Ids,
  { business, actor, now }: Maker,
): Promise<Staff> {
  const position = await Staff.nextPosition(business);
  const kind = { bookable: role === "provider", role, seesAll };
  const fields = { name, email: email ?? null, ...kind, position, serviceIds: [] };
  const staff = await Staff.add(business, fields, actor, now);
  const none = editionOf(await Hours.weekOf(staff));
  if (week) await Hours.replace(staff, week.map(ranges), none, actor, now);
  for (const [at, there] of Object.entries(weeks))
    await Hours.replace(staff, there.map(ranges), none, actor, now, idOf(locations, at));
  if (email !== undefined) await letSignIn(staff, { name, email, passwordHash }, now);
  return staff;
}

/** As whoever has accepted an invitation. */
async function letSignIn(
  { businessId, id: staffId }: Staff,
  person: { name: string; email: string; passwordHash: string },
  now: Instant,
): Promise<void> {
  const { id: personId } = await Person.add(person, now);
  await run(
    "UPDATE staff SET person_id = $personId WHERE business_id = $businessId AND id = $staffId",
    { personId, businessId, staffId },
  );
}

async function addServices(
  { services, staff }: DemoBusiness,
  shelves: Record<"locations" | "staff" | "resources" | "addons", Ids>,
  { business, actor, now }: Maker,
): Promise<Ids> {
  const made: Array<[string, number]> = [];
  for (const { addons = [], locations = [], needs = [], ...service } of services) {
    const providers = staff.filter(({ provides }) => provides.includes(service.slug));
    const links = {
      staffIds: providers.map(({ name }) => idOf(shelves.staff, name)),
      addonIds: addons.map((name) => idOf(shelves.addons, name)),
      locationIds: locations.map((name) => idOf(shelves.locations, name)),
      needs: needs.map((need) => need.map((name) => idOf(shelves.resources, name))),
    };
    const { id } = await Service.add(business, { ...RULES, ...service, ...links }, actor, now);
    made.push([service.slug, id]);
  }
  return new Map(made);
}

async function addFields(
  { fields = [] }: DemoBusiness,
  byService: Ids,
  { business, actor, now }: Maker,
): Promise<void> {
  for (const { services, ...field } of fields) {
    const serviceIds = services.map((slug) => idOf(byService, slug));
    await Fields.add(business, { ...field, serviceIds }, actor, now);
  }
}

function byName(all: ReadonlyArray<{ id: number; name: string }>): Ids {
  return new Map(all.map(({ id, name }) => [name, id]));
}

function idOf(ids: Ids, name: string): number {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`the demo has no ${name}`);
  return id;
}
