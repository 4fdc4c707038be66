import assert from "node:assert/strict";
import { isZone } from "../../src/domain/time.ts";
import { zoneGroups } from "../../src/web/zones.ts";

const WINTER = Date.parse("2027-02-01T12:00:00Z");
const SUMMER = Date.parse("2027-07-01T12:00:00Z");

describe("the list of time zones", () => {
  const zonesOf = (...asked: Parameters<typeof zoneGroups>) =>
    new Map(zoneGroups(...asked).flatMap(([, options]) => options));

  it("is by continent, each zone once with its offset now", () => {
    const groups = new Map(zoneGroups(WINTER));
    assert.equal(groups.size, zoneGroups(WINTER).length);
    assert.deepEqual([...groups.keys()].slice(0, 4), ["Africa", "America", "Antarctica", "Arctic"]);
    assert.deepEqual(groups.get("Other"), [["UTC", "UTC (UTC+00:00)"]]);
    const america = new Map(groups.get("America"));
    assert.equal(america.get("America/New_York"), "New York (UTC−05:00)");
    assert.equal(zonesOf(SUMMER).get("America/New_York"), "New York (UTC−04:00)");
    const count = [...groups.values()].flat().length;
    assert.equal(zonesOf(WINTER).size, count);
  });

  it("has the names of today, which are zones and the same zones", () => {
    const zones = zonesOf(WINTER);
    assert.equal(zones.get("Asia/Kolkata"), "Kolkata (UTC+05:30)");
    assert.ok(zones.has("Europe/Kyiv") && zones.has("America/Argentina/Buenos_Aires"));
    for (const zone of zones.keys()) assert.ok(isZone(zone), zone);
    const listed = Intl.supportedValuesOf("timeZone").map((zone) =>
      [...zones.keys()].includes(zone),
    );
    assert.equal(listed.filter((found) => !found).length, 19);
    const at = (zone: string) => new Temporal.ZonedDateTime(0n, zone);
    for (const old of Intl.supportedValuesOf("timeZone"))
      assert.ok(
        [...zones.keys()].some((zone) => zone === old || at(zone).equals(at(old))),
        old,
      );
  });

  it("keeps the name that is stored, old or odd", () => {
    assert.ok(!zonesOf(WINTER).has("Asia/Calcutta"));
    assert.ok(zonesOf(WINTER, "Asia/Calcutta").has("Asia/Calcutta"));
    assert.equal(zonesOf(WINTER, "Etc/GMT+12").get("Etc/GMT+12"), "GMT+12 (UTC−12:00)");
  });
});
