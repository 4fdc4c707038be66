import { z } from "zod";
import { line, mailAddress, optionalLine, paragraph } from "../web/form.ts";

/** Staff write down what they know: only the name must be there. */
export const customerFields = {
  name: line("Enter the customer’s name"),
  email: z.preprocess((value) => blankToNull(value), mailAddress().nullable()),
  phone: optionalLine(40).transform((phone) => phone || null),
};

export const CustomerForm = z.object({
  ...customerFields,
  note: paragraph(5000),
  alert: optionalLine(250),
});

export type CustomerInput = z.output<typeof CustomerForm>;

export const labels = {
  name: "Name",
  email: "E-mail",
  phone: "Phone",
  note: "Notes for staff",
  alert: "Alert for staff",
};

function blankToNull(value: unknown): unknown {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
