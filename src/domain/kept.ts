// For how long a class of data is kept.
import { type DataClass, dataClasses, type Passing } from "./data-classes.ts";
import { type Period, periodWords } from "./period.ts";

export function periodOf(name: Passing): Period {
  const { kept } = dataClasses[name];
  if (typeof kept === "string") throw new Error(`${name} is not taken away by a job`);
  return kept;
}

/** How long in words. @param count the months that a business has chosen */
export function keptWords({ kept }: DataClass, count?: number): string {
  return typeof kept === "string" ? kept : periodWords(kept, count);
}
