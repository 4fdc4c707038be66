// How a webhook's target does. One that has failed for days is let go of, and the owners are told.
import { isHopeless } from "../domain/webhooks.ts";
import type { Instant } from "../domain/time.ts";
import { AuditEntry } from "./audit-entry.ts";
import { rows, run, transaction } from "./database.ts";
import { oweOwners } from "./delivery-to-staff.ts";

type Concerned = { businessId: number; webhookId: number };

export async function noteSuccess({ businessId, webhookId }: Concerned): Promise<void> {
  // Nearly always there is nothing to write.
  const failing = await rows(
    `SELECT id FROM webhooks
     WHERE business_id = $businessId AND id = $webhookId AND failures > 0`,
    { businessId, webhookId },
  );
  if (failing.length > 0)
    await transaction(() =>
      run(
        `UPDATE webhooks SET failures = 0, failing_since = NULL
         WHERE business_id = $businessId AND id = $webhookId`,
        { businessId, webhookId },
      ),
    );
}

export async function noteFailure({ businessId, webhookId }: Concerned, now: Instant) {
  await transaction(async () => {
    const [health] = await rows<{ failures: number; failingSince: Instant }>(
      `UPDATE webhooks
       SET failures = failures + 1, failing_since = COALESCE(failing_since, CAST($now AS BIGINT))
       WHERE business_id = $businessId AND id = $webhookId
       RETURNING failures, failing_since AS "failingSince"`,
      { businessId, webhookId, now },
    );
    if (health && isHopeless(health, now)) await letGo({ businessId, webhookId }, now);
  });
}

/** The target itself says that nobody should come again. */
export async function endByTarget(webhook: Concerned, now: Instant): Promise<void> {
  await transaction(() => letGo(webhook, now));
}

/** Ends the consent and what waits under it. Gives how many ended. Inside a transaction. */
export async function endConsent(
  { businessId, webhookId }: Concerned,
  by: "staff" | "system",
  now: Instant,
): Promise<number> {
  const bind = { businessId, webhookId, by, now };
  await run(
    `UPDATE webhook_calls SET state = 'skipped', reason = 'turned off', finished_at = $now
     WHERE business_id = $businessId AND webhook_id = $webhookId AND state = 'pending'`,
    bind,
  );
  return run(
    `UPDATE webhook_consents SET ended_at = $now, ended_by = $by
     WHERE business_id = $businessId AND webhook_id = $webhookId AND ended_at IS NULL`,
    bind,
  );
}

async function letGo({ businessId, webhookId }: Concerned, now: Instant): Promise<void> {
  if ((await endConsent({ businessId, webhookId }, "system", now)) === 0) return;
  const fact = { businessId, action: "webhook.given_up", details: { webhookId } };
  await AuditEntry.write(fact, { kind: "system" }, now);
  await oweOwners(businessId, "webhook_off", now);
}
