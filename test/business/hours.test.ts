import assert from "node:assert/strict";
import { rows } from "../../src/models/database.ts";
import { Hours } from "../../src/models/hours.ts";
import { Locations, setTravel } from "../../src/models/location.ts";
import { editionOf } from "../../src/models/set-up.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { bookHaircut } from "../support/bookings.ts";
import { countQueries } from "../support/queries.ts";
import { buildStaff, upcoming, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/hours";

describe("weekly hours", () => {
  let cast: World;
  let ana: Browser;
  let bens: string;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    bens = `${AT}/${cast.benStaff.id}`;
  });

  it("are listed for the owner, everybody's", async () => {
    await buildStaff(cast.salon, { name: "Dora", hours: [] });
    const { $ } = await ana.get(AT);
    const lines = $("table tr").toArray().slice(1);
    const texts = lines.map((line) => $(line).text().replace(/\s+/g, " ").trim());
    assert.match(texts[0] ?? "", /^Ana Alvarez Mon–Fri 9:00 AM–5:00 PM Days off/);
    assert.match(texts[2] ?? "", /^Dora none yet/);
    assert.equal(await countQueries(() => ana.get(AT)), 6);
  });

  it("are a provider's own to change, and nobody else's", async () => {
    const ben = await signedIn(cast.ben);
    assert.equal((await ben.get(AT)).location, bens);
    assert.equal((await ben.submit(bens, { saturday: "10-14" })).status, 303);
    const others = `${AT}/${cast.anaStaff.id}`;
    assert.equal((await ben.get(others)).status, 403);
    const _csrf = String((await ben.get(bens)).$("input[name=_csrf]").last().val());
    assert.equal((await ben.post(others, { _csrf, monday: "1-2" })).status, 403);
    assert.equal((await ben.get(`${others}/exceptions`)).status, 403);
  });

  it("are shown as they are and saved as they are typed, nights included", async () => {
    const page = await ana.get(bens);
    assert.equal(page.$("#monday").val(), "9:00-17:00");
    assert.equal(page.$("#sunday").val(), "");
    const sent = await ana.submit(bens, {
      monday: "1pm-5pm, 9-12:30",
      tuesday: "closed",
      friday: "22:00-6:00",
    });
    assert.deepEqual([sent.status, sent.location], [303, `${bens}?saved=1`]);
    const shown = await ana.get(sent.location);
    assert.match(shown.$("[role=status]").text(), /Saved/);
    assert.equal(shown.$("#monday").val(), "9:00-12:30, 13:00-17:00");
    assert.equal(shown.$("#tuesday").val(), "");
    assert.equal(shown.$("#friday").val(), "22:00-6:00");
    const week = await Hours.weekOf(cast.benStaff);
    assert.deepEqual(week[4], [{ from: 1320, to: 1800 }]);
    const list = (await ana.get(AT)).$("table tr").last().find("td").first().html() ?? "";
    assert.deepEqual(list.split("<br>"), [
      "Mon 9:00 AM–12:30 PM, 1:00 PM–5:00 PM",
      "Wed–Thu 9:00 AM–5:00 PM",
      "Fri 10:00 PM–6:00 AM",
      "",
    ]);
    assert.equal((await changes()).length, 1);
  });

  it("are offered to customers at once", async () => {
    const before = await startsOn(upcoming(7, 0).date);
    await ana.submit(bens, { sunday: "10-12" });
    assert.ok((await startsOn(upcoming(7, 0).date)) > before);
  });

  it("show all that was typed and what is wrong with it, and save nothing", async () => {
    const { status, $ } = await ana.submit(bens, {
      monday: "9-12, 11-14",
      tuesday: "nine to five",
      wednesday: "10-12",
      thursday: "9-5",
    });
    assert.equal(status, 422);
    assert.equal($("#monday-error").text(), "9:00-12:00 and 11:00-14:00 overlap");
    assert.match($("#tuesday-error").text(), /is not a range of times/);
    assert.match($("#thursday-error").text(), /for the afternoon write 9:00-17:00/);
    assert.equal($("#tuesday").val(), "nine to five");
    assert.equal($("#wednesday").val(), "10-12");
    const week = await Hours.weekOf(cast.benStaff);
    assert.deepEqual(week[2], [{ from: 540, to: 1020 }]);
  });

  it("are not changed by saving them again", async () => {
    for (let i = 0; i < 3; i++)
      assert.equal((await ana.submit(bens, { monday: "10-12" })).status, 303);
    assert.equal((await changes()).length, 1);
  });

  it("[P5.2] changed by two at once show the second both versions", async () => {
    const edition = String((await ana.get(bens)).$("input[name=edition]").val());
    const ben = await signedIn(cast.ben);
    await ben.submit(bens, { monday: "10-12" });
    const { status, $ } = await ana.submit(bens, { edition, monday: "8-11" });
    assert.equal(status, 409);
    assert.deepEqual(
      $("table td")
        .toArray()
        .map((cell) => $(cell).text()),
      ["10:00-12:00", "8-11"],
    );
    assert.deepEqual((await Hours.weekOf(cast.benStaff))[0], [{ from: 600, to: 720 }]);
    const again = String($("input[name=edition]").val());
    assert.equal((await ana.submit(bens, { edition: again, monday: "8-11" })).status, 303);
  });

  it("are replaced whole by many at once, never half", async () => {
    const week = await Hours.weekOf(cast.benStaff);
    const actor = { kind: "staff", staffId: cast.anaStaff.id } as const;
    const done = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        Hours.replace(
          cast.benStaff,
          week.map(() => [{ from: i * 60, to: i * 60 + 60 }]),
          editionOf(week),
          actor,
          Date.now(),
        ),
      ),
    );
    assert.equal(done.filter(({ status }) => status === "fulfilled").length, 1);
    const after = (await Hours.weekOf(cast.benStaff)).flat();
    assert.equal(after.length, 7);
    assert.equal(new Set(after.map(({ from }) => from)).size, 1);
  });

  it("changed under an appointment leave it standing and say so", async () => {
    const tuesday = upcoming(2, 600);
    const id = await bookHaircut(cast, { start: tuesday.instant, now: Date.now() });
    await bookHaircut(cast, { start: upcoming(3, 600).instant, now: Date.now() });
    assert.equal((await ana.get(bens)).$(".note").length, 0);
    const sent = await ana.submit(bens, { tuesday: "12-17" });
    const { $ } = await ana.get(sent.location);
    const note = $(".note").filter((_, one) => /outside of these hours/.test($(one).text()));
    assert.match(note.text(), /1 appointment lies outside of these hours/);
    assert.match(note.text(), /Tuesday, .*, 10:00 AM: Haircut with Ben Brown, for Jane Doe/);
    assert.equal(note.find("li a").attr("href"), `/b/anas-salon/appointments/${id}`);
    const [{ status } = { status: "" }] = await rows<{ status: string }>(
      "SELECT status FROM appointments WHERE id = $id",
      { id },
    );
    assert.equal(status, "confirmed");
  });

  it("[P5.2] of another business do not exist", async () => {
    const _csrf = String((await ana.get(bens)).$("input[name=_csrf]").last().val());
    const carls = `${AT}/${cast.carlStaff.id}`;
    assert.equal((await ana.get(carls)).status, 404);
    assert.equal((await ana.get(`${carls}/exceptions`)).status, 404);
    assert.equal((await ana.post(carls, { _csrf, monday: "1-2" })).status, 404);
    assert.equal((await ana.post(`${carls}/exceptions`, { _csrf })).status, 404);
  });

  for (const id of ["abc", "0", "-1", "1.5", "99999999999"])
    it(`have none for ${id}`, async () => {
      assert.equal((await ana.get(`${AT}/${id}`)).status, 404);
    });
});

