// All that is stored of a person who signs in, for herself; and the end of her account.
import type { Instant } from "../domain/time.ts";
import { Conflict } from "../errors.ts";
import { AuditEntry } from "./audit-entry.ts";
import { forgetTraces, isPostgres, rows, run, transaction } from "./database.ts";
import type { DataRow, PersonalData } from "./my-data.ts";
import { isLastOwner } from "./owners.ts";
import { type Column, readSchema, type Table } from "./schema.ts";
import type { Role } from "./staff.ts";

/** What stands where the name of somebody stood who has closed her account. */
export const FORMER_NAME = "A former member of staff";

/** Businesses would be left without anybody who decides. */
export class OwnerNeeded extends Conflict {
  readonly businesses: string[];
  constructor(businesses: string[]) {
    super("A business must have an owner who can sign in");
    this.businesses = businesses;
  }
}

/** What is a person's by the place where she works. */
const OF_HER_PLACES = new Set(["absences", "exceptions", "hours", "remote_calendars"]);
const HERS = "(SELECT id FROM staff WHERE person_id = $personId)";
const SECRET = /hash$|nonce|token|secret|^url$|^etag$|_version$/;

export const AccountData = {
  /** Rows by their tables: whatever refers to her, and what she does where she works. */
  async of(personId: number): Promise<PersonalData> {
    const data: PersonalData = {};
    for (const table of (await readSchema()).values()) {
      const hers = conditionOf(table);
      if (!hers) continue;
      const chosen = table.columns.filter(({ name }) => !SECRET.test(name));
      const list = chosen.map(({ name }) => expressionOf(name)).join(", ");
      const found = await rows<DataRow>(`SELECT ${list} FROM ${table.name} t WHERE ${hers}`, {
        personId,
      });
      data[table.name] = found.map((row) => readable(row, chosen));
    }
    return data;
  },

  /**
   * Ends her account everywhere: appointments stay with the businesses, without her name. All her
   * sessions end with it.
   * @throws OwnerNeeded
   */
  async close(personId: number, now: Instant): Promise<void> {
    await transaction(async () => {
      const places = await placesOf(personId);
      const alone: string[] = [];
      for (const place of places)
        if (!place.archived && (await isLastOwner(place))) alone.push(place.businessName);
      if (alone.length > 0) throw new OwnerNeeded(alone);
      for (const { id, businessId } of places) {
        await leave({ businessId, staffId: id }, now);
        const fact = { businessId, action: "staff.left", details: { staffId: id } };
        await AuditEntry.write(fact, { kind: "staff", staffId: id }, now);
      }
      await run("DELETE FROM people WHERE id = $personId", { personId });
    });
    await forgetTraces();
  },
};

function conditionOf({ name, references }: Table): string | undefined {
  if (name === "people") return "t.id = $personId";
  const column = references.find(({ to }) => to === "people")?.columns[0];
  if (column) return `t.${column} = $personId`;
  return OF_HER_PLACES.has(name) ? `t.staff_id IN ${HERS}` : undefined;
}

function expressionOf(name: string): string {
  if (name !== "business_id") return `t.${name}`;
  return `(SELECT b.name FROM businesses b WHERE b.id = t.business_id) AS business_id`;
}

function readable(row: DataRow, columns: readonly Column[]): DataRow {
  return Object.fromEntries(
    columns.map(({ name, type }) => {
      const value = row[name] ?? null;
      if (name === "business_id") return ["business", value];
      if (value === null) return [name, null];
      if (type === "flag") return [name, Boolean(value)];
      return [name, type === "instant" ? new Date(Number(value)).toISOString() : value];
    }),
  );
}

type Place = {
  id: number;
  businessId: number;
  businessName: string;
  role: Role;
  archived: boolean | 0 | 1;
};

// Nobody becomes or ceases to be an owner meanwhile. On SQLite writers take turns anyway.
async function placesOf(personId: number): Promise<Place[]> {
  const places = () =>
    rows<Place>(
      `SELECT s.id, s.business_id AS "businessId", b.name AS "businessName", s.role,
         s.archived_at IS NOT NULL AS archived
       FROM staff s JOIN businesses b ON b.id = s.business_id
       WHERE s.person_id = $personId ORDER BY s.business_id`,
      { personId },
    );
  if (!isPostgres) return places();
  for (const { businessId } of await places())
    await rows("SELECT id FROM businesses WHERE id = $businessId FOR NO KEY UPDATE", {
      businessId,
    });
  return places();
}

const LEAVING = [
  `UPDATE staff SET person_id = NULL, name = $former, email = NULL, bookable = FALSE,
     wants_agenda = FALSE, archived_at = COALESCE(archived_at, $now)
   WHERE business_id = $businessId AND id = $staffId`,
  `UPDATE absences SET note = ''
   WHERE business_id = $businessId AND staff_id = $staffId AND note <> ''`,
  "DELETE FROM remote_calendars WHERE business_id = $businessId AND staff_id = $staffId",
  "DELETE FROM calendar_feeds WHERE business_id = $businessId AND staff_id = $staffId",
  "DELETE FROM invitations WHERE business_id = $businessId AND staff_id = $staffId",
  // What is being sent is not written down when it is out: its lease is ended.
  `UPDATE deliveries SET state = 'skipped', reason = 'erased', finished_at = $now, claimed_at = NULL
   WHERE business_id = $businessId AND staff_id = $staffId AND state IN ('pending', 'sending')`,
  `UPDATE deliveries SET recipient = NULL, mail_subject = NULL, mail_text = NULL
   WHERE business_id = $businessId AND staff_id = $staffId AND mail_text IS NOT NULL`,
];

async function leave(place: { businessId: number; staffId: number }, now: Instant): Promise<void> {
  const bind: Record<string, unknown> = { ...place, now, former: FORMER_NAME };
  for (const statement of LEAVING) {
    const named = Object.entries(bind).filter(([name]) => statement.includes(`$${name}`));
    await run(statement, Object.fromEntries(named));
  }
}
