import assert from "node:assert/strict";
import type { Mark, Status } from "../../src/domain/status.ts";
import { rows } from "../../src/models/database.ts";
import { Appointment } from "../../src/models/index.ts";
import { bookHaircut, cancelHaircut, START } from "../support/bookings.ts";
import { historyOf } from "../support/book.ts";
import { type World, world } from "../support/world.ts";

describe("what is said of an appointment on its day", () => {
  let cast: World;
  let id: number;
  const NOW = START + 60_000;
  beforeEach(async () => {
    cast = await world();
    id = await bookHaircut(cast);
  });

  const found = () => Appointment.find(cast.salon, id);
  const ben = () => ({ kind: "staff", staffId: cast.benStaff.id }) as const;
  const say = async (as: Mark, now = NOW) => Appointment.mark(await found(), as, ben(), now);
  const allocations = async () => (await rows("SELECT id FROM allocations")).length;

  it("is kept with who said it and when, and the time stays taken", async () => {
    const said: Array<[Mark, Status]> = [
      ["arrived", "arrived"],
      ["completed", "completed"],
      ["confirmed", "confirmed"],
      ["no_show", "no_show"],
    ];
    for (const [mark, status] of said) {
      await say(mark);
      assert.equal((await found()).status, status);
      assert.equal(await allocations(), 1);
    }
    const history = await historyOf(await found());
    assert.deepEqual(
      history.slice(1).map(({ action, staffName, at }) => [action, staffName, at]),
      ["arrived", "completed", "unmarked", "no_show"].map((what) => [
        `appointment.${what}`,
        "Ben Brown",
        NOW,
      ]),
    );
  });

  it("is said once, however often the button is pressed", async () => {
    const seen = await found();
    await Promise.all([1, 2, 3].map(() => Appointment.mark(seen, "arrived", ben(), NOW)));
    await say("arrived");
    assert.equal((await historyOf(seen)).length, 2);
  });

  it("is refused when somebody has said otherwise, or moved or cancelled it", async () => {
    const seen = await found();
    await say("no_show");
    const late = Appointment.mark(seen, "completed", ben(), NOW);
    await assert.rejects(late, { status: 409 });
    assert.equal((await found()).status, "no_show");
    await say("confirmed");
    await cancelHaircut(cast, id);
    await assert.rejects(say("arrived"), { status: 409 });
    await assert.rejects(Appointment.mark(seen, "arrived", ben(), NOW), { status: 409 });
  });

  it("is refused before its day", async () => {
    await assert.rejects(say("arrived", START - 13 * 3_600_000), { status: 409 });
    await assert.rejects(say("no_show", START - 1), { status: 409 });
  });

  it("keeps an appointment from being moved or cancelled", async () => {
    await say("completed");
    await assert.rejects(cancelHaircut(cast, id), { status: 409 });
    assert.equal(await allocations(), 1);
  });
});
