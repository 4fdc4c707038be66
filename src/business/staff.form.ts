import { z } from "zod";
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
  role: z.enum(["provider", "owner"], "Choose a role"),
  services: list(
    z
      .string()
      .regex(/^\d{1,9}$/, "Choose from the list")
      .transform(Number),
  ),
  position: whole("Enter a place in the list", 0, 9999),
});

export const roles: Option[] = [
  ["provider", "Provider: sees appointments and customers, sets own hours"],
  ["owner", "Owner: may do everything"],
];

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
  services: "Services",
  position: "Place in lists",
};

export function toFields(input: z.output<typeof StaffForm>): StaffFields {
  const { services, ...fields } = input;
  return { ...fields, serviceIds: [...new Set(services)] };
}

export function toValues({ serviceIds, bookable, ...fields }: StaffFields) {
  return { ...fields, bookable: bookable ? "1" : "", services: serviceIds };
}
