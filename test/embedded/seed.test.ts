import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { config } from "../../config/index.ts";
import { demoPassword, seed } from "../../src/embedded/seed.ts";
import { catalogueOf } from "../../src/models/catalogue.ts";
import { rows } from "../../src/models/database.ts";
import { Appointment, Business, Notice, Person } from "../../src/models/index.ts";
import { startsOn } from "../../src/models/starts.ts";
import { visitor } from "../support/browser.ts";
import { tableNames } from "../support/stored.ts";
import { buildBusiness, world } from "../support/world.ts";

const DAY = 86_400_000;
const WORKPLACES = {
  "owner@demo.example": "demo",
  "staff@demo.example": "demo",
  "owner@other.example": "other",
  "owner@guadiana.example": "guadiana",
  "manager@guadiana.example": "guadiana",
  "desk@guadiana.example": "guadiana",
  "ines@guadiana.example": "guadiana",
};
const PEOPLE = Object.keys(WORKPLACES);

describe("the demo", () => {
  beforeEach(async () => void (await world()));

  it("is three businesses, a week of appointments and people who can sign in", async () => {
    const { password, made } = await seed();
    assert.equal(made, true);
    for (const [email, slug] of Object.entries(WORKPLACES)) {
      const sent = await visitor().submit("/login", { email, password });
      assert.equal(sent.status, 303, email);
      assert.equal(sent.location, `/login/check?next=%2Fb%2F${slug}`);
    }
    const operator = { email: "operator@plainbook.example", password };
    assert.equal((await visitor().submit("/operator/login", operator)).status, 303);

    const { business, services, providers, closures } = await catalogueOf("demo");
    assert.equal(business.zone, "America/New_York");
    assert.equal(providers.length, 3);
    assert.ok(services.length >= 4 && services.every(({ staffIds }) => staffIds.length > 0));
    assert.ok(providers.every(({ hours }) => hours.length > 0));
    assert.ok(closures.length > 0 && providers.some(({ exceptions }) => exceptions.length > 0));
    assert.deepEqual(
      services.filter(({ slug }) => slug === "haircut").map(({ minutes }) => minutes),
      [30],
    );
    const other = await catalogueOf("other");
    assert.ok(other.services.length > 0 && other.providers.length > 0);
  });

  it("has a studio that shows what a book can do", async () => {
    await seed();
    const { business, services, locations, resources, addons, categories } =
      await catalogueOf("guadiana");
    assert.deepEqual(
      locations.map(({ zone }) => zone),
      ["Europe/Lisbon", "Europe/Madrid"],
    );
    assert.deepEqual(new Set(resources.map(({ kind }) => kind)), new Set(["room", "equipment"]));
    assert.ok(categories.length > 1 && addons.length > 0);
    const rules = ["private", "approval", "waitingList", "mostRepeats", "party"] as const;
    for (const rule of rules) assert.ok(services.some((service) => Number(service[rule]) > 0));
    assert.ok(services.some(({ seats, fixedStarts }) => seats > 1 && fixedStarts.length > 0));
    assert.ok(services.some(({ needs }) => needs.length > 1));
    const there = await rows<{ what: string; count: number }>(
      `SELECT 'absences' AS what, COUNT(*) AS count FROM absences WHERE state = 'requested'
       UNION ALL SELECT 'alerts', COUNT(*) FROM customers WHERE alert <> ''
       UNION ALL SELECT 'answers', COUNT(*) FROM appointment_values
       UNION ALL SELECT 'repeats', COUNT(*) FROM appointments WHERE series_id IS NOT NULL
       UNION ALL SELECT 'waiting', COUNT(*) FROM waiting_entries`,
    );
    assert.deepEqual(
      there.map(({ what, count }) => `${what}: ${count}`),
      ["absences: 1", "alerts: 1", "answers: 2", "repeats: 6", "waiting: 1"],
    );
    const page = await visitor("es").get(`/book/${business.slug}`);
    assert.equal(page.$("html").attr("lang"), "es");
  });

  it("offers haircuts this week and the next", async () => {
    await seed();
    const today = Temporal.Now.plainDateISO("America/New_York");
    for (const from of [today, today.add({ days: 7 })]) {
      const { status, $ } = await visitor().get(`/book/demo/haircut?from=${from.toString()}`);
      assert.equal(status, 200);
      assert.ok($("input[name=start]").length > 20, `from ${from.toString()}`);
    }
  });

  it("owes nobody a mail, with all notices on", async () => {
    await seed();
    assert.deepEqual(await rows("SELECT id FROM deliveries"), []);
    for (const slug of ["demo", "guadiana"]) {
      const { id } = await Business.withSlug(slug);
      assert.ok(Object.values(await Notice.allFor(id)).every(({ enabled }) => enabled));
    }
  });

  it("made again changes nothing", async () => {
    const first = await seed();
    const before = await everything();
    const second = await seed();
    assert.deepEqual(second, { ...first, made: false });
    assert.deepEqual(await everything(), before);
  });

  it("is made once by two who start at once", async () => {
    const all = await Promise.all([seed(), seed(), seed()]);
    assert.equal(all.filter(({ made }) => made).length, 1);
    assert.equal(await Business.count({ where: { slug: ["demo", "other", "guadiana"] } }), 3);
    assert.equal(new Set(all.map(({ password }) => password)).size, 1);
  });

  it("leaves alone somebody's own business that has its address", async () => {
    for (const slug of ["demo", "other", "guadiana"]) {
      await world();
      const { id } = await buildBusiness({ slug, name: "Ours" });
      const { made } = await seed();
      assert.equal(made, false);
      assert.equal((await Business.withSlug(slug)).id, id);
      assert.equal(await Business.count(), 3);
      assert.deepEqual(await rows("SELECT id FROM appointments"), []);
    }
  });

  it("has its password back when it was set otherwise", async () => {
    const { password } = await seed();
    const owner = await Person.withEmail("owner@demo.example");
    const stranger = await Person.withEmail("ana@salon.example");
    await Person.choosePassword(owner?.id ?? 0, stranger?.passwordHash ?? "", Date.now());
    await seed();
    const sent = await visitor().submit("/login", { email: "owner@demo.example", password });
    assert.equal(sent.status, 303);
  });

  // Sunday to Saturday, both changes of the clock, the turn of the year, a leap day.
  for (const date of [
    "2027-01-31",
    "2027-02-01",
    "2027-02-02",
    "2027-02-03",
    "2027-02-04",
    "2027-02-05",
    "2027-02-06",
    "2027-03-14",
    "2027-11-07",
    "2027-12-31",
    "2028-02-29",
  ])
    it(`can be made on ${date}, at any hour, and leaves most times free`, async () => {
      const hour = date.endsWith("1") ? "T04:30:00Z" : "T23:30:00Z";
      const now = Date.parse(date + hour);
      assert.equal((await seed(now)).made, true);
      const [cancelled, confirmed] = await statusesOf("demo");
      assert.ok(Number(confirmed?.count) >= 25 && Number(cancelled?.count) > 0);
      assert.ok(Number(confirmed?.first) < now && Number(confirmed?.first) > now - 5 * DAY);
      assert.ok(Number(confirmed?.last) > now && Number(confirmed?.last) < now + 8 * DAY);

      const studio = await statusesOf("guadiana");
      const statuses = studio.map(({ status }) => status).filter((one) => one !== "arrived");
      assert.deepEqual(statuses, ["cancelled", "completed", "confirmed", "no_show", "requested"]);
      const [unsaid] = studio.filter(({ status }) => status === "confirmed");
      assert.ok(Number(unsaid?.first) >= now);

      const catalogue = await catalogueOf("demo");
      const service = catalogue.services.find(({ slug }) => slug === "haircut");
      assert.ok(service);
      const today = Temporal.Instant.fromEpochMilliseconds(now)
        .toZonedDateTimeISO("America/New_York")
        .toPlainDate();
      for (const days of [0, 7]) {
        const from = today.add({ days }).toString();
        const free = await startsOn({ catalogue, service, now }, from, 7);
        assert.ok(free.length > 50, `${free.length} free`);
      }
    });

  it("has appointments that customers can open, and staff move", async () => {
    await seed();
    const [row] = await rows<{ id: number; businessId: number }>(
      `SELECT id, business_id AS "businessId" FROM appointments WHERE starts_at > $now LIMIT 1`,
      { now: Date.now() },
    );
    const appointment = await Appointment.find({ id: row?.businessId ?? 0 }, String(row?.id));
    const { linkToken } = await import("../../src/links.ts");
    const token = linkToken("appointment", appointment.uid, appointment.tokenHash);
    assert.equal((await visitor().get(`/appointments/${token}`)).status, 200);
  });
});

