import assert from "node:assert/strict";
import { sideBySide, type Say } from "./side-by-side.ts";

describe("tasks side by side", () => {
  it("tell what they say in their order, the first at once, and give what each gave", async () => {
    const told: string[] = [];
    const doors = [0, 1, 2].map(() => Promise.withResolvers<void>());
    const tasks = doors.map(({ promise }, index) => async (say: Say) => {
      say(`${index} begins. `);
      await promise;
      say(`${index} ends. `);
      return index;
    });
    const all = sideBySide(tasks, 2, (text) => told.push(text));
    assert.equal(told.join(""), "0 begins. ");
    doors[1]?.resolve();
    doors[2]?.resolve();
    await new Promise(setImmediate);
    assert.equal(told.join(""), "0 begins. ");
    doors[0]?.resolve();
    assert.deepEqual(await all, [0, 1, 2]);
    assert.equal(told.join(""), "0 begins. 0 ends. 1 begins. 1 ends. 2 begins. 2 ends. ");
  });

  it("are never more at once than there are lanes", async () => {
    let running = 0;
    let most = 0;
    const task = async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
    };
    await sideBySide([task, task, task, task, task], 3, () => undefined);
    assert.equal(most, 3);
  });
});
