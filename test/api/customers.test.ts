import assert from "node:assert/strict";
import { keyFor, type Program, problemOf, program } from "../support/program.ts";
import { type World, world } from "../support/world.ts";

const DORA = { name: "Dora Diaz", email: "Dora@Example.com", phone: "555 0123" };

describe("customers of programs", () => {
  let cast: World;
  let shop: Program;
  beforeEach(async () => {
    cast = await world();
    shop = program(await keyFor(cast.salon, cast.anaStaff));
  });

  it("are added, and found by any of their words", async () => {
    const { status, body, headers } = await shop.post("customers", DORA);
    assert.equal(status, 201);
    assert.equal(body.email, "dora@example.com");
    assert.equal(body.note, "");
    assert.equal(headers.location, `/api/v1/customers/${body.id}`);
    await shop.post("customers", { name: "Emil Egger" });
    for (const q of ["diaz", "DORA example", "5550123"]) {
      const found = await shop.get(`customers?q=${encodeURIComponent(q)}`);
      assert.deepEqual(
        found.body.data.map(({ id }: { id: number }) => id),
        [body.id],
      );
    }
    const first = await shop.get("customers?limit=1");
    assert.equal(first.body.data[0].id, body.id);
    const second = await shop.get(`customers?limit=1&cursor=${first.body.next_cursor}`);
    assert.equal(second.body.data[0].name, "Emil Egger");
    assert.equal(second.body.next_cursor, null);
  });

  it("are refused when they are known already", async () => {
    await shop.post("customers", DORA);
    const again = await shop.post("customers", { ...DORA, note: "the same one" });
    assert.equal(again.status, 422);
    assert.equal(again.body.errors[0].pointer, "#/email");
  });

  it("change in what is sent, and in nothing else", async () => {
    const { body } = await shop.post("customers", { ...DORA, note: "Prefers mornings" });
    const path = `customers/${body.id}`;
    const { body: changed } = await shop.patch(path, { phone: null });
    assert.equal(changed.phone, null);
    assert.equal(changed.note, "Prefers mornings");
    assert.equal(changed.email, "dora@example.com");
    const { body: cleared } = await shop.patch(path, { note: "" });
    assert.equal(cleared.note, "");
    const same = await shop.patch(path, {});
    assert.equal(same.body.version, cleared.version);
  });

  it("[P5.2] are not overwritten by who has seen an older version", async () => {
    const { body } = await shop.post("customers", DORA);
    const path = `customers/${body.id}`;
    const mine = { "if-match": `"${body.version}"` };
    const changed = await shop.patch(path, { phone: "555 0199" }, mine);
    assert.equal(changed.status, 200);
    assert.notEqual(changed.body.version, body.version);
    assert.equal(changed.headers.etag, `"${changed.body.version}"`);
    const stale = await shop.patch(path, { phone: "555 0100" }, mine);
    assert.equal(problemOf(stale), "precondition-failed");
    const unread = await shop.patch(path, { phone: "555 0100" }, { "if-match": "nonsense" });
    assert.equal(problemOf(unread), "bad-request");
    assert.equal((await shop.patch(path, { name: "D." }, { "if-match": "*" })).status, 200);
  });
});
