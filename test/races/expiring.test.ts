import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { run, transaction } from "../../src/models/database.ts";
import { hashToken } from "../../src/secrets.ts";
import type { Page } from "../support/browser.ts";
import { upcoming } from "../support/world.ts";
import { assertNeverTwoAtOnce, assertTaken, openSalon, racing, statuses, times } from "./salon.ts";

const AHEAD = 250; // ms until the hold expires

describe("a hold that expires while it is confirmed", () => {
  const { hold, confirm } = racing();

  /** Who asks for the time again and again until it is hers or the holder has booked it. */
  async function insist(ask: () => Promise<Page>, over: () => boolean): Promise<Page> {
    for (;;) {
      const last = over();
      const page = await ask();
      if (page.status !== 409 || last) return page;
    }
  }

  it("[D1] is the holder's or somebody else's, never both's and never nobody's", async () => {
    const salon = await openSalon();
    const starts = times(8, (i) => upcoming(1, 540 + i * 60).iso);
    const held = await Promise.all(starts.map((start) => hold(salon, start)));
    assert.deepEqual(statuses(held), { 303: 8 });
    const expiry = Date.now() + AHEAD;
    await Promise.all(held.map(({ location }) => expireAt(location, expiry)));

    await Promise.all(
      starts.map(async (start, i) => {
        let answered = false;
        const [holder, rival] = await Promise.all([
          wait(AHEAD - 40 + i * 10)
            .then(() => confirm(held[i]?.location ?? "", `Holder ${i}`))
            .finally(() => (answered = true)),
          wait(AHEAD - 60).then(() =>
            insist(
              () => hold(salon, start),
              () => answered,
            ),
          ),
        ]);
        assert.deepEqual(statuses([holder, rival]), { 303: 1, 409: 1 }, start);
        assertTaken(holder.status === 409 ? holder : rival);
      }),
    );
    await assertNeverTwoAtOnce();
  });

  it("[D1] is one other's where many wait for it to expire", async () => {
    const salon = await openSalon();
    const { iso } = upcoming(1, 600);
    const { location } = await hold(salon, iso);
    await expireAt(location, Date.now() + AHEAD);
    const until = Date.now() + AHEAD + 150;
    const pages = await Promise.all(
      times(8, () =>
        insist(
          () => hold(salon, iso),
          () => Date.now() > until,
        ),
      ),
    );
    assert.deepEqual(statuses(pages), { 303: 1, 409: 7 });
    const late = await confirm(location, "Too Late");
    assertTaken(late);
    assert.equal(late.$("input[name=name]").val(), "Too Late", "what was typed is kept");
    await assertNeverTwoAtOnce();
  });
});

/** Time does not pass faster for tests: the hold ends sooner. */
function expireAt(location: string, at: number): Promise<unknown> {
  const hash = hashToken(location.split("/").at(-1) ?? "");
  return transaction(async () => {
    const holds = "SELECT id FROM holds WHERE token_hash = $hash";
    await run(`UPDATE allocations SET expires_at = $at WHERE hold_id IN (${holds})`, { at, hash });
    await run("UPDATE holds SET expires_at = $at WHERE token_hash = $hash", { at, hash });
  });
}
