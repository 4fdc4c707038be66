// What a referral worker has begun and how it ended. Redis may forget its last second and bring a
// referral back; only the worker it was sealed to could open it, and that one remembers, so no
// second mail is possible.
import { log } from "../src/log.ts";
import { redis } from "../src/redis.ts";
import { type Final, settle } from "../src/referral-outcomes.ts";

// Far longer than a mail is tried, and than what Redis can lose of its last writes.
const REMEMBERED = 60 * 60 * 1000; // ms

export function createReports() {
  const known = new Map<string, { outcome?: Final; at: number; told: boolean }>();
  const tellAllAgain = () => {
    for (const report of known.values()) report.told = false;
  };
  redis.on("ready", tellAllAgain);

  async function tell(id: string): Promise<void> {
    const report = known.get(id);
    if (!report?.outcome || report.told) return;
    await settle(id, report.outcome);
    report.told = true;
  }

  return {
    /** False for what has been begun before. */
    open(id: string): boolean {
      if (known.has(id)) return false;
      known.set(id, { at: Date.now(), told: false });
      return true;
    },
    /** Undefined when it was another's to end. */
    async close(id: string, outcome: Final | undefined): Promise<void> {
      known.set(id, { ...(outcome ? { outcome } : {}), at: Date.now(), told: !outcome });
      if (outcome) log.info(outcome, "referral finished");
      await tell(id).catch(() => undefined);
    },
    /** Tells again what Redis has not heard, or may have lost; forgets what is long over. */
    async repeat(now = Date.now()): Promise<void> {
      for (const [id, { at }] of known) {
        if (at < now - REMEMBERED) known.delete(id);
        else await tell(id);
      }
    },
    end: () => void redis.off("ready", tellAllAgain),
  };
}
