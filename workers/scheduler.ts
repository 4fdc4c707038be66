import { schedule } from "../config/schedule.ts";
import { queue, queueOf } from "../src/jobs.ts";

/** Registers the recurring work; registering again, from any process, changes nothing. */
export async function registerSchedule(): Promise<void> {
  for (const { name, everySeconds } of schedule)
    await queue(queueOf[name]).upsertJobScheduler(
      name,
      { every: everySeconds * 1000 },
      { name, data: {}, opts: { attempts: 1, removeOnComplete: true, removeOnFail: true } },
    );
}
