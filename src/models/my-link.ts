// How a customer comes to her own bookings without an account: by a link in a mail, used once.
import { keptFor } from "../domain/data-classes.ts";
import { type Instant, MINUTE } from "../domain/time.ts";
import { Gone } from "../errors.ts";
import { linkToken } from "../links.ts";
import { hashToken, newToken } from "../secrets.ts";
import { isPostgres, rows, run, transaction } from "./database.ts";
import { Delivery } from "./delivery.ts";

/** Who came by a link: all customers of the business, and all who wait, with its address. */
export type Entry = { email: string; until: Instant };

const HOUR = 60 * MINUTE;
const GOOD_FOR = HOUR;
const OPEN_FOR = HOUR;
const SAME_PRESS = MINUTE;
// Whoever asks for more of somebody else's bookings only fills a mailbox.
const MOST_AN_HOUR = 4;
const FORGOTTEN_AFTER = keptFor("customer_link");

export const MyLink = {
  /**
   * Owes the mail if a customer of the business, or somebody on its waiting list, has this address;
   * else does nothing, quietly.
   */
  async request(
    business: { id: number },
    email: string,
    now: Instant,
    language: string | null = null,
  ): Promise<void> {
    const asked = { businessId: business.id, email: email.toLowerCase(), language };
    await transaction(async () => {
      if ((await isKnown(asked)) && (await recent(asked, now)) < MOST_AN_HOUR)
        await make(asked, now);
    });
  },

  /** @throws Gone for a link that was used, has expired or never was */
  async look(business: { id: number }, token: string, now: Instant): Promise<void> {
    const found = await rows(
      `SELECT id FROM my_links WHERE business_id = $businessId AND token_hash = $hash
         AND expires_at > $now AND (used_at IS NULL OR used_at > $again)`,
      { businessId: business.id, hash: hashToken(token), now, again: now - SAME_PRESS },
    );
    if (found.length === 0) gone();
  },

  /**
   * Uses the link, once; pressed twice, it gives the same. Gives the token of what it opens.
   * @throws Gone for a link that was used, has expired or never was
   */
  async use(business: { id: number }, token: string, now: Instant): Promise<string> {
    const bind = { businessId: business.id, hash: hashToken(token), now };
    const [link] = await rows<{ id: number; nonce: string; usedAt: Instant | null }>(
      `SELECT id, nonce, used_at AS "usedAt" FROM my_links
       WHERE business_id = $businessId AND token_hash = $hash AND expires_at > $now`,
      bind,
    );
    if (!link) return gone();
    const entry = linkToken("my_entry", link.nonce);
    const { id } = link;
    const until = now + OPEN_FOR;
    const used = await transaction(() => run(USE, { id, now, until, entry: hashToken(entry) }));
    if (used === 0) await MyLink.look(business, token, now);
    return entry;
  },

  /** @throws Gone when its hour is over, or she has left or was erased */
  async enter(business: { id: number }, entry: string, now: Instant): Promise<Entry> {
    const [found] = await rows<Entry>(
      `SELECT email, entry_until AS until FROM my_links
       WHERE business_id = $businessId AND entry_hash = $hash AND entry_until > $now`,
      { businessId: business.id, hash: hashToken(entry), now },
    );
    return found ?? gone();
  },

  /** From now on what the link opened is closed. */
  async leave(business: { id: number }, entry: string, now: Instant): Promise<void> {
    await transaction(() =>
      run(
        `UPDATE my_links SET entry_until = $now
         WHERE business_id = $businessId AND entry_hash = $hash AND entry_until > $now`,
        { businessId: business.id, hash: hashToken(entry), now },
      ),
    );
  },

  /** Forgets links of yesterday, and the mails they came in. */
  async sweep(now: Instant): Promise<void> {
    await transaction(() =>
      run("DELETE FROM my_links WHERE created_at < $before", { before: now - FORGOTTEN_AFTER }),
    );
  },
};

type Asked = { businessId: number; email: string; language: string | null };

const USE = `UPDATE my_links SET used_at = $now, entry_hash = $entry, entry_until = $until
  WHERE id = $id AND used_at IS NULL`;

// One at a time, so that asking ten times at once is asking ten times.
async function isKnown(asked: Asked): Promise<boolean> {
  const lock = isPostgres ? " FOR UPDATE" : "";
  const hers = "WHERE business_id = $businessId AND email = $email";
  const customers = await rows(`SELECT id FROM customers ${hers} ORDER BY id${lock}`, asked);
  if (customers.length > 0) return true;
  const waits = `${hers} AND ended_at IS NULL`;
  const places = await rows(`SELECT id FROM waiting_entries ${waits} ORDER BY id${lock}`, asked);
  return places.length > 0;
}

async function recent({ businessId, email }: Asked, now: Instant): Promise<number> {
  const found = await rows(
    `SELECT id FROM my_links
     WHERE business_id = $businessId AND email = $email AND created_at > $since`,
    { businessId, email, since: now - HOUR },
  );
  return found.length;
}

async function make({ businessId, email, language }: Asked, now: Instant): Promise<void> {
  const nonce = newToken();
  const [made] = await rows<{ id: number }>(
    `INSERT INTO my_links (business_id, email, language, nonce, token_hash, created_at, expires_at)
     VALUES ($businessId, $email, $language, $nonce, $hash, $now, $expiresAt)
     RETURNING id`,
    {
      businessId,
      email,
      language,
      nonce,
      hash: hashToken(linkToken("my_link", nonce)),
      now,
      expiresAt: now + GOOD_FOR,
    },
  );
  if (!made) throw new Error("a link was not inserted");
  await Delivery.owe([{ businessId, kind: "my_link", myLinkId: made.id, dueAt: now }], now);
}

function gone(): never {
  throw new Gone("This link has been used or has expired");
}
