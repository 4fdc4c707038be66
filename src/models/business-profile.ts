import { isPostgres, rows, run, sequelize, transaction } from "./database.ts";

export type Profile = { revenue: string | null; headcount: string | null; industry: string | null };

/** What a business may tell about itself but need not (privacy statement, section 1). */
export const BusinessProfile = {
  async of(businessId: number): Promise<Profile | undefined> {
    const [profile] = await rows<Profile>(
      `SELECT revenue, headcount, industry FROM business_profiles
       WHERE business_id = $businessId`,
      { businessId },
    );
    return profile;
  },

  /** Of the businesses somebody owns, those that told something. */
  ownedBy(personId: number): Promise<Array<Profile & { businessId: number; name: string }>> {
    return rows(
      `SELECT b.id AS "businessId", b.name, p.revenue, p.headcount, p.industry
       FROM staff s
       JOIN businesses b ON b.id = s.business_id
       JOIN business_profiles p ON p.business_id = s.business_id
       WHERE s.person_id = $personId AND s.role = 'owner' AND s.archived_at IS NULL
       ORDER BY b.name, b.id`,
      { personId },
    );
  },

  /** Keeps what was told; a business that told nothing has no row. */
  async set(businessId: number, profile: Profile): Promise<void> {
    if (!Object.values(profile).some(Boolean)) return BusinessProfile.remove(businessId);
    const upsert = `INSERT INTO business_profiles (business_id, revenue, headcount, industry)
      VALUES ($businessId, $revenue, $headcount, $industry)
      ON CONFLICT (business_id) DO UPDATE SET revenue = excluded.revenue,
        headcount = excluded.headcount, industry = excluded.industry`;
    const { revenue, headcount, industry } = profile;
    await transaction(() => run(upsert, { businessId, revenue, headcount, industry }));
  },

  /** Leaves nothing of it, not even in the database's files where those are ours (SQLite). */
  async remove(businessId: number): Promise<void> {
    const removal = "DELETE FROM business_profiles WHERE business_id = $businessId";
    const removed = await transaction(() => run(removal, { businessId }));
    if (removed > 0) await emptyWriteAheadLog();
  },
};

// `secure_delete` has overwritten the row, but older pages are in the log until it is emptied.
async function emptyWriteAheadLog(): Promise<void> {
  if (!isPostgres) await sequelize.query("PRAGMA wal_checkpoint(TRUNCATE)");
}
