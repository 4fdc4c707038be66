// Requests of programs that carry an idempotency key: the first runs, all others get its answer. An
// answer may say something of a person, so it is sealed, and gone after a day.
import { keptFor } from "../domain/data-classes.ts";
import { type Instant, MINUTE } from "../domain/time.ts";
import { hashToken, seal, unseal } from "../secrets.ts";
import type { ApiKey } from "./api-key.ts";
import { rows, run, transaction } from "./database.ts";

export type Keyed = {
  key: ApiKey;
  /** As the program gave it. */
  idempotencyKey: string;
  /** All that makes two requests the same one. */
  request: string;
};

export type Begun =
  /** Run it. */
  | { state: "begun"; id: number }
  /** Somebody else runs it at this moment. */
  | { state: "running" }
  /** This is what was answered. */
  | { state: "answered"; answer: string }
  /** The key was used for another request. */
  | { state: "another" };

const KEPT = keptFor("api_answer");
const LEASE = 2 * MINUTE; // of a process that died while it ran one

type Row = {
  id: number;
  fingerprint: string;
  answer: string | null;
  claimedAt: Instant;
  createdAt: Instant;
};

export const ApiRequest = {
  async begin({ key, idempotencyKey, request }: Keyed, now: Instant): Promise<Begun> {
    const bind = {
      businessId: key.businessId,
      keyId: key.id,
      hash: hashToken(idempotencyKey),
      fingerprint: hashToken(request),
      now,
      lapsed: now - LEASE,
      before: now - KEPT,
    };
    const known = stateOf(await find(bind), bind);
    if (known) return known;
    const [claimed] = await transaction(async () => {
      await run(FORGET, bind);
      return rows<{ id: number }>(CLAIM, bind);
    });
    if (claimed) return { state: "begun", id: claimed.id };
    return stateOf(await find(bind), bind) ?? { state: "running" };
  },

  async answer({ businessId }: ApiKey, id: number, answer: string): Promise<void> {
    const bind = { businessId, id, answer: seal("api answer", answer) };
    await transaction(() =>
      run(
        "UPDATE api_requests SET answer = $answer WHERE business_id = $businessId AND id = $id",
        bind,
      ),
    );
  },

  /** Nothing came of it: it may be tried again. */
  async forget({ businessId }: ApiKey, id: number): Promise<void> {
    await transaction(() =>
      run("DELETE FROM api_requests WHERE business_id = $businessId AND id = $id", {
        businessId,
        id,
      }),
    );
  },

  /** Forgets every answer of a business: one of its customers is to be known no longer. */
  async forgetAll(businessId: number): Promise<void> {
    await transaction(() =>
      run("DELETE FROM api_requests WHERE business_id = $businessId", { businessId }),
    );
  },

  /** Forgets what was answered a day ago. */
  sweep(now: Instant): Promise<number> {
    const before = now - KEPT;
    return transaction(() =>
      run("DELETE FROM api_requests WHERE created_at < $before", { before }),
    );
  },
};

const SAME = "business_id = $businessId AND api_key_id = $keyId AND key_hash = $hash";
const FIND = `SELECT id, fingerprint, answer, claimed_at AS "claimedAt", created_at AS "createdAt"
  FROM api_requests WHERE ${SAME}`;
const FORGET = `DELETE FROM api_requests WHERE ${SAME} AND created_at < $before`;
const CLAIM = `INSERT INTO api_requests
    (business_id, api_key_id, key_hash, fingerprint, claimed_at, created_at)
  VALUES ($businessId, $keyId, $hash, $fingerprint, $now, $now)
  ON CONFLICT (business_id, api_key_id, key_hash) DO UPDATE SET claimed_at = excluded.claimed_at
    WHERE api_requests.answer IS NULL AND api_requests.claimed_at < $lapsed
      AND api_requests.fingerprint = excluded.fingerprint
  RETURNING id`;

async function find(bind: Record<string, unknown>): Promise<Row | undefined> {
  return (await rows<Row>(FIND, bind))[0];
}

/** Undefined where there is nothing, or nothing that still counts: it is to be claimed. */
function stateOf(
  row: Row | undefined,
  { fingerprint, lapsed, before }: { fingerprint: string; lapsed: Instant; before: Instant },
): Begun | undefined {
  if (!row || row.createdAt < before) return undefined;
  if (row.fingerprint !== fingerprint) return { state: "another" };
  if (row.answer === null) return row.claimedAt < lapsed ? undefined : { state: "running" };
  const answer = unseal("api answer", row.answer);
  // Sealed with a key that is no longer ours: what was answered cannot be told again.
  return answer === undefined ? { state: "another" } : { state: "answered", answer };
}
