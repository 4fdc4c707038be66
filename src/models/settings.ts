// What the owner says of the business itself, its contacts included.
import { UniqueConstraintError } from "sequelize";
import type { Instant } from "../domain/time.ts";
import { type Actor, AuditEntry } from "./audit-entry.ts";
import { Business, type BusinessSettings } from "./business.ts";
import { Contact } from "./contact.ts";
import { run } from "./database.ts";
import { requireWays } from "./place-change.ts";
import { inTurn, isChange, Refused } from "./set-up.ts";

export type SettingsFields = Required<BusinessSettings> & {
  primaryName: string;
  primaryEmail: string;
  billingName: string;
  billingEmail: string;
};

export const Settings = {
  async of(business: Business): Promise<SettingsFields> {
    const { name, slug, address, phone, email, zone, currency, language } = business;
    const { primary, billing } = await Contact.allFor(business.id);
    return {
      name,
      slug,
      address,
      phone,
      email,
      zone,
      currency,
      language,
      otherLanguages: Boolean(business.otherLanguages),
      bookingsOpen: Boolean(business.bookingsOpen),
      approveFirst: Boolean(business.approveFirst),
      confirmFirstEmail: Boolean(business.confirmFirstEmail),
      primaryName: primary?.name ?? "",
      primaryEmail: primary?.email ?? "",
      billingName: billing?.name ?? "",
      billingEmail: billing?.email ?? "",
    };
  },

  /**
   * A new zone moves no appointment: its instant stands, and from now on it is told in the new zone.
   * @param seen the edition of the settings the owner changed
   * @throws ChangedMeanwhile; Refused for a slug another business has, and for a zone in which
   * somebody would be at two places at once
   */
  change(
    business: Business,
    wanted: SettingsFields,
    seen: string,
    actor: Actor,
    now: Instant,
  ): Promise<void> {
    return inTurn(business, async () => {
      const stored = await Settings.of(await business.reload());
      if (!isChange(stored, wanted, seen)) return;
      await store(business.id, wanted);
      if (wanted.zone !== stored.zone) {
        await tellInZone(business.id, wanted.zone, now);
        await requireWays(business, "zone", now);
      }
      const details = { zone: wanted.zone !== stored.zone, open: wanted.bookingsOpen };
      const fact = { businessId: business.id, action: "settings.changed", details };
      await AuditEntry.write(fact, actor, now);
    });
  },
};

async function store(businessId: number, wanted: SettingsFields): Promise<void> {
  const { primaryName, primaryEmail, billingName, billingEmail, ...columns } = wanted;
  try {
    await Business.update(columns, { where: { id: businessId } });
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error;
    throw new Refused("slug", "Another business has this address");
  }
  await Contact.set(businessId, "primary", { name: primaryName, email: primaryEmail });
  await Contact.set(businessId, "billing", { name: billingName, email: billingEmail });
}

function tellInZone(businessId: number, zone: string, now: Instant): Promise<number> {
  return run(
    `UPDATE appointments SET zone = $zone
     WHERE business_id = $businessId AND ends_at > $now AND zone <> $zone
       AND location_id IN (SELECT id FROM locations WHERE business_id = $businessId AND zone IS NULL)`,
    { businessId, zone, now },
  );
}
