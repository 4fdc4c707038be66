// A provider who sees only her own appointments: everything else of the book does not exist for her.
import assert from "node:assert/strict";
import { areas } from "../../src/app.ts";
import { may, type Right } from "../../src/domain/rights.ts";
import { run, transaction } from "../../src/models/database.ts";
import type { Staff } from "../../src/models/index.ts";
import { BOOK, booked, provides, tokenOf, tuesday } from "../support/book.ts";
import { type Browser, signedIn } from "../support/browser.ts";
import { buildStaff, type World, world } from "../support/world.ts";

const AT = "/b/anas-salon";

describe("a provider who sees only her own appointments", () => {
  let cast: World;
  let ben: Browser;
  let eve: Staff;
  let own: number;
  let others: number;
  let otto: number;
  before(async () => {
    cast = await world();
    await transaction(() =>
      run("UPDATE staff SET sees_all = FALSE WHERE id = $id", { id: cast.benStaff.id }),
    );
    eve = await buildStaff(cast.salon, { name: "Eve Else" });
    await provides(eve, cast.haircut);
    own = (await booked(cast, { name: "Owen Own", email: "owen@example.com" })).id;
    const wanted = { name: "Otto Other", email: "otto@example.com", staff: eve };
    ({ id: others, customerId: otto } = await booked(cast, wanted));
    ben = await signedIn(cast.ben);
  });

  for (const [line, [access]] of Object.entries(areas["/b/:business"].business)) {
    const [verb, path = ""] = line.split(" ");
    if (access !== "staff" && !may("provider", access as Right)) continue;
    const [, noun] = /^\/(appointments|customers)\/:id/.exec(path) ?? [];
    if (noun)
      it(`does not find ${line} of another’s`, async () => {
        const id = noun === "customers" ? otto : others;
        const at = AT + path.replace(":id", String(id)).replaceAll(/:\w+/g, "1");
        const page = verb === "GET" ? await ben.get(at) : await ben.post(at, await tokenOf(ben));
        assert.equal(page.status, 404);
      });
    else if (verb === "GET" && !path.includes(":"))
      it(`is told nothing of others by ${line}`, async () => {
        for (const query of ["", `?date=${tuesday.date}&q=o&when=all`]) {
          const { html, status } = await ben.get(AT + path + query);
          assert.ok(status < 500);
          assert.doesNotMatch(html, /Otto/);
        }
      });
  }

  it("finds her own", async () => {
    assert.equal((await ben.get(`${BOOK}/${own}`)).status, 200);
  });

  for (const view of ["day", "week", "month", "agenda", "sheet", "list"])
    it(`sees nothing of others by ${view}`, async () => {
      const { $, status } = await ben.get(`${BOOK}?view=${view}&date=${tuesday.date}`);
      assert.equal(status, 200);
      assert.doesNotMatch($("main").text(), /Otto|Eve/);
    });

  it("does not find others’ by searching, by asking for them, or on the overview", async () => {
    const found = await ben.get(`${BOOK}?view=list&when=all&q=example`);
    assert.equal(found.$("tbody tr").length, 1);
    assert.match(found.$("tbody").text(), /Owen Own/);
    assert.equal((await ben.get(`${BOOK}?staff=${eve.id}`)).status, 404);
    await transaction(() => run("UPDATE appointments SET status = 'requested'"));
    assert.doesNotMatch((await ben.get(AT)).html, /Otto/);
    await transaction(() => run("UPDATE appointments SET status = 'confirmed'"));
  });

  it("is not told who has others’ time", async () => {
    const why = `${AT}/explanations?service=${cast.haircut.id}&staff=&date=${tuesday.date}&time=9:00`;
    const { $ } = await ben.get(why);
    assert.match($("main").text(), /has Owen Own/);
    assert.match($("main").text(), /is taken/);
    assert.doesNotMatch($("main").text(), /Otto/);
  });

  it("is told of no mails about others’ that failed", async () => {
    const fail = (id: number) =>
      run(
        `INSERT INTO deliveries (business_id, kind, appointment_id, state, due_at, finished_at,
           created_at)
         VALUES ($businessId, 'confirmation', $id, 'failed', 1, $now, 1)`,
        { businessId: cast.salon.id, id, now: Date.now() },
      );
    await transaction(() => fail(others));
    assert.equal((await ben.get(AT)).$("#failures").length, 0);
    await transaction(() => fail(own));
    assert.match((await ben.get(AT)).$("#failures").parent().text(), /1 mail/);
  });

  it("is made so by a box that an owner leaves open", async () => {
    const ana = await signedIn(cast.ana);
    const edit = `${AT}/staff/${cast.benStaff.id}/edit`;
    assert.equal((await ana.get(edit)).$("#sees_all").is(":checked"), false);
    await ana.submit(edit, { sees_all: "1" });
    assert.equal((await ben.get(`${BOOK}/${others}`)).status, 200);
    await ana.submit(edit, { sees_all: "" });
    assert.equal((await ben.get(`${BOOK}/${others}`)).status, 404);
    // Whoever schedules for all sees all, whatever the box says.
    await ana.submit(edit, { role: "scheduler" });
    assert.equal((await ben.get(`${BOOK}/${others}`)).status, 200);
    await ana.submit(edit, { role: "provider" });
  });
});
