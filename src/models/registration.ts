// A business signs up: everything that makes it one, in one transaction.
import type { NoticeKind } from "../domain/deliveries.ts";
import { currencyIn } from "../currencies.ts";
import { freeSlug, slugOf } from "../domain/slug.ts";
import { type Instant, MINUTE, type Zone } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { AuditEntry } from "./audit-entry.ts";
import { BusinessProfile, type Profile } from "./business-profile.ts";
import { Contact } from "./contact.ts";
import { isPostgres, rows, transaction } from "./database.ts";
import { Notice } from "./notice.ts";
import { type NewPerson, Person, type SignIn } from "./person.ts";

export type Registering = {
  /** Who signs up: somebody new, or somebody who has an account. */
  person: NewPerson | (SignIn & { name: string });
  company: string;
  address: string;
  phone: string;
  email: string;
  zone: Zone;
  /** Made from the company's name where none was asked for. */
  slug?: string | undefined;
  notices?: readonly NoticeKind[] | undefined;
  profile?: Profile | undefined;
};
export type Registered = { id: number; slug: string; staffId: number; owner: SignIn };

/** Another business has this part of the address. */
export class SlugTaken extends Conflict {
  constructor() {
    super("Another business has this address already");
  }
}

const PRESSED_TWICE = MINUTE; // the same business registered again within this time is one form's

// Words that would look like a page of ours at the end of an address.
const RESERVED = new Set(
  `about account admin api app billing blog book booking business chat contact customers features
   forum help home holds invitations login logout mail my new operator password plainbook pricing
   privacy refer referrals register root security settings signup site staff status support system
   www`.split(/\s+/),
);

export function isReserved(slug: string): boolean {
  return RESERVED.has(slug);
}

export const Registration = {
  /**
   * The same form sent twice by somebody who has an account makes one business.
   * @throws SlugTaken (one that was asked for), AddressTaken
   */
  signUp(form: Registering, now: Instant): Promise<Registered> {
    return transaction(async () => {
      const { person } = form;
      const sent = "id" in person && (await sentBefore(person, form, now));
      if (sent) return sent;
      const owner = "id" in person ? person : await Person.add(person, now);
      const { id, slug } = await addBusiness(form, now);
      const staffId = await addOwner(id, { personId: owner.id, ...form }, now);
      const contact = { name: person.name, email: form.email };
      await Contact.set(id, "primary", contact);
      await Contact.set(id, "billing", contact);
      await Notice.choose(id, form.notices);
      if (form.profile) await BusinessProfile.set(id, form.profile);
      const actor = { kind: "staff", staffId } as const;
      await AuditEntry.write({ businessId: id, action: "business.registered" }, actor, now);
      return { id, slug, staffId, owner: { id: owner.id, signInVersion: owner.signInVersion } };
    });
  },
};

// One at a time for each person, so that the second of two sent at once finds the first's business.
async function sentBefore(
  { id, signInVersion }: SignIn,
  { company, address, slug }: Registering,
  now: Instant,
): Promise<Registered | undefined> {
  if (isPostgres) await rows("SELECT id FROM people WHERE id = $id FOR UPDATE", { id });
  const [made] = await rows<Omit<Registered, "owner">>(
    `SELECT b.id, b.slug, s.id AS "staffId"
     FROM businesses b JOIN staff s ON s.business_id = b.id
     WHERE s.person_id = $id AND s.role = 'owner' AND b.name = $company AND b.address = $address
       AND b.slug = COALESCE($slug, b.slug) AND b.created_at > $since
     ORDER BY b.id LIMIT 1`,
    { id, company, address, slug: slug ?? null, since: now - PRESSED_TWICE },
  );
  return made && { ...made, owner: { id, signInVersion } };
}

async function addBusiness(form: Registering, now: Instant): Promise<{ id: number; slug: string }> {
  if (form.slug) return (await insertBusiness(form.slug, form, now)) ?? takenSlug();
  // Between looking and inserting, somebody else may have been quicker.
  for (let tries = 0; tries < 5; tries++) {
    const made = await insertBusiness(await slugFor(form.company), form, now);
    if (made) return made;
  }
  return takenSlug();
}

function takenSlug(): never {
  throw new SlugTaken();
}

async function slugFor(company: string): Promise<string> {
  const slug = slugOf(company, "business");
  const alike = await rows<{ slug: string }>(
    "SELECT slug FROM businesses WHERE slug = $slug OR slug LIKE $slug || '-%'",
    { slug },
  );
  const taken = new Set(alike.map((row) => row.slug));
  return freeSlug(slug, (candidate) => taken.has(candidate) || isReserved(candidate));
}

async function insertBusiness(
  slug: string,
  { company, address, phone, email, zone }: Registering,
  now: Instant,
): Promise<{ id: number; slug: string } | undefined> {
  const [made] = await rows<{ id: number; slug: string }>(
    `INSERT INTO businesses (slug, name, address, phone, email, zone, currency, created_at)
     VALUES ($slug, $company, $address, $phone, $email, $zone, $currency, $now)
     ON CONFLICT (slug) DO NOTHING
     RETURNING id, slug`,
    { slug, company, address, phone, email, zone, currency: currencyIn(zone), now },
  );
  return made;
}

// Most who sign up take appointments themselves; the staff page says so and can be told otherwise.
async function addOwner(
  businessId: number,
  { personId, person, email }: Registering & { personId: number },
  now: Instant,
): Promise<number> {
  const [staff] = await rows<{ id: number }>(
    `INSERT INTO staff (business_id, person_id, role, name, email, bookable, created_at)
     VALUES ($businessId, $personId, 'owner', $name, $email, TRUE, $now)
     RETURNING id`,
    { businessId, personId, name: person.name, email, now },
  );
  if (!staff) throw new Error("the owner was not inserted");
  return staff.id;
}
