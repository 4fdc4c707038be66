import assert from "node:assert/strict";
import { Appointment } from "../../src/models/index.ts";
import type { Page } from "../support/browser.ts";
import { upcoming } from "../support/world.ts";
import {
  assertNeverTwoAtOnce,
  assertTaken,
  countOf,
  openSalon,
  racing,
  statuses,
  times,
} from "./salon.ts";

describe("many who want one time, over several processes", () => {
  const { hold, confirm, book, move, readyToBook } = racing();
  const ten = upcoming(1, 600);

  it("[D1] one of fifty gets it, the others are shown the next free times", async () => {
    const salon = await openSalon();
    const pages = await Promise.all(times(50, () => hold(salon, ten.iso)));
    assert.deepEqual(statuses(pages), { 303: 1, 409: 49 });
    for (const page of pages) if (page.status === 409) assertTaken(page);
    assert.equal(await countOf("allocations"), 1);

    const held = pages.find(({ status }) => status === 303);
    const booked = await confirm(held?.location ?? "", "Mary Major");
    assert.equal(booked.status, 303, booked.html);
    assert.equal(await countOf("appointments"), 1);
    await assertNeverTwoAtOnce();
  });

  it('[D1] two of thirty get it where two are free and they ask for "anyone"', async () => {
    const salon = await openSalon(2);
    const pages = await Promise.all(times(30, () => hold(salon, ten.iso)));
    assert.deepEqual(statuses(pages), { 303: 2, 409: 28 });
    const kept = pages.filter(({ status }) => status === 303);
    const booked = await Promise.all(
      kept.map(({ location }, i) => confirm(location, `Customer ${i}`)),
    );
    assert.deepEqual(statuses(booked), { 303: 2 });
    assert.equal(await countOf("appointments"), 2);
    await assertNeverTwoAtOnce();
  });

  it("[D1] one gets it of those who move there and those who come anew", async () => {
    const salon = await openSalon();
    const before = times(5, (i) => upcoming(2, 540 + i * 60).iso);
    const appointments = await Promise.all(
      before.map((start, i) => book(salon, start, `Mover ${i}`)),
    );
    const pages = await Promise.all([
      ...appointments.map((appointment) => move(appointment, ten.iso)),
      ...times(10, () => hold(salon, ten.iso)),
    ]);
    assert.deepEqual(statuses(pages), { 303: 1, 409: 14 });
    for (const page of pages) if (page.status === 409) assertTaken(page);
    await assertNeverTwoAtOnce();
  });

  it("[D1] one gets it of staff and customers", async () => {
    for (const hour of [10, 11, 12]) {
      const salon = await openSalon();
      const { iso } = upcoming(1, hour * 60);
      const ready = await Promise.all(times(4, (i) => readyToBook(salon, iso, `By staff ${i}`)));
      const [asStaff, asCustomers] = await Promise.all([
        Promise.all(ready.map((send) => send())),
        Promise.all(times(8, () => hold(salon, iso))),
      ]);
      assert.deepEqual(statuses([...asStaff, ...asCustomers]), { 303: 1, 409: 11 });
      for (const page of asStaff)
        if (page.status === 409) assert.ok(page.$("input[name=start]").length > 0, page.html);
      await assertNeverTwoAtOnce();
    }
  });

  it("[D29] the same form sent ten times at once books once, with ten same answers", async () => {
    const salon = await openSalon();
    const { location } = await hold(salon, ten.iso);
    const sent = await Promise.all(times(10, () => confirm(location, "Mary Major")));
    assertSameAnswer(sent);
    assert.equal(await countOf("appointments"), 1);
  });

  it("[D29] the same move sent ten times at once moves once, with ten same answers", async () => {
    const salon = await openSalon();
    const appointment = await book(salon, ten.iso, "Mary Major");
    const { iso, instant } = upcoming(1, 11 * 60);
    const sent = await Promise.all(times(10, () => move(appointment, iso)));
    assertSameAnswer(sent);
    const moved = await Appointment.withToken(appointment.split("/")[2] ?? "");
    assert.deepEqual([moved.startsAt, moved.sequence], [instant, 1]);
    await assertNeverTwoAtOnce();
  });
});

function assertSameAnswer(pages: readonly Page[]): void {
  assert.deepEqual(statuses(pages), { 303: pages.length }, pages.map(({ html }) => html).join());
  assert.equal(new Set(pages.map(({ location }) => location)).size, 1);
}
