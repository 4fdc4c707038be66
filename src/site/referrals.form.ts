import { z } from "zod";
import { line, mailAddress } from "../web/form.ts";

// A name goes into somebody's mail, so it must be nothing but a name: no link, no second address.
const NO_NAME = /[@/\\<>[\]{}|=#]|[\p{L}\p{N}]\.\p{L}{2,}/u;

export const ReferralForm = z.object({
  name: personName("Enter your name"),
  friend_name: personName("Enter your friend's name"),
  friend_email: mailAddress("Enter your friend's e-mail address"),
});

/** Random, from the page that showed the mail: a second posting of it is the first one again. */
export const MailToken = z.string().regex(/^[\w-]{32}$/);

function personName(missing: string) {
  return line(missing, 60)
    .transform((text) => text.replace(/\s+/gu, " "))
    .refine((text) => !NO_NAME.test(text), "Write the name only, without addresses or links");
}
