// On whose pages a business's booking pages may be shown in a frame: nobody's, until it says so.
import type { Instant } from "../domain/time.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { Business } from "./business.ts";
import { inTurn } from "./set-up.ts";

/** @param origins such as https://www.example.com, as `frameOrigin` gives them */
export function allowFramesOf(
  business: Business,
  origins: readonly string[],
  actor: Actor,
  now: Instant,
): Promise<void> {
  return inTurn(business, async () => {
    const frameOrigins = JSON.stringify(origins);
    if ((await business.reload()).frameOrigins === frameOrigins) return;
    await Business.update({ frameOrigins }, { where: { id: business.id } });
    const details = { origins: origins.length };
    const fact = { businessId: business.id, action: "frames.changed", details };
    await AuditEntry.write(fact, actor, now);
  });
}

/** The origins a row of businesses holds. */
export function frameOriginsIn({ frameOrigins }: { frameOrigins: string }): string[] {
  return JSON.parse(frameOrigins) as string[];
}
