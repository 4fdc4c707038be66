// The rules of booking, through the pages: what they show, and what the post makes of it.
import assert from "node:assert/strict";
import { hashToken } from "../../src/secrets.ts";
import { MINUTE } from "../../src/domain/time.ts";
import { Addons } from "../../src/models/addon.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import type { Business } from "../../src/models/index.ts";
import { formToken } from "../../src/web/form-token.ts";
import { type Browser, formOf, type Page, visitor } from "../support/browser.ts";
import {
  buildBusiness,
  buildService,
  buildStaff,
  upcoming,
  world,
  type World,
} from "../support/world.ts";

const MARY = { name: "Mary Major", email: "mary@example.com", phone: "555 0111", note: "Hello" };
const ANY_DAY = [1, 2, 3, 4, 5, 6, 7] as const;
const TIMES = "/book/anas-salon/haircut";

describe("the rules of booking", () => {
  let cast: World;
  let mary: Browser;
  const ten = upcoming(1, 600);
  beforeEach(async () => {
    cast = await world();
    mary = visitor();
  });

  function hold(start: string, at = TIMES, who = mary): Promise<Page> {
    return who.post(at, { _csrf: formToken(), start, staff: "" });
  }

  function confirm(location: string, more = {}): Promise<Page> {
    return mary.post(location, { _csrf: formToken(), ...MARY, ...more });
  }

  async function book(start = ten.iso, at = TIMES): Promise<string> {
    const held = await hold(start, at);
    assert.equal(held.status, 303, held.html);
    const booked = await confirm(held.location);
    assert.equal(booked.status, 303, booked.html);
    return booked.location;
  }

  /** Sends the page's own form, as it is but for the fields given. */
  function send(page: Page, fields = {}): Promise<Page> {
    const { target, values } = formOf(page);
    return mary.post(target, { ...values, ...fields });
  }

  function changeService(set: string): Promise<number> {
    return transaction(() => run(`UPDATE services SET ${set}`));
  }

  /** Minutes from now to the instant. */
  function minutesTo(instant: number): number {
    return Math.floor((instant - Date.now()) / MINUTE);
  }

  /** The day's heading -> the times under it. */
  function shown({ $ }: Page): Record<string, string[]> {
    const days: Record<string, string[]> = {};
    for (const heading of $("main h2").toArray()) {
      const list = $(heading).closest("fieldset").find("label").toArray();
      days[$(heading).text()] = list.map((label) => $(label).text().trim());
    }
    return days;
  }

  function startsOn({ $ }: Page): string[] {
    return $("input[name=start]")
      .toArray()
      .map((input) => String($(input).val()));
  }

  describe("notice [D6]", () => {
    it("for booking: no time is shown or taken that is nearer", async () => {
      await changeService(`booking_notice = ${minutesTo(ten.instant) + 30}`);
      const page = await mary.get(`${TIMES}?from=${ten.date}`);
      assert.ok(!startsOn(page).includes(ten.iso));
      assert.equal((await hold(ten.iso)).status, 409);
      await changeService(`booking_notice = ${minutesTo(ten.instant) - 30}`);
      assert.ok(startsOn(await mary.get(`${TIMES}?from=${ten.date}`)).includes(ten.iso));
      assert.equal((await hold(ten.iso)).status, 303);
    });

    it("for changing: neither link nor page nor post once it is over", async () => {
      const at = await book();
      const later = upcoming(1, 660);
      await changeService(`rescheduling_notice = ${minutesTo(ten.instant) + 30}`);
      const page = await mary.get(at);
      assert.equal(page.$(`a[href='${at}/rescheduling']`).length, 0);
      assert.match(page.$("main").text(), /too late to choose another time online.*555 0100/);
      assert.equal((await mary.get(`${at}/rescheduling`)).status, 409);
      const fields = { _csrf: formToken(), start: later.iso };
      const refused = await mary.post(`${at}/rescheduling`, fields);
      assert.equal(refused.status, 409);
      assert.match(refused.$("main").text(), /too late/);
      await changeService(`rescheduling_notice = ${minutesTo(ten.instant) - 30}`);
      assert.equal((await mary.post(`${at}/rescheduling`, fields)).status, 303);
    });

    it("for cancelling: neither form nor post once it is over", async () => {
      const at = await book();
      await changeService(`cancelling_notice = ${minutesTo(ten.instant) + 30}`);
      const page = await mary.get(at);
      assert.equal(page.$("form[action$='/cancellation']").length, 0);
      assert.match(page.$("main").text(), /too late to cancel online.*555 0100/);
      const refused = await mary.post(`${at}/cancellation`, { _csrf: formToken() });
      assert.equal(refused.status, 409);
      assert.match((await mary.get(at)).$("h1").text(), /^Your appointment$/);
      await changeService(`cancelling_notice = ${minutesTo(ten.instant) - 30}`);
      assert.equal((await mary.post(`${at}/cancellation`, { _csrf: formToken() })).status, 303);
      assert.match((await mary.get(at)).$("h1").text(), /cancelled/);
    });

    it("the horizon: nothing is shown or taken beyond it", async () => {
      await changeService("horizon_days = 1");
      assert.equal((await hold(upcoming(1, 600).iso)).status, 409);
      const page = await mary.get(TIMES);
      assert.doesNotMatch(page.$("main").text(), /Next week/);
    });
  });

  describe("buffers [D8]", () => {
    it("keep times away on both sides, and may differ", async () => {
      await changeService("minutes = 30, step = 30, buffer_before = 10, buffer_after = 35");
      await book(ten.iso);
      const [monday = []] = Object.values(shown(await mary.get(`${TIMES}?from=${ten.date}`)));
      // 10:00 takes 9:50 to 11:05. Before it 9:00 would end, with its buffer, at 10:05.
      assert.deepEqual(monday.slice(0, 3), ["11:30 AM", "12:00 PM", "12:30 PM"]);
      for (const minutes of [540, 570, 630, 660]) {
        const { iso } = upcoming(1, minutes);
        assert.equal((await hold(iso)).status, 409, iso);
      }
      assert.equal((await hold(upcoming(1, 690).iso)).status, 303);
    });
  });

  describe("a shift past midnight [D7]", () => {
    const friday = upcoming(5, 23 * 60 + 30);
    let at: string;
    beforeEach(async () => {
      const business = await buildBusiness({ slug: "night-owls" });
      const staff = await buildStaff(business, { hours: [[5, 1320, 1800]] }); // Fri 22:00–Sat 06:00
      await buildService(business, { slug: "set", minutes: 60, step: 30 }, [staff]);
      at = "/book/night-owls/set";
    });

    it("is offered on the day each time falls on, none of them twice", async () => {
      const page = await mary.get(`${at}?from=${friday.date}`);
      const [onFriday = [], onSaturday = []] = Object.values(shown(page));
      assert.deepEqual(onFriday, ["10:00 PM", "10:30 PM", "11:00 PM", "11:30 PM"]);
      assert.deepEqual(onSaturday.slice(0, 2), ["12:00 AM", "12:30 AM"]);
      assert.equal(onSaturday.at(-1), "5:00 AM");
      assert.equal(onSaturday.length, 11);
      const values = startsOn(page);
      assert.equal(new Set(values).size, values.length);
      const next = await mary.get(`${at}?from=${nextDay(friday.date)}`);
      assert.deepEqual(Object.values(shown(next))[0], onSaturday);
    });

    it("is booked on either side of midnight", async () => {
      const early = startsOn(await mary.get(`${at}?from=${nextDay(friday.date)}`));
      const five = early.find((value) => value.includes("T05:00")) ?? "";
      for (const start of [friday.iso, five]) await book(start, at);
      const page = await mary.get(`${at}?from=${friday.date}`);
      const [onFriday = [], onSaturday = []] = Object.values(shown(page));
      assert.deepEqual(onFriday, ["10:00 PM", "10:30 PM"]);
      assert.equal(onSaturday[0], "12:30 AM"); // 23:30 lasts until 00:30
      assert.equal(onSaturday.at(-1), "4:00 AM");
    });
  });

  describe("when clocks change [D3]", () => {
    const zones = [
      "America/New_York",
      "Europe/Berlin",
      "Australia/Lord_Howe",
      "America/Santiago",
      "Pacific/Auckland",
    ];
    for (const zone of zones)
      for (const { date, change } of changesIn(zone))
        it(`${zone} offers each time of ${change} once, on its own day`, async () => {
          await roundTheClock(zone);
          const page = await mary.get(`/book/round-the-clock/hour?from=${date}`);
          const offered = startsOn(page).filter((value) => value.startsWith(date));
          assert.deepEqual(
            offered.map((value) => Temporal.Instant.from(value).epochMilliseconds),
            everyQuarter(date, zone),
          );
          const times = Object.values(shown(page))[0] ?? [];
          assert.equal(new Set(times).size, times.length, "two that look alike");
          const twice = times.filter((time) => time.includes("(UTC"));
          assert.equal(twice.length > 0, change === "the longer day", twice.join());
        });

    it("the doubled hour can be booked twice, told apart by offset everywhere", async () => {
      const zone = "Europe/Berlin";
      await roundTheClock(zone);
      const longer = changesIn(zone).find(({ change }) => change === "the longer day");
      const at = "/book/round-the-clock/hour";
      const page = await mary.get(`${at}?from=${longer?.date}`);
      const both = startsOn(page).filter((value) => value.startsWith(`${longer?.date}T02:30`));
      assert.equal(both.length, 2);
      const texts = [];
      for (const start of both) {
        const own = await mary.get(await book(start, at));
        texts.push(/2:30 AM \(UTC.\d\)/.exec(own.$("main").text())?.[0]);
      }
      assert.deepEqual(texts, ["2:30 AM (UTC+2)", "2:30 AM (UTC+1)"]);
    });

    it("a week says both names of its zone", async () => {
      const zone = "America/New_York";
      await roundTheClock(zone);
      const [first] = changesIn(zone);
      const page = await mary.get(`/book/round-the-clock/hour?from=${first?.date}`);
      assert.match(
        page.$("main").text(),
        /Times are in Eastern (Standard|Daylight) Time, then Eastern (Standard|Daylight) Time \(America/,
      );
    });

    async function roundTheClock(zone: string): Promise<Business> {
      const business = await buildBusiness({ slug: "round-the-clock", zone });
      const hours = ANY_DAY.map((day): [number, number, number] => [day, 0, 1440]);
      const staff = await buildStaff(business, { hours });
      const always = { slug: "hour", minutes: 15, step: 15, horizonDays: 730 };
      await buildService(business, always, [staff]);
      return business;
    }
  });

  describe("a business that takes no bookings for now [D26]", () => {
    let at: string;
    beforeEach(async () => {
      at = await book();
      await transaction(() => run("UPDATE businesses SET bookings_open = FALSE"));
    });

    it("says so, shows no times, and takes none", async () => {
      for (const path of ["/book/anas-salon", TIMES]) {
        const page = await mary.get(path);
        assert.equal(page.status, 200);
        assert.match(page.$("main").text(), /takes no bookings online at the moment/);
        assert.equal(page.$("form[method=post]").length, 0);
      }
      assert.equal((await hold(upcoming(2, 600).iso)).status, 409);
    });

    it("still lets a customer cancel", async () => {
      assert.equal((await send(await mary.get(at))).status, 303);
      assert.match((await mary.get(at)).$("h1").text(), /cancelled/);
    });

    it("still lets a customer move her appointment", async () => {
      const { iso: start, date } = upcoming(2, 600);
      const page = await mary.get(`${at}/rescheduling?from=${date}`);
      assert.ok(startsOn(page).includes(start));
      assert.equal((await send(page, { start })).status, 303);
      assert.match((await mary.get(at)).$("main").text(), /Tuesday/);
    });

    it("still keeps what it had promised to keep", async () => {
      await transaction(() => run("UPDATE businesses SET bookings_open = TRUE"));
      const held = await hold(upcoming(3, 600).iso);
      await transaction(() => run("UPDATE businesses SET bookings_open = FALSE"));
      assert.equal((await confirm(held.location)).status, 303);
    });
  });

  describe("the zone [D2]", () => {
    it("is named wherever there is a time", async () => {
      const named = /Eastern (Standard|Daylight) Time|America\/New_York/;
      const week = `${TIMES}?from=${ten.date}`;
      const held = (await hold(ten.iso)).location;
      const at = await book(upcoming(1, 660).iso);
      const taken = await hold(ten.iso, TIMES, visitor());
      await expire(held);
      await hold(ten.iso, TIMES, visitor());
      const pages = {
        week: await mary.get(week),
        details: await mary.get(held),
        taken,
        "taken, with details": await confirm(held),
        appointment: await mary.get(at),
        rescheduling: await mary.get(`${at}/rescheduling`),
        "rescheduling, taken": await mary.post(`${at}/rescheduling`, {
          _csrf: formToken(),
          start: ten.iso,
        }),
      };
      for (const [name, page] of Object.entries(pages)) {
        assert.match(page.$("main").text(), /\d:\d\d [AP]M/, name);
        assert.match(page.$("main").text(), named, name);
      }
    });
  });

  describe("a hold that has expired", () => {
    it("is said to have, and is still booked while the time is free", async () => {
      const { location } = await hold(ten.iso);
      await expire(location);
      const page = await mary.get(location);
      assert.match(page.$(".note").text(), /You may still get it/);
      assert.equal((await send(page, MARY)).status, 303);
    });

    it("when somebody else has the time: others, with what was typed, one of which books at once", async () => {
      const { location } = await hold(ten.iso);
      await expire(location);
      await hold(ten.iso, TIMES, visitor());
      const page = await send(await mary.get(location), MARY);
      assert.equal(page.status, 409);
      assert.equal(page.$("h1").text(), "That time has just been taken");
      const [next = ""] = startsOn(page);
      assert.equal(next, upcoming(1, 630).iso, "the next free time comes first");
      const booked = await send(page, { start: next });
      assert.equal(booked.status, 303, booked.html);
      const own = await mary.get(booked.location);
      assert.match(own.$("main").text(), /10:30 AM/);
      const [row] = await rows(
        `SELECT c.name, c.email, c.phone, a.note FROM appointments a
         JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id`,
      );
      assert.deepEqual(row, MARY);
    });

    it("is booked once, however often that other time is sent [D29]", async () => {
      const { location } = await hold(ten.iso);
      await expire(location);
      await hold(ten.iso, TIMES, visitor());
      const page = await confirm(location);
      const start = startsOn(page)[1] ?? "";
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => send(page, { start })));
      answers.push(await send(page, { start }), await confirm(location));
      assert.deepEqual(
        answers.map(({ status, location: to }) => [status, to]),
        answers.map(() => [303, answers[0]?.location]),
      );
      const booked = await rows("SELECT id FROM appointments");
      assert.equal(booked.length, 1);
    });

    it('with "anyone": the same time with another provider is one of the others', async () => {
      const cleo = await buildStaff(cast.salon, { name: "Cleo" });
      await buildService(cast.salon, { slug: "colour" }, [cast.benStaff, cleo]);
      const at = "/book/anas-salon/colour";
      const { location } = await hold(ten.iso, at);
      await expire(location);
      const other = visitor();
      const staff = String(cast.benStaff.id);
      await other.post(at, { _csrf: formToken(), start: ten.iso, staff });
      const booked = await confirm(location);
      assert.equal(booked.status, 303, booked.html);
      assert.match((await mary.get(booked.location)).$("main").text(), /Cleo/);
    });

    it("is not booked once the time is over or within the notice [D6]", async () => {
      const { location } = await hold(ten.iso);
      await expire(location);
      await changeService(`booking_notice = ${minutesTo(ten.instant) + 30}`);
      assert.equal((await confirm(location)).status, 409);
    });
  });

  it("two tabs do not mix", async () => {
    const [first, second] = [await hold(ten.iso), await hold(upcoming(2, 660).iso)];
    const pages = [await mary.get(first.location), await mary.get(second.location)];
    assert.match(pages[0]?.$("main").text() ?? "", /Monday.*10:00 AM/);
    const booked = [await send(pages[1]!, MARY), await send(pages[0]!, MARY)];
    assert.match((await mary.get(booked[0]!.location)).$("main").text(), /Tuesday.*11:00 AM/);
    assert.match((await mary.get(booked[1]!.location)).$("main").text(), /Monday.*10:00 AM/);
  });

  it("[D29] a move or a cancellation sent again changes nothing more", async () => {
    const at = await book();
    const fields = { _csrf: formToken(), start: upcoming(2, 600).iso };
    for (let i = 0; i < 3; i++)
      assert.equal((await mary.post(`${at}/rescheduling`, fields)).location, at);
    for (let i = 0; i < 3; i++)
      assert.equal((await mary.post(`${at}/cancellation`, fields)).location, at);
    const [row] = await rows("SELECT status, sequence FROM appointments");
    assert.deepEqual(row, { status: "cancelled", sequence: 2 });
    assert.equal((await mary.post(`${at}/rescheduling`, fields)).status, 409);
  });

  it("an appointment keeps the length it was booked with", async () => {
    await changeService("minutes = 60");
    const at = await book();
    await changeService("minutes = 30");
    assert.match((await mary.get(at)).$("main").text(), /Haircut, 60 minutes/);
    const page = await mary.get(`${at}/rescheduling?from=${ten.date}`);
    assert.equal((Object.values(shown(page))[0] ?? []).at(-1), "4:00 PM");
  });

  it("a full week leads to the next free day", async () => {
    const closed = `INSERT INTO closures (business_id, from_date, to_date)
      VALUES ($id, $from, $to)`;
    const from = Temporal.Now.plainDateISO("America/New_York");
    const to = from.add({ days: 20 });
    const bind = { id: cast.salon.id, from: from.toString(), to: to.toString() };
    await transaction(() => run(closed, bind));
    const page = await mary.get(TIMES);
    assert.equal(startsOn(page).length, 0);
    const link = page
      .$(".pager a")
      .toArray()
      .map((a) => page.$(a).attr("href") ?? "");
    const next = link.find((href) =>
      page.$(`.pager a[href='${href}']`).text().includes("free day"),
    );
    const free = await mary.get(next ?? "");
    assert.ok(startsOn(free).length > 0);
    const [first = ""] = startsOn(free);
    assert.ok(Temporal.PlainDate.compare(first.slice(0, 10), to) > 0);
  });

  async function expire(location: string): Promise<void> {
    const hash = hashToken(location.split("/").at(-1) ?? "");
    const at = Date.now() - 1;
    await transaction(async () => {
      const holds = "SELECT id FROM holds WHERE token_hash = $hash";
      await run(`UPDATE allocations SET expires_at = $at WHERE hold_id IN (${holds})`, {
        at,
        hash,
      });
      await run("UPDATE holds SET expires_at = $at WHERE token_hash = $hash", { at, hash });
    });
  }

  it("tell on her own page how many come, and with what; the price only if it is shown", async () => {
    await changeService("seats = 4, party = 3, price = 2000");
    const { id: businessId } = cast.salon;
    const addon = { name: "Scalp massage", minutes: 10, price: 500, position: 0 };
    const addonId = await Addons.add(cast.salon, addon, { kind: "system" }, Date.now());
    await transaction(() =>
      run("INSERT INTO service_addons (business_id, service_id, addon_id) VALUES ($b, $s, $a)", {
        b: businessId,
        s: cast.haircut.id,
        a: addonId,
      }),
    );
    const wish = { start: ten.iso, people: "3", addon: String(addonId) };
    const held = await mary.post(TIMES, { _csrf: formToken(), staff: "", ...wish });
    const booked = await confirm(held.location);
    const page = await mary.get(booked.location);
    const facts = page.$("dl.facts").text();
    for (const fact of ["40 minutes", "+ Scalp massage", "People3", "75.00"])
      assert.ok(facts.includes(fact), `${fact} in ${facts}`);
    await changeService("price_shown = FALSE");
    assert.doesNotMatch((await mary.get(booked.location)).$("dl.facts").text(), /75\.00/);
  });
});

