// The booking page in a frame of another site, in a real Chromium: what the policy of the pages says
// is the browser's to keep.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Frame, FrameLocator, Page } from "playwright-core";
import { rows, transaction } from "../../src/models/database.ts";
import { type Person, person } from "../support/chromium.ts";
import { origin, type World, world } from "../support/world.ts";

describe("a booking page in a frame", () => {
  let cast: World;
  let mary: Person;
  const sites: Server[] = [];
  beforeEach(async () => {
    cast = await world();
    mary = await person();
  });
  afterEach(async () => {
    await mary.close();
    for (const site of sites.splice(0)) site.close();
  });

  /** A website whose every page shows the booking page in a frame. */
  async function website(path = "/book/anas-salon"): Promise<string> {
    const html = `<!doctype html><title>A shop</title><iframe src="${await origin()}${path}"
      title="Book" width="900" height="900"></iframe>`;
    const site = createServer((_, res) => {
      res.setHeader("Content-Type", "text/html").end(html);
    }).listen(0, "127.0.0.1");
    await once(site, "listening");
    sites.push(site);
    return `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  }

  async function allow(...origins: string[]): Promise<void> {
    await transaction(() => cast.salon.update({ frameOrigins: JSON.stringify(origins) }));
  }

  it("is used from the list of services to the cancellation, without a cookie", async () => {
    const shop = await website();
    await allow(shop);
    await mary.page.goto(shop);
    const frame = mary.page.frameLocator("iframe");
    await press(frame, "Haircut");
    await press(frame, "Next week");
    await frame.getByLabel("10:00 AM").first().check();
    await press(frame, "Continue");
    await frame.getByLabel("Your name").fill("Mary Major");
    await frame.getByLabel("E-mail").fill("mary@example");
    await press(frame, /^Book$/);
    await frame.getByText("There is a problem").waitFor();
    await frame.getByLabel("E-mail").fill("mary@example.com");
    await press(frame, /^Book$/);
    await frame.getByText("It is booked.").first().waitFor();
    await press(frame, "Choose another time");
    await frame.getByLabel("2:30 PM").first().check();
    await press(frame, "Move to this time");
    await frame.getByText("2:30 PM").first().waitFor();
    await frame.getByText("Cancel this appointment").click();
    await press(frame, "Cancel the appointment");
    await frame.getByText("has been cancelled").first().waitFor();

    assert.equal(mary.page.url(), `${shop}/`);
    assert.deepEqual(await mary.cookies(), []);
    assert.deepEqual(await rows("SELECT status FROM appointments"), [{ status: "cancelled" }]);
  });

  it("leads out of the frame where the page is not the business's", async () => {
    const shop = await website();
    await allow(shop);
    await mary.page.goto(shop);
    await press(mary.page.frameLocator("iframe"), "Plainbook");
    await mary.page.waitForURL(`${await origin()}/`);
  });

  it("is refused to other sites, and to any site when none is named", async () => {
    const [shop, other] = [await website(), await website()];
    assert.equal(await shownIn(mary.page, shop), false);
    await allow(shop);
    assert.equal(await shownIn(mary.page, shop), true);
    assert.equal(await shownIn(mary.page, other), false);
  });

  it("opens no way to the workspace or to signing in", async () => {
    const shop = await website("/login");
    await allow(shop);
    assert.equal(await shownIn(mary.page, shop), false);
  });
});

function press(frame: FrameLocator, name: string | RegExp): Promise<void> {
  return frame.getByRole("button", { name }).or(frame.getByRole("link", { name })).first().click();
}

/** Whether the browser shows what the site's frame asks for. */
async function shownIn(page: Page, site: string): Promise<boolean> {
  await page.goto(site, { waitUntil: "load" });
  const frame = page.frames().find((one: Frame) => one !== page.mainFrame());
  return ((await frame?.locator("main").count()) ?? 0) > 0;
}
