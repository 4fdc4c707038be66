import assert from "node:assert/strict";
import {
  type Catalogue,
  catalogueOf,
  catalogueOfId,
  offered,
  offeredService,
  providersOf,
  providersToChoose,
  serviceById,
} from "../../src/models/catalogue.ts";
import { run, transaction } from "../../src/models/database.ts";
import { countQueries } from "../support/queries.ts";
import { buildService, buildStaff, world, type World } from "../support/world.ts";

describe("a catalogue", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  const ofSalon = (): Promise<Catalogue> => catalogueOf("anas-salon");
  const change = (sql: string, bind = {}) => transaction(() => run(sql, bind));

  it("holds what a business offers, and who provides it, in the business's order", async () => {
    const { salon, benStaff } = cast;
    const zoe = await buildStaff(salon, { name: "Zoe", position: -1 });
    const colour = await buildService(salon, { slug: "colour", name: "Colour" }, [benStaff, zoe]);
    const catalogue = await ofSalon();
    assert.deepEqual(
      catalogue.services.map(({ slug }) => slug),
      ["colour", "haircut"],
    );
    assert.deepEqual(serviceById(catalogue, colour.id).staffIds, [zoe.id, benStaff.id]);
    const providers = providersOf(catalogue, serviceById(catalogue, colour.id));
    assert.deepEqual(
      providers.map(({ name, hours }) => [name, hours.length]),
      [
        ["Zoe", 5],
        ["Ben Brown", 5],
      ],
    );
    assert.equal(catalogue.business.bookingsOpen, true);
  });

  it("lets customers choose nobody who never works", async () => {
    const { salon, haircut, benStaff } = cast;
    const eve = await buildStaff(salon, { name: "Eve Else", hours: [] });
    await change(
      "INSERT INTO staff_services (business_id, staff_id, service_id) VALUES ($b, $eve, $haircut)",
      { b: salon.id, eve: eve.id, haircut: haircut.id },
    );
    const choices = async () => {
      const catalogue = await ofSalon();
      return providersToChoose(catalogue, serviceById(catalogue, haircut.id)).map(({ id }) => id);
    };
    assert.deepEqual(await choices(), [benStaff.id]);
    await change(
      `INSERT INTO exceptions
         (business_id, staff_id, location_id, date, kind, from_minute, to_minute)
       SELECT $b, $eve, id, '2099-01-05', 'open', 540, 600 FROM locations WHERE business_id = $b`,
      { b: salon.id, eve: eve.id },
    );
    assert.deepEqual(await choices(), [benStaff.id, eve.id]);
  });

  it("says nothing of another business", async () => {
    const { services, providers } = await ofSalon();
    const mine = [cast.haircut.id, cast.benStaff.id];
    assert.deepEqual([services[0]?.id, providers[0]?.id], mine);
    assert.deepEqual([services.length, providers.length], [1, 1]);
  });

  it("is read once, and then costs one query", async () => {
    assert.equal(await countQueries(ofSalon), 6);
    assert.equal(await countQueries(ofSalon), 1);
    assert.equal(await countQueries(() => catalogueOfId(cast.salon.id)), 1);
  });

  // Whatever is changed, by whatever verb: the database itself makes the version a new one.
  const changes: Record<string, (world: World) => [sql: string, bind: object]> = {
    "the business": ({ salon }) => [
      "UPDATE businesses SET bookings_open = FALSE WHERE id = $id",
      { id: salon.id },
    ],
    "a service": ({ haircut }) => ["UPDATE services SET minutes = 45 WHERE id = $id", haircut],
    "a service, archived": ({ haircut }) => [
      "UPDATE services SET archived_at = 1 WHERE id = $id",
      haircut,
    ],
    "a provider": ({ benStaff }) => ["UPDATE staff SET name = 'B' WHERE id = $id", benStaff],
    "who provides what": ({ benStaff }) => [
      "DELETE FROM staff_services WHERE staff_id = $id",
      benStaff,
    ],
    hours: ({ benStaff }) => ["UPDATE hours SET to_minute = 900 WHERE staff_id = $id", benStaff],
    "hours, removed": ({ benStaff }) => ["DELETE FROM hours WHERE staff_id = $id", benStaff],
    "an exception": ({ salon, benStaff }) => [
      `INSERT INTO exceptions (business_id, staff_id, date, kind)
       VALUES ($businessId, $id, '2099-01-01', 'closed')`,
      { businessId: salon.id, id: benStaff.id },
    ],
    "a closure": ({ salon }) => [
      `INSERT INTO closures (business_id, from_date, to_date)
       VALUES ($id, '2099-01-01', '2099-01-02')`,
      salon,
    ],
  };
  for (const [name, made] of Object.entries(changes))
    it(`is another at once when ${name} changes, and the other business's stays`, async () => {
      const [before, other] = [await ofSalon(), await catalogueOf("carls-garage")];
      const [sql, bind] = made(cast);
      const { id, businessId } = bind as { id: number; businessId?: number };
      assert.ok((await change(sql, { id, businessId })) > 0);
      const after = await ofSalon();
      assert.ok(after.business.version > before.business.version);
      assert.notDeepEqual({ ...after, business: null }, { ...before, business: undefined });
      assert.notDeepEqual(after, before);
      assert.equal(await catalogueOf("carls-garage"), other);
    });

  it("stays as it was when a change is undone", async () => {
    const before = await ofSalon();
    const failing = transaction(async () => {
      await run("UPDATE services SET minutes = 45");
      throw new Error("no");
    });
    await assert.rejects(failing);
    assert.equal(await ofSalon(), before);
  });

  it("offers no archived service, and none that nobody provides", async () => {
    await buildService(cast.salon, { slug: "nobody" });
    await buildService(cast.salon, { slug: "old", archivedAt: 1 }, [cast.benStaff]);
    const catalogue = await ofSalon();
    assert.deepEqual(
      offered(catalogue).map(({ slug }) => slug),
      ["haircut"],
    );
    for (const slug of ["nobody", "old", "oil", "", "constructor", "__proto__"])
      assert.throws(() => offeredService(catalogue, slug), { status: 404 });
    const old = catalogue.services.find(({ slug }) => slug === "old");
    assert.equal(old?.archived, true, "appointments may still be for it");
  });

  it("offers no provider who is archived or cannot be booked", async () => {
    for (const set of ["archived_at = 1", "archived_at = NULL, bookable = FALSE"]) {
      await change(`UPDATE staff SET ${set} WHERE id = $id`, { id: cast.benStaff.id });
      const catalogue = await ofSalon();
      assert.deepEqual(catalogue.providers, []);
      assert.deepEqual(offered(catalogue), []);
    }
  });

  it("of nobody is not found", async () => {
    for (const slug of ["", "nobody", "Anas-Salon", "%"])
      await assert.rejects(catalogueOf(slug), { status: 404 });
    await assert.rejects(catalogueOfId(0), { status: 404 });
  });
});
