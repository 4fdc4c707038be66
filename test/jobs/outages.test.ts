// Redis loses everything, mail servers hang, workers are told to stop: what was owed is sent once.
import assert from "node:assert/strict";
import { schedule } from "../../config/schedule.ts";
import { queue } from "../../src/jobs.ts";
import { Delivery } from "../../src/models/delivery.ts";
import { redis } from "../../src/redis.ts";
import { keepSchedule } from "../../workers/scheduler.ts";
import { bookHaircut } from "../support/bookings.ts";
import { until } from "../support/processes.ts";
import { startSmtpSink, type SmtpSink } from "../support/smtp-sink.ts";
import { oweConfirmations, slowWay, startWorker, states, stopWorkers } from "../support/workers.ts";
import { world, type World } from "../support/world.ts";

describe("deliveries through outages", () => {
  let cast: World;
  let sink: SmtpSink;
  beforeEach(async () => {
    cast = await world();
    sink = await startSmtpSink();
  });
  afterEach(async () => {
    await stopWorkers();
    await sink.stop();
  });

  it("nothing is lost when Redis forgets everything in the middle", async () => {
    const addresses = await oweConfirmations(cast, 100);
    const way = await slowWay(sink.port, 20);
    const worker = await startWorker({ smtpPort: way.port });
    for (const count of [5, 30, 60]) {
      await until(() => sink.received.length >= count);
      await redis.flushAll();
      assert.ok(((await states()).pending ?? 0) > 0);
      await Delivery.sweep(Date.now() + 61_000);
    }
    await until(async () => (await states()).sent === addresses.length);
    await worker.stop(10_000);
    await way.stop();
    assert.deepEqual(sink.received.flatMap(({ to }) => to).toSorted(), addresses.toSorted());
  });

  it("the schedule comes back when Redis has forgotten it", async () => {
    const keeper = await keepSchedule(100);
    const known = async () => {
      const schedulers = await queue("maintenance").getJobSchedulers();
      return schedulers.map(({ key }) => key).toSorted();
    };
    const all = schedule.map(({ name }) => name).toSorted();
    assert.deepEqual(await known(), all);
    await redis.flushAll();
    assert.deepEqual(await known(), []);
    await until(async () => (await known()).length === all.length);
    await keeper.close();
  });

  it("a next run that Redis has forgotten comes back, and the others keep their hour", async () => {
    const keeper = await keepSchedule(100);
    const next = async () => {
      const jobs = await queue("maintenance").getJobs(["delayed", "waiting"]);
      return Object.fromEntries(jobs.map(({ name, id }) => [name, id]));
    };
    await until(async () => Object.keys(await next()).length === schedule.length);
    const before = await next();
    const lost = before["visits.sweep"] ?? "";
    await redis.zRem("bull:maintenance:delayed", lost);
    await redis.lRem("bull:maintenance:wait", 0, lost);
    await redis.del(`bull:maintenance:${lost}`);
    assert.equal((await next())["visits.sweep"], undefined);
    await until(async () => (await next())["visits.sweep"]);
    await keeper.close();
    assert.equal((await next())["hold.sweep"], before["hold.sweep"]);
  });

  it("a worker that is told to stop waits for a silent mail server only so long", async () => {
    await oweConfirmations(cast, 1);
    sink.behave({ at: "recipient", silence: true });
    const worker = await startWorker({ smtpPort: sink.port });
    await until(() => sink.tried.length === 1);
    const began = Date.now();
    const ending = await worker.stop(30_000);
    assert.equal(ending.code, 0);
    assert.ok(Date.now() - began < 20_000);
    assert.deepEqual(await states(), { pending: 1 });
  });

  it("a worker that is told to stop finishes what it sends and leaves the rest", async () => {
    const addresses = await oweConfirmations(cast, 40);
    const way = await slowWay(sink.port, 100);
    const first = await startWorker({ smtpPort: way.port });
    await until(async () => ((await states()).sending ?? 0) > 0);
    const ending = await first.stop(15_000);
    assert.equal(ending.code, 0);
    const left = await states();
    assert.equal(left.sending, undefined);
    assert.equal(left.unknown, undefined);
    assert.ok((left.pending ?? 0) > 0);
    assert.equal(sink.received.length, left.sent);
    const second = await startWorker({ smtpPort: sink.port });
    await until(async () => (await states()).sent === addresses.length);
    await second.stop(10_000);
    await way.stop();
    assert.deepEqual(sink.received.flatMap(({ to }) => to).toSorted(), addresses.toSorted());
  });

  it("a mail server that swallows everything slows no booking [D24]", async () => {
    sink.behave({ at: "recipient", silence: true });
    await startWorker({ smtpPort: sink.port });
    await bookHaircut(cast, { now: Date.now() });
    await until(async () => ((await states()).sending ?? 0) > 0);
    const began = performance.now();
    await bookHaircut(cast, { now: Date.now(), start: Date.now() + 40 * 24 * 3_600_000 });
    assert.ok(performance.now() - began < 2000);
  });

  it("a Redis that is away fails no booking, and the mails go out when it is back [D24]", async () => {
    await queue("deliveries").pause();
    redis.destroy();
    await bookHaircut(cast, { now: Date.now() });
    await redis.connect();
    await queue("deliveries").resume();
    const worker = await startWorker({ smtpPort: sink.port });
    await Delivery.sweep(Date.now() + 61_000);
    await until(async () => (await states()).sent === 2);
    await worker.stop(10_000);
  });
});
