import { z } from "zod";
import { may, type Role, ROLES } from "../domain/rights.ts";
import type { StaffFields } from "../models/staff.ts";
import { box, line, list, whole } from "../web/form.ts";
import type { Labels, Option } from "./meanwhile.ts";

const AN_ADDRESS = "Enter an e-mail address like name@example.com, or leave it empty";

export const StaffForm = z.object({
  name: line("Enter a name", 80),
  email: z
    .string()
    .trim()
    .toLowerCase()
    .max(254, "Use 254 characters or fewer")
    .default("")
    .refine((text) => text === "" || z.email().safeParse(text).success, AN_ADDRESS)
    .transform((text) => text || null),
  bookable: box,
  role: z.enum(Object.keys(ROLES) as Role[], "Choose a role"),
  sees_all: box,
  services: list(
    z
      .string()
      .regex(/^\d{1,9}$/, "Choose from the list")
      .transform(Number),
  ),
  position: whole("Enter a place in the list", 0, 9999),
});

const roles: Array<readonly [Role, string]> = [
  ["provider", "Provider: own appointments, their customers, own hours"],
  ["scheduler", "Scheduler: everybody’s appointments and customers"],
  ["manager", "Manager: all but owners, billing, security and connections"],
  ["owner", "Owner: everything"],
];

/** The roles that somebody with a role of her own can give: only owners make owners. */
export function rolesFor(giver: Role, current?: Role): Option[] {
  return roles.filter(([role]) => role !== "owner" || may(giver, "owner") || current === "owner");
}

export const labels: Labels = {
  name: "Name",
  email: "E-mail address for notices",
  bookable: [
    "Can be booked",
    [
      ["1", "yes"],
      ["", "no"],
    ],
  ],
  role: ["Role", roles],
  sees_all: [
    "Sees everybody’s appointments",
    [
      ["1", "yes"],
      ["", "no"],
    ],
  ],
  services: "Services",
  position: "Place in lists",
};

export function toFields(input: z.output<typeof StaffForm>): StaffFields {
  const { services, sees_all: seesAll, ...fields } = input;
  return { ...fields, seesAll, serviceIds: [...new Set(services)] };
}

export function toValues({ serviceIds, bookable, seesAll, ...fields }: StaffFields) {
  const ticked = { bookable: bookable ? "1" : "", sees_all: seesAll ? "1" : "" };
  return { ...fields, ...ticked, services: serviceIds };
}
