import { z } from "zod";
import { type Scope, scopes } from "../domain/scopes.ts";
import { line, list } from "../web/form.ts";

const names = Object.keys(scopes) as [Scope, ...Scope[]];

export const KeyForm = z.object({
  name: line("Enter a name for the key, such as the program’s", 60),
  scopes: list(z.enum(names, "Choose from the list"))
    .refine((chosen) => chosen.length > 0, "Choose at least one thing the program may do")
    .transform((chosen) => names.filter((name) => chosen.includes(name))),
  once: z.string().min(20, "Reload the page and try again").max(60),
});

export const scopeOptions = Object.entries(scopes);
