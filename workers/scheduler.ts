import { schedule } from "../config/schedule.ts";
import { queue, queueOf } from "../src/jobs.ts";
import { log } from "../src/log.ts";

const LOOKED_AFTER = 20_000; // ms

/** Registers the recurring work, and again whenever Redis has lost it. */
export async function keepSchedule(
  lookedAfter = LOOKED_AFTER,
): Promise<{ close(): Promise<void> }> {
  await registerSchedule();
  const timer = setInterval(() => void registerMissing(), lookedAfter);
  return { close: async () => clearInterval(timer) };
}

/** Registers the recurring work; registering again, from any process, changes nothing. */
export async function registerSchedule(works = schedule): Promise<void> {
  for (const { name, everySeconds } of works)
    await queue(queueOf[name]).upsertJobScheduler(
      name,
      { every: everySeconds * 1000 },
      { name, data: {}, opts: { attempts: 1, removeOnComplete: true, removeOnFail: true } },
    );
}

async function registerMissing(): Promise<void> {
  try {
    await registerSchedule(await missing());
  } catch (error) {
    log.warn({ error }, "the schedule was not looked after");
  }
}

// Redis may have lost what recurs, or only its next job. What is there keeps its hour.
async function missing(): Promise<typeof schedule> {
  const lost = [];
  for (const work of schedule) {
    const jobs = await queue(queueOf[work.name]).getJobs(["delayed", "waiting", "active"]);
    const known = await queue(queueOf[work.name]).getJobScheduler(work.name);
    if (!known || !jobs.some((job) => job?.name === work.name)) lost.push(work);
  }
  return lost;
}
