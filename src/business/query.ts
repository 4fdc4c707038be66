import type { Request } from "express";
import { isLocalDate, type LocalDate } from "../domain/time.ts";

type Param = string | number | undefined;
export type Params = Record<string, Param | readonly Param[]>;

/** One line of text of the address, "" if it is not there. */
export function asked(req: Request, name: string): string {
  const value = req.query[name];
  const text = Array.isArray(value) ? value.at(-1) : value;
  return typeof text === "string" ? text.trim().slice(0, 200) : "";
}

export function dateAsked(req: Request, otherwise: LocalDate): LocalDate {
  const date = asked(req, "date");
  return isLocalDate(date) ? date : otherwise;
}

/** A path with those parameters that say something. */
export function linkTo(path: string, params: Params = {}): string {
  const pairs = pairsOf(params);
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
}

/** Those parameters that say something, one after the other: for addresses and hidden fields. */
export function pairsOf(params: Params): Array<[name: string, value: string]> {
  return Object.entries(params).flatMap(([name, values]) =>
    [values]
      .flat()
      .flatMap((value): [string, string][] =>
        value === undefined || value === "" ? [] : [[name, String(value)]],
      ),
  );
}
