// The same journeys in w3m, a browser for text: by the keys that its readers press.
import assert from "node:assert/strict";
import { world } from "../support/world.ts";
import { startW3m, type W3m } from "../support/w3m.ts";

describe("in w3m", () => {
  let opened: W3m[] = [];
  beforeEach(async () => {
    await world();
  });
  afterEach(async () => {
    for (const one of opened) await one.quit();
    opened = [];
  });

  async function start(path: string): Promise<W3m> {
    const one = await startW3m(path);
    opened.push(one);
    return one;
  }

  /** Mary, with a haircut on a day next week at ten. */
  async function booked(): Promise<W3m> {
    const mary = await start("/book/anas-salon/haircut");
    await mary.reads(/Haircut/);
    mary.press("Next week");
    await mary.reads(/Previous week/);
    mary.choose("10:00 AM");
    mary.press("Continue");
    await mary.reads(/Your details .*We keep this time for you/);
    mary.fill({ "Your name": "Mary Major", "E-mail": "mary@example.com" });
    mary.press("Book");
    await mary.reads(/It is booked\..*10:00 AM/);
    return mary;
  }

  it("[D17] a customer books", async () => {
    const mary = await start("/book/anas-salon");
    await mary.reads(/Haircut 30 minutes, \$35\.00/);
    mary.press("Haircut");
    await mary.reads(/30 minutes with/);
    mary.press("Next week");
    await mary.reads(/Times are in .* \(America\/New_York\)\. .*Previous week/);
    mary.choose("10:00 AM");
    assert.match(await mary.screen(), /\( \) 9:30 AM \(\*\) 10:00 AM \( \) 10:30 AM/);
    mary.press("Continue");
    await mary.reads(/When \w+, \w+ \d+, \d+, 10:00 AM .*\(Eastern \w+ Time\)/);

    mary.fill({ "Your name": "Mary Major" });
    mary.press("Book");
    await mary.reads(/There is a problem • Enter an e-mail address/);
    assert.match(await mary.screen(), /^Your name \[Mary Major/m);
    mary.fill({ "E-mail": "mary@example.com" });
    mary.press("Book");
    await mary.reads(/It is booked\..*What Haircut, 30 minutes With Ben Brown When .*10:00 AM/);
  });

  it("[D17] a customer moves her appointment", async () => {
    const mary = await booked();
    mary.press("Choose another time");
    await mary.reads(/It stays yours until you have another time\./);
    mary.choose("2:30 PM");
    mary.press("Move to this time");
    await mary.reads(/It is booked\..*2:30 PM/);
  });

  it("[D17] a customer cancels", async () => {
    const mary = await booked();
    mary.press("Cancel the appointment");
    await mary.reads(/This appointment has been cancelled\./);
  });

  it("[D17] [D27] a business signs up, describes a service, says its hours, and is booked", async () => {
    const eve = await start("/");
    await eve.reads(/What you get/);
    eve.press("Register your business");
    await eve.reads(/three short forms/);
    eve.fill({
      "Your name": "Eve Evans",
      "Name of the business": "Eve's Bicycles",
      Phone: "555 0177",
      "E-mail": "eve@bicycles.example",
      Password: "blue bicycle bell choir",
    });
    eve.press("Register");
    await eve.reads(/There is a problem • Enter your postal address/);
    await eve.write({ "Postal address": "2 Mill Lane, Springfield" });
    eve.select({ "Time zone": "New York" });
    eve.fill({ Password: "blue bicycle bell choir" });
    eve.press("Register");
    await eve.reads(/Until customers can book 1\. Describe a service/);

    eve.press("Describe a service");
    await eve.reads(/Length in minutes/);
    eve.fill({ Name: "Repair" });
    eve.press("Add service");
    await eve.reads(/Done: Describe a service/);
    eve.press("Say when somebody works");
    await eve.reads(/Weekly hours/);
    eve.press("Eve Evans");
    await eve.reads(/One line a day/);
    eve.fill({ Monday: "9-17", Tuesday: "9-12:30, 13-17" });
    eve.press("Save hours");
    await eve.reads(/Saved\./);

    const mary = await start("/book/eves-bicycles");
    await mary.reads(/Choose what you would like/);
    mary.press("Repair");
    await mary.reads(/30 minutes with/);
    mary.press("Next week");
    await mary.reads(/Previous week/);
    mary.choose("11:00 AM");
    mary.press("Continue");
    await mary.reads(/Your details .*We keep this time for you/);
    mary.fill({ "Your name": "Mary Major", "E-mail": "mary@example.com" });
    mary.press("Book");
    await mary.reads(/It is booked\..*Repair, 30 minutes.*11:00 AM/);
  });
});
