import assert from "node:assert/strict";
import { BusinessProfile } from "../../src/models/business-profile.ts";
import { formOf, signedIn, visitor } from "../support/browser.ts";
import { buildPerson, buildStaff, type World, world } from "../support/world.ts";

describe("one's account", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  it("says who one is and where one works", async () => {
    await buildStaff(cast.garage, { person: cast.ana, role: "provider" });
    const { status, $ } = await (await signedIn(cast.ana)).get("/account");
    assert.equal(status, 200);
    assert.match($("main").text(), /signed in as Ana Alvarez \(ana@salon\.example\)/);
    const places = $("ul.list li").toArray();
    assert.deepEqual(
      places.map((place) => $(place).text()),
      ["Ana's Salon (owner)", "Carl's Garage (provider)"],
    );
    assert.equal($("ul.list a").first().attr("href"), "/b/anas-salon");
    assert.equal($("h1").length, 1);
  });

  it("says what to do to somebody who works nowhere", async () => {
    const { $ } = await (await signedIn(await buildPerson())).get("/account");
    assert.match($("main").text(), /ask it for an invitation/);
    assert.equal($("a[href='/signup']").text(), "Register a business");
  });

  it("is asked of nobody who is not signed in", async () => {
    assert.equal((await visitor().get("/account")).location, "/login?next=%2Faccount");
    for (const path of ["/account", "/account/password", "/account/businesses/1/profile-removal"])
      assert.equal((await visitor().post(path)).location, "/login");
  });

  it("changes one's name", async () => {
    const browser = await signedIn(cast.ana);
    const sent = await browser.submit("/account", { name: " Ana  Ávila " }, "/account");
    assert.equal(sent.location, "/account?note=name-changed");
    const { $ } = await browser.get(sent.location);
    assert.match($("[role=status]").text(), /name is changed/);
    assert.equal($("#name").val(), "Ana  Ávila");
  });

  for (const name of ["", "x".repeat(121), "Ana\nAlvarez", "Ana \u202eevil"])
    it(`refuses the name ${JSON.stringify(name.slice(0, 12))}`, async () => {
      const browser = await signedIn(cast.ana);
      const { status, $ } = await browser.submit("/account", { name }, "/account");
      assert.equal(status, 422);
      assert.equal($(".errors a[href='#name']").text(), $("#name-error").text());
      assert.equal((await browser.get("/account")).$("#name").val(), "Ana Alvarez");
    });

  it("removes only what one's own businesses told, as their owner", async () => {
    const told = { revenue: "1", headcount: "2", industry: null };
    for (const { id } of [cast.salon, cast.garage]) await BusinessProfile.set(id, told);
    const remove = async (person: typeof cast.ana, id: number | string) => {
      const browser = await signedIn(person);
      const { values } = formOf(await browser.get("/account"), "/logout");
      const url = `/account/businesses/${id}/profile-removal`;
      return (await browser.post(url, { _csrf: values._csrf ?? "" })).status;
    };
    assert.equal(await remove(cast.ana, cast.garage.id), 404);
    assert.equal(await remove(cast.ben, cast.salon.id), 404);
    for (const id of ["abc", "0", "-1", "99999999999", "1e0"])
      assert.equal(await remove(cast.ana, id), 404);
    assert.equal(await remove(cast.ana, cast.salon.id), 303);
    assert.equal(await BusinessProfile.of(cast.salon.id), undefined);
    assert.deepEqual(await BusinessProfile.of(cast.garage.id), told);
  });
});
