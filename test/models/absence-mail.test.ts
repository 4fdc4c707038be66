import assert from "node:assert/strict";
import PostalMime from "postal-mime";
import { Absence } from "../../src/models/absence.ts";
import { rows } from "../../src/models/database.ts";
import { Notice } from "../../src/models/notice.ts";
import { sendDue } from "../support/bookings.ts";
import { withSink } from "../support/post.ts";
import type { SmtpSink } from "../support/smtp-sink.ts";
import { MONDAY, world, type World } from "../support/world.ts";

describe("the mail about what became of time off", () => {
  let cast: World;
  let sink: SmtpSink;
  let id: number;
  withSink((opened) => (sink = opened));
  beforeEach(async () => {
    cast = await world();
    id = await ask();
  });

  const by = (staffId: number) => ({ kind: "staff", staffId }) as const;
  const ana = () => by(cast.anaStaff.id);
  function ask(to = "2027-03-03") {
    const { salon, benStaff } = cast;
    const fields = { from: "2027-03-01", to, note: "A wedding" };
    return Absence.ask(salon, benStaff.id, fields, by(benStaff.id), MONDAY);
  }

  const log = async () => {
    const lines = await rows<{ kind: string; state: string; reason: string | null }>(
      "SELECT kind, state, reason FROM deliveries ORDER BY id",
    );
    return lines.map(({ kind, state, reason }) => [kind, state, reason]);
  };

  it("tells who asked that it is granted, by whom and for which days; twice is once", async () => {
    for (const time of [MONDAY, MONDAY + 1]) await Absence.grant(cast.salon, id, ana(), time);
    await sendDue(MONDAY + 1);
    assert.equal(sink.received.length, 1);
    assert.deepEqual(sink.mails[0]?.to, ["ben@salon.example"]);
    const { subject, text = "", html = "" } = await PostalMime.parse(sink.mails[0]?.source ?? "");
    const days = "Monday, March 1, 2027 to Wednesday, March 3, 2027";
    assert.equal(subject, `Time off granted: ${days}`);
    assert.match(
      text,
      new RegExp(`has been granted by Ana Alvarez:\n${days}\n\nYou cannot be booked`),
    );
    assert.match(text, new RegExp(`/b/anas-salon/absences/${id}\n`));
    assert.doesNotMatch(text + html, /wedding/);
  });

  it("tells that it is refused", async () => {
    const oneDay = await ask("2027-03-01");
    await Absence.refuse(cast.salon, oneDay, ana(), MONDAY);
    await sendDue();
    const { subject, text = "" } = await PostalMime.parse(sink.mails[0]?.source ?? "");
    assert.equal(subject, "Time off refused: Monday, March 1, 2027");
    assert.doesNotMatch(text, /cannot be booked/);
  });

  it("is not owed where notices to staff are off, nor to who decides about herself [P2.1]", async () => {
    await Absence.grant(cast.salon, id, by(cast.benStaff.id), MONDAY);
    await Notice.set(cast.salon, "staff", { enabled: false }, MONDAY);
    await Absence.grant(cast.salon, await ask("2027-03-04"), ana(), MONDAY);
    assert.deepEqual(await log(), []);
  });

  it("is not sent once notices are turned off, or the time off is taken back [P2.1]", async () => {
    await Absence.grant(cast.salon, id, ana(), MONDAY);
    const other = await ask("2027-03-05");
    await Absence.grant(cast.salon, other, ana(), MONDAY);
    await Absence.withdraw(cast.salon, id, by(cast.benStaff.id), MONDAY);
    await sendDue();
    assert.deepEqual(await log(), [
      ["absence", "skipped", "withdrawn"],
      ["absence", "sent", null],
    ]);
    sink.reset();
    await Absence.refuse(cast.salon, await ask("2027-03-06"), ana(), MONDAY);
    await Notice.set(cast.salon, "staff", { enabled: false }, MONDAY);
    await sendDue();
    assert.deepEqual((await log()).at(-1), ["absence", "skipped", "turned off"]);
    assert.deepEqual(sink.tried, []);
  });
});