async function startsOn(date: string): Promise<number> {
  const { $ } = await visitor().get(`/book/anas-salon/haircut?from=${date}`);
  return $("input[name=start]").length;
}

function changes(): Promise<unknown[]> {
  return rows("SELECT id FROM audit_entries WHERE action = 'hours.changed'");
}

describe("weekly hours at two locations", () => {
  let cast: World;
  let ana: Browser;
  let there: string;
  let bens: string;
  before(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
    bens = `${AT}/${cast.benStaff.id}`;
    const place = { name: "Old Town", slug: "", address: null, phone: null, position: 1 };
    const system = { kind: "system" } as const;
    const chicago = { ...place, zone: "America/Chicago" };
    const id = await Locations.add(cast.salon, chicago, system, 1);
    await setTravel(cast.salon, 30, system, 1);
    there = `${bens}?location=${id}`;
  });

  it("are set for each, in its own zone", async () => {
    const page = await ana.get(there);
    assert.equal(page.$("#monday").val(), "");
    assert.match(page.$("#how").text(), /America\/Chicago/);
    assert.equal(page.$(`a[href^="${bens}?location="]`).text(), cast.salon.name);
    const sent = await ana.submit(there, { saturday: "10-14" });
    assert.equal(sent.status, 303);
    assert.equal((await ana.get(sent.location)).$("#saturday").val(), "10:00-14:00");
    assert.equal((await ana.get(bens)).$("#saturday").val(), "");
    assert.equal((await ana.get(bens)).$("#monday").val(), "9:00-17:00");
  });

  // 16:00 in Chicago is 17:00 in New York, where Ben works until then.
  for (const [hours, status] of [
    ["10-12", 422],
    ["16-18", 422],
    ["16:29-18", 422],
    ["16:30-18", 303],
  ] as const)
    it(`${status === 303 ? "stand" : "are refused"} with ${hours} beside 9-17 elsewhere`, async () => {
      const sent = await ana.submit(there, { tuesday: hours });
      assert.equal(sent.status, status);
      if (status === 303) return;
      assert.match(sent.$("#tuesday-error").text(), /too near to the hours at Ana's Salon/);
    });

  it("are none at a location that is somebody else's or nobody's", async () => {
    for (const location of ["999999", "abc", ""])
      assert.equal((await ana.get(`${bens}?location=${location}`)).status, 404);
  });
});
