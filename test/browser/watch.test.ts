// Who watches the watch: what no page of ours has, seen where there is one that has it.
import assert from "node:assert/strict";
import { person } from "../support/chromium.ts";
import { world } from "../support/world.ts";

const POLICY = "default-src 'none'";
const PAGE = `<!doctype html><title>Not ours</title><style>p { color: red }</style>
<script src="/tracker.js"></script><p>Hello <img src="https://tracker.example/pixel.png" alt="">`;

describe("a browser of the tests", () => {
  it("sees requests to others, scripts and what the policy of a page forbids", async () => {
    await world();
    const mary = await person({ javaScriptEnabled: true });
    const answer = { contentType: "text/html", body: PAGE };
    await mary.page.route("**/open", (route) => route.fulfill(answer));
    await mary.page.goto("/open");
    assert.deepEqual(mary.seen.foreign, ["https://tracker.example/pixel.png"]);
    assert.equal(mary.seen.scripts.length, 1);
    assert.throws(() => mary.assertQuiet());

    const headers = { "content-security-policy": POLICY };
    await mary.page.route("**/closed", (route) => route.fulfill({ ...answer, headers }));
    await mary.page.goto("/closed");
    assert.ok(mary.seen.complaints.some((words) => words.includes("Content Security Policy")));
    assert.throws(() => mary.assertQuiet());

    await mary.show(PAGE);
    assert.ok(mary.seen.complaints.some((words) => words.includes("Content Security Policy")));
    await mary.close();
  });
});
