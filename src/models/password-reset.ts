import { DAY, type Instant } from "../domain/time.ts";
import { Gone } from "../errors.ts";
import { linkToken } from "../links.ts";
import { hashToken, newToken } from "../secrets.ts";
import { isPostgres, rows, run, transaction } from "./database.ts";
import { Delivery } from "./delivery.ts";
import { Person, type SignIn } from "./person.ts";

export type OpenReset = { personId: number; name: string; email: string };

const HOUR = DAY / 24;
const GOOD_FOR = HOUR;
// Whoever asks for more of somebody else's account only fills a mailbox.
const MOST_AN_HOUR = 4;

/** A one-time link by which a person chooses a new password. */
export const PasswordReset = {
  /** Owes the mail to the person with this address; does nothing, quietly, if there is none. */
  async request(email: string, now: Instant): Promise<void> {
    const [person] = await rows<Asking>(PERSON, { email: email.toLowerCase() });
    if (!person) return;
    await transaction(async () => {
      // One at a time, so that asking ten times at once is asking ten times.
      if (isPostgres) await rows("SELECT id FROM people WHERE id = $id FOR UPDATE", person);
      if ((await recentOf(person, now)) < MOST_AN_HOUR) await make(person, now);
    });
  },

  /** @throws Gone for a link that was used, has expired or never was */
  async open(token: string, now: Instant): Promise<OpenReset> {
    const [found] = await rows<OpenReset>(
      `SELECT p.id AS "personId", p.name, p.email
       FROM password_resets r JOIN people p ON p.id = r.person_id
       WHERE r.token_hash = $hash AND r.used_at IS NULL AND r.expires_at > $now`,
      { hash: hashToken(token), now },
    );
    return found ?? gone();
  },

  /**
   * Sets the password, once; other links of the same person are worthless from then on.
   * @throws Gone for a link that was used, has expired or never was
   */
  use(token: string, passwordHash: string, now: Instant): Promise<SignIn> {
    return transaction(async () => {
      const [used] = await rows<{ personId: number }>(
        `UPDATE password_resets SET used_at = $now
         WHERE token_hash = $hash AND used_at IS NULL AND expires_at > $now
         RETURNING person_id AS "personId"`,
        { hash: hashToken(token), now },
      );
      if (!used) return gone();
      await run(
        `UPDATE password_resets SET used_at = $now
         WHERE person_id = $personId AND used_at IS NULL`,
        { personId: used.personId, now },
      );
      return Person.choosePassword(used.personId, passwordHash, now);
    });
  },
};

type Asking = { id: number; businessId: number };

// The mail goes out on behalf of one of the person's businesses; which one does not show in it.
const PERSON = `SELECT p.id,
    (SELECT s.business_id FROM staff s WHERE s.person_id = p.id
     ORDER BY s.archived_at IS NOT NULL, s.id LIMIT 1) AS "businessId"
  FROM people p
  WHERE p.email = $email AND EXISTS (SELECT 1 FROM staff s WHERE s.person_id = p.id)`;

async function recentOf({ id }: Asking, now: Instant): Promise<number> {
  const [found] = await rows<{ count: number }>(
    `SELECT COUNT(*) AS count FROM password_resets
     WHERE person_id = $id AND created_at > $since`,
    { id, since: now - HOUR },
  );
  return found?.count ?? 0;
}

async function make({ id: personId, businessId }: Asking, now: Instant): Promise<void> {
  const nonce = newToken();
  const [made] = await rows<{ id: number }>(
    `INSERT INTO password_resets
       (business_id, person_id, nonce, token_hash, created_at, expires_at)
     VALUES ($businessId, $personId, $nonce, $hash, $now, $expiresAt)
     RETURNING id`,
    {
      businessId,
      personId,
      nonce,
      hash: hashToken(linkToken("password_reset", nonce)),
      now,
      expiresAt: now + GOOD_FOR,
    },
  );
  if (!made) throw new Error("a password reset was not inserted");
  await Delivery.owe(
    [{ businessId, kind: "password_reset", passwordResetId: made.id, dueAt: now }],
    now,
  );
}

function gone(): never {
  throw new Gone("This link has been used or has expired");
}
