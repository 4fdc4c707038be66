import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { config } from "../../config/index.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { sealAnew } from "../../src/models/sealed.ts";
import { Webhook } from "../../src/models/webhook.ts";
import { seal } from "../../src/secrets.ts";
import { world, type World } from "../support/world.ts";

const NEW = "new ".repeat(10).trim();

/** What an expression gives in a process with other keys. */
function withKeys(keys: string, module: string, expression: string): string {
  const path = join(import.meta.dirname, "../../src", module);
  const program = `import * as m from ${JSON.stringify(path)};
    process.stdout.write(String(${expression}), () => process.exit());`;
  return execFileSync(process.execPath, ["--input-type=module-typescript", "-e", program], {
    env: { ...process.env, SECRET_KEY: keys },
    encoding: "utf8",
  });
}

describe("what is sealed for good [P3.2]", () => {
  let cast: World;
  before(async () => {
    cast = await world();
  });

  it("is sealed anew after a new key was put before the old, which can then go", async () => {
    const by = { kind: "staff", staffId: cast.anaStaff.id } as const;
    const terms = { url: "https://hook.example/", events: [], fields: [] };
    const webhook = await Webhook.find(
      cast.salon,
      await Webhook.add(cast.salon, terms, by, Date.now()),
    );
    const secret = await Webhook.secretOf(webhook);
    await transaction(() =>
      run(
        `INSERT INTO remote_calendars (business_id, staff_id, name, url, url_hash, agreed_by,
           trusted_until, due_at, created_at)
         VALUES ($businessId, $staffId, 'Private', $url, 'x', $staffId, 1, 1, 1)`,
        {
          businessId: cast.salon.id,
          staffId: cast.benStaff.id,
          url: seal("calendar address", "https://calendar.example/private"),
        },
      ),
    );
    assert.equal(await sealAnew(), 0, "with one key there is nothing to do");

    const both = `${NEW},${config.secretKeys.join(",")}`;
    const twice = "[await m.sealAnew(), await m.sealAnew()]";
    assert.equal(withKeys(both, "models/sealed.ts", twice), "2,0");
    const [hook] = await rows<{ text: string }>("SELECT secret AS text FROM webhooks");
    const [calendar] = await rows<{ text: string }>("SELECT url AS text FROM remote_calendars");
    const opened = withKeys(
      NEW,
      "secrets.ts",
      `[m.unseal("webhook secret", ${JSON.stringify(hook?.text)}),
        m.unseal("calendar address", ${JSON.stringify(calendar?.text)})]`,
    );
    assert.equal(opened, `${secret},https://calendar.example/private`);
  });
});
