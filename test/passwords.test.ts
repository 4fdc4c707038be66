import assert from "node:assert/strict";
import { hashPassword, isPassword, passwordProblem } from "../src/passwords.ts";

const GOOD = "plain horse battery staple";
const COMMON = "Too many people use this password; choose another one";
const OWN = "Do not use your name or address as your password";
const ANA = ["Ana Alvarez", "ana@salon.example", "Ana's Salon"];

describe("a password", () => {
  it("[P5.4] is kept as an Argon2id hash of 19 MiB and two passes, each with its own salt", async () => {
    const [one, other] = await Promise.all([hashPassword(GOOD), hashPassword(GOOD)]);
    assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.notEqual(one, other);
    assert.ok(await isPassword(GOOD, one));
    assert.ok(!(await isPassword(`${GOOD} `, one)));
  });

  it("is the same however a keyboard writes its letters", async () => {
    assert.ok(
      await isPassword("crème brûlée", await hashPassword("cre\u0300me bru\u0302le\u0301e")),
    );
  });

  it("is nobody's where there is no hash, and never an endless one", async () => {
    assert.ok(!(await isPassword(GOOD, null)));
    assert.ok(!(await isPassword(GOOD, undefined)));
    assert.ok(!(await isPassword("x".repeat(100_000), await hashPassword(GOOD))));
  });

  it("is looked at by a few at a time; who would wait too long is told so", async () => {
    const all = await Promise.allSettled(Array.from({ length: 150 }, () => hashPassword(GOOD)));
    const refused = all.filter((one) => one.status === "rejected");
    assert.ok(refused.length > 0 && refused.length < 100, String(refused.length));
    for (const { reason } of refused) assert.equal((reason as { status: number }).status, 503);
    assert.ok(await isPassword(GOOD, await hashPassword(GOOD)));
  });

  for (const [password, problem] of [
    ["ninechars", "Use 10 characters or more; a few words together will do"],
    ["ñññññññññ", "Use 10 characters or more; a few words together will do"],
    ["x y".repeat(67), "Use 200 characters or fewer"],
    ["qwertyuiop", COMMON],
    ["Password123", COMMON],
    ["password-1234", COMMON],
    ["1234567890", COMMON],
    ["!!Basketball2024!!", COMMON],
    ["aaaaaaaaaaaaaa", COMMON],
    ["abababababab", COMMON],
    ["ana.alvarez.2027", OWN],
    ["ana@salon.example", OWN],
    ["AnasSalon1", OWN],
    [GOOD, undefined],
    ["Xkf9-pQ2r-77vN", undefined],
    ["mein hund heißt waldi", undefined],
    ["анна любит лошадей", undefined],
  ] as const)
    it(`${JSON.stringify(password.slice(0, 24))} ${problem ? "is refused" : "is good"}`, async () => {
      assert.equal(await passwordProblem(password, ANA), problem);
    });

  it("[P5.4] is not one of 3 000 that everybody tries", async () => {
    const { dictionary } = await import("@zxcvbn-ts/language-common");
    const common = dictionary["passwords-common"].slice(0, 3000);
    const long = dictionary["passwords-common"].filter(({ length }) => length >= 10);
    assert.ok(long.length > 1000);
    for (const password of [...common, ...long])
      assert.ok(await passwordProblem(password, []), password);
  });
});
