import assert from "node:assert/strict";
import { load } from "cheerio";
import PostalMime from "postal-mime";
import { Agenda } from "../../src/models/agenda.ts";
import { catalogueOf } from "../../src/models/catalogue.ts";
import { rows, run, transaction } from "../../src/models/database.ts";
import { DeliveryLog } from "../../src/models/delivery-log.ts";
import { Erasure } from "../../src/models/erasure.ts";
import { Notice } from "../../src/models/notice.ts";
import {
  bookHaircut,
  cancelHaircut,
  HOUR,
  requestHaircut,
  sendDue,
  START,
} from "../support/bookings.ts";
import { withSink } from "../support/post.ts";
import type { SmtpSink } from "../support/smtp-sink.ts";
import { MONDAY, world, type World } from "../support/world.ts";

/** 6:00 in New York, of the day of START. */
const SIX = START - 3.5 * HOUR;
const MINUTE = 60_000;

describe("the agenda of a provider’s day", () => {
  let cast: World;
  let sink: SmtpSink;
  withSink((opened) => (sink = opened));
  beforeEach(async () => {
    cast = await world();
    await change("UPDATE staff SET wants_agenda = TRUE");
    for (const kind of ["confirmation", "cancellation", "reminder", "staff"] as const)
      await Notice.set(cast.salon, kind, { enabled: false }, MONDAY);
  });

  const change = (sql: string) => transaction(() => run(sql));

  /** As the recurring job does and workers after it. Gives the log: 'state (reason)'. */
  async function morning(now = SIX): Promise<string[]> {
    await Agenda.oweDue(now);
    await sendDue(now);
    const log = await DeliveryLog.ofBusiness(cast.salon.id, {}, { limit: 9, offset: 0 });
    const agendas = log.flatMap(({ mail: line }) => (line?.kind === "agenda" ? [line] : []));
    return agendas.map(({ state, reason }) => (reason === null ? state : `${state} (${reason})`));
  }

  async function mail() {
    assert.equal(sink.mails.length, 1);
    const { subject, text = "", html = "" } = await PostalMime.parse(sink.mails[0]!.source);
    return { subject, text, html, to: sink.mails[0]!.to };
  }

  it("goes out once at its hour, however often it is asked for, and by many at once", async () => {
    await bookHaircut(cast);
    assert.deepEqual(await morning(SIX - 1), []);
    await Promise.all([Agenda.oweDue(SIX), Agenda.oweDue(SIX)]);
    await Promise.all([sendDue(SIX), sendDue(SIX)]);
    assert.deepEqual(await morning(SIX + 10 * MINUTE), ["sent"]);
    assert.deepEqual(await morning(SIX + 12 * HOUR), ["sent"]);
    assert.equal(sink.received.length, 1);
  });

  it("says when, what, for whom and where, as it stands by then", async () => {
    const id = await bookHaircut(cast, { note: "Ring twice" });
    const gone = await bookHaircut(cast, { start: START + HOUR, name: "Nora No" });
    const asked = await bookHaircut(cast, { start: START + 24 * HOUR, name: "Rita <b>Ray</b>" });
    await change(`UPDATE appointments SET status = 'requested' WHERE id = ${asked}`);
    await change("UPDATE customers SET alert = 'Allergic'");
    await Agenda.oweDue(SIX);
    await cancelHaircut(cast, gone, SIX);
    assert.deepEqual(await morning(), ["sent"]);
    const { subject, text, html, to } = await mail();
    assert.equal(subject, "Monday, February 8, 2027: 1 appointment, Ana's Salon");
    assert.deepEqual(to, ["ben@salon.example"]);
    assert.match(text, /9:30 AM to 10:00 AM, Eastern Standard Time/);
    assert.match(text, /Haircut for Jane Doe, 555 0199/);
    assert.match(text, /an alert is on the customer’s page\nwith a note/);
    assert.match(text, /wait for your yes or no:\n\nTuesday, February 9, 2027, 9:30 AM/);
    assert.doesNotMatch(text, /Nora|Ring twice|Allergic/);
    assert.match(text, /b\/anas-salon\/appointments\?view=agenda&date=2027-02-08/);
    const $ = load(html);
    assert.equal($("b").length, 0);
    assert.match($("a").first().attr("href") ?? "", new RegExp(`/appointments/${id}$`));
  });

  const nobody: Array<[why: string, sql: string, log: string[]]> = [
    ["she does not want it", "UPDATE staff SET wants_agenda = FALSE", []],
    ["the business does not send it", "UPDATE notices SET enabled = FALSE", []],
    ["she no longer works there", "UPDATE staff SET archived_at = 1", []],
    ["she has nothing on that day", "UPDATE appointments SET starts_at = starts_at - 86400000", []],
    [
      "what she had was cancelled",
      "UPDATE appointments SET status = 'cancelled', cancelled_at = 1",
      [],
    ],
    ["it was booked after its hour", `UPDATE appointments SET created_at = ${SIX + 1}`, []],
  ];
  for (const [why, sql, log] of nobody)
    it(`is not owed where ${why} [P2.1]`, async () => {
      await bookHaircut(cast);
      await change(sql);
      assert.deepEqual(await morning(), log);
      assert.deepEqual(sink.tried, []);
    });

  const meanwhile: Array<[how: string, sql: string]> = [
    ["turned off", "UPDATE notices SET enabled = FALSE"],
    ["turned off", "UPDATE staff SET wants_agenda = FALSE"],
    ["empty", "UPDATE appointments SET status = 'cancelled', cancelled_at = 1"],
    ["no address", "UPDATE staff SET archived_at = 1"],
  ];
  for (const [how, sql] of meanwhile)
    it(`is not sent after all: ${how}, by ${sql.split(" ")[1]} [P2.1]`, async () => {
      await bookHaircut(cast);
      await Agenda.oweDue(SIX);
      await change(sql);
      assert.deepEqual(await morning(), [`skipped (${how})`]);
      assert.deepEqual(sink.tried, []);
    });

  it("is late for four hours at the most; what is later is marked so", async () => {
    await bookHaircut(cast);
    assert.deepEqual(await morning(SIX + 4 * HOUR), ["skipped (too late)"]);
    assert.deepEqual(sink.tried, []);
    await change("DELETE FROM deliveries");
    await Agenda.oweDue(SIX);
    assert.deepEqual(await morning(SIX + 4 * HOUR), ["skipped (too late)"]);
    await change("DELETE FROM deliveries");
    assert.deepEqual(await morning(SIX + 4 * HOUR - 1), ["sent"]);
  });

  it("is one mail for the day at all places, told by the clock of each", async () => {
    await bookHaircut(cast);
    const there = await bookHaircut(cast, { start: START + 2 * HOUR });
    const west = "America/Los_Angeles";
    await change(`INSERT INTO locations (business_id, slug, name, zone, created_at)
      SELECT id, 'west', 'West', '${west}', 1 FROM businesses WHERE slug = 'anas-salon'`);
    await change(`UPDATE appointments SET zone = '${west}', location_id =
      (SELECT id FROM locations WHERE slug = 'west') WHERE id = ${there}`);
    assert.deepEqual(await morning(), ["sent"]);
    assert.deepEqual(await morning(SIX + 3 * HOUR), ["sent"]);
    const { text } = await mail();
    assert.match(text, /9:30 AM to 10:00 AM, Eastern Standard Time/);
    assert.match(text, /8:30 AM to 9:00 AM, Pacific Standard Time\nHaircut[^\n]*\nWest/);
  });

  it("tells of what waits for a yes that day, and follows the business’s hour", async () => {
    await requestHaircut(cast);
    await change("UPDATE businesses SET agenda_hour = 4");
    assert.deepEqual(await morning(SIX - 2 * HOUR), ["sent"]);
    assert.match((await mail()).text, /waits for your yes or no/);
  });

  it("leaves nothing of an erased customer in the log", async () => {
    await bookHaircut(cast);
    assert.deepEqual(await morning(), ["sent"]);
    const stored = () => rows("SELECT mail_text AS text FROM deliveries WHERE kind = 'agenda'");
    assert.match(JSON.stringify(await stored()), /Jane Doe/);
    const [jane] = await rows<{ id: number }>("SELECT id FROM customers");
    const actor = { kind: "staff", staffId: cast.anaStaff.id } as const;
    const catalogue = await catalogueOf(cast.salon.slug);
    await Erasure.erase(catalogue, [jane!.id], { cancelling: true, actor }, SIX + HOUR);
    assert.deepEqual(await stored(), [{ text: null }]);
  });
});
