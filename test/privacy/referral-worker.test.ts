import assert from "node:assert/strict";
import { Queue } from "bullmq";
import type { Mail } from "../../src/mail.ts";
import { ReferralRefusal } from "../../src/models/referral-refusal.ts";
import { Switch } from "../../src/models/switch.ts";
import { redis } from "../../src/redis.ts";
import { outcomeId, readOutcome } from "../../src/referral-outcomes.ts";
import { createReferralKey, type Referral, sealReferral } from "../../src/referral-seal.ts";
import {
  announce,
  liveWorkers,
  referralQueueName,
  takeBack,
  takeBackFromTheDead,
} from "../../src/referral-workers.ts";
import { handOver } from "../../src/referrals.ts";
import { newToken } from "../../src/secrets.ts";
import { startReferralWorker } from "../../workers/referrals.ts";
import { createReports } from "../../workers/reports.ts";
import { until } from "../support/processes.ts";
import { type World, world } from "../support/world.ts";

const referral: Referral = {
  name: "Ana O'Neil",
  friendName: "Zoë Friend",
  friendEmail: "zoe@friend.example",
};

describe("the seal of a referral", () => {
  it("opens with its own key and for its own referral only [P6.2]", () => {
    const [key, other] = [createReferralKey(), createReferralKey()];
    const sealed = sealReferral(key.publicKey, "a", referral);
    assert.deepEqual(key.open(sealed, "a"), referral);
    assert.equal(key.open(sealed, "b"), undefined);
    assert.equal(other.open(sealed, "a"), undefined);
  });

  it("opens for nothing that was changed [P6.2]", () => {
    const key = createReferralKey();
    const sealed = Buffer.from(sealReferral(key.publicKey, "a", referral), "base64");
    for (let at = 0; at < sealed.length; at += 7) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.equal(key.open(changed.toString("base64"), "a"), undefined, `byte ${at}`);
    }
    for (const text of ["", "AAAA", "not base64", sealed.subarray(1).toString("base64")])
      assert.equal(key.open(text, "a"), undefined);
  });

  it("is to a key that is new each time, whatever our secrets are [P6.2]", () => {
    const keys = Array.from({ length: 20 }, () => createReferralKey().publicKey);
    assert.equal(new Set(keys).size, keys.length);
  });

  it("tells nothing by its length, and is never the same twice [P6.2]", () => {
    const { publicKey } = createReferralKey();
    const longest = {
      name: "Ж".repeat(60),
      friendName: "漢".repeat(60),
      friendEmail: "e".repeat(254),
    };
    const texts = [referral, referral, longest].map((one) => sealReferral(publicKey, "a", one));
    assert.equal(new Set(texts.map((text) => text.length)).size, 1);
    assert.equal(new Set(texts).size, 3);
  });
});

async function settled(token: string) {
  await until(async () => (await readOutcome(token))?.state !== "waiting");
  return readOutcome(token);
}

describe("the memory of a referral worker", () => {
  before(world);

  it("holds no referral for longer than an hour, however it ended", async () => {
    const reports = createReports();
    for (const id of ["sent", "another's", "open"]) assert.ok(reports.open(id));
    await reports.close("sent", { state: "sent" });
    await reports.close("another's", undefined);
    await reports.repeat();
    for (const id of ["sent", "another's", "open"]) assert.equal(reports.open(id), false);
    await reports.repeat(Date.now() + 61 * 60 * 1000);
    for (const id of ["sent", "another's", "open"]) assert.ok(reports.open(id), id);
    reports.end();
  });
});

