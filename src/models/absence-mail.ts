// The mail that tells somebody what became of the time off she asked for.
import type { AbsenceMailKind, SkipReason } from "../domain/deliveries.ts";
import { DAY, dayNumber, formatInstant, type LocalDate } from "../domain/time.ts";
import { insideUrl } from "../links.ts";
import { render } from "../view.ts";
import type { AbsenceState } from "./absence.ts";
import type { Row } from "./delivery-claim.ts";
import { type Composed, written } from "./written-mail.ts";

export type AbsenceRow = Row & {
  kind: AbsenceMailKind;
  absenceId: number;
  from: LocalDate;
  to: LocalDate;
  state: AbsenceState;
  decidedBy: string | null;
  /** The business's notice to staff as it is now. 0 or 1 on SQLite. */
  enabled: boolean | number;
};

/** The rows of deliveries, in SQL. @param delivery the columns every delivery has, of `d` and `b` */
export function absenceRows(delivery: string, among: string): string {
  return `SELECT ${delivery}, a.id AS "absenceId", a.from_date AS "from", a.to_date AS "to", a.state,
      o.name AS "decidedBy", COALESCE(n.enabled, FALSE) AS enabled,
      d.created_at + ${DAY} AS deadline, s.name AS "recipientName",
      CASE WHEN s.archived_at IS NULL THEN COALESCE(s.email, p.email) END AS address
    FROM deliveries d
    JOIN businesses b ON b.id = d.business_id
    JOIN absence_mails m ON m.business_id = d.business_id AND m.delivery_id = d.id
    JOIN absences a ON a.business_id = m.business_id AND a.id = m.absence_id
    JOIN staff s ON s.business_id = d.business_id AND s.id = d.staff_id
    LEFT JOIN staff o ON o.business_id = a.business_id AND o.id = a.decided_by
    LEFT JOIN people p ON p.id = s.person_id
    LEFT JOIN notices n ON n.business_id = d.business_id AND n.kind = 'staff'
    WHERE d.id ${among}`;
}

/** Taken back meanwhile, she knows better than the mail would. */
export function absenceSkip({ enabled, state, address }: AbsenceRow): SkipReason | undefined {
  if (!enabled) return "turned off";
  if (state === "requested" || state === "withdrawn") return "withdrawn";
  return address ? undefined : "no address";
}

export function absenceMail(row: AbsenceRow): Composed {
  const { from, to, state, decidedBy, slug, absenceId } = row;
  const days = from === to ? dayIn(from) : `${dayIn(from)} to ${dayIn(to)}`;
  const locals = {
    business: { name: row.businessName },
    staff: { name: row.recipientName },
    days,
    granted: state === "granted",
    decidedBy,
    url: insideUrl(slug, `absences/${absenceId}`),
  };
  return written(row, {
    subject: `Time off ${state}: ${days}`,
    text: render("mail/absence.text", locals),
    body: render("mail/absence.html", locals),
  });
}

/** Monday, February 1, 2027 */
function dayIn(date: LocalDate): string {
  const { weekday, date: words } = formatInstant(dayNumber(date) * DAY, "UTC");
  return `${weekday}, ${words}`;
}
