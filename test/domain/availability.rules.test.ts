// The rules that a service may have beside its providers' hours, one by one. How they combine is
// tested with availability.property.test.ts.
import assert from "node:assert/strict";
import {
  type Book,
  type Busy,
  fitResources,
  type Need,
  type Page,
  type Provider,
  type Resource,
  type ServiceRules,
  starts,
} from "../../src/domain/availability.ts";
import { MINUTE } from "../../src/domain/time.ts";
import { at, book, busy, dated, FRIDAY, provider, service, times, weekly } from "./book.ts";

const ALL = ["9:00 AM", "9:30 AM", "10:00 AM", "10:30 AM", "11:00 AM"];
const HOUR = 60 * MINUTE;

const timesWith = (rules: Partial<ServiceRules>, fields: Partial<Provider> = {}, rest = {}) =>
  times(book({ service: service(rules), providers: [provider(fields)], ...rest }));
const always = [1, 2, 3, 4, 5, 6, 7].map((weekday) => weekly(weekday, 0, 24));

describe("a service's own hours", () => {
  const cases: [string, ServiceRules["hours"], string[]][] = [
    ["are no rule when there are none", [], ALL],
    ["hold the whole appointment", [weekly(5, 9.5, 11)], ["9:30 AM", "10:00 AM"]],
    ["leave nothing on other weekdays", [weekly(4, 0, 24)], []],
    ["may be wider than the provider's", [weekly(5, 0, 24)], ALL],
    ["may meet: no gap, no matter", [weekly(5, 9, 10), weekly(5, 10, 11)], ALL.slice(0, 3)],
    ["may come over from the day before", [weekly(4, 22, 34.5)], ["9:00 AM", "9:30 AM"]],
  ];
  for (const [title, hours, expected] of cases)
    it(title, () => {
      assert.deepEqual(timesWith({ hours }), expected);
    });

  it("leave the steps where the provider's hours put them", () => {
    assert.deepEqual(timesWith({ hours: [weekly(5, 9.75, 11.25)] }), ["10:00 AM"]);
  });

  it("count no buffers", () => {
    const rules = { hours: [weekly(5, 10, 11)], bufferBefore: 30, bufferAfter: 30 };
    assert.deepEqual(timesWith(rules), ["10:00 AM"]);
  });

  it("pass midnight", () => {
    const asked = book({
      service: service({ hours: [weekly(5, 23, 25.5)] }),
      providers: [provider({ hours: always })],
      days: 2,
    });
    assert.deepEqual(dated(asked), ["27 23:00", "27 23:30", "28 00:00", "28 00:30"]);
  });

  it("keep to the clock when it changes [D3]", () => {
    const on = (date: string) =>
      timesWith(
        { minutes: 30, hours: [weekly(7, 1, 3.5)] },
        { hours: always },
        { from: date, now: at(date, -20) },
      );
    assert.deepEqual(on("2027-03-14"), ["1:00 AM", "1:30 AM", "3:00 AM"]);
    assert.equal(on("2026-11-01").length, 7);
  });
});

describe("fixed starts", () => {
  const fixed = (...hours: number[]) => hours.map((hour) => ({ weekday: 5, minute: hour * 60 }));

  it("take the place of the step", () => {
    assert.deepEqual(timesWith({ fixedStarts: fixed(9.25, 10.75) }), ["9:15 AM", "10:45 AM"]);
    assert.deepEqual(timesWith({ fixedStarts: [] }), ALL);
  });

  it("are offered in order, once, and only in working hours that hold the appointment", () => {
    const fixedStarts = fixed(11, 9, 9, 8.5, 11.25);
    assert.deepEqual(timesWith({ fixedStarts }), ["9:00 AM", "11:00 AM"]);
  });

  it("are of their weekday", () => {
    assert.deepEqual(timesWith({ fixedStarts: [{ weekday: 4, minute: 600 }] }), []);
  });

  it("do not exist in a gap and come twice in the doubled hour [D3]", () => {
    const on = (date: string) =>
      timesWith(
        { minutes: 30, fixedStarts: [90, 150].map((minute) => ({ weekday: 7, minute })) },
        { hours: always },
        { from: date, now: at(date, -20) },
      );
    assert.deepEqual(on("2027-03-14"), ["1:30 AM"]);
    assert.deepEqual(on("2026-11-01"), ["1:30 AM (UTC−4)", "1:30 AM (UTC−5)", "2:30 AM"]);
  });
});

