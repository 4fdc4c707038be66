import { z } from "zod";
import { line } from "../web/form.ts";
import { localPath } from "../web/local-path.ts";
import { givenPassword } from "./password.field.ts";

// An address is not checked for its form: a wrong one is answered like any nobody has.
export const SessionForm = z.object({
  email: line("Enter your e-mail address", 254).toLowerCase(),
  password: givenPassword,
  next: z.string().optional().transform(localPath),
});