function nextDay(date: string): string {
  return Temporal.PlainDate.from(date).add({ days: 1 }).toString();
}

/** The next two days on which the zone's clocks change: one is longer, one is shorter. */
function changesIn(zone: string): Array<{ date: string; change: string }> {
  const soon = Temporal.Now.zonedDateTimeISO(zone).add({ days: 2 });
  const first = soon.getTimeZoneTransition("next");
  const second = first?.getTimeZoneTransition("next");
  return [first, second].flatMap((after) => {
    if (!after) return [];
    const before = after.subtract({ nanoseconds: 1 });
    // At midnight, clocks that are set back lengthen the day before.
    return before.offsetNanoseconds < after.offsetNanoseconds
      ? [{ date: after.toPlainDate().toString(), change: "the shorter day" }]
      : [{ date: before.toPlainDate().toString(), change: "the longer day" }];
  });
}

/** By Temporal alone: the instants at which the clock shows a quarter of an hour on that day. */
function everyQuarter(date: string, zone: string): number[] {
  const instants: number[] = [];
  const day = Temporal.PlainDate.from(date);
  const from = day.toZonedDateTime(zone).epochMilliseconds - 24 * 60 * MINUTE;
  for (let instant = from; instant < from + 72 * 60 * MINUTE; instant += 15 * MINUTE) {
    const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
    if (local.toPlainDate().equals(day) && local.minute % 15 === 0) instants.push(instant);
  }
  return instants;
}
