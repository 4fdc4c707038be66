import { z } from "zod";
import { type PersonalField, personalFields } from "../domain/told.ts";
import { plainFields, type WebhookEvent, webhookEvents } from "../domain/webhooks.ts";
import { problemWithUrl } from "../outbound.ts";
import { box, line, list } from "../web/form.ts";
import type { Option } from "./meanwhile.ts";

const KNOWN = "Choose from the list";
const events = Object.keys(webhookEvents) as [WebhookEvent, ...WebhookEvent[]];
const fields = Object.keys(personalFields) as [PersonalField, ...PersonalField[]];

export const TermsForm = z.object({
  events: list(z.enum(events, KNOWN)).refine(
    (chosen) => chosen.length > 0,
    "Tick what it is told of",
  ),
  fields: list(z.enum(fields, KNOWN)),
  agree: box.refine(Boolean, "Without your agreement nothing can be sent"),
});

export const WebhookForm = TermsForm.extend({
  url: address("Enter where it is sent, such as https://example.com/hook"),
});

export const eventOptions: Option[] = Object.entries(webhookEvents);
export const fieldOptions: Option[] = Object.entries(personalFields);
/** What goes out with each event, whatever is ticked: of an appointment, or of a customer. */
export const always: ReadonlyArray<[of: string, words: readonly string[]]> = [
  ["With an appointment", Object.values(plainFields.appointment)],
  ["With a customer", Object.values(plainFields.customer)],
];

/** An address of the public internet, spelled as it will be asked for. */
export function address(missing: string) {
  return line(missing, 1000)
    .superRefine((text, context) => {
      const problem = problemWithUrl(text);
      if (problem) context.addIssue({ code: "custom", message: problems[problem] });
    })
    .transform((text) => (URL.canParse(text) ? new URL(text).href : text));
}

const problems = {
  address: "Enter an address that begins with https://, without a password in it",
  private: "This address is inside a private network, where we do not go",
};
