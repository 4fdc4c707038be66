import assert from "node:assert/strict";
import { ConfigError } from "../../config/environment.ts";
import { schedule } from "../../config/schedule.ts";
import { queueOf } from "../../src/jobs.ts";
import { workerOptions, workedQueues } from "../../workers/options.ts";

describe("a worker's options", () => {
  it("are all queues, ten jobs at once, unless told otherwise", () => {
    assert.deepEqual(workerOptions([]), { queues: [...workedQueues], concurrency: 10 });
  });

  it("name queues and how many jobs at once", () => {
    assert.deepEqual(workerOptions(["--queues", "deliveries, regions", "--concurrency", "3"]), {
      queues: ["deliveries", "regions"],
      concurrency: 3,
    });
  });

  for (const args of [
    ["--queues", "deliveries,mail"],
    ["--concurrency", "0"],
    ["--concurrency", "many"],
    ["--queue", "deliveries"],
  ])
    it(`are refused when they are ${args.join(" ")}`, () => {
      assert.throws(() => workerOptions(args), ConfigError);
    });
});

describe("the schedule", () => {
  it("names each job once, with a reason and a queue that workers serve", () => {
    assert.equal(new Set(schedule.map(({ name }) => name)).size, schedule.length);
    for (const { name, everySeconds, why } of schedule) {
      assert.ok(workedQueues.includes(queueOf[name]));
      assert.ok(everySeconds > 0);
      assert.match(why, /\.$/);
    }
  });
});
