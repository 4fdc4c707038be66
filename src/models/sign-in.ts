// Who is signed in where, and who was. A session lives in Redis; that it may go on stands here, by
// the hash of its id, so that it can be listed and ended from elsewhere.
import { keptFor } from "../domain/data-classes.ts";
import { addDays, DAY, type Instant, type LocalDate } from "../domain/time.ts";
import { utcDay } from "../domain/statistics.ts";
import type { Browser } from "../domain/visit.ts";
import { NotFound } from "../errors.ts";
import { rows, run, transaction } from "./database.ts";
import { toId } from "./id.ts";
import { oweNewSignIn } from "./security-owed.ts";

/** Where somebody signs in, as far as it is kept. */
export type Place = { region: string; browser: Browser };
export type SignInLine = Place & {
  id: number;
  at: Instant;
  /** UTC */
  seenDay: LocalDate;
  endedAt: Instant | null;
};
export type Known = {
  id: number;
  name: string;
  email: string;
  signInId: number;
  signedInAt: Instant;
};

/** However much a session is used: then the person signs in again (NIST SP 800-63B, section 2.1.3). */
export const LONGEST_SESSION = 30 * DAY;
const REMEMBERED = keptFor("sign_in");

export const SignIns = {
  /** Owes a mail to the person when region or browser are new for her. */
  begin(
    { personId, hash, region, browser }: Place & { personId: number; hash: string },
    now: Instant,
  ): Promise<void> {
    return transaction(async () => {
      const isNew = await isNewPlace({ personId, region, browser }, now);
      const [made] = await rows<{ id: number }>(
        `INSERT INTO sign_ins (person_id, session_hash, at, seen_day, region, browser)
         VALUES ($personId, $hash, $now, $day, $region, $browser) RETURNING id`,
        { personId, hash, now, day: utcDay(now), region, browser },
      );
      if (made && isNew) await oweNewSignIn(personId, made.id, now);
    });
  },

  /** Whose session it is, if it is still good. */
  async whose(
    session: { hash: string; personId: number; signInVersion: number },
    now: Instant,
  ): Promise<Known | undefined> {
    const day = utcDay(now);
    const [found] = await rows<Known & { seenDay: LocalDate }>(
      `SELECT p.id, p.name, p.email, s.id AS "signInId", s.at AS "signedInAt",
         s.seen_day AS "seenDay"
       FROM sign_ins s JOIN people p ON p.id = s.person_id
       WHERE s.session_hash = $hash AND s.ended_at IS NULL AND s.at > $since
         AND p.id = $personId AND p.sign_in_version = $signInVersion`,
      { ...session, since: now - LONGEST_SESSION },
    );
    if (!found) return undefined;
    const { seenDay, ...known } = found;
    if (seenDay !== day) await markSeen(known.signInId, day);
    return known;
  },

  /** Those that go on, the latest first; one whose browser has not come back for a day does not. */
  open(personId: number, now: Instant): Promise<SignInLine[]> {
    return rows<SignInLine>(
      `SELECT ${COLUMNS} FROM sign_ins
       WHERE person_id = $personId AND ended_at IS NULL AND seen_day >= $day AND at > $since
       ORDER BY at DESC, id DESC`,
      { personId, day: yesterday(now), since: now - LONGEST_SESSION },
    );
  },

  /** All of the last 90 days, the latest first. */
  history(
    personId: number,
    { limit, offset }: { limit: number; offset: number },
    now: Instant,
  ): Promise<SignInLine[]> {
    return rows<SignInLine>(
      `SELECT ${COLUMNS} FROM sign_ins WHERE person_id = $personId AND at > $since
       ORDER BY at DESC, id DESC LIMIT $limit OFFSET $offset`,
      { personId, since: now - REMEMBERED, limit, offset },
    );
  },

  /**
   * Ends one of the person's own. Twice is once.
   * @throws NotFound for nobody's and somebody else's alike
   */
  async end(personId: number, id: unknown, now: Instant): Promise<void> {
    const bind = { personId, id: toId(id), now };
    const ended = await transaction(() =>
      run(
        `UPDATE sign_ins SET ended_at = COALESCE(ended_at, CAST($now AS BIGINT))
         WHERE person_id = $personId AND id = $id`,
        bind,
      ),
    );
    if (ended === 0) throw new NotFound("sign-in");
  },

  /** Ends all of the person's but one. */
  async endOthers(personId: number, kept: number, now: Instant): Promise<void> {
    await transaction(() =>
      run(
        `UPDATE sign_ins SET ended_at = $now
         WHERE person_id = $personId AND id <> $kept AND ended_at IS NULL`,
        { personId, kept, now },
      ),
    );
  },

  /** Ends the one of this session, if there is one. */
  async endOf(hash: string, now: Instant): Promise<void> {
    const sql =
      "UPDATE sign_ins SET ended_at = $now WHERE session_hash = $hash AND ended_at IS NULL";
    await transaction(() => run(sql, { hash, now }));
  },

  /** Forgets those of more than 90 days ago, and writes down that those nobody came back to ended. */
  async sweep(now: Instant): Promise<void> {
    await transaction(async () => {
      await run("DELETE FROM sign_ins WHERE at < $before", { before: now - REMEMBERED });
      await run("UPDATE sign_ins SET ended_at = $now WHERE ended_at IS NULL AND seen_day < $day", {
        now,
        day: yesterday(now),
      });
    });
  },
};

/** Ends all of a person's, whose password is another now. Inside a transaction. */
export async function endAllSignIns(personId: number, now: Instant): Promise<void> {
  const sql =
    "UPDATE sign_ins SET ended_at = $now WHERE person_id = $personId AND ended_at IS NULL";
  await run(sql, { personId, now });
}

const COLUMNS = `id, at, seen_day AS "seenDay", region, browser, ended_at AS "endedAt"`;

// A new account's first sign-in is no news to whoever has just made it.
async function isNewPlace(place: Place & { personId: number }, now: Instant): Promise<boolean> {
  const [found] = await rows<{ same: number; others: number; createdAt: Instant }>(
    `SELECT p.created_at AS "createdAt", COUNT(s.id) AS others,
       COUNT(CASE WHEN s.region = $region AND s.browser = $browser THEN 1 END) AS same
     FROM people p LEFT JOIN sign_ins s ON s.person_id = p.id
     WHERE p.id = $personId GROUP BY p.id, p.created_at`,
    place,
  );
  if (!found || found.same > 0) return false;
  return found.others > 0 || found.createdAt < now - DAY;
}

// Once a day: nearer than that nobody needs to know, and most requests write nothing.
async function markSeen(id: number, day: LocalDate): Promise<void> {
  await transaction(() => run("UPDATE sign_ins SET seen_day = $day WHERE id = $id", { id, day }));
}

// A session ends by itself after half a day without a request.
function yesterday(now: Instant): LocalDate {
  return addDays(utcDay(now), -1);
}