describe("the referral worker", () => {
  let cast: World;
  let posted: Mail[];
  let post: (mail: Mail) => Promise<void>;
  let worker: Awaited<ReturnType<typeof startReferralWorker>> | undefined;

  beforeEach(async () => {
    cast = await world();
    posted = [];
    post = async (mail) => void posted.push(mail);
  });
  afterEach(async () => {
    await worker?.close();
    worker = undefined;
  });

  async function start() {
    worker = await startReferralWorker({ post: (mail) => post(mail) });
    return worker;
  }

  it("sends one mail, however often the same form comes [P6.2]", async () => {
    await start();
    const token = newToken();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => handOver(referral, token)));
    assert.deepEqual(new Set(answers), new Set(["handed over"]));
    assert.deepEqual(await settled(token), { state: "sent" });
    assert.equal(await handOver(referral, token), "handed over");
    assert.equal(posted.length, 1);
    assert.equal(posted[0]?.to.address, referral.friendEmail);
    assert.equal(posted[0]?.envelopeFrom, "");
  });

  it("takes nothing while nobody can open it, and the same form may try again [P6.2]", async () => {
    const token = newToken();
    assert.equal(await handOver(referral, token), "nobody");
    assert.equal(await readOutcome(token), undefined);
    await start();
    assert.equal(await handOver(referral, token), "handed over");
    assert.deepEqual(await settled(token), { state: "sent" });
  });

  it("sends nothing while an operator has paused it", async () => {
    await start();
    await Switch.turn("referrals", false, cast.olga, Date.now());
    const token = newToken();
    await handOver(referral, token);
    assert.deepEqual(await settled(token), { state: "not-sent", reason: "paused" });
    assert.deepEqual(posted, []);
  });

  it("never writes to who wants no such mail, however the address is spelled [P6.2]", async () => {
    await start();
    await ReferralRefusal.add(ReferralRefusal.tokenFor("Zoe@Friend.EXAMPLE"));
    const token = newToken();
    await handOver(referral, token);
    assert.deepEqual(await settled(token), { state: "not-sent", reason: "refused" });
    assert.deepEqual(posted, []);
  });

  it("tells a failure it cannot judge as unknown, and tries once [P6.2]", async () => {
    await start();
    let tries = 0;
    post = async () => {
      tries++;
      throw new Error(`no mail to ${referral.friendEmail}`);
    };
    const token = newToken();
    await handOver(referral, token);
    assert.deepEqual(await settled(token), { state: "unknown" });
    assert.equal(tries, 1);
  });

  it("does not send again what Redis brings back after losing its last second [P6.2]", async () => {
    const { id } = await start();
    const token = newToken();
    await handOver(referral, token);
    assert.deepEqual(await settled(token), { state: "sent" });

    const [{ publicKey } = { publicKey: "" }] = await liveWorkers();
    const jobId = outcomeId(token);
    await redis.hSet(`referral:${jobId}`, { state: "waiting", until: "9999999999" });
    const queue = new Queue(referralQueueName(id), { connection: {} });
    await queue.add("referral", { sealed: sealReferral(publicKey, jobId, referral) }, { jobId });
    await until(async () => (await queue.getJobCountByTypes("waiting", "active")) === 0);
    await queue.close();
    assert.equal(posted.length, 1);
  });

  it("hands nothing to a worker whose key is not signed by us [P6.2]", async () => {
    const { publicKey } = createReferralKey();
    await announce("true", publicKey);
    await announce("forged", publicKey);
    const genuine = (await redis.hGet("referrals:keys", "true")) ?? "";
    await redis.hSet("referrals:keys", { forged: genuine, third: `${publicKey}.AAAA` });
    assert.deepEqual(await liveWorkers(), [{ id: "true", publicKey }]);
  });

  it("a dead worker's referrals are taken back and told, not sent by another [P6.2]", async () => {
    const { publicKey } = createReferralKey();
    await announce("dead", publicKey);
    const token = newToken();
    assert.equal(await handOver(referral, token), "handed over");
    assert.deepEqual(await readOutcome(token), { state: "waiting" });

    await takeBackFromTheDead();
    assert.deepEqual(await readOutcome(token), { state: "waiting" });
    await redis.zAdd("referrals:seen", { score: Date.now() / 1000 - 60, value: "dead" });
    // Not before Redis has been up for long enough to have heard from everybody.
    await until(async () => {
      await takeBackFromTheDead();
      return (await readOutcome(token))?.state !== "waiting";
    }, 15_000);
    assert.deepEqual(await readOutcome(token), { state: "not-sent", reason: "nobody" });
    const left = (await redis.keys("*")).filter(
      (key) => !/^(referral:|referrals:minute)/.test(key),
    );
    assert.deepEqual(left, []);
  });

  it("what comes when its worker has just been forgotten is taken back at once [P6.2]", async () => {
    await announce("dead", createReferralKey().publicKey);
    const ask = redis.eval.bind(redis);
    let asked = 0;
    // Between the choice of a worker and what is put into its queue.
    const forgetting = async (...question: Parameters<typeof ask>) => {
      const reply = await ask(...question);
      if (++asked === 2) await redis.zRem("referrals:seen", "dead");
      return reply;
    };
    Object.assign(redis, { eval: forgetting });
    const token = newToken();
    try {
      assert.equal(await handOver(referral, token), "handed over");
    } finally {
      Object.assign(redis, { eval: ask });
    }
    assert.deepEqual(await readOutcome(token), { state: "not-sent", reason: "nobody" });
    assert.equal((await redis.keys("*dead*")).length, 0);
  });

  it("what was being sent when its worker died is unknown [P6.2]", async () => {
    await announce("dead", createReferralKey().publicKey);
    const token = newToken();
    await handOver(referral, token);
    await redis.hSet(`referral:${outcomeId(token)}`, { state: "sending" });
    await takeBack("dead");
    assert.deepEqual(await readOutcome(token), { state: "unknown" });
  });

  it("what waited when Redis itself was restarted is unknown, not denied [P6.2]", async () => {
    await announce("dead", createReferralKey().publicKey);
    const token = newToken();
    await handOver(referral, token);
    await redis.hSet(`referral:${outcomeId(token)}`, { run: "an earlier run" });
    await takeBack("dead");
    assert.deepEqual(await readOutcome(token), { state: "unknown" });
  });

  it("a referral that waited too long is not sent any more, and the page says so", async () => {
    const { publicKey } = createReferralKey();
    await announce("slow", publicKey);
    const token = newToken();
    await handOver(referral, token);
    await redis.hSet(`referral:${outcomeId(token)}`, { until: "1" });
    assert.deepEqual(await readOutcome(token), { state: "not-sent", reason: "nobody" });
    assert.equal(await handOver(referral, token), "handed over");
  });

  it("all visitors together may ask for so many a minute", async () => {
    await announce("one", createReferralKey().publicKey);
    const minute = Math.floor(Date.now() / 60_000);
    for (const at of [minute, minute + 1]) await redis.set(`referrals:minute:${at}`, "60");
    assert.equal(await handOver(referral, newToken()), "busy");
  });

  it("finishes what runs when it is closed, and leaves nothing behind [P6.2]", async () => {
    const closing = await start();
    post = async (mail) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      posted.push(mail);
    };
    const tokens = Array.from({ length: 8 }, newToken);
    for (const token of tokens) await handOver(referral, token);
    worker = undefined;
    await closing.close();
    const states = await Promise.all(
      tokens.map(async (token) => (await readOutcome(token))?.state),
    );
    assert.deepEqual(new Set(states), new Set(["sent"]));
    assert.equal(posted.length, 8);
    assert.deepEqual(
      (await redis.keys("bull:*")).filter((key) => !/:meta$|:events$/.test(key)),
      [],
    );
    assert.equal(await handOver(referral, newToken()), "nobody");
  });

  it("keeps nothing of a referral in Redis but states [P6.2]", async () => {
    await start();
    const token = newToken();
    await handOver(referral, token);
    await settled(token);
    assert.deepEqual(Object.keys(await redis.hGetAll(`referral:${outcomeId(token)}`)).toSorted(), [
      "reason",
      "run",
      "state",
      "until",
    ]);
    const ttl = await redis.ttl(`referral:${outcomeId(token)}`);
    assert.ok(ttl > 80_000 && ttl <= 86_400);
  });
});
