// Keys with which others' programs act for a business. A key is shown when it is made; what is
// stored is its SHA-256 and how it begins, to be told apart by.
import { type Instant, MINUTE } from "../domain/time.ts";
import { isScope, type Scope } from "../domain/scopes.ts";
import { NotFound } from "../errors.ts";
import { hashToken, hmac } from "../secrets.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { rows, run, transaction } from "./database.ts";
import { toId } from "./id.ts";
import { inTurn, Refused } from "./set-up.ts";

export type ApiKey = {
  id: number;
  businessId: number;
  /** Who made it. */
  staffId: number;
  scopes: Scope[];
  /** The UTC day, or null before the first use. */
  lastUsedOn: string | null;
};

export type ApiKeyLine = Omit<ApiKey, "businessId" | "staffId"> & {
  name: string;
  /** How the key begins. */
  prefix: string;
  /** Who made it. */
  staffName: string;
  createdAt: Instant;
  revokedAt: Instant | null;
};

export type ApiKeyFields = {
  name: string;
  scopes: Scope[];
  /** Comes with the form, so that the same form sent again shows the same key. */
  once: string;
};

type Stored<T extends { scopes: Scope[] }> = Omit<T, "scopes"> & { scopes: string };

const MARK = "pbk_"; // by which scanners for lost secrets know one
const SHOWN = MARK.length + 6;
const PRESSED_TWICE = 10 * MINUTE;

export const ApiKey = {
  /**
   * The text of a new key. The same form sent again within ten minutes gives the same key.
   * @throws Refused when another key in use has this name
   */
  make(
    business: { id: number },
    { name, scopes, once }: ApiKeyFields,
    actor: { kind: "staff"; staffId: number },
    now: Instant,
  ): Promise<string> {
    const businessId = business.id;
    const key = `${MARK}${hmac("api key", `${businessId} ${once}`)}`;
    const bind = { businessId, name, hash: hashToken(key), now, staffId: actor.staffId };
    return inTurn(business, async () => {
      const [sent] = await rows<{ createdAt: Instant }>(SENT_BEFORE, bind);
      if (sent && sent.createdAt > now - PRESSED_TWICE) return key;
      if (sent || (await rows(SAME_NAME, bind)).length > 0)
        throw new Refused("name", "There is a key with this name already");
      const prefix = key.slice(0, SHOWN);
      const [made] = await rows<{ id: number }>(MAKE, {
        ...bind,
        scopes: scopes.join(" "),
        prefix,
      });
      await tell("made", businessId, made?.id ?? 0, actor, now);
      return key;
    });
  },

  /** Those in use first, then those revoked, the newest first; `limit` at most. */
  async list(
    business: { id: number },
    { limit, offset }: { limit: number; offset: number },
  ): Promise<ApiKeyLine[]> {
    const lines = await rows<Stored<ApiKeyLine>>(
      `SELECT k.id, k.name, k.scopes, k.prefix, s.name AS "staffName",
         k.last_used_on AS "lastUsedOn", k.created_at AS "createdAt", k.revoked_at AS "revokedAt"
       FROM api_keys k
       JOIN staff s ON s.business_id = k.business_id AND s.id = k.staff_id
       WHERE k.business_id = $businessId
       ORDER BY k.revoked_at IS NOT NULL, k.id DESC LIMIT $limit OFFSET $offset`,
      { businessId: business.id, limit, offset },
    );
    return lines.map(withScopes);
  },

  /**
   * It is good for nothing from the next request on. Revoking twice is revoking once.
   * @throws NotFound for nobody's and somebody else's alike
   */
  revoke(business: { id: number }, id: unknown, actor: Actor, now: Instant): Promise<void> {
    const businessId = business.id;
    const bind = { businessId, id: toId(id), now };
    return transaction(async () => {
      const found = await rows(
        "SELECT id FROM api_keys WHERE business_id = $businessId AND id = $id",
        bind,
      );
      if (found.length === 0) throw new NotFound("key");
      const revoked = await run(
        `UPDATE api_keys SET revoked_at = $now
         WHERE business_id = $businessId AND id = $id AND revoked_at IS NULL`,
        bind,
      );
      if (revoked === 1) await tell("revoked", businessId, bind.id, actor, now);
    });
  },

  /** The key with this text, if it is in use. */
  async withText(text: string): Promise<ApiKey | undefined> {
    const [found] = await rows<Stored<ApiKey>>(
      `SELECT id, business_id AS "businessId", staff_id AS "staffId", scopes, last_used_on AS "lastUsedOn"
       FROM api_keys WHERE key_hash = $hash AND revoked_at IS NULL`,
      { hash: hashToken(text) },
    );
    return found && withScopes(found);
  },

  /** Remembers the day of its last use, which is all that an owner needs to find idle keys. */
  async used({ id, businessId, lastUsedOn }: ApiKey, now: Instant): Promise<void> {
    const today = new Date(now).toISOString().slice(0, 10);
    if (lastUsedOn !== null && lastUsedOn >= today) return;
    const bind = { businessId, id, today };
    await transaction(() =>
      run(
        `UPDATE api_keys SET last_used_on = $today WHERE business_id = $businessId AND id = $id`,
        bind,
      ),
    );
  },
};

const SENT_BEFORE = `SELECT created_at AS "createdAt" FROM api_keys WHERE key_hash = $hash`;
const SAME_NAME = `SELECT id FROM api_keys
  WHERE business_id = $businessId AND LOWER(name) = LOWER($name) AND revoked_at IS NULL`;
const MAKE = `INSERT INTO api_keys
    (business_id, name, scopes, prefix, key_hash, staff_id, created_at)
  VALUES ($businessId, $name, $scopes, $prefix, $hash, $staffId, $now)
  RETURNING id`;

// A scope that this program no longer knows is good for nothing.
function withScopes<T extends { scopes: string }>(row: T): Omit<T, "scopes"> & { scopes: Scope[] } {
  return { ...row, scopes: row.scopes.split(" ").filter(isScope) };
}

function tell(
  event: "made" | "revoked",
  businessId: number,
  apiKeyId: number,
  actor: Actor,
  now: Instant,
): Promise<void> {
  const fact = { businessId, action: `api_key.${event}`, details: { apiKeyId } };
  return AuditEntry.write(fact, actor, now);
}
