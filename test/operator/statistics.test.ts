import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { lastShownDay, periodOf, shownFrom, utcDay } from "../../src/domain/statistics.ts";
import { addDays, formatInstant, type LocalDate } from "../../src/domain/time.ts";
import { type Visit, visitKey } from "../../src/domain/visit.ts";
import { rows } from "../../src/models/database.ts";
import { VisitCount } from "../../src/models/visit-count.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { type World, world } from "../support/world.ts";

const YESTERDAY = lastShownDay(Date.now());
const WEDNESDAY = "2026-03-04"; // of a week and a month that are over
const WEEK = "/operator/statistics?period=week&start=2026-03-02";
const visit: Visit = {
  area: "site",
  audience: "visitor",
  region: "US",
  page: "/",
  browser: "firefox",
  language: "en",
};

describe("operator: statistics", () => {
  let cast: World;
  let olga: Browser;
  beforeEach(async () => {
    cast = await world();
    olga = await signedIn(cast.olga);
  });

  it("say on the first day when the first figures can appear", async () => {
    for (const day of [undefined, addDays(YESTERDAY, 1)]) {
      if (day) await count(day, visit, 100);
      const { $ } = await olga.get("/operator/statistics");
      const { weekday, date, time } = formatInstant(shownFrom(day ?? utcDay(Date.now())), "UTC");
      assert.ok($(".note").text().includes(`appear on ${weekday}, ${date}, ${time} (UTC)`));
      assert.equal($("table").length, 0);
    }
    assert.equal(lastShownDay(shownFrom("2027-02-01")), "2027-02-01");
    assert.equal(lastShownDay(shownFrom("2027-02-01") - 1), "2027-01-31");
  });

  it("show the last week to begin with, and say what to do when there is nothing", async () => {
    await count(YESTERDAY, visit, 1);
    const { status, $ } = await olga.get("/operator/statistics");
    const { start, end } = periodOf("week", YESTERDAY);
    assert.equal(status, 200);
    assert.ok($("h2").first().text().includes(`${start} to ${end}`));
    assert.match($("main").text(), /nothing that may be shown/);
    assert.equal($("table").length, 0);
    assert.equal($('a[rel="prev"]').length, 0);
  });

  it("are a table and bars by region and audience, the largest first", async () => {
    await count(WEDNESDAY, { ...visit, region: "NL" }, 40);
    await count(WEDNESDAY, visit, 100);
    await count(WEDNESDAY, { ...visit, area: "workspace", audience: "business" }, 60);
    await count(WEDNESDAY, { ...visit, area: "booking", audience: "customer" }, 20);
    const { $ } = await olga.get(WEEK);
    const cells = $("tr")
      .toArray()
      .map((row) =>
        $(row)
          .find("th, td")
          .toArray()
          .map((cell) => $(cell).text()),
      );
    assert.deepEqual(cells, [
      ["Region", "Visitors", "Customers", "Businesses", "Together"],
      ["United States", "100", "20", "60", "180"],
      ["Netherlands", "40", "–", "–", "40"],
      ["All that is shown", "140", "20", "60", "220"],
    ]);
    assert.match($("caption").text(), /by region and audience, 2026-03-02 to 2026-03-08/);
    const bars = $("svg[role=img] rect")
      .toArray()
      .map((bar) => $(bar).attr("width"));
    assert.deepEqual(bars, ["55.56%", "11.11%", "33.33%", "22.22%"]);
  });

  it("show an area by itself", async () => {
    await count(WEDNESDAY, visit, 100);
    await count(WEDNESDAY, { ...visit, area: "booking" }, 30);
    const { $ } = await olga.get(`${WEEK}&area=booking`);
    assert.equal($("tfoot td").last().text(), "30");
    assert.match($("h2").first().text(), /Booking pages/);
  });

  it("show nothing below ten [P2.6]", async () => {
    await count(WEDNESDAY, { ...visit, region: "TV" }, 9);
    await count(WEDNESDAY, visit, 10);
    for (const period of ["day", "week", "month"]) {
      const { html } = await olga.get(`/operator/statistics?period=${period}&start=${WEDNESDAY}`);
      assert.ok(html.includes("United States"));
      assert.ok(!html.includes("Tuvalu"));
    }
  });

  it("show no day that is not over [P2.6]", async () => {
    const today = addDays(YESTERDAY, 1);
    await count(YESTERDAY, visit, 30);
    const now = Date.now();
    await VisitCount.addBatch(batchOf(today, { ...visit, region: "NL" }, 50), now);
    const month = await olga.get(`/operator/statistics?period=month&start=${YESTERDAY}`);
    assert.ok(month.html.includes("United States"));
    const later = await olga.get(`/operator/statistics?period=day&start=${today}`);
    assert.match(later.$("main").text(), /Not over yet/);
    assert.equal(later.$("table").length, 0);
    assert.equal(later.$('a[rel="next"]').length, 0);
    assert.equal((await rows("SELECT 1 FROM visit_counts WHERE region = 'NL'")).length, 1);
  });

  it("lead to the period before, the one after, and longer ones", async () => {
    await count("2026-02-10", visit, 30);
    const { $ } = await olga.get(WEEK);
    const before = String($('a[rel="prev"]').attr("href"));
    const after = String($('a[rel="next"]').attr("href"));
    assert.equal(before, "/operator/statistics?period=week&start=2026-03-01");
    assert.equal(after, "/operator/statistics?period=week&start=2026-03-09");
    assert.match((await olga.get(before)).$("h2").first().text(), /2026-02-23 to 2026-03-01/);
    const day = await olga.get("/operator/statistics?period=day&start=2026-03-04");
    assert.match(day.$("main p a").first().text(), /whole month/);
  });

  it("are a file", async () => {
    await count(WEDNESDAY, visit, 100);
    await count(WEDNESDAY, { ...visit, area: "workspace", audience: "business" }, 60);
    await count(WEDNESDAY, { ...visit, region: "TV" }, 9);
    const { $ } = await olga.get(WEEK);
    const link =
      $("a")
        .filter((_, a) => $(a).text() === "Download as CSV")
        .attr("href") ?? "";
    const { status, html } = await olga.get(link);
    assert.equal(status, 200);
    assert.deepEqual(html.split("\r\n"), [
      "period,start,end,area,audience,region,visits,regions by",
      "week,2026-03-02,2026-03-08,site,visitor,US,100,DB-IP https://db-ip.com CC BY 4.0",
      "week,2026-03-02,2026-03-08,workspace,business,US,60,DB-IP https://db-ip.com CC BY 4.0",
      "",
    ]);
  });

  it("name the source of the regions", async () => {
    const { $ } = await olga.get(WEEK);
    assert.equal($('a[href="https://db-ip.com/"]').text(), "IP Geolocation by DB-IP");
  });

  for (const query of [
    "period=year",
    "period=week&start=yesterday",
    "period=week&start=2026-02-30",
    "period=week&start=",
    "start=2026-03-02&start=2026-03-03",
    "area=everything",
    "period=week&period=day",
    "start=%00",
  ]) {
    it(`refuse ?${query}`, async () => {
      assert.equal((await olga.get(`/operator/statistics?${query}`)).status, 400);
      assert.equal((await olga.get(`/operator/statistics.csv?${query}`)).status, 400);
    });
  }

  it("are for operators only", async () => {
    for (const path of ["/operator/statistics", "/operator/statistics.csv"]) {
      for (const browser of [visitor(), await signedIn(cast.ana)]) {
        const { status, location } = await browser.get(path);
        assert.equal(status, 303);
        assert.match(location, /^\/operator\/login/);
      }
    }
  });
});

function batchOf(day: LocalDate, of: Visit, visits: number) {
  return { batch: randomUUID(), day, counts: [[visitKey(of), visits]] };
}

/** As if counted on that day. */
function count(day: LocalDate, of: Visit, visits: number): Promise<void> {
  return VisitCount.addBatch(batchOf(day, of, visits), Date.parse(`${day}T12:00:00Z`));
}
