import assert from "node:assert/strict";
import type { Field } from "../../src/domain/fields.ts";
import { Fields } from "../../src/models/field.ts";
import { keyFor, type Program, problemOf, program } from "../support/program.ts";
import { upcoming, type World, world } from "../support/world.ts";

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

  describe("of a business with questions of its own", () => {
    beforeEach(async () => {
      await ask({ key: "birthday", label: "Birthday", subject: "customer", type: "date" });
      await ask({ key: "extras", label: "Extras", subject: "appointment", type: "choices" });
      await ask({ key: "first", label: "First time", subject: "appointment", type: "checkbox" });
    });

    function ask(field: Pick<Field, "key" | "label" | "subject" | "type">): Promise<number> {
      const choices = field.type === "choices" ? ["Wash", "Colour"] : [];
      const usual = { choices, requirement: "required" as const, purpose: "To know" };
      const more = { retentionDays: 30, serviceIds: [], sensitive: false };
      const actor = { kind: "system" } as const;
      return Fields.add(cast.salon, { ...field, ...usual, ...more }, actor, Date.now());
    }

    it("answer them, and change what they answered, and nothing else", async () => {
      const fields = { birthday: "1990-02-03" };
      const { body } = await shop.post("customers", { ...DORA, fields });
      assert.deepEqual(body.fields, fields);
      const path = `customers/${body.id}`;
      const named = await shop.patch(path, { name: "Dora D." });
      assert.deepEqual(named.body.fields, fields);
      const mine = { "if-match": `"${named.body.version}"` };
      const changed = await shop.patch(path, { fields: { birthday: "1990-03-02" } }, mine);
      assert.deepEqual(changed.body.fields, { birthday: "1990-03-02" });
      assert.equal(problemOf(await shop.patch(path, { name: "D" }, mine)), "precondition-failed");
      const gone = await shop.patch(path, { fields: { birthday: null } });
      assert.deepEqual(gone.body.fields, {});
    });

    it("answer them when they book", async () => {
      const booked = await shop.post("appointments", {
        service_id: cast.haircut.id,
        start: upcoming(2, 600).iso,
        customer: DORA,
        fields: { birthday: "1990-02-03", extras: ["Wash"], first: true },
      });
      assert.equal(booked.status, 201, JSON.stringify(booked.body));
      assert.deepEqual(booked.body.fields, { extras: ["Wash"], first: true });
      const listed = await shop.get("appointments");
      assert.deepEqual(listed.body.data[0].fields, booked.body.fields);
      const customer = await shop.get(`customers/${booked.body.customer.id}`);
      assert.deepEqual(customer.body.fields, { birthday: "1990-02-03" });
      const till = program(await keyFor(cast.salon, cast.anaStaff, ["appointments:read"]));
      assert.equal((await till.get("appointments")).body.data[0].fields, undefined);
    });

    for (const [what, fields, pointer] of [
      ["a day that is none", { birthday: "soon" }, "#/fields/birthday"],
      ["a question nobody asks", { shoes: "42" }, "#/fields/shoes"],
      ["what is asked elsewhere", { first: true }, "#/fields/first"],
    ] as const)
      it(`are refused with ${what}, by its pointer`, async () => {
        const reply = await shop.post("customers", { ...DORA, fields });
        assert.equal(reply.status, 422);
        assert.equal(reply.body.errors[0].pointer, pointer);
      });
  });
});
