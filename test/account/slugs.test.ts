import assert from "node:assert/strict";
import { Person } from "../../src/models/index.ts";
import { visitor } from "../support/browser.ts";
import { DORA } from "../support/dora.ts";
import { world } from "../support/world.ts";

describe("the address of a new business", () => {
  beforeEach(async () => void (await world()));

  it("is made from the name, and another one when that is taken", async () => {
    for (const slug of ["doras-dogs", "doras-dogs-2", "doras-dogs-3"]) {
      const email = `${slug}@dogs.example`;
      const sent = await visitor().submit("/signup", { ...DORA, email });
      assert.equal(sent.location, `/b/${slug}`);
    }
  });

  it("is made from a name without letters of ours, or one that is a page's", async () => {
    const names = [
      ["Собаки", "/b/business-2"],
      ["Admin", "/b/admin-2"],
    ];
    for (const [company = "", location] of names) {
      const email = `x${company.length}@dogs.example`;
      assert.equal(
        (await visitor().submit("/signup", { ...DORA, company, email })).location,
        location,
      );
    }
  });

  for (const [slug, message] of [
    ["anas-salon", "Another business has this address"],
    ["operator", "This address is kept for pages of ours; choose another one"],
    ["dora's", "Use small letters, digits and single hyphens"],
    ["-dora", "Use small letters, digits and single hyphens"],
    ["a/b", "Use small letters, digits and single hyphens"],
    ["x".repeat(61), "Use 60 characters or fewer"],
  ] as const)
    it(`cannot be ${slug.slice(0, 20)}`, async () => {
      const { status, $ } = await visitor().submit("/signup", { ...DORA, slug });
      assert.equal(status, 422);
      assert.equal($("#slug-error").text(), message);
      assert.equal($("#slug").val(), slug);
      assert.equal(await Person.withEmail(DORA.email), null);
    });

  it("is one business's, even if two ask for it at once", async () => {
    const pages = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        visitor().submit("/signup", { ...DORA, email: `d${n}@dogs.example`, slug: "dogs" }),
      ),
    );
    const statuses = pages.map(({ status }) => status).toSorted((x, y) => x - y);
    assert.deepEqual(statuses, [303, 422, 422, 422]);
  });
});
