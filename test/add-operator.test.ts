import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { config } from "../config/index.ts";
import { Operator } from "../src/models/index.ts";
import { visitor } from "./support/browser.ts";
import { world } from "./support/world.ts";

const today = new Date().toISOString().slice(0, 10);
const AGREED = ["--nda-signed", today, "--nda-ends", "2099-12-31"];
const EMIL = ["--email", "Emil@plainbook.example", "--name", "Emil Ek", ...AGREED];
const GOOD = "seven quiet mornings";

describe("npm run operator", () => {
  beforeEach(async () => void (await world()));

  it("lets an operator sign in with the password she types, which it does not show", async () => {
    const { code, said } = await run(EMIL, GOOD);
    assert.equal(code, 0, said);
    assert.match(said, /emil@plainbook\.example can sign in/);
    assert.ok(!said.includes(GOOD));
    const emil = { email: "emil@plainbook.example", password: GOOD };
    assert.equal((await visitor().submit("/operator/login", emil)).status, 303);
  });

  it("[P5.4] gives one who is known another password, which ends her sessions", async () => {
    await run(EMIL, GOOD);
    const browser = visitor();
    await browser.submit("/operator/login", { email: "emil@plainbook.example", password: GOOD });
    assert.equal((await browser.get("/operator")).status, 200);
    await run(EMIL, "eight noisy evenings");
    assert.equal(await Operator.count(), 2);
    assert.match((await browser.get("/operator")).location, /^\/operator\/login/);
    const before = { email: "emil@plainbook.example", password: GOOD };
    assert.equal((await visitor().submit("/operator/login", before)).status, 422);
    const now = { ...before, password: "eight noisy evenings" };
    assert.equal((await visitor().submit("/operator/login", now)).status, 303);
  });

  it("[P2.3] ends what she has signed, and with it her work mid-session, and notes it anew", async () => {
    await run(EMIL, GOOD);
    const browser = visitor();
    await browser.submit("/operator/login", { email: "emil@plainbook.example", password: GOOD });
    assert.equal((await browser.get("/operator")).status, 200);
    const { code, said } = await run([...EMIL.slice(0, 2), "--end"], "");
    assert.equal(code, 0, said);
    assert.equal((await browser.get("/operator")).status, 403);
    const renewed = await run([...EMIL.slice(0, 2), ...AGREED], "");
    assert.match(renewed.said, /in force to the end of 2099-12-31/);
    assert.equal((await browser.get("/operator")).status, 200);
  });

  for (const [args, typed, line] of [
    [[], GOOD, /^--email: must be one mail address$/m],
    [["--email", "a, b@c.example", "--name", "A"], GOOD, /^--email: must be one mail address$/m],
    [["--email", "a@c.example"], GOOD, /^--name: must be the operator's name$/m],
    [["--mail", "a@c.example"], GOOD, /--mail/],
    [[...EMIL, "--nda-ends", "2020-02-31"], GOOD, /^The days of an agreement are written as/m],
    [EMIL.slice(0, -2), GOOD, /^--nda-signed and --nda-ends: give both/m],
    [EMIL, "short", /^Use 10 characters or more/m],
    [EMIL, "password1234", /^Too many people use this password/m],
    [EMIL, "", /^Use 10 characters or more/m],
  ] as const)
    it(`refuses ${args.join(" ")} with ${JSON.stringify(typed)}`, async () => {
      const { code, said } = await run([...args], typed);
      assert.equal(code, 1);
      assert.match(said, line);
      assert.equal(await Operator.count(), 1);
    });
});

async function run(args: string[], typed: string): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [join(config.root, "src/add-operator.ts"), ...args]);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => void (said += text));
  child.stdin.on("error", () => undefined); // it may have ended before it asked
  child.stdin.end(`${typed}\n`);
  const [code] = (await once(child, "close")) as [number];
  return { code, said };
}
