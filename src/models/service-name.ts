// What services are called, and where their pages are.
import { randomBytes } from "node:crypto";
import { freeSlug, slugOf } from "../domain/slug.ts";
import { rows } from "./database.ts";
import { Refused } from "./set-up.ts";
import type { Raw } from "./table.ts";

export type NamedService = {
  id: number;
  name: string;
  slug: string;
  private: boolean;
  archived: boolean;
};

/** The services of a business but one; 0: all of them. */
export async function othersOf(businessId: number, serviceId: number): Promise<NamedService[]> {
  const others = await rows<Raw<NamedService>>(
    `SELECT id, name, slug, private, archived_at IS NOT NULL AS archived FROM services
     WHERE business_id = $businessId AND id <> $serviceId ORDER BY id`,
    { businessId, serviceId },
  );
  return others.map((other) => ({
    ...other,
    private: Boolean(other.private),
    archived: Boolean(other.archived),
  }));
}

/** The one in use that has this name. */
export function namesake(name: string, others: readonly NamedService[]): NamedService | undefined {
  const folded = name.toLowerCase();
  return others.find((other) => !other.archived && other.name.toLowerCase() === folded);
}

type Named = { name: string; slug: string; private: boolean };

/**
 * With a slug of its own: the one that was typed, or one made from the name. A private service's ends
 * in letters that nobody guesses.
 * @param before what is stored of it
 * @throws Refused for a name or a slug that another service has
 */
export function withSlug<T extends Named>(
  fields: T,
  others: readonly NamedService[],
  before?: Named,
): T {
  const { name } = fields;
  if (namesake(name, others))
    throw new Refused("name", "There is a service with this name already");
  const isTaken = (candidate: string) => others.some((other) => other.slug === candidate);
  const slug = fields.slug || before?.slug || freeSlug(slugOf(name, "service"), isTaken);
  if (fields.private) return { ...fields, slug: unguessable(slug, before) };
  if (isTaken(slug)) throw new Refused("slug", "Another service has this address");
  return { ...fields, slug };
}

const STEM = 43; // with 16 digits behind it still no longer than a slug may be

function unguessable(slug: string, before: Named | undefined): string {
  const known = before?.private ? before.slug : "";
  if (slug === known || known.startsWith(`${slug}-`)) return known;
  return `${slug.slice(0, STEM).replace(/-$/, "")}-${randomBytes(8).toString("hex")}`;
}
