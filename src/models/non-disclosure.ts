import { config } from "../../config/index.ts";
import { addDays, type Instant, isLocalDate, type LocalDate } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { isPostgres, rows, run, transaction } from "./database.ts";

/** The days an agreement names, both among those it is in force on. */
export type Agreed = { signedOn: LocalDate; endsOn: LocalDate };

/**
 * In SQL: whether the operator `o` has an agreement in force on the day `$today`. Asked at each of
 * her requests, so that it ends her work in the middle of a session, too.
 */
export const IN_FORCE = `EXISTS (SELECT 1 FROM non_disclosures n
  WHERE n.operator_id = o.id AND n.ended_at IS NULL
    AND n.signed_on <= $today AND n.ends_on >= $today)`;

/** The day by which agreements begin and end: UTC, for the company's people are anywhere. */
export function dayOf(now: Instant): LocalDate {
  return new Date(now).toISOString().slice(0, 10);
}

/** An operator's signed word that she tells nothing on (§2 of the statement). */
export const NonDisclosure = {
  /**
   * Notes what the operator has signed. It is in force from the day she signed it.
   * @throws Conflict for days that cannot be, nobody of this address, or one operator too many
   */
  async sign(email: string, { signedOn, endsOn }: Agreed, now: Instant): Promise<void> {
    const today = dayOf(now);
    if (!isLocalDate(signedOn) || !isLocalDate(endsOn))
      throw new Conflict("The days of an agreement are written as 2027-02-28");
    if (signedOn > today) throw new Conflict("An agreement is signed today or before");
    if (endsOn < today) throw new Conflict("This agreement has ended already");
    await transaction(async () => {
      // One at a time, so that two who sign at once do not both take the last place.
      if (isPostgres) await rows("SELECT id FROM operators ORDER BY id FOR UPDATE");
      await requirePlace(email, today);
      await note(email, { signedOn, endsOn }, now);
    });
  },

  /** Ends all that the operator has signed: from her next request on she is let in no more. */
  async end(email: string, now: Instant): Promise<number> {
    const end = `UPDATE non_disclosures SET ended_at = $now WHERE ended_at IS NULL
      AND operator_id = (SELECT id FROM operators WHERE email = $email)`;
    return transaction(() => run(end, { email: email.toLowerCase(), now }));
  },

  /**
   * For the demo, which production refuses: whoever has none in force signs for a year, however many
   * operators there are.
   */
  async keep(email: string, now: Instant): Promise<void> {
    const today = dayOf(now);
    const [found] = await rows(
      `SELECT o.id FROM operators o WHERE o.email = $email AND ${IN_FORCE}`,
      { email: email.toLowerCase(), today },
    );
    if (found) return;
    const agreed = { signedOn: today, endsOn: addDays(today, 365) };
    await transaction(() => note(email, agreed, now));
  },
};

/** Few people operate the service: who has an agreement keeps her place until it ends. */
async function requirePlace(email: string, today: LocalDate): Promise<void> {
  const [others] = await rows<{ count: number }>(
    `SELECT COUNT(*) AS count FROM operators o WHERE o.email <> $email AND ${IN_FORCE}`,
    { email: email.toLowerCase(), today },
  );
  if (Number(others?.count) >= config.operatorsMax)
    throw new Conflict(
      `OPERATORS_MAX: ${config.operatorsMax} operators have an agreement in force; end one first`,
    );
}

async function note(email: string, { signedOn, endsOn }: Agreed, now: Instant): Promise<void> {
  const noted = await run(
    `INSERT INTO non_disclosures (operator_id, signed_on, ends_on, created_at)
     SELECT id, $signedOn, $endsOn, $now FROM operators WHERE email = $email`,
    { email: email.toLowerCase(), signedOn, endsOn, now },
  );
  if (noted === 0) throw new Conflict("No operator has this address");
}
