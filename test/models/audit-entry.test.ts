import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { AuditEntry } from "../../src/models/index.ts";
import { type World, world } from "../support/world.ts";

describe("the audit log", () => {
  let cast: World;
  beforeEach(async () => {
    cast = await world();
    const fact = { businessId: cast.salon.id, action: "settings.changed" };
    const actor = { kind: "staff", staffId: cast.anaStaff.id } as const;
    await transaction(() => AuditEntry.write(fact, actor, 1));
  });

  for (const sql of [
    "UPDATE audit_entries SET at = 2",
    "UPDATE audit_entries SET action = action",
    "DELETE FROM audit_entries",
    "DELETE FROM audit_entries WHERE at < 2",
  ])
    it(`[P2.3] refuses ${sql}`, async () => {
      const before = await entries();
      await assert.rejects(
        transaction(() => run(sql)),
        (error: Error & { original?: Error }) =>
          /append-only/.test(error.original?.message ?? error.message),
      );
      assert.deepEqual(await entries(), before);
    });

  it("[P2.3] does not go when its business is deleted: the business stays", async () => {
    const { id } = cast.salon;
    await assert.rejects(transaction(() => run("DELETE FROM businesses WHERE id = $id", { id })));
    assert.equal((await entries()).length, 1);
    assert.equal((await rows("SELECT id FROM businesses WHERE id = $id", { id })).length, 1);
  });
});

function entries() {
  return rows("SELECT * FROM audit_entries");
}
