import assert from "node:assert/strict";
import { may, type Right, RIGHTS, rights, type Role } from "../../src/domain/rights.ts";

describe("rights", () => {
  const all = Object.keys(RIGHTS) as Right[];
  const without = (...some: Right[]) => all.filter((right) => !some.includes(right));

  const table: Array<[Role, Right[]]> = [
    ["owner", all],
    ["manager", without("owner", "security", "billing", "integrations")],
    ["scheduler", ["appointments", "appointments.all", "customers", "closures.read"]],
    ["provider", ["appointments", "customers", "hours.own", "closures.read"]],
  ];
  for (const [role, granted] of table)
    it(`of a ${role} are these and no others`, () => {
      assert.deepEqual(
        all.filter((right) => may(role, right)),
        granted,
      );
    });

  it("are none of the words by which a route lets in whoever works there, or anybody", () => {
    for (const word of ["anyone", "person", "staff", "operator"])
      assert.ok(!(all as string[]).includes(word), word);
  });

  it("name each right once a role", () => {
    for (const granted of Object.values(rights))
      assert.equal(new Set(granted).size, granted.length);
  });
});
