// The same journeys in w3m, a browser for text: by the keys that its readers press.
import assert from "node:assert/strict";
import { PASSWORD, type World, world } from "../support/world.ts";
import { startW3m, type W3m } from "../support/w3m.ts";

describe("in w3m", function () {
  this.timeout(60_000);
  let cast: World;
  let opened: W3m[] = [];
  beforeEach(async () => {
    cast = await world();
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

  it("[D17] a customer books, moves and cancels", async () => {
    const mary = await start("/book/anas-salon");
    await mary.reads(/Haircut 30 minutes, \$35\.00/);
    mary.press("Haircut");
    console.log(await mary.screen());
    mary.press("Next week");
    await mary.reads(/Previous week/);
    mary.choose("10:00 AM");
    mary.press("Continue");
    await mary.reads(/We keep this time for you until/);
    console.log(await mary.screen());
    mary.fill({ "Your name": "Mary Major" });
    mary.press("Book");
    await mary.reads(/There is a problem/);
    console.log(await mary.screen());
    mary.fill({ "E-mail": "mary@example.com" });
    mary.press("Book");
    await mary.reads(/It is booked\..*10:00 AM/);
    console.log(await mary.screen());

    mary.press("Choose another time");
    await mary.reads(/It stays yours until/);
    mary.choose("2:30 PM");
    console.log(await mary.screen());
    mary.press("Move to this time");
    await mary.reads(/It is booked\..*2:30 PM/);

    mary.press("Cancel the appointment");
    await mary.reads(/This appointment has been cancelled/);
  });

  it("[D17] [D27] a business signs up, describes a service, says its hours, and is booked", async () => {
    const eve = await start("/");
    eve.press("Register your business");
    await eve.reads(/three short forms/);
    console.log(await eve.screen());
    eve.fill({
      "Your name": "Eve Evans",
      "Name of the business": "Eve's Bicycles",
      "Postal address": "2 Mill Lane, Springfield",
      Phone: "555 0177",
      "E-mail": "eve@bicycles.example",
      Password: "blue bicycle bell choir",
    });
    eve.press("Register");
    await eve.reads(/Until customers can book/);
    console.log(await eve.screen());
  });
});
