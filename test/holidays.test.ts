import assert from "node:assert/strict";
import { holidayCountries, holidayStates, publicHolidays } from "../src/holidays.ts";

describe("public holidays", () => {
  const on = async (region: string, since: string, date: string) =>
    (await publicHolidays(region, since)).find((holiday) => holiday.date === date)?.name;

  const known: Array<[region: string, date: string, name: string | undefined]> = [
    ["US", "2027-07-05", "Independence Day (substitute day)"],
    ["US", "2027-02-14", undefined], // observed, but no day off
    ["DE-BY", "2027-01-06", "Epiphany"],
    ["DE-BE", "2027-01-06", undefined],
    ["ES", "2027-12-25", "Christmas Day"],
    ["VN", "2027-02-08", "Vietnamese New Year Holidays"], // the fourth day of several
    ["IS", "2027-12-24", undefined], // from 13:00 on only
  ];
  for (const [region, date, name] of known)
    it(`of ${region} on ${date}: ${name ?? "none"}`, async () => {
      assert.equal(await on(region, "2027-01-01", date), name);
    });

  it("begin with a day and end with the year after, each day once, in order", async () => {
    const days = (await publicHolidays("GB", "2027-06-01")).map(({ date }) => date);
    assert.ok(days.every((date) => date >= "2027-06-01" && date <= "2028-12-31"));
    assert.deepEqual(days, [...new Set(days)].toSorted());
    assert.ok(days.includes("2028-12-25"));
  });

  it("are known of countries and their states", async () => {
    const countries = await holidayCountries();
    assert.ok(countries.length > 150);
    assert.ok(countries.some(([code, name]) => code === "DE" && name === "Germany"));
    assert.ok((await holidayStates("DE")).some(([code]) => code === "BY"));
    assert.deepEqual(await holidayStates("ZZ"), []);
  });
});
