import { z } from "zod";
import { say } from "../../language.ts";
import { line } from "../../web/form.ts";
import { phone } from "../details.form.ts";

/** The address stays: it is what she came by. */
export const MyDetailsForm = z.object({
  name: line(say("details.name_missing")),
  phone: phone.transform((text) => text || null),
});
