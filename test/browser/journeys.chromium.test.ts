// Whole journeys in a real Chromium with scripts turned off: people press what they see.
import assert from "node:assert/strict";
import { type Person, person } from "../support/chromium.ts";
import type { Mail } from "../../src/mail.ts";
import { startReferralWorker } from "../../workers/referrals.ts";
import { PASSWORD, upcoming, type World, world } from "../support/world.ts";

describe("in Chromium without scripts", () => {
  let cast: World;
  const people: Person[] = [];
  beforeEach(async () => {
    cast = await world();
  });
  afterEach(async () => {
    for (const one of people) one.assertQuiet();
    for (const one of people.splice(0)) await one.close();
  });

  async function somebody(): Promise<Person> {
    const one = await person();
    people.push(one);
    return one;
  }

  it("[D15] [D17] a customer books, moves and cancels, and gets no cookie", async () => {
    const mary = await somebody();
    await mary.page.goto("/book/anas-salon");
    await mary.press("Haircut");
    await mary.press("Next week");
    await mary.labelled("10:00 AM").first().check();
    await mary.press("Continue");

    await mary.reads(/Your details .*10:00 AM/);
    await mary.fill({ "Your name": "Mary Major", "E-mail": "mary@example" });
    await mary.press("Book");
    await mary.reads(/There is a problem .*like name@example.com/);
    assert.equal(await mary.labelled("Your name").inputValue(), "Mary Major");
    await mary.page.locator(".errors a").click();
    await mary.page.keyboard.type(".com");
    await mary.fill({ "E-mail": "mary@example.com", Phone: "555 0111" });
    await mary.press("Book");
    await mary.reads(/It is booked\. .*10:00 AM/);

    await mary.press("Choose another time");
    await mary.labelled("2:30 PM").first().check();
    await mary.press("Move to this time");
    await mary.reads(/It is booked\. .*2:30 PM/);

    await mary.page.getByText("Cancel this appointment").click();
    await mary.press("Cancel the appointment");
    await mary.reads(/has been cancelled/);
    assert.deepEqual(await mary.cookies(), []);
  });

  it("[D16] a customer books, moves and cancels by the keyboard alone", async () => {
    const mary = await somebody();
    const { page, tabTo } = mary;
    const press = async (name: string, role: "button" | "link", key = "Enter") => {
      await tabTo(page.getByRole(role, { name }).first());
      const before = page.url();
      await page.keyboard.press(key);
      await page.waitForURL((url) => url.href !== before);
    };
    await page.goto("/book/anas-salon");
    await press("Haircut", "link");
    await press("Next week", "link");
    await tabTo(page.locator("input[name=start]").first());
    await page.keyboard.press("ArrowDown"); // from 9:00, the first, to 9:30
    await press("Continue", "button", "Space");

    await tabTo(page.getByLabel("Your name"));
    await page.keyboard.type("Mary Major");
    await tabTo(page.getByLabel("E-mail"));
    await page.keyboard.type("mary@example.com");
    await press("Book", "button");
    await mary.reads(/It is booked\. .*9:30 AM/);

    await press("Choose another time", "link");
    await tabTo(page.locator("input[name=start]").first());
    await page.keyboard.press("Space");
    await press("Move to this time", "button");
    await mary.reads(/It is booked\./);

    await tabTo(page.locator("summary"));
    await page.keyboard.press("Enter");
    await tabTo(page.getByRole("button", { name: "Cancel the appointment" }));
    await page.keyboard.press("Enter");
    await page.getByText("has been cancelled").waitFor();
    assert.deepEqual(await mary.cookies(), []);
  });

  it("[D16] the first Tab leads past the navigation", async () => {
    const { page, tabTo } = await somebody();
    await page.goto("/book/anas-salon");
    await tabTo(page.getByRole("link", { name: "Skip to the content" }));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.match(await page.locator(":focus").innerText(), /Haircut/);
  });

  it("[D27] a business signs up, describes a service, says its hours, and is booked", async () => {
    const eve = await somebody();
    await eve.page.goto("/");
    await eve.press("Register your business");
    await eve.fill({
      "Your name": "Eve Evans",
      "Name of the business": "Eve's Bicycles",
      "Postal address": "2 Mill Lane, Springfield",
      Phone: "555 0177",
      "E-mail": "eve@bicycles.example",
      Password: "blue bicycle bell choir",
    });
    await eve.labelled("Time zone").selectOption("America/New_York");
    await eve.press(/^Register$/);
    await eve.reads(/Until customers can book/);
    assert.deepEqual(await eve.cookies(), ["sid"]);

    const missing = eve.page.locator("main ol a").first();
    await missing.click();
    await eve.fill({ Name: "Repair", "Length in minutes": "30" });
    await eve.press("Add service");
    await eve.pressAbove("Eve's Bicycles");
    await missing.click();
    if (await eve.page.getByRole("table").count())
      await eve.page.locator("table a").first().click();
    for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"])
      await eve.fill({ [day]: "9-12:30, 13-17" });
    await eve.press("Save hours");
    await eve.pressAbove("Eve's Bicycles");
    await eve.reads(/Customers book at/);
    const address = await eve.page.locator("main a").first().getAttribute("href");

    const mary = await somebody();
    await mary.page.goto(new URL(address ?? "").pathname);
    await mary.press("Repair");
    await mary.press("Next week");
    await mary.labelled("1:00 PM").first().check();
    await mary.press("Continue");
    await mary.fill({ "Your name": "Mary Major", "E-mail": "mary@example.com" });
    await mary.press("Book");
    await mary.reads(/It is booked\. .*1:00 PM/);

    await eve.pressAbove("Appointments");
    await eve.press("List");
    await eve.reads(/Mary Major Repair Eve Evans confirmed/);
  });

  it("[P6.2] [D15] a visitor tells a friend, sees the mail before it goes, and is told that it went", async () => {
    const posted: Mail[] = [];
    const worker = await startReferralWorker({ post: async (mail) => void posted.push(mail) });
    try {
      const vera = await somebody();
      await vera.page.goto("/");
      await vera.press("Send one mail");
      await vera.fill({ "Your name": "Vera Visitor", "Your friend's name": "Zoë Friend" });
      await vera.fill({ "Your friend's e-mail address": "zoe@friend.example" });
      await vera.press("Show me the mail");
      await vera.reads(/word by word\..* To Zoë Friend <zoe@friend\.example> .*Hello Zoë Friend/);
      assert.equal(posted.length, 0);
      await vera.press("Send this mail");
      await vera.reads(/Sent The mail server has accepted your mail/);
      assert.deepEqual(
        posted.map(({ to }) => to.address),
        ["zoe@friend.example"],
      );
      assert.deepEqual(await vera.cookies(), []);
    } finally {
      await worker.close();
    }
  });

  it("a provider looks at the day, the week and the list, and books, moves and cancels", async () => {
    const ben = await somebody();
    const monday = upcoming(1, 600);
    await ben.page.goto("/b/anas-salon/appointments");
    await ben.fill({ "E-mail": cast.ben.email, Password: PASSWORD });
    await ben.press("Sign in");
    for (const view of ["Week", "List", "Day"]) {
      await ben.press(view);
      await ben.reads(/Times are in|from this day on/);
    }

    await ben.press("New appointment");
    await ben.fill({ Day: monday.date });
    await ben.press("Show times");
    await ben.labelled("10:00 AM").check();
    await ben.press("Continue");
    await ben.fill({ Name: "Walter Walk-In", Phone: "555 0123" });
    await ben.press(/^Book$/);
    await ben.reads(/10:00 AM.*Walter Walk-In.*confirmed/);

    await ben.press("Move");
    await ben.labelled("11:30 AM").first().check();
    await ben.press("Move to this time");
    await ben.reads(/11:30 AM.*Walter Walk-In/);

    await ben.press("All of that day");
    await ben.press(/^Walter Walk-In$/); // not "Move Walter Walk-In"
    await ben.press(/^Cancel$/);
    await ben.press("Cancel the appointment");
    await ben.reads(/was cancelled on/);
    await ben.pressAbove("Sign out");
    assert.deepEqual(await ben.cookies(), []);
  });
});
