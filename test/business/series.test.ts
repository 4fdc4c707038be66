import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { type Browser, formOf, type Page, signedIn, visitor } from "../support/browser.ts";
import { bookSeries } from "../support/series.ts";
import { upcoming, world, type World } from "../support/world.ts";

describe("[D9] an appointment that repeats", () => {
  let cast: World;
  let ana: Browser;
  const first = upcoming(1, 600);
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  /** So many weeks later, at the same time on the clock. */
  const weeksLater = (weeks: number) => Temporal.ZonedDateTime.from(first.iso).add({ weeks });
  const newForm = (weeks = 0, more = "") => {
    const start = weeksLater(weeks);
    const date = start.toPlainDate().toString();
    return `/b/anas-salon/appointments/new?service=${cast.haircut.id}&staff=${cast.benStaff.id}&date=${date}&start=${encodeURIComponent(start.toString())}${more}`;
  };
  const starts = async () => {
    const booked = await rows<{ at: number }>(
      "SELECT starts_at AS at FROM appointments WHERE series_id IS NOT NULL ORDER BY starts_at",
    );
    return booked.map(({ at }) => at);
  };
  const expected = (weeks: number[]) => weeks.map((week) => weeksLater(week).epochMilliseconds);
  const notFree = ({ $ }: Page) =>
    $("ol.list li")
      .toArray()
      .flatMap((line, i) => ($(line).text().includes("not free") ? [i] : []));

  it("of 52 weeks shows what is taken in weeks 3 and 30, and books the rest as a whole", async () => {
    for (const week of [3, 30])
      await ana.submit(newForm(week, "&override=1"), { name: "In the way" }, "/appointments");
    const typed = { name: "Dora", repeat: "week", repeat_times: "52" };
    const plan = await ana.submit(newForm(), typed, "/appointments");
    assert.equal(plan.status, 200, plan.$("main").text());
    assert.equal(plan.$("ol.list li").length, 52);
    assert.deepEqual(notFree(plan), [3, 30]);
    assert.deepEqual(await starts(), [], "nothing is booked yet");
    const { target, values } = formOf(plan, "/appointments");
    const booked = await ana.post(target, values);
    assert.equal(booked.status, 303);
    const again = await ana.post(target, values);
    assert.equal(again.location, booked.location, "the same form sent twice books once");
    const weeks = Array.from({ length: 52 }, (_, week) => week);
    assert.deepEqual(await starts(), expected(weeks.filter((week) => week !== 3 && week !== 30)));
    const mails = await rows<{ kind: string; n: number }>(
      `SELECT d.kind, CAST(COUNT(*) AS INTEGER) AS n FROM deliveries d
       JOIN appointments a ON a.id = d.appointment_id AND a.series_id IS NOT NULL GROUP BY d.kind`,
    );
    assert.equal(mails.find(({ kind }) => kind === "staff_booked")?.n, 1);
  });

  it("books none when one of them has gone meanwhile, and shows the plan again", async () => {
    const typed = { name: "Dora", repeat: "week", repeat_times: "4" };
    const plan = await ana.submit(newForm(), typed, "/appointments");
    const { target, values } = formOf(plan, "/appointments");
    await ana.submit(newForm(2), { name: "Quicker" }, "/appointments");
    const page = await ana.post(target, values);
    assert.equal(page.status, 409);
    assert.deepEqual(await starts(), []);
    assert.deepEqual(notFree(page), [2]);
  });

  it("is for customers where the service allows it, as often as it allows", async () => {
    const mary = visitor();
    const hold = async () => {
      const times = `/book/anas-salon/haircut?from=${first.date}`;
      const held = await mary.submit(times, { start: first.iso });
      return mary.get(held.location);
    };
    assert.equal((await hold()).$("[name=repeat]").length, 0);
    await transaction(async () => {
      await run("UPDATE services SET most_repeats = 3 WHERE id = $id", { id: cast.haircut.id });
      await run("DELETE FROM allocations");
    });
    const details = await hold();
    const typed = { name: "Mary", email: "mary@example.com", repeat: "week", repeat_times: "50" };
    const plan = await mary.submit(details.url, typed);
    assert.equal(plan.$("ol.list li").length, 3, plan.$("main").text());
    const { target, values } = formOf(plan);
    const beyond = [values.occurrences, weeksLater(4).toString()].flat() as string[];
    const booked = await mary.post(target, { ...values, occurrences: beyond });
    assert.match(booked.location, /^\/appointments\//);
    assert.deepEqual(await starts(), expected([0, 1, 2]), "what is not of the plan is left out");
  });

  it("is not for customers more often because they name its last day", async () => {
    await transaction(() =>
      run("UPDATE services SET most_repeats = 3 WHERE id = $id", { id: cast.haircut.id }),
    );
    const mary = visitor();
    const times = `/book/anas-salon/haircut?from=${first.date}`;
    const { location } = await mary.submit(times, { start: first.iso });
    const until = weeksLater(8).toPlainDate().toString();
    const typed = { name: "Mary", email: "mary@example.com", repeat: "week", repeat_until: until };
    const plan = await mary.submit(location, typed);
    assert.equal(plan.$("ol.list li").length, 3);
    const { target, values } = formOf(plan);
    const weeks = [0, 1, 2, 3, 4].map((week) => weeksLater(week).toString());
    const pages = await Promise.all(
      [1, 2].map(() => mary.post(target, { ...values, occurrences: weeks })),
    );
    assert.deepEqual(await starts(), expected([0, 1, 2]));
    const [one, other] = pages.map((page) => page.location);
    assert.equal(one, other, "sent twice at once it books once");
  });

  it("is asked how often when only how many times is told, and books nothing", async () => {
    await transaction(() =>
      run("UPDATE services SET most_repeats = 3 WHERE id = $id", { id: cast.haircut.id }),
    );
    const once = { name: "Mary", email: "mary@example.com", repeat: "" };
    const mary = visitor();
    const times = `/book/anas-salon/haircut?from=${first.date}&lang=es`;
    const { location } = await mary.submit(times, { start: first.iso });
    const until = weeksLater(8).toPlainDate().toString();
    const refusals: Array<[Page, string, RegExp]> = [
      [
        await ana.submit(newForm(1), { ...once, repeat_times: "4" }, "/appointments"),
        "times",
        /Choose how often/,
      ],
      [
        await ana.submit(newForm(1), { ...once, repeat_until: until }, "/appointments"),
        "until",
        /Choose how often/,
      ],
      [
        await mary.submit(location, { ...once, repeat_times: "3" }),
        "times",
        /con qué frecuencia, o/,
      ],
      [
        await mary.submit(location, { ...once, repeat_interval: "2" }),
        "interval",
        /con qué frecuencia, o/,
      ],
      [
        await mary.submit(location, { ...once, repeat_weekdays: ["2", "4"] }),
        "weekdays",
        /con qué frecuencia, o/,
      ],
    ];
    const { $: form } = await mary.get(location);
    const action = form("main form").attr("action");
    assert.equal(action, location, "w3m forgets the language where a form names no address");
    for (const [{ status, $ }, field, message] of refusals) {
      assert.equal(status, 422);
      assert.match($(`#repeat_${field}`).parent().text(), message);
      assert.equal($("details[open] #repeat").length, 1, "it stands open");
    }
    assert.equal((await rows("SELECT id FROM appointments")).length, 0);
  });

  describe("once it is booked", () => {
    const seriesOf = async (count: number, actor: "customer" | "system" = "customer") => {
      const [start, now] = [first.instant, Date.now()];
      const wanted = { slug: "anas-salon", serviceId: cast.haircut.id, count, start, now };
      const { id, token } = await bookSeries({ ...wanted, actor: { kind: actor } });
      return { staffs: `/b/anas-salon/appointments/${id}/series`, page: `/appointments/${token}` };
    };
    const statuses = async () => {
      const found = await rows<{ status: string }>(
        "SELECT status FROM appointments WHERE series_id IS NOT NULL ORDER BY starts_at",
      );
      return found.map(({ status }) => status);
    };

    it("is cancelled by its customer, who is told before what is too late", async () => {
      const minutes = Math.ceil((first.instant - Date.now()) / 60_000) + 60;
      await transaction(() =>
        run("UPDATE services SET cancelling_notice = $minutes WHERE id = $id", {
          id: cast.haircut.id,
          minutes,
        }),
      );
      const { page } = await seriesOf(3);
      const mary = visitor();
      assert.equal((await mary.get(page)).$(`a[href="${page}/series"]`).length, 1);
      const shown = await mary.get(`${page}/series`);
      assert.match(shown.$("td").text(), /can no longer be cancelled online/);
      assert.match(shown.$("details .note").text(), /This one stays/);
      const { target, values } = formOf(shown, "/series/cancellation");
      const presses = await Promise.all([1, 2].map(() => mary.post(target, values)));
      for (const pressed of presses) assert.equal(pressed.location, `${page}/series`);
      assert.deepEqual(await statuses(), ["confirmed", "cancelled", "cancelled"]);
      assert.equal((await mary.get(`${page}/series`)).$("form[method=post]").length, 0);
      assert.equal((await mary.post(target, { ...values, extent: "others" })).status, 400);
    });

    it("is moved from one of them on by staff, who see first what can go", async () => {
      const { staffs } = await seriesOf(3);
      const form = `${staffs}/rescheduling`;
      await ana.submit(
        newForm(1).replace("T10%3A00", "T11%3A00"),
        { name: "In the way" },
        "/appointments",
      );
      const wrong = await ana.submit(form, { date: first.date, time: "noonish" });
      assert.equal(wrong.status, 422);
      assert.equal(wrong.$("#time-error").length, 1);
      const plan = await ana.submit(form, { time: "11:00" });
      assert.equal(plan.status, 200);
      assert.deepEqual(plan.$("strong.bad").length, 1);
      const { target, values } = formOf(plan, "/series/rescheduling");
      assert.equal((await ana.post(target, values)).location, staffs);
      assert.equal((await ana.post(target, values)).location, staffs, "twice is once");
      const hour = 3_600_000;
      const [one = 0, two = 0, three = 0] = expected([0, 1, 2]);
      assert.deepEqual(await starts(), [one + hour, two, three + hour]);
      const stale = await ana.post(target, { ...values, time: "12:00" });
      assert.equal(stale.status, 409);
      assert.match(stale.$(".note").text(), /changed one of them meanwhile/);
    });

    it("is answered as a whole, and cancelled as a whole, by staff", async () => {
      await transaction(() =>
        run("UPDATE services SET approval = TRUE WHERE id = $id", { id: cast.haircut.id }),
      );
      const { staffs } = await seriesOf(3);
      const page = await ana.get(staffs);
      assert.match(page.$(".facts").text(), /Every week on Monday, 3 times/);
      const { target, values } = formOf(page, "/series/approval");
      assert.equal((await ana.post(target, values)).location, staffs);
      assert.deepEqual(new Set(await statuses()), new Set(["confirmed"]));
      const refused = await ana.post(target.replace("approval", "refusal"), values);
      assert.equal(refused.status, 409);
      assert.match(refused.$(".note").text(), /Somebody was quicker/);
      const fields = { extent: "upcoming" };
      const cancelled = await ana.submit(staffs, fields, "/series/cancellation");
      assert.equal(cancelled.location, staffs);
      assert.deepEqual(new Set(await statuses()), new Set(["cancelled"]));
    });
  });

  const mistakes: Array<Record<string, string>> = [
    { repeat: "year" },
    { repeat_times: "0" },
    { repeat_until: "soon" },
  ];
  for (const wrong of mistakes)
    it(`refuses ${JSON.stringify(wrong)} beside its field`, async () => {
      const typed = { name: "Dora", repeat: "week", ...wrong };
      const page = await ana.submit(newForm(), typed, "/appointments");
      assert.equal(page.status, 422);
      assert.equal(page.$(`#${Object.keys(wrong)[0]}-error`).length, 1);
      assert.equal(page.$("#name").attr("value"), "Dora");
    });
});
