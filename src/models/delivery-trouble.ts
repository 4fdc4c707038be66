// Mails that tell staff of a connection with another program that has failed for long.
import { config } from "../../config/index.ts";
import type { SkipReason, TroubleMailKind } from "../domain/deliveries.ts";
import { DAY } from "../domain/time.ts";
import type { TroubleRow } from "./delivery-claim.ts";
import { insideUrl } from "../links.ts";
import { isPostgres } from "./database.ts";

/** The rows of deliveries, in SQL. @param delivery the columns every delivery has, of `d` and `b` */
export function troubleRows(delivery: string, among: string): string {
  return `SELECT ${delivery}, ${TROUBLES} AS troubles,
      d.created_at + ${DAY} AS deadline, s.name AS "recipientName",
      CASE WHEN s.archived_at IS NULL THEN COALESCE(s.email, pe.email) END AS address
    FROM deliveries d
    JOIN businesses b ON b.id = d.business_id
    JOIN staff s ON s.business_id = d.business_id AND s.id = d.staff_id
    LEFT JOIN people pe ON pe.id = s.person_id
    WHERE d.id ${among}`;
}

/** What is concerned by now, as a JSON list of texts, in SQL: of delivery `d` to staff `s`. */
const TROUBLES = `CASE d.kind WHEN 'webhook_off' THEN (
    SELECT ${listOf("w.url")} FROM webhooks w
    JOIN webhook_consents c ON c.business_id = w.business_id AND c.id = (
      SELECT MAX(l.id) FROM webhook_consents l
      WHERE l.business_id = w.business_id AND l.webhook_id = w.id)
    WHERE w.business_id = d.business_id AND c.ended_by = 'system')
  WHEN 'calendar_lost' THEN (
    SELECT ${listOf("r.name || ', of ' || o.name")} FROM remote_calendars r
    JOIN staff o ON o.business_id = r.business_id AND o.id = r.staff_id
    WHERE r.business_id = d.business_id AND r.told_at IS NOT NULL
      AND (s.role = 'owner' OR o.id = s.id)) END`;

/** Mended before the mail went out. */
export function troubleSkip(row: TroubleRow): SkipReason | undefined {
  if (namesIn(row).length === 0) return "superseded";
  return row.address ? undefined : "no address";
}

export function troubleParts(row: TroubleRow) {
  const { subject, path } = told[row.kind];
  return {
    subject: `${subject}: ${row.businessName}`,
    locals: {
      business: { name: row.businessName },
      staff: { name: row.recipientName },
      names: namesIn(row),
      postalAddress: config.postalAddress,
      url: insideUrl(row.slug, path),
    },
  };
}

const told: Record<TroubleMailKind, { subject: string; path: string }> = {
  webhook_off: { subject: "A webhook has been switched off", path: "integrations/webhooks" },
  calendar_lost: { subject: "A calendar cannot be read", path: "calendars" },
};

/** Of an address only the host: the rest may be a secret. */
function namesIn({ troubles }: TroubleRow): string[] {
  const texts = JSON.parse(troubles ?? "[]") as string[] | null;
  return (texts ?? []).map((text) => (URL.canParse(text) ? new URL(text).host : text));
}

function listOf(column: string): string {
  return isPostgres ? `CAST(json_agg(${column}) AS TEXT)` : `json_group_array(${column})`;
}
