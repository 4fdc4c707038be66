// Pages of appointments that repeat.
import { parseStart } from "../../src/domain/time.ts";
import { run, transaction } from "../../src/models/database.ts";
import type { Furnished } from "./furnished.ts";
import { asked, both, get, refused, type Sample, someStart } from "./sample.ts";
import { bookSeries } from "./series.ts";

export function series(): Sample[] {
  const staffs = "GET /b/:business/appointments/:id/series";
  const customers = "GET /appointments/:token/series";
  const moved = "POST /b/:business/appointments/:id/series/rescheduling";
  const moving = "GET /b/:business/appointments/:id/series/rescheduling";
  const movingOf = async (house: Furnished) =>
    `/b/demo/appointments/${(await made(house)).id}/series/rescheduling`;
  return [
    ...both(moving, movingOf),
    refused(moved, "owner", movingOf, { time: "noonish" }),
    asked(moved, "owner", { state: "planned" }, async (house, browser) =>
      browser.submit(await movingOf(house), { time: "2 pm" }),
    ),
    ...both(staffs, async (house) => `/b/demo/appointments/${(await made(house)).id}/series`),
    asked(staffs, "owner", { state: "asked for" }, async (house, browser) => {
      const { id } = await made(house);
      await transaction(() =>
        run(
          `UPDATE appointments SET status = 'requested'
           WHERE series_id = (SELECT series_id FROM appointments WHERE id = $id)`,
          { id },
        ),
      );
      return browser.get(`/b/demo/appointments/${id}/series`);
    }),
    get(customers, "visitor", async (house) => `/appointments/${(await made(house)).token}/series`),
    get(
      customers,
      "visitor",
      async (house) => `/appointments/${(await made(house)).token}/series?lang=es`,
      { state: "in Spanish" },
    ),
  ];
}

async function made(house: Furnished) {
  const start = parseStart(await someStart(house, 2)) ?? undefined;
  const { id: serviceId } = house.haircut;
  return bookSeries({ slug: "demo", serviceId, count: 4, start, now: Date.now() });
}