describe("npm run seed", () => {
  beforeEach(async () => void (await world()));

  it("makes the demo and tells its password, the same each time", async () => {
    const [first, second] = [await run(), await run()];
    assert.match(first.said, /^Demo data made; the password .* is [a-z]+-[a-z]+-[a-z]+\n$/);
    assert.equal(second.said.split(" ").at(-1), first.said.split(" ").at(-1));
    assert.match(second.said, /there already/);
    assert.ok(first.said.includes(demoPassword()));
    assert.deepEqual([first.code, second.code], [0, 0]);
  });

  it("takes the password from DEMO_PASSWORD, also later", async () => {
    await run();
    const DEMO_PASSWORD = "our own demonstration";
    assert.match((await run({ DEMO_PASSWORD })).said, new RegExp(`is ${DEMO_PASSWORD}\n$`));
    for (const email of PEOPLE) {
      const sent = await visitor().submit("/login", { email, password: DEMO_PASSWORD });
      assert.equal(sent.status, 303, email);
    }
  });

  it("is refused in production, in one line", async () => {
    const production = {
      NODE_ENV: "production",
      OUTBOUND_LOOPBACK: "",
      BASE_URL: "https://book.example",
      POSTAL_ADDRESS: "1 Example Street",
      TRUST_PROXY: "1",
    };
    const { code, said } = await run(production);
    assert.equal(code, 1);
    assert.equal(said.trim().split("\n").length, 1);
    assert.match(said, /refused in production/);
    assert.equal(await Business.count({ where: { slug: "demo" } }), 0);
  });
});

async function run(more: Record<string, string> = {}): Promise<{ code: number; said: string }> {
  const file = join(config.root, "src/embedded/seed-demo.ts");
  const child = spawn(process.execPath, [file], { env: { ...process.env, ...more } });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => void (said += text));
  const [code] = (await once(child, "close")) as [number];
  return { code, said };
}

function statusesOf(slug: string) {
  return rows<{ status: string; count: number; first: number; last: number }>(
    `SELECT status, COUNT(*) AS count, MIN(starts_at) AS first, MAX(starts_at) AS last
     FROM appointments
     WHERE business_id = (SELECT id FROM businesses WHERE slug = $slug)
     GROUP BY status ORDER BY status`,
    { slug },
  );
}

async function everything(): Promise<string[]> {
  const found = (await tableNames()).map((name) => rows(`SELECT * FROM ${name}`));
  return (await Promise.all(found))
    .flat()
    .map((row) => JSON.stringify(row))
    .toSorted();
}
