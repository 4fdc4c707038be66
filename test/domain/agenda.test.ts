import assert from "node:assert/strict";
import { agendaOf, morningOf } from "../../src/domain/agenda.ts";

const HOUR = 3_600_000;
const NEW_YORK = "America/New_York";

describe("the morning on which a provider is told of her day", () => {
  // zone, hour, now, the day, due, hours of the day
  const cases: Array<[string, number, string, string, string, number]> = [
    [NEW_YORK, 6, "2027-02-01T13:00:00Z", "2027-02-01", "2027-02-01T11:00:00Z", 24],
    [NEW_YORK, 6, "2027-02-02T04:59:00Z", "2027-02-01", "2027-02-01T11:00:00Z", 24],
    [NEW_YORK, 0, "2027-02-02T05:00:00Z", "2027-02-02", "2027-02-02T05:00:00Z", 24],
    ["Pacific/Kiritimati", 6, "2027-01-31T17:00:00Z", "2027-02-01", "2027-01-31T16:00:00Z", 24],
    // Clocks go from 2 to 3: what would be at 2 is two hours after midnight.
    [NEW_YORK, 2, "2027-03-14T12:00:00Z", "2027-03-14", "2027-03-14T07:00:00Z", 23],
    [NEW_YORK, 6, "2027-03-14T12:00:00Z", "2027-03-14", "2027-03-14T10:00:00Z", 23],
    // Back from 2 to 1: the first of two ones.
    [NEW_YORK, 1, "2027-11-07T12:00:00Z", "2027-11-07", "2027-11-07T05:00:00Z", 25],
    [NEW_YORK, 6, "2027-11-07T12:00:00Z", "2027-11-07", "2027-11-07T11:00:00Z", 25],
  ];
  for (const [zone, hour, now, date, dueAt, hours] of cases)
    it(`of ${date} at ${hour} in ${zone} is ${dueAt}, asked at ${now}`, () => {
      const morning = morningOf(zone, hour, Date.parse(now));
      assert.equal(morning.date, date);
      assert.equal(new Date(morning.dueAt).toISOString(), dueAt.replace("Z", ".000Z"));
      assert.equal(morning.until - morning.from, hours * HOUR);
    });

  it("has what is on that day by each place’s own clock, and apart from it what waits for an answer", () => {
    const line = (id: number, at: string, zone: string, status = "confirmed") => {
      return { id, startsAt: Date.parse(at), zone, status };
    };
    const lines = [
      line(1, "2027-02-02T04:00:00Z", NEW_YORK),
      line(2, "2027-02-02T04:00:00Z", "Europe/Berlin"),
      line(3, "2027-02-01T23:30:00Z", "Europe/Berlin", "requested"),
      line(4, "2027-02-01T12:00:00Z", NEW_YORK, "requested"),
    ];
    const { today, waiting } = agendaOf(lines, "2027-02-01");
    assert.deepEqual(
      [today, waiting].map((some) => some.map(({ id }) => id)),
      [[1, 4], [3]],
    );
  });
});
