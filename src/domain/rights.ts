// Who may do what in a business, as data: the routes' guard, the page that shows it and the tests
// all read this table.

/** What can be allowed, in the order and the words of the page that shows it. */
export const RIGHTS = {
  appointments: "Own appointments: see, make, move, cancel, say who came",
  "appointments.all": "Everybody’s appointments",
  customers: "Customers: see, add, change, keep notes",
  "customers.all": "All customers at once: import, export, merge, block",
  "hours.own": "Own hours and days off, and asking for time off",
  hours: "Everybody’s hours and days off",
  absences: "Granting and refusing time off",
  "closures.read": "Days on which the business is closed: see",
  closures: "Days on which the business is closed: change",
  catalogue: "Services, locations, rooms, equipment, questions to customers",
  people: "Staff: add, invite, change, archive",
  notices: "Mails: which are sent, and what they say",
  reports: "Reports",
  settings: "Name, address, time zone, opening of bookings",
  integrations: "Connections with other programs",
  security: "Rules for signing in",
  billing: "Billing",
  owner: "Who is an owner; closing the business and leaving with everything",
} as const;

export type Right = keyof typeof RIGHTS;

/** With the name that pages use. */
export const ROLES = {
  owner: "Owner",
  manager: "Manager",
  scheduler: "Scheduler",
  provider: "Provider",
} as const;

export type Role = keyof typeof ROLES;

const all = Object.keys(RIGHTS) as Right[];
const ownersOnly: readonly Right[] = ["integrations", "security", "billing", "owner"];

export const rights: Record<Role, readonly Right[]> = {
  owner: all,
  manager: all.filter((right) => !ownersOnly.includes(right)),
  scheduler: ["appointments", "appointments.all", "customers", "closures.read"],
  provider: ["appointments", "customers", "hours.own", "closures.read"],
};

export function may(role: Role, right: Right): boolean {
  return rights[role].includes(right);
}