describe("an absence", () => {
  const away = { absences: [{ from: "2026-11-26", to: FRIDAY }] };

  it("is a closure of one provider", () => {
    const both = book({ providers: [provider(away), provider({ staffId: 2 })] });
    assert.deepEqual(timesWith({}, away), []);
    assert.deepEqual(
      starts(both).map(({ staffIds }) => staffIds),
      ALL.map(() => [2]),
    );
  });

  it("takes the small hours of the shift before, and the shift that begins on it", () => {
    const asked = book({
      providers: [provider({ ...away, hours: always })],
      from: "2026-11-25",
      days: 4,
    });
    assert.deepEqual([...new Set(dated(asked).map((time) => time.slice(0, 2)))], ["25", "28"]);
  });
});

describe("limits", () => {
  const monday = "2026-11-23";
  const cases: [string, Partial<ServiceRules>, number[], boolean][] = [
    ["of a day are not reached yet", { dailyLimit: 2 }, [at(FRIDAY, 13)], true],
    ["of a day are reached", { dailyLimit: 2 }, [at(FRIDAY, 0), at(FRIDAY, 23.9)], false],
    [
      "of a day do not count its neighbours",
      { dailyLimit: 1 },
      [at(FRIDAY, -0.1), at(FRIDAY, 24.1)],
      true,
    ],
    ["of a week begin on Monday", { weeklyLimit: 1 }, [at(monday, 0)], false],
    ["of a week do not count Sunday before", { weeklyLimit: 1 }, [at(monday, -0.1)], true],
    ["of a week count up to Sunday", { weeklyLimit: 1 }, [at("2026-11-29", 23.9)], false],
    ["of a week do not count Monday after", { weeklyLimit: 1 }, [at("2026-11-30", 0)], true],
    ["are none when null", { dailyLimit: null, weeklyLimit: null }, [at(FRIDAY, 13)], true],
    ["of zero leave nothing", { dailyLimit: 0 }, [], false],
  ];
  for (const [title, rules, taken, offered] of cases)
    it(title, () => {
      assert.deepEqual(timesWith(rules, { taken }), offered ? ALL : []);
    });

  it("are of each provider", () => {
    const providers = [provider({ taken: [at(FRIDAY, 13)] }), provider({ staffId: 2 })];
    const asked = book({ service: service({ dailyLimit: 1 }), providers });
    assert.deepEqual(starts(asked)[0]?.staffIds, [2]);
  });
});

describe("the way from another location", () => {
  const elsewhere: Busy = {
    ...busy(9, 9.5),
    reach: { start: at(FRIDAY, 8.5), end: at(FRIDAY, 10) },
  };

  it("blocks beyond the time that is taken, for buffers too", () => {
    assert.deepEqual(timesWith({}, { busy: [elsewhere] }), ["10:00 AM", "10:30 AM", "11:00 AM"]);
    assert.deepEqual(timesWith({ bufferBefore: 30 }, { busy: [elsewhere] }), [
      "10:30 AM",
      "11:00 AM",
    ]);
  });
});

describe("a group", () => {
  const SERVICE = 4;
  const group = (hour: number, seatsTaken: number, serviceId = SERVICE): Busy => ({
    ...busy(hour, hour + 1),
    group: { serviceId, start: at(FRIDAY, hour), seatsTaken, resourceIds: [8, 9] },
  });
  const lesson = (fields: Partial<Book & Page>, rules: Partial<ServiceRules> = {}) =>
    book({ service: service({ seats: 5, ...rules }), serviceId: SERVICE, ...fields });
  const seats = (asked: Book & Page) =>
    starts(asked).map(({ start, staffIds, seatsLeft }) => [
      (start - at(FRIDAY, 0)) / HOUR,
      staffIds,
      seatsLeft,
    ]);

  it("can be begun at every start, and joined at its own", () => {
    const asked = lesson({ providers: [provider({ busy: [group(10, 3)] })] });
    assert.deepEqual(seats(asked), [
      [9, [1], 5],
      [10, [1], 2],
      [11, [1], 5],
    ]);
  });

  it("is offered to as many as there are seats", () => {
    const offered = (people: number, seatsTaken = 3) =>
      times(lesson({ people, providers: [provider({ busy: [group(10, seatsTaken)] })] }));
    assert.deepEqual(offered(2), ["9:00 AM", "10:00 AM", "11:00 AM"]);
    assert.deepEqual(offered(3), ["9:00 AM", "11:00 AM"]);
    assert.deepEqual(offered(1, 5), ["9:00 AM", "11:00 AM"]);
    assert.deepEqual(offered(6), []);
    assert.deepEqual(times(book({ people: 2 })), []);
  });

  it("takes place whatever has changed since, but for notice, horizon and closed bookings", () => {
    const odd = [
      provider({ hours: [], absences: [{ from: FRIDAY, to: FRIDAY }], busy: [group(10.1, 1)] }),
    ];
    const asked = (rules: Partial<ServiceRules>, rest = {}) =>
      seats(lesson({ providers: odd, needs: [{ resources: [] }], ...rest }, rules));
    const changed = {
      fixedStarts: [{ weekday: 1, minute: 0 }],
      hours: [weekly(1, 0, 1)],
      dailyLimit: 0,
    };
    assert.deepEqual(asked(changed), [[10.1, [1], 4]]);
    assert.deepEqual(asked({ bookingNotice: 7 * 1440 }), []);
    assert.deepEqual(asked({ horizonDays: 4 }), []);
    assert.deepEqual(asked({}, { bookingsOpen: false }), []);
    assert.deepEqual(asked({}, { from: "2026-11-28" }), []);
  });

  it("of another service is in the way", () => {
    assert.deepEqual(times(lesson({ providers: [provider({ busy: [group(10, 0, 7)] })] })), [
      "9:00 AM",
      "11:00 AM",
    ]);
  });

  it("tells the most seats left with anybody", () => {
    const providers = [3, 1, 4].map((taken, i) =>
      provider({ staffId: i + 1, busy: [group(10, taken)] }),
    );
    assert.deepEqual(seats(lesson({ providers }))[1], [10, [1, 2, 3], 4]);
  });

  it("keeps the resources that it has", () => {
    const asked = lesson({
      providers: [provider({ busy: [group(10, 5)] })],
      needs: [{ resources: [] }],
    });
    assert.deepEqual(fitResources(asked, at(FRIDAY, 10), 1), [8, 9]);
    assert.equal(fitResources(asked, at(FRIDAY, 11), 1), null);
  });
});

