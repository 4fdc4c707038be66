import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { keyFor, problemOf, program, type Program } from "../support/program.ts";
import { upcoming, world, type World } from "../support/world.ts";

describe("[D9] series in the API", () => {
  let cast: World;
  let api: Program;
  const first = upcoming(1, 600);
  const weekly = { every: "week", count: 4 };
  beforeEach(async () => {
    cast = await world();
    api = program(await keyFor(cast.salon, cast.anaStaff));
    await transaction(() =>
      run("UPDATE services SET most_repeats = 10 WHERE id = $id", { id: cast.haircut.id }),
    );
  });

  const plain = (iso: string) => iso.replace(/\[.*/, "");
  const later = (weeks: number) =>
    plain(Temporal.ZonedDateTime.from(first.iso).add({ weeks }).toString());
  const wish = () => ({
    service_id: cast.haircut.id,
    start: plain(first.iso),
    recurrence: weekly,
  });
  const dora = { name: "Dora", email: "dora@example.com" };
  const inTheWay = (weeks: number) =>
    api.post("appointments", {
      service_id: cast.haircut.id,
      start: later(weeks),
      override: true,
      customer: { name: "In the way" },
    });
  const count = async () => {
    const [found] = await rows<{ n: number }>(
      "SELECT CAST(COUNT(*) AS INTEGER) AS n FROM appointments WHERE series_id IS NOT NULL",
    );
    return found?.n;
  };

  it("are planned, refused while one is taken, and booked without it, once a key", async () => {
    await inTheWay(2);
    const plan = await api.post("plans", wish());
    assert.equal(plan.body.free, 3);
    assert.deepEqual(
      plan.body.data.map((one: { provider_ids: number[] }) => one.provider_ids.length),
      [1, 1, 0, 1],
    );
    const body = { ...wish(), customer: dora };
    const refused = await api.post("series", body);
    assert.equal(problemOf(refused), "time-taken");
    assert.deepEqual(
      refused.body.taken.map((one: { start: string }) => one.start),
      [later(2)],
    );
    assert.equal(await count(), 0);
    const once = { "idempotency-key": "a-series" };
    const presses = await Promise.all(
      [1, 2].map(() => api.post("series", { ...body, skip_taken: true }, once)),
    );
    const [booked, again] = presses.map((reply) => reply.body);
    assert.deepEqual(
      presses.map(({ status }) => status),
      [201, 201],
    );
    assert.deepEqual(booked, again);
    assert.equal(booked.appointments.length, 3);
    const { body: all } = await api.get("appointments");
    assert.deepEqual(
      all.data.map((one: { series_id: number | null }) => one.series_id),
      [booked.id, booked.id, null, booked.id],
    );
    assert.match(booked.customer_url, /\/appointments\/.*\/series$/);
    assert.equal(await count(), 3);
  });

  it("are cancelled from an instant on, and then whole", async () => {
    const { body: made } = await api.post("series", { ...wish(), customer: dora });
    const cancellation = `series/${made.id}/cancellation`;
    const statuses = ({ body }: { body: typeof made }) =>
      body.appointments.map(({ status }: { status: string }) => status);
    const rest = await api.post(cancellation, { from: later(2) });
    assert.deepEqual(statuses(rest), ["confirmed", "confirmed", "cancelled", "cancelled"]);
    assert.deepEqual(new Set(statuses(await api.post(cancellation, {}))), new Set(["cancelled"]));
    assert.equal((await api.post(cancellation, {})).status, 200);
    const carl = program(await keyFor(cast.garage, cast.carlStaff));
    assert.equal((await carl.post(cancellation, {})).status, 404);
    assert.equal((await carl.get(`series/${made.id}`)).status, 404);
  });

  it("are for customers only where the service allows it, for the business anywhere", async () => {
    await transaction(() =>
      run("UPDATE services SET most_repeats = 0 WHERE id = $id", { id: cast.haircut.id }),
    );
    const refused = await api.post("plans", wish());
    assert.equal(refused.body.errors[0].pointer, "#/recurrence");
    const plan = await api.post("plans", { ...wish(), override: true });
    assert.equal(plan.body.data.length, 4);
    const neither = await api.post("plans", { ...wish(), recurrence: { every: "day" } });
    assert.equal(neither.body.errors[0].pointer, "#/recurrence/count");
  });
});
