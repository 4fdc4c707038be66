// On whose pages a business's booking pages may be shown in a frame: nobody's, until it says so.
import { config } from "../../config/index.ts";
import { frameOrigin } from "../domain/frames.ts";
import type { Instant } from "../domain/time.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { Business } from "./business.ts";
import { inTurn } from "./set-up.ts";

/** The origin a line speaks of, if pages of it may be allowed here. */
export function originOf(line: string): string | undefined {
  return frameOrigin(line, !config.production);
}

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

/** The origins a row of businesses holds. What is none is left out: it would go into a policy. */
export function frameOriginsIn({ frameOrigins }: { frameOrigins: string }): string[] {
  return listIn(frameOrigins).filter(
    (origin): origin is string => typeof origin === "string" && originOf(origin) === origin,
  );
}

function listIn(text: string): unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
