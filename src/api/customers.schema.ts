import { z } from "zod";
import { line, mailAddress, optionalLine, paragraph } from "../web/form.ts";
import { FieldValues, GivenValues } from "./fields.ts";
import { Id, Moment, Version } from "./wire.ts";

const phone = z
  .string()
  .trim()
  .max(40, "Use 40 characters or fewer")
  .regex(/^([+(\d][\d ()./-]{4,})?$/, "Give a phone number with digits, like 555 0100")
  .transform((text) => text || null);

/** What a customer is known by; the same whether she is added, changed or books. */
const contact = {
  name: line("Give the customer’s name"),
  email: mailAddress().meta({ format: "email" }).nullable(),
  phone: phone.nullable(),
};
const note = paragraph(2000)
  .unwrap()
  .meta({ description: "For staff; the customer does not see it" });

const alert = optionalLine(250)
  .unwrap()
  .meta({ description: "For staff, shown in red wherever she is booked" });

export const NewContact = z.strictObject({
  name: contact.name,
  email: contact.email.default(null),
  phone: contact.phone.default(null),
});

export const NewCustomer = NewContact.extend({
  note: note.default(""),
  alert: alert.default(""),
  fields: GivenValues,
});

export const CustomerChange = z.strictObject({
  name: contact.name.optional(),
  email: contact.email.optional(),
  phone: contact.phone.optional(),
  note: note.optional(),
  alert: alert.optional(),
  fields: GivenValues,
});

export const Customer = z
  .object({
    id: Id,
    name: z.string(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    note: z.string().meta({ description: "For staff; the customer does not see it" }),
    alert: z.string().meta({ description: "For staff, shown in red wherever she is booked" }),
    fields: FieldValues,
    created_at: Moment,
    version: Version,
  })
  .meta({ id: "Customer" });
