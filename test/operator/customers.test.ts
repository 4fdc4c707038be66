// The company's own people, and what businesses keep about their customers.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { areas } from "../../src/app.ts";
import { signedIn } from "../support/browser.ts";
import { world } from "../support/world.ts";

describe("what businesses keep about customers", () => {
  it("[P1.5] is behind doors that no operator's sign-in opens", async () => {
    const { olga } = await world();
    const browser = await signedIn(olga);
    for (const line of Object.keys(areas["/b/:business"].business)) {
      const [verb, path = ""] = line.split(" ");
      if (verb !== "GET") continue;
      const page = await browser.get(`/b/anas-salon${path.replaceAll(/:\w+/g, "1")}`);
      assert.equal(page.status, 303, line);
      assert.match(page.location, /^\/login/);
    }
  });

  it("[P1.5] is read by no code of the operators' console", () => {
    const root = join(import.meta.dirname, "../../src/operator");
    const files = globSync("**/*.ts", { cwd: root });
    assert.ok(files.length > 5);
    const OF_CUSTOMERS =
      /models\/(customer|appointment|waiting|my-|erasure|answer|allocation|hold|search)|\b(Customer|Appointment|Allocation|Hold)\b[^;]*from "[^"]*models/;
    const reading = files.filter((file) =>
      OF_CUSTOMERS.test(readFileSync(join(root, file), "utf8")),
    );
    assert.deepEqual(reading, []);
  });
});
