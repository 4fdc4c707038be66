// Where a business has its appointments' changes told to other programs, and what it agreed to
// being sent there.
//
// Secrets are sealed, not derived like links: a derived one would change when the secret key it
// came from is taken away for good, and the other program with it.
import { randomBytes } from "node:crypto";
import type { PersonalField } from "../domain/told.ts";
import type { WebhookEvent } from "../domain/webhooks.ts";
import { DAY, type Instant } from "../domain/time.ts";
import { Conflict, NotFound } from "../errors.ts";
import { seal, unseal } from "../secrets.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run } from "./database.ts";
import { toId } from "./id.ts";
import { inTurn, Refused } from "./set-up.ts";
import { endConsent } from "./webhook-health.ts";
import { SECRET } from "./webhook-message.ts";
import { oweTest } from "./webhook-owed.ts";

export type WebhookTerms = { events: WebhookEvent[]; fields: PersonalField[] };

/** With the last terms that were agreed to, whether they still hold or not. */
export type Webhook = WebhookTerms & {
  id: number;
  businessId: number;
  url: string;
  failures: number;
  failingSince: Instant | null;
  previousUntil: Instant | null;
  givenAt: Instant;
  givenBy: string;
  /** Null while it is on. */
  endedAt: Instant | null;
  endedBy: "staff" | "system" | null;
};

/** The owner, or a program by a key that she made for it: either way it is she who agrees. */
type Owner = Extract<Actor, { kind: "staff" | "api" }>;

const MOST = 5;
const BOTH_GOOD = DAY;

export const Webhook = {
  async list(business: { id: number }): Promise<Webhook[]> {
    return webhooks("w.business_id = $businessId", { businessId: business.id });
  },

  /** @throws NotFound for nobody's and somebody else's alike */
  async find(business: { id: number }, id: unknown): Promise<Webhook> {
    const where = "w.business_id = $businessId AND w.id = $id";
    const [found] = await webhooks(where, { businessId: business.id, id: toId(id) });
    if (!found) throw new NotFound("webhook");
    return found;
  },

  /** What its calls are signed with; undefined when our key to it is gone. */
  async secretOf({ businessId, id }: Webhook): Promise<string | undefined> {
    const [row] = await rows<{ secret: string }>(
      "SELECT secret FROM webhooks WHERE business_id = $businessId AND id = $id",
      { businessId, id },
    );
    return row && unseal(SECRET, row.secret);
  },

  /**
   * On from now, under these terms.
   * @throws Refused for an address that is there already, and for one too many
   */
  add(
    business: { id: number },
    { url, ...terms }: WebhookTerms & { url: string },
    actor: Owner,
    now: Instant,
  ): Promise<number> {
    const businessId = business.id;
    return inTurn(business, async () => {
      const known = await Webhook.list(business);
      if (known.some((one) => one.url === url))
        throw new Refused("url", "There is a webhook with this address already");
      if (known.length >= MOST)
        throw new Refused("url", `${MOST} webhooks are the most; remove one first`);
      const [made] = await rows<{ id: number }>(
        `INSERT INTO webhooks (business_id, url, secret, created_at)
         VALUES ($businessId, $url, $secret, $now) RETURNING id`,
        { businessId, url, secret: newSecret(), now },
      );
      const id = made?.id ?? 0;
      await write("webhook.added", { businessId, id }, actor, now);
      await agree({ businessId, id }, terms, actor, now);
      return id;
    });
  },

  /** New terms in place of the old ones; turns it on if it was off. */
  agree(webhook: Webhook, terms: WebhookTerms, actor: Owner, now: Instant): Promise<void> {
    const { businessId, id, endedAt } = webhook;
    return inTurn({ id: businessId }, async () => {
      await run(
        `UPDATE webhook_consents SET ended_at = $now, ended_by = 'staff'
         WHERE business_id = $businessId AND webhook_id = $id AND ended_at IS NULL`,
        { businessId, id, now },
      );
      if (endedAt !== null)
        await run(
          `UPDATE webhooks SET failures = 0, failing_since = NULL
           WHERE business_id = $businessId AND id = $id`,
          { businessId, id },
        );
      await agree(webhook, terms, actor, now);
    });
  },

  /** Nothing more is sent, what waits included. Twice is once. */
  revoke(webhook: Webhook, actor: Owner, now: Instant): Promise<void> {
    const { businessId, id } = webhook;
    return inTurn({ id: businessId }, async () => {
      const ended = await endConsent({ businessId, webhookId: id }, "staff", now);
      if (ended > 0) await write("webhook.revoked", webhook, actor, now);
    });
  },

  /**
   * A new secret; calls are signed with both for a day.
   * @throws Conflict within that day, for the first would be lost before its time
   */
  rotate(webhook: Webhook, actor: Owner, now: Instant): Promise<void> {
    const { businessId, id } = webhook;
    return inTurn({ id: businessId }, async () => {
      const rotated = await run(
        `UPDATE webhooks SET previous_secret = secret, previous_until = $until, secret = $secret
         WHERE business_id = $businessId AND id = $id
           AND (previous_until IS NULL OR previous_until <= $now)`,
        { businessId, id, secret: newSecret(), until: now + BOTH_GOOD, now },
      );
      if (rotated === 0)
        throw new Conflict(
          "The secret was changed less than a day ago; the one before is still good",
        );
      await write("webhook.rotated", webhook, actor, now);
    });
  },

  /** With its log. */
  remove(business: { id: number }, id: unknown, actor: Owner, now: Instant): Promise<void> {
    const businessId = business.id;
    return inTurn(business, async () => {
      const bind = { businessId, id: toId(id) };
      const sql = "DELETE FROM webhooks WHERE business_id = $businessId AND id = $id";
      if ((await run(sql, bind)) === 0) throw new NotFound("webhook");
      await write("webhook.removed", bind, actor, now);
    });
  },

  /** Sends an example, if it is on. Pressed twice while it is on its way, it goes once. */
  test(webhook: Webhook, now: Instant): Promise<void> {
    return inTurn({ id: webhook.businessId }, () => oweTest(webhook, now));
  },
};

