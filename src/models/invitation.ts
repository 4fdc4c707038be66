import { UniqueConstraintError } from "sequelize";
import { DAY, type Instant, MINUTE } from "../domain/time.ts";
import { Conflict, Gone } from "../errors.ts";
import { linkToken } from "../links.ts";
import { hashToken, newToken } from "../secrets.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import type { Business } from "./business.ts";
import { rows, run, transaction } from "./database.ts";
import { Delivery } from "./delivery.ts";
import { decidesAboutOwners, OWNERS_ONLY } from "./owners.ts";
import { Person, type SignIn } from "./person.ts";
import { inTurn } from "./set-up.ts";
import { Staff } from "./staff.ts";

export type OpenInvitation = {
  email: string;
  /** As the business calls the one it invites. */
  staffName: string;
  businessName: string;
  slug: string;
  /** Whoever signs in with this address already. */
  account: { id: number; passwordHash: string | null } | null;
};
export type Accepting = SignIn | { name: string; passwordHash: string };
export type Pending = { email: string; expiresAt: Instant };

const GOOD_FOR = 7 * DAY;
const MOST_A_DAY = 50; // of one business: each is a mail to somebody who did not ask for it
const SAME_PRESS = MINUTE;

/** A business asks one of its staff to sign in, by a one-time link. */
export const Invitation = {
  /**
   * Owes the mail. A link sent before stops working; asked twice within a minute, one is sent.
   * @throws NotFound for somebody else's staff, Conflict for somebody who signs in already or has
   * left, for owners unless by an owner, and for more invitations than a business has people
   */
  invite(
    business: Business,
    staffId: unknown,
    email: string,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    return inTurn(business, async () => {
      const staff = await Staff.find(business, staffId);
      if (staff.personId !== null) throw new Conflict(`${staff.name} can sign in already`);
      if (staff.archivedAt !== null)
        throw new Conflict(`${staff.name} does not work here any more`);
      if (staff.role === "owner" && !(await decidesAboutOwners(actor, business.id)))
        throw new Conflict(OWNERS_ONLY);
      const address = email.toLowerCase();
      const asked = { businessId: business.id, staffId: staff.id, email: address };
      if (await wasJustInvited(asked, now)) return;
      await requireFewer(business.id, now);
      await endEarlier(asked, now);
      await make(asked, now);
      const { id } = staff;
      const fact = { businessId: business.id, action: "staff.invited", details: { staffId: id } };
      await AuditEntry.write(fact, actor, now);
    });
  },

  /** Invitations of a business that can still be accepted, by the staff's id. */
  async pendingFor(businessId: number, now: Instant): Promise<Map<number, Pending>> {
    const pending = await rows<Pending & { staffId: number }>(
      `SELECT staff_id AS "staffId", email, expires_at AS "expiresAt" FROM invitations
       WHERE business_id = $businessId AND accepted_at IS NULL AND expires_at > $now`,
      { businessId, now },
    );
    return new Map(pending.map(({ staffId, ...rest }) => [staffId, rest]));
  },

  /** @throws Gone for a link that was used, has expired or never was */
  async open(token: string, now: Instant): Promise<OpenInvitation> {
    const [found] = await rows<
      Omit<OpenInvitation, "account"> & { personId: number | null; passwordHash: string | null }
    >(OPEN, { hash: hashToken(token), now });
    if (!found) return gone();
    const { personId, passwordHash, ...rest } = found;
    return { ...rest, account: personId === null ? null : { id: personId, passwordHash } };
  },

  /**
   * Accepts it, once: as somebody with an account, or with a new account for the invited address.
   * @throws Gone, AddressTaken, Conflict (that person works for the business already)
   */
  accept(token: string, who: Accepting, now: Instant): Promise<SignIn> {
    return transaction(async () => {
      const invited = await take(token, now);
      const person = "id" in who ? who : await Person.add({ ...who, email: invited.email }, now);
      await join(invited, person.id);
      const { businessId, staffId } = invited;
      const fact = { businessId, action: "staff.joined", details: { staffId } };
      await AuditEntry.write(fact, { kind: "staff", staffId }, now);
      return { id: person.id, signInVersion: person.signInVersion };
    });
  },
};

