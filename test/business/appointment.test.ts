import assert from "node:assert/strict";
import { rows, run, transaction } from "../../src/models/database.ts";
import { BOOK, booked, tokenOf } from "../support/book.ts";
import { type Browser, signedIn, visitor } from "../support/browser.ts";
import { runJobs, type World, world } from "../support/world.ts";

const malformed = ["abc", "0", "-1", "1.5", "99999999999"];

describe("an appointment’s page", () => {
  let cast: World;
  let ana: Browser;

  beforeEach(async () => {
    cast = await world();
    ana = await signedIn(cast.ana);
  });

  it("tells all facts, the history, and the mails with what was sent [D30]", async () => {
    const appointment = await booked(cast, { phone: "555 0123", note: "left-handed" });
    await runJobs();
    const page = await ana.get(`${BOOK}/${appointment.id}`);
    const text = page.$("main").text().replaceAll(/\s+/g, " ");
    assert.match(text, /Tuesday, .*, 9:00 AM to 9:30 AM, Eastern/);
    assert.match(
      text,
      /Haircut, \$35\.00 WithBen Brown CustomerDora Diaz555 0123dora@example\.com/,
    );
    assert.match(text, /left-handed/);
    assert.match(text, /Ana Alvarezbooked it; the usual rules were set aside/);
    const mails = page.$("table").last().text();
    for (const word of ["Confirmation", "Reminder", "Booking", "due "])
      assert.ok(mails.includes(word), word);
    assert.equal(page.$(`a[href="/b/anas-salon/customers/${appointment.customerId}"]`).length, 1);
  });

  it("says from the start that a customer without an address gets no mails", async () => {
    const { id } = await booked(cast, { email: "" });
    await transaction(() => run("UPDATE customers SET email = NULL"));
    const page = await ana.get(`${BOOK}/${id}`);
    assert.match(page.$("main").text(), /The customer gets no mails: no mail address is known/);
  });

  it("says in plain words why a mail was not sent", async () => {
    const { id } = await booked(cast);
    await transaction(() =>
      run("UPDATE deliveries SET state = 'skipped', reason = 'superseded', finished_at = 1"),
    );
    const page = await ana.get(`${BOOK}/${id}`);
    assert.match(page.$("table").last().text(), /not sent \(replaced by a new one\)/);
  });

  it("shows the text that was sent, and sends again what failed", async () => {
    const { id } = await booked(cast);
    await transaction(() =>
      run(
        `UPDATE deliveries SET state = 'failed', reason = 'refused', tries = 1, finished_at = 1,
           recipient = 'dora@example.com', mail_subject = 'Booked', mail_text = 'Dear <Dora>'
         WHERE kind = 'confirmation'`,
      ),
    );
    const page = await ana.get(`${BOOK}/${id}`);
    assert.equal(page.$("pre").text(), "Dear <Dora>");
    assert.match(page.$("td.bad").text(), /failed \(refused by the mail server\)/);
    const repeat = await ana.submit(`${BOOK}/${id}`, {}, "/repetition");
    assert.equal(repeat.location, `${BOOK}/${id}`);
    const [row] = await rows<{ id: number; state: string }>(
      "SELECT id, state FROM deliveries WHERE kind = 'confirmation'",
    );
    assert.equal(row?.state, "pending");
    const token = await tokenOf(ana);
    const url = `${BOOK}/${id}/deliveries/${row?.id}/repetition`;
    assert.equal((await ana.post(url, token)).status, 303);
    assert.equal((await ana.post(`${BOOK}/${id}/deliveries/99/repetition`, token)).status, 404);
    const carl = await signedIn(cast.carl);
    const theirs = url.replace("anas-salon", "carls-garage");
    assert.equal((await carl.post(theirs, await tokenOf(carl, "carls-garage"))).status, 404);
  });

  it("shows both times when the business has moved to another zone since", async () => {
    const { id } = await booked(cast);
    await transaction(() =>
      run("UPDATE businesses SET zone = 'America/Los_Angeles' WHERE id = $id", {
        id: cast.salon.id,
      }),
    );
    const page = await ana.get(`${BOOK}/${id}`);
    assert.match(page.$("dl").text(), /9:00 AM[^]*Eastern[^]*here that is .*6:00 AM, Pacific/);
  });

  it("is nobody else's, and there is none with a malformed id", async () => {
    const { id } = await booked(cast);
    const carl = await signedIn(cast.carl);
    const token = await tokenOf(carl, "carls-garage");
    for (const path of [``, `/rescheduling`, `/cancellation`]) {
      assert.equal((await carl.get(`/b/carls-garage/appointments/${id}${path}`)).status, 404);
      assert.equal((await carl.get(`${BOOK}/${id}${path}`)).status, 404);
      for (const bad of malformed)
        assert.equal((await ana.get(`${BOOK}/${bad}${path}`)).status, 404);
      if (path)
        assert.equal(
          (await carl.post(`/b/carls-garage/appointments/${id}${path}`, token)).status,
          404,
        );
    }
  });

  it("asks who is not signed in to sign in", async () => {
    const { id } = await booked(cast);
    for (const path of ["", "/new", `/${id}`, `/${id}/rescheduling`, `/${id}/cancellation`])
      assert.match((await visitor().get(`${BOOK}${path}`)).location, /^\/login\?next=/);
    for (const path of ["", `/${id}/rescheduling`, `/${id}/cancellation`])
      assert.equal((await visitor().post(`${BOOK}${path}`)).location, "/login");
  });
});
