import { z } from "zod";
import { say } from "../language.ts";
import { line, mailAddress, optionalLine, paragraph } from "../web/form.ts";
import { repeatFields, saysHowOften } from "../web/repeat.form.ts";
import { start } from "./start.form.ts";

export const phone = optionalLine(40).refine(
  (text) => text === "" || /^[+(\d][\d ()./-]{4,}$/.test(text),
  say("details.phone_wrong"),
);

const note = paragraph(1000);

/** What she can change of an appointment she has, besides her answers. */
export const ToldForm = z.object({ note });

/** What a customer tells; `start` comes with it when another time was chosen on the same page. */
export const DetailsForm = z
  .object({
    name: line(say("details.name_missing")),
    email: mailAddress(),
    phone: phone.transform((text) => text || null),
    note,
    start: start.optional(),
    ...repeatFields,
  })
  .superRefine(saysHowOften);