type Invited = { businessId: number; staffId: number; email: string };

async function wasJustInvited(
  { businessId, staffId, email }: Invited,
  now: Instant,
): Promise<boolean> {
  const found = await rows<{ id: number }>(
    `SELECT id FROM invitations
     WHERE business_id = $businessId AND staff_id = $staffId AND email = $email
       AND accepted_at IS NULL AND expires_at > $now AND created_at > $since`,
    { businessId, staffId, email, now, since: now - SAME_PRESS },
  );
  return found.length > 0;
}

async function requireFewer(businessId: number, now: Instant): Promise<void> {
  const [sent] = await rows<{ count: number }>(
    `SELECT COUNT(*) AS count FROM invitations
     WHERE business_id = $businessId AND created_at > $since`,
    { businessId, since: now - DAY },
  );
  if (Number(sent?.count) >= MOST_A_DAY)
    throw new Conflict(`${MOST_A_DAY} invitations a day are the most; try again tomorrow`);
}

async function endEarlier({ businessId, staffId }: Invited, now: Instant): Promise<void> {
  await run(
    `UPDATE invitations SET expires_at = $now
     WHERE business_id = $businessId AND staff_id = $staffId
       AND accepted_at IS NULL AND expires_at > $now`,
    { businessId, staffId, now },
  );
}

async function make(invited: Invited, now: Instant): Promise<void> {
  const { businessId, staffId } = invited;
  const nonce = newToken();
  const [made] = await rows<{ id: number }>(
    `INSERT INTO invitations
       (business_id, staff_id, email, nonce, token_hash, created_at, expires_at)
     VALUES ($businessId, $staffId, $email, $nonce, $hash, $now, $expiresAt)
     RETURNING id`,
    {
      ...invited,
      nonce,
      hash: hashToken(linkToken("invitation", nonce)),
      now,
      expiresAt: now + GOOD_FOR,
    },
  );
  if (!made) throw new Error("an invitation was not inserted");
  const owed = { businessId, staffId, kind: "invitation", invitationId: made.id } as const;
  await Delivery.owe([{ ...owed, dueAt: now }], now);
}

const OPEN = `SELECT i.email, s.name AS "staffName", b.name AS "businessName", b.slug,
    p.id AS "personId", p.password_hash AS "passwordHash"
  FROM invitations i
  JOIN staff s ON s.business_id = i.business_id AND s.id = i.staff_id
  JOIN businesses b ON b.id = i.business_id
  LEFT JOIN people p ON p.email = i.email
  WHERE i.token_hash = $hash AND i.accepted_at IS NULL AND i.expires_at > $now
    AND s.person_id IS NULL AND s.archived_at IS NULL`;

async function take(token: string, now: Instant): Promise<Invited> {
  const [taken] = await rows<Invited>(
    `UPDATE invitations SET accepted_at = $now
     WHERE token_hash = $hash AND accepted_at IS NULL AND expires_at > $now
     RETURNING business_id AS "businessId", staff_id AS "staffId", email`,
    { hash: hashToken(token), now },
  );
  return taken ?? gone();
}

async function join({ businessId, staffId, email }: Invited, personId: number): Promise<void> {
  if (await Staff.memberOf(businessId, personId)) return alreadyThere();
  // Somebody who had left and is invited anew signs in as the new one.
  await run(
    `UPDATE staff SET person_id = NULL
     WHERE business_id = $businessId AND person_id = $personId AND archived_at IS NOT NULL`,
    { businessId, personId },
  );
  const joined = await run(
    `UPDATE staff SET person_id = $personId, email = COALESCE(email, $email)
     WHERE business_id = $businessId AND id = $staffId
       AND person_id IS NULL AND archived_at IS NULL`,
    { businessId, staffId, personId, email },
  ).catch((error: unknown) => {
    // Two invitations accepted at once: the other one came first.
    if (error instanceof UniqueConstraintError) return alreadyThere();
    throw error;
  });
  if (joined === 0) gone();
}

function alreadyThere(): never {
  throw new Conflict("You work for this business already");
}

function gone(): never {
  throw new Gone("This invitation has been used or has expired");
}
