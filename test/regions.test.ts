import assert from "node:assert/strict";
import { nameOf, regionOf } from "../src/regions.ts";

describe("an address's region", () => {
  for (const [address, region] of [
    ["8.8.8.8", "US"],
    ["193.0.6.139", "NL"],
    ["2001:4860:4860::8888", "CA"],
    ["127.0.0.1", "local"],
    ["10.0.0.1", "local"],
    ["fd00::1", "local"],
    ["203.0.113.1", "??"],
    ["2001:db8::1", "??"],
  ] as const) {
    it(`${address} is ${region}`, () => assert.equal(regionOf(address), region));
  }
});

describe("a region database's record", () => {
  for (const [record, region] of [
    [{ country_code: "US" }, "US"],
    [{ country_code: "US", state1: "New York" }, "US-New York"],
    [{ country: { iso_code: "US" }, subdivisions: [{ iso_code: "NY" }] }, "US-NY"],
    [{ country: { iso_code: "IS" }, subdivisions: [] }, "IS"],
    [{ country_code: "FR", state1: "x|y, or what a broken file may hold" }, "FR"],
    [{ country_code: "Somewhere" }, "??"],
    [{ country_code: "" }, "??"],
    [{}, "??"],
    [null, "??"],
  ] as const) {
    it(`${JSON.stringify(record)} names ${region}`, () => assert.equal(nameOf(record), region));
  }
});