describe("rooms and equipment", () => {
  const resource = (id: number, capacity = 1, taken: Busy[] = [], position = 0): Resource => ({
    id,
    capacity,
    position,
    busy: taken,
  });
  const needing = (...needs: Resource[][]) => ({
    needs: needs.map((resources): Need => ({ resources })),
  });
  const fit = (rest: Partial<Book & Page>, hour = 9) =>
    fitResources(book(rest), at(FRIDAY, hour), 1);

  it("leave the times at which one of them is free, buffers included", () => {
    const room = needing([resource(1, 1, [busy(9, 10)]), resource(2, 1, [busy(9, 10.5)])]);
    assert.deepEqual(timesWith({}, {}, room), ["10:00 AM", "10:30 AM", "11:00 AM"]);
    assert.deepEqual(timesWith({ bufferBefore: 15 }, {}, room), ["10:30 AM", "11:00 AM"]);
  });

  it("leave nothing when a need has no resource, or none large enough", () => {
    assert.deepEqual(timesWith({}, {}, needing([])), []);
    assert.deepEqual(timesWith({ seats: 3 }, {}, needing([resource(1, 2)])), []);
    assert.deepEqual(timesWith({ seats: 3 }, {}, needing([resource(1, 3)])), ALL);
  });

  it("are one a need, none twice", () => {
    const [a, b] = [resource(1), resource(2, 1, [busy(10, 11)])];
    assert.deepEqual(timesWith({}, {}, needing([a, b], [b, a])), ["9:00 AM", "11:00 AM"]);
    assert.deepEqual(timesWith({}, {}, needing([a], [a])), []);
  });

  const cases: [string, Resource[][], number[] | null][] = [
    ["no need takes nothing", [], []],
    ["the smallest", [[resource(1, 9), resource(2, 3), resource(3, Infinity)]], [2]],
    [
      "of the same size the first by position",
      [[resource(1, 2, [], 5), resource(2, 2, [], 4)]],
      [2],
    ],
    ["of the same position the first by id", [[resource(7), resource(5)]], [5]],
    ["what is free", [[resource(1, 1, [busy(9, 9.1)]), resource(2, 4)]], [2]],
    ["what leaves enough for later needs", [[resource(1), resource(2, 4)], [resource(1)]], [2, 1]],
    [
      "a chain of such",
      [
        [resource(1), resource(2)],
        [resource(2), resource(3)],
        [resource(3), resource(1)],
        [resource(1)],
      ],
      null,
    ],
    [
      "a chain with an end",
      [
        [resource(1), resource(2)],
        [resource(2), resource(3)],
        [resource(3), resource(4)],
        [resource(1)],
      ],
      [2, 3, 4, 1],
    ],
  ];
  for (const [title, needs, expected] of cases)
    it(`fit: ${title}`, () => {
      assert.deepEqual(fit(needing(...needs)), expected);
    });

  it("fit twenty needs of which one is too many, at once", () => {
    const all = Array.from({ length: 19 }, (_, id) => resource(id));
    const needs = Array.from({ length: 20 }, () => all);
    assert.equal(fit(needing(...needs)), null);
    assert.deepEqual(timesWith({}, {}, needing(...needs)), []);
    assert.equal(fit(needing(...needs.slice(1)))?.length, 19);
  });
});
