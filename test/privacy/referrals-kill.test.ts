// Workers are killed at random moments, Redis crashes in between, and people go on telling
// friends: whatever a page says in the end must be true.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { portOf } from "../../src/embedded/ports.ts";
import { createReferralKey } from "../../src/referral-seal.ts";
import { type Canary, plant, scan } from "../support/canary.ts";
import { type House, openHouse, type Told, type Typed, visitor } from "../support/house.ts";
import { until } from "../support/processes.ts";

const REFERRALS = 80;
const WORKERS = 2;
const LEAST_KILLS = 5;

describe("referrals while workers are killed", function () {
  this.timeout(300_000);
  const friends = Array.from({ length: REFERRALS }, makeFriend);
  const told = new Map<string, Told>();
  let house: House;
  let kills = 0;

  before(async () => {
    house = await openHouse({ smtpPort: slowly });
    await house.startWeb();
    await play();
  });
  after(() => house.close());

  it("no friend gets two mails [P6.2]", () => {
    assert.ok(kills >= LEAST_KILLS, `${kills} workers were killed`);
    const counts = friends.map(({ typed }) => mailsTo(typed.friend_email));
    assert.ok(Math.max(...counts) <= 1);
    assert.equal(
      counts.reduce((sum, n) => sum + n, 0),
      house.smtp.received.length,
    );
  });

  it("what each referrer is told is true [P6.2]", () => {
    for (const { typed } of friends) {
      const mails = mailsTo(typed.friend_email);
      const state = told.get(typed.friend_email);
      if (state === "sent") assert.equal(mails, 1);
      else if (state === "not sent") assert.equal(mails, 0);
      else assert.equal(state, "unknown");
    }
    const states = new Set(told.values());
    assert.ok(states.has("sent") && states.size > 1, [...states].join());
  });

  it("Redis's file has every referral sealed, and nobody can open one any more [P6.2]", () => {
    const dir = join(house.redis.dir, "appendonlydir");
    const log = readdirSync(dir)
      .map((name) => readFileSync(join(dir, name), "utf8"))
      .join("");
    const sealed = new Set(log.match(/(?<="sealed":")[\w+/=]+/g));
    assert.ok(sealed.size >= REFERRALS, String(sealed.size));
    const ids = new Set(log.match(/(?<=referral:)[\w-]{43}/g));
    const key = createReferralKey();
    for (const text of sealed) for (const id of ids) assert.equal(key.open(text, id), undefined);
  });

  it("nothing of them is anywhere [P6.2]", async () => {
    const canaries = friends.flatMap((friend) => friend.canaries);
    assert.deepEqual(await scan(house.sinks, canaries), []);
  });

  it("no queue of a killed worker stays behind [P6.2]", async () => {
    assert.ok((await house.takers()) <= WORKERS);
    await until(async () => (await house.queues()) <= WORKERS);
  });

  async function play(): Promise<void> {
    let playing = true;
    const killing = killAgainAndAgain(() => playing || kills < LEAST_KILLS);
    await until(async () => (await house.takers()) > 0);
    const telling = friends.map(async ({ typed }, at) => {
      await wait(at * 250);
      told.set(typed.friend_email, await refer(typed));
    });
    await wait((REFERRALS / 2) * 250);
    await house.redis.restart("SIGKILL");
    await wait((REFERRALS / 2) * 250);
    playing = false;
    await killing;
    await Promise.all(telling);
  }

  async function killAgainAndAgain(playing: () => boolean): Promise<void> {
    const lanes = Array.from({ length: WORKERS }, async (_, lane) => {
      await wait(lane * 1000);
      while (playing()) {
        const worker = await house.startWorker({ concurrency: 2 });
        await wait(randomInt(500, 3000));
        // The last ones stay: somebody must take back what the dead have left.
        if (!playing()) return;
        await worker.stop(0, "SIGKILL");
        kills++;
      }
      await house.startWorker({ concurrency: 2 });
    });
    await Promise.all(lanes);
  }

  /** As a person would: a page that says "try again" is tried again. */
  async function refer(typed: Typed): Promise<Told> {
    const vera = visitor(house.origin);
    const form = await vera.look(typed);
    let path: string | null = null;
    await until(async () => {
      const res = await vera.post("/refer/mails", form).catch(() => undefined);
      path = res?.status === 303 ? res.headers.get("location") : null;
      return path ?? wait(1500, false);
    }, 60_000);
    let state: Told = "waiting";
    await until(async () => {
      state = await vera.told(path ?? "").catch(() => "waiting");
      return state === "waiting" ? wait(200, false) : true;
    }, 60_000);
    // Once said, it stays so: nothing happens behind the referrer's back.
    return state;
  }

  function mailsTo(address: string): number {
    return house.smtp.received.filter(({ to }) => to.includes(address)).length;
  }
});

function makeFriend(): { typed: Typed; canaries: Canary[] } {
  const [name, friend, address] = [plant("name"), plant("name"), plant("address")];
  const typed = { name: name.text, friend_name: friend.text, friend_email: address.text };
  return { typed, canaries: [name, friend, address] };
}

/** A mail server far away: each answer takes a while, so a kill often comes between two of them. */
async function slowly(port: number): Promise<number> {
  const server = createServer((client) => {
    const target = connect(port, "127.0.0.1");
    relay(client, target);
    relay(target, client);
  });
  server.unref();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return portOf(server);
}

function relay(from: Socket, to: Socket): void {
  from.on("data", (chunk) => void setTimeout(() => to.writable && to.write(chunk), 40));
  from.on("close", () => void setTimeout(() => to.destroy(), 40));
  from.on("error", () => undefined);
}
