import assert from "node:assert/strict";
import { rows, run } from "../../src/models/database.ts";
import { Business } from "../../src/models/index.ts";
import { ChangedMeanwhile, editionOf, inTurn, isChange } from "../../src/models/set-up.ts";
import { type World, world } from "../support/world.ts";

describe("an edition", () => {
  it("names the values, whatever the order of their names", () => {
    assert.equal(editionOf({ a: 1, b: "x" }), editionOf({ b: "x", a: 1 }));
    assert.notEqual(editionOf({ a: 1 }), editionOf({ a: "1" }));
    assert.notEqual(editionOf({ a: null }), editionOf({ a: "" }));
    assert.notEqual(editionOf([["x"], []]), editionOf([[], ["x"]]));
  });

  it("decides whether there is anything to write, and whether it may be written", () => {
    const stored = { name: "Cut" };
    assert.equal(isChange(stored, { name: "Cut" }, "never seen"), false);
    assert.equal(isChange(stored, { name: "Trim" }, editionOf(stored)), true);
    assert.throws(
      () => isChange(stored, { name: "Trim" }, editionOf({ name: "Shave" })),
      ChangedMeanwhile,
    );
    assert.throws(() => isChange(stored, { name: "Trim" }, ""), ChangedMeanwhile);
  });
});

describe("changes of one business's set-up", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
  });

  it("come one after the other, each seeing the one before", async () => {
    const { id } = cast.salon;
    const appendOne = () =>
      inTurn(cast.salon, async () => {
        const [row] = await rows<{ name: string }>("SELECT name FROM businesses WHERE id = $id", {
          id,
        });
        const name = `${row?.name}+`;
        await run("UPDATE businesses SET name = $name WHERE id = $id", { id, name });
      });
    await Promise.all(Array.from({ length: 10 }, appendOne));
    const { name } = await Business.withSlug("anas-salon");
    assert.equal(name, `Ana's Salon${"+".repeat(10)}`);
  });
});
