import assert from "node:assert/strict";
import { schedule } from "../../config/schedule.ts";
import { passing } from "../../src/domain/data-classes.ts";
import { periodOf } from "../../src/domain/kept.ts";
import { DAY } from "../../src/domain/time.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { Retention } from "../../src/models/retention.ts";
import { SignIns } from "../../src/models/sign-in.ts";
import { bookHaircut, START } from "../support/bookings.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { plant, scan } from "../support/canary.ts";
import { stored } from "../support/stored.ts";
import { type World, world } from "../support/world.ts";

const AT = "/b/anas-salon/privacy";

describe("[P10.2] [D14] what is kept, and for how long", () => {
  let cast: World;
  let ana: Browser;
  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  it("has a job on the schedule for each class that passes", () => {
    const jobs: readonly string[] = schedule.map(({ name }) => name);
    const without = passing.filter((name) => !jobs.includes(periodOf(name).sweep));
    assert.deepEqual(without, [], "config/schedule.ts has no such job");
  });

  it("takes away who has not been seen, and leaves the figures as they are", async () => {
    const [name, email, phone, note] = [
      plant("name"),
      plant("address"),
      plant("phone"),
      plant("name"),
    ];
    const texts = { name: name.text, email: email.text, phone: phone.text, note: note.text };
    await bookHaircut(cast, texts);
    await bookHaircut(cast, { start: START + 700 * DAY, now: START + 699 * DAY });
    const figures = () =>
      rows("SELECT starts_at, price, status, customer_id FROM appointments ORDER BY id");
    const before = await figures();

    await Retention.run(START + 366 * DAY);
    assert.deepEqual(await scan(stored, [note]), [], "a year after, the note is gone");
    assert.ok((await scan(stored, [name])).length > 0, "and she is not");
    await Retention.run(START + 1100 * DAY);
    assert.deepEqual(await scan(stored, [name, email, phone, note]), []);
    assert.deepEqual(await figures(), before);
    const [seen] = await rows<{ count: number }>(
      "SELECT COUNT(*) AS count FROM customers WHERE erased_at IS NULL",
    );
    assert.equal(Number(seen?.count), 1, "who was seen since is still known");
    await SignIns.sweep(START + 1100 * DAY);
    const overdue = Object.entries(await Retention.overdue(START + 1100 * DAY));
    assert.deepEqual(
      overdue.filter(([, count]) => count > 0),
      [],
    );
    ana = await signedIn(cast.ana); // three years later
    const { $ } = await ana.get(AT);
    assert.match($("dl").text(), /customers: 1/);
    assert.equal($("tbody").first().find("tr").length, 2);
    assert.match($("tbody").first().text(), /notes with appointments: 1/);
  });

  it("takes away links and notes of staff when their time is over, and no sooner", async () => {
    await transaction(async () => {
      await run(
        `INSERT INTO invitations
           (business_id, staff_id, email, nonce, token_hash, created_at, expires_at)
         VALUES ($business, $staff, 'new@salon.example', 'n', 'h', $now, $now)`,
        { business: cast.salon.id, staff: cast.benStaff.id, now: START },
      );
      await run(
        `INSERT INTO absences (business_id, staff_id, from_date, to_date, note, created_at)
         VALUES ($business, $staff, '2027-02-08', '2027-02-09', 'a cure', $now)`,
        { business: cast.salon.id, staff: cast.benStaff.id, now: START },
      );
    });
    const left = () =>
      rows(
        `SELECT (SELECT COUNT(*) FROM invitations) AS links,
           (SELECT COUNT(*) FROM absences WHERE note <> '') AS notes`,
      );
    const numbers = async () => Object.values((await left())[0] ?? {}).map(Number);
    await Retention.run(START + 29 * DAY);
    assert.deepEqual(await numbers(), [1, 1]);
    await Retention.run(START + 31 * DAY);
    assert.deepEqual(await numbers(), [0, 1]);
    await Retention.run(START + 370 * DAY);
    assert.deepEqual(await numbers(), [0, 0]);
  });

  it("is the business's to choose, within bounds, by the page and in the database", async () => {
    const wrong = await ana.submit(AT, { customer: "2", note: "61" });
    assert.equal(wrong.status, 422);
    assert.match(wrong.$("#customer-error").text(), /3 to 120/);
    assert.match(wrong.$("#note-error").text(), /1 to 60/);
    assert.equal((await ana.submit(AT, { customer: "3" })).location, `${AT}?saved=1`);
    assert.equal((await ana.get(AT)).$("#customer").val(), "3");
    await assert.rejects(
      transaction(() => run("UPDATE retentions SET months = 200 WHERE class = 'customer'")),
    );
    await bookHaircut(cast);
    await Retention.run(START + 60 * DAY);
    const known = async () =>
      (await rows("SELECT id FROM customers WHERE erased_at IS NULL")).length;
    assert.equal(await known(), 1);
    await Retention.run(START + 100 * DAY);
    assert.equal(await known(), 0);
  });
});