type Stored = Omit<Webhook, "events" | "fields"> & { events: string; fields: string };

async function webhooks(where: string, bind: Record<string, unknown>): Promise<Webhook[]> {
  const found = await rows<Stored>(
    `SELECT w.id, w.business_id AS "businessId", w.url, w.failures,
       w.failing_since AS "failingSince", w.previous_until AS "previousUntil",
       c.events, c.fields, c.given_at AS "givenAt", s.name AS "givenBy", c.ended_at AS "endedAt",
       c.ended_by AS "endedBy"
     FROM webhooks w
     JOIN webhook_consents c ON c.business_id = w.business_id AND c.id = (
       SELECT MAX(l.id) FROM webhook_consents l
       WHERE l.business_id = w.business_id AND l.webhook_id = w.id)
     JOIN staff s ON s.business_id = c.business_id AND s.id = c.staff_id
     WHERE ${where} ORDER BY w.id`,
    bind,
  );
  return found.map(({ events, fields, ...row }) => ({
    ...row,
    events: words(events) as WebhookEvent[],
    fields: words(fields) as PersonalField[],
  }));
}

function words(text: string): string[] {
  return text.split(" ").filter(Boolean);
}

/** whsec_ and 32 bytes, sealed. */
function newSecret(): string {
  return seal(SECRET, `whsec_${randomBytes(32).toString("base64")}`);
}

type Key = { businessId: number; id: number };

async function agree(webhook: Key, terms: WebhookTerms, actor: Owner, now: Instant): Promise<void> {
  const { businessId, id } = webhook;
  await run(
    `INSERT INTO webhook_consents (business_id, webhook_id, staff_id, events, fields, given_at)
     VALUES ($businessId, $id, $staffId, $events, $fields, $now)`,
    {
      businessId,
      id,
      staffId: actor.staffId,
      events: terms.events.join(" "),
      fields: terms.fields.join(" "),
      now,
    },
  );
  await write("webhook.agreed", webhook, actor, now);
}

function write(action: string, { businessId, id }: Key, actor: Actor, now: Instant): Promise<void> {
  return AuditEntry.write({ businessId, action, details: { webhookId: id } }, actor, now);
}
