import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../views");
const views = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ejs"))
  .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

describe("every view", () => {
  it("is found", () => {
    assert.ok(views.length > 10);
  });

  for (const { file, text } of views) {
    it(`${file} writes raw HTML only for includes and the layout's body`, () => {
      const raw = text.match(/<%-[^%]*%>/g) ?? [];
      const allowed = isLayout(file) ? /^<%- (include\(|body %>)/ : /^<%- include\(/;
      assert.deepEqual(
        raw.filter((tag) => !allowed.test(tag)),
        [],
      );
    });

    it(`${file} has no script, no style and nothing of another site's`, () => {
      assert.doesNotMatch(text, /<script|<style|\son[a-z]+=|javascript:/i);
      // Mail programs have no stylesheet of ours; pages do, and their policy forbids the attribute.
      if (!file.startsWith("mail/")) assert.doesNotMatch(text, /\sstyle=/i);
      // A link may lead elsewhere (the licence of the region data); nothing may be loaded from there.
      assert.doesNotMatch(text, /(src|srcset|action|data)="(https?:)?\/\//i);
    });

    it(`${file} has the form's token in each form that posts`, () => {
      const forms = text.match(/<form[^>]*method="post"[^]*?<\/form>/g) ?? [];
      for (const form of forms) assert.match(form, /\/partials\/token'/);
    });
  }

  it("[P2.5] only two partials speak of Plainbook to customers", () => {
    const spoken = views
      .filter(({ file }) => file.startsWith("booking/") || file === "layouts/booking.ejs")
      .filter(({ text }) => /plainbook/i.test(text));
    assert.deepEqual(
      spoken.map(({ file }) => file),
      [],
    );
  });
});

function isLayout(file: string): boolean {
  return /^layouts\/|(^|\/)layout\./.test(file);
}
