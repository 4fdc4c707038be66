import assert from "node:assert/strict";
import { run, transaction } from "../../src/models/database.ts";
import { keyFor, problemOf, program, type Program } from "../support/program.ts";
import { buildService, runJobs, upcoming, type World, world } from "../support/world.ts";

describe("[D19] waiting lists in the API", () => {
  let cast: World;
  let api: Program;
  const start = upcoming(2, 600);
  beforeEach(async () => {
    cast = await world();
    await transaction(() => run("UPDATE services SET waiting_list = TRUE"));
    api = program(await keyFor(cast.salon, cast.anaStaff));
  });

  const wish = (name: string) => ({
    service_id: cast.haircut.id,
    from: start.date,
    to: start.date,
    not_before: "10:00",
    not_after: "10:00",
    customer: { name, email: `${name.toLowerCase()}@example.com` },
  });
  const book = () =>
    api.post("appointments", {
      service_id: cast.haircut.id,
      start: start.iso,
      customer: { name: "First" },
    });

  it("are joined once a key, listed in order, offered what becomes free, and left", async () => {
    const free = await api.post("waiting", wish("Wanda"));
    assert.equal(problemOf(free), "conflict");
    const { body: booked } = await book();
    const once = { "idempotency-key": "wanda" };
    const presses = await Promise.all([1, 2].map(() => api.post("waiting", wish("Wanda"), once)));
    for (const { status, body } of presses) {
      assert.equal(status, 201);
      assert.deepEqual(body, presses[0]?.body);
    }
    const [wanda] = presses.map(({ body }) => body);
    assert.match(wanda.customer_url, /\/waiting\/[\w-]+$/);
    assert.equal(problemOf(await api.post("waiting", wish("Wanda"))), "conflict");
    await api.post("waiting", wish("Walt"));
    const page = await api.get("waiting?limit=1");
    assert.deepEqual(
      page.body.data.map((one: { id: number }) => one.id),
      [wanda.id],
    );
    const next = await api.get(`waiting?cursor=${page.body.next_cursor}`);
    assert.equal(next.body.data[0].customer.name, "Walt");
    await api.post(`appointments/${booked.id}/cancellation`, {});
    await runJobs();
    const { body: offered } = await api.get(`waiting/${wanda.id}`);
    assert.equal(offered.state, "offered");
    assert.equal(Date.parse(offered.offer.start), start.instant);
    for (const _ of [1, 2]) assert.equal((await api.delete(`waiting/${wanda.id}`)).status, 204);
    const { body: left } = await api.get(`waiting/${wanda.id}`);
    assert.deepEqual([left.state, left.customer.name, left.offer], ["left", "", null]);
  });

  it("are only of services that have one, for days to come, by the pointer", async () => {
    const without = await buildService(cast.salon, { slug: "no-list" }, [cast.benStaff]);
    const refusals: Array<[change: object, pointer: string]> = [
      [{ service_id: without.id }, "#/service_id"],
      [{ from: "2020-01-01" }, "#/to"],
      [{ from: "2020-01-01", to: "2020-01-02" }, "#/from"],
      [{ not_after: "09:00" }, "#/not_after"],
      [{ not_before: "9 am" }, "#/not_before"],
      [{ customer: { name: "Wanda" } }, "#/customer/email"],
    ];
    for (const [change, pointer] of refusals) {
      const { status, body } = await api.post("waiting", { ...wish("Wanda"), ...change });
      assert.equal(status, 422);
      assert.equal(body.errors[0].pointer, pointer);
    }
  });
});
