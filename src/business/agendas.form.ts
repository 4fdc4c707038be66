import { z } from "zod";
import type { AgendaReader } from "../models/agenda.ts";
import { list } from "../web/form.ts";
import type { Option } from "./meanwhile.ts";

/** Only those about whom whoever fills it in decides. */
export function agendasForm(readers: readonly AgendaReader[]) {
  const known = new Set(readers.map(({ id }) => id));
  const one = z
    .string()
    .regex(/^\d{1,9}$/, "Choose from the list")
    .transform(Number)
    .refine((id) => known.has(id), "Choose from the list");
  return z.object({ staff: list(one) });
}

export function readerOptions(readers: readonly AgendaReader[]): Option[] {
  return readers.map(({ id, name, hasAddress }) => [
    id,
    hasAddress ? name : `${name} (no mail address is known)`,
  ]);
}
