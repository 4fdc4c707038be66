// What a service can be beyond name, length, price and providers.
import assert from "node:assert/strict";
import { categories } from "../../src/models/service-rules.ts";
import { Service } from "../../src/models/index.ts";
import { Resources } from "../../src/models/resource.ts";
import { catalogueOf } from "../../src/models/catalogue.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { buildService, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/services";

describe("a service", () => {
  let cast: World;
  let ana: Browser;
  let edit: string;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    edit = `${AT}/${cast.haircut.id}/edit`;
  });
  const change = (fields: Record<string, string | string[]>) =>
    ana.submit(edit, fields, `/${cast.haircut.id}`);
  const stored = async () => (await Service.find(cast.salon, cast.haircut.id)).fields();

  it("has rules that the form shows again as they were given", async () => {
    const roomId = await addRoom(cast);
    const sent = await change({
      description: "Washed,\ncut and dried",
      position: "3",
      price_shown: "",
      starts_monday: "6pm, 9:00, 10.30",
      starts_friday: "8",
      hours_monday: "9-12:30, 1pm-7pm",
      daily_limit: "4",
      weekly_limit: "12",
      approval: "1",
      seats: "8",
      party: "3",
      most_repeats: "10",
      waiting_list: "1",
      deposit_policy: "deposit",
      deposit: "10",
      need_2: String(roomId),
    });
    assert.equal(sent.status, 303);
    const fields = await stored();
    assert.deepEqual(fields.starts, [[540, 630, 1080], [], [], [], [480], [], []]);
    assert.deepEqual(fields.hours[0], [
      { from: 540, to: 750 },
      { from: 780, to: 1140 },
    ]);
    assert.deepEqual(fields.needs, [[roomId]]);
    assert.deepEqual([fields.depositPolicy, fields.deposit], ["deposit", 1000]);
    assert.deepEqual([fields.seats, fields.party, fields.mostRepeats], [8, 3, 10]);
    assert.deepEqual([fields.approval, fields.priceShown], [true, false]);

    const { $ } = await ana.get(edit);
    assert.equal($("#starts_monday").val(), "9:00, 10:30, 18:00");
    assert.equal($("#hours_monday").val(), "9:00-12:30, 13:00-19:00");
    assert.equal($("#deposit").val(), "10");
    assert.equal($("#price_shown").is("[checked]"), false);
    assert.equal($(`#need_1 [value=${roomId}]`).is("[checked]"), true);
    const again = await ana.submit(edit);
    assert.equal(again.status, 303);
    assert.deepEqual(await stored(), fields);

    const { services } = await catalogueOf("anas-salon");
    const known = services.find(({ id }) => id === cast.haircut.id);
    assert.deepEqual(known?.needs, [[roomId]]);
    assert.deepEqual(known?.fixedStarts.length, 4);
  });

  it("is in a category, which is there as long as a service is in it", async () => {
    await change({ category: "Hair" });
    const beard = await buildService(cast.salon, { name: "Beard" }, [cast.benStaff]);
    await ana.submit(`${AT}/${beard.id}/edit`, { category: "hair" }, `/${beard.id}`);
    assert.deepEqual(await names(cast), ["Hair"]);
    assert.equal((await ana.get(edit)).$("datalist option").attr("value"), "Hair");
    await change({ category: "Cuts" });
    assert.deepEqual(await names(cast), ["Cuts", "Hair"]);
    await ana.submit(`${AT}/${beard.id}/edit`, { category: "" }, `/${beard.id}`);
    assert.deepEqual(await names(cast), ["Cuts"]);
  });

  it("that is private is not listed, and its address cannot be guessed", async () => {
    for (let i = 0; i < 2; i++) await change({ private: "1", slug: "haircut" });
    const { slug } = await stored();
    assert.match(slug, /^haircut-[0-9a-f]{16}$/);
    assert.equal((await visitor().get("/book/anas-salon/haircut")).status, 404);
    assert.equal((await visitor().get(`/book/anas-salon/${slug}`)).status, 200);
    assert.equal((await ana.get(edit)).$(`a[href='/book/anas-salon/${slug}']`).length, 1);
    await change({ private: "1", slug: "for-friends" });
    assert.match((await stored()).slug, /^for-friends-[0-9a-f]{16}$/);
    await change({ private: "", slug: "haircut" });
    assert.equal((await stored()).slug, "haircut");
  });

  it("stands in the public list with its category and description, its price if shown", async () => {
    await buildService(cast.salon, { name: "Beard" }, [cast.benStaff]);
    await change({ category: "Hair", description: "Washed and cut", position: "1" });
    const list = await visitor().get("/book/anas-salon");
    assert.equal(list.$("h2").text(), "Other servicesHair");
    assert.match(list.$("ul.list").last().text(), /Haircut30 minutes, \$35.00Washed and cut/);
    await change({ price_shown: "" });
    const without = await visitor().get("/book/anas-salon");
    assert.match(without.$("ul.list").last().text(), /Haircut30 minutesWashed/);
    await change({ private: "1" });
    assert.doesNotMatch((await visitor().get("/book/anas-salon")).html, /Haircut/);
  });

  it("with a deposit says that nobody collects it yet", async () => {
    const { $ } = await ana.get(edit);
    assert.match($("#deposit_policy-hint").text(), /It is not collected for you yet/);
  });

  const forbidden: Array<[field: string, fields: Record<string, string>]> = [
    ["deposit", { deposit_policy: "deposit", deposit: "99" }],
    ["price", { deposit_policy: "full", price: "" }],
    ["party", { seats: "4", party: "5" }],
  ];
  for (const [field, fields] of forbidden)
    it(`is refused a ${field} that its other fields forbid`, async () => {
      const { status, $ } = await change(fields);
      assert.equal(status, 422);
      assert.equal($(".errors a").attr("href"), `#${field}`);
    });

  it("takes nothing of another business", async () => {
    const strangers = await addRoom(cast, "garage");
    assert.equal((await change({ need_1: String(strangers) })).status, 422);
    assert.deepEqual((await stored()).needs, []);
  });

  it("[P5.2] changed by two at once shows the second what has become of its rules", async () => {
    const edition = String((await ana.get(edit)).$("input[name=edition]").val());
    await change({ category: "Hair", seats: "4" });
    const second = await change({ edition, waiting_list: "1" });
    assert.equal(second.status, 409);
    const labels = second.$("table tbody th").toArray();
    assert.deepEqual(
      labels.map((cell) => second.$(cell).text()),
      ["Waiting list"],
    );
  });
});

async function names({ salon }: World): Promise<string[]> {
  return (await categories(salon.id)).map(({ name }) => name);
}

async function addRoom(cast: World, owner: "salon" | "garage" = "salon"): Promise<number> {
  const business = cast[owner];
  const { location } = await catalogueOf(business.slug);
  const room = { name: "Room 1", kind: "room" as const, capacity: null, position: 0 };
  return Resources.add(business, { ...room, locationId: location.id }, { kind: "system" }, 1);
}
