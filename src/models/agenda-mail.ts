// The mail that tells a provider of her day, from the state of things as it is sent.
import { AGENDA_PATIENCE, agendaOf } from "../domain/agenda.ts";
import type { AgendaMailKind, SkipReason } from "../domain/deliveries.ts";
import type { Status } from "../domain/status.ts";
import { DAY, dayNumber, formatInstant, type Instant, type LocalDate } from "../domain/time.ts";
import { english } from "../language.ts";
import { insideUrl, workspaceUrl } from "../links.ts";
import { render } from "../view.ts";
import { addedTo } from "./addon.ts";
import { momentIn } from "./appointment-mail.ts";
import type { Row } from "./delivery-claim.ts";
import { LOCATION_NAME } from "./location.ts";
import { type Composed, written } from "./written-mail.ts";

/** An appointment of the provider: of that day, or one that waits for her answer. */
export type AgendaLine = {
  deliveryId: number;
  appointmentId: number;
  startsAt: Instant;
  endsAt: Instant;
  zone: string;
  status: Status;
  comingAt: Instant | null;
  people: number;
  serviceName: string;
  /** "Beard trim, Hot towel" */
  addons: string | null;
  customerName: string;
  customerPhone: string | null;
  /** The customer left a note; staff keep one in red. 0 or 1 on SQLite. */
  noted: boolean | number;
  alerted: boolean | number;
  /** Null where the business has but one. */
  locationName: string | null;
  /** "Room 2, Laser" */
  resources: string | null;
};

export type AgendaMail = Row & {
  kind: AgendaMailKind;
  date: LocalDate;
  /** The business sends it and she wants it. 0 or 1 on SQLite. */
  enabled: boolean | number;
};
export type AgendaRow = AgendaMail & { lines: AgendaLine[] };

/** The rows of deliveries, in SQL. @param delivery the columns every delivery has, of `d` and `b` */
export function agendaRows(delivery: string, among: string): string {
  return `SELECT ${delivery}, d.agenda_date AS date,
      COALESCE(n.enabled, FALSE) AND s.wants_agenda AS enabled,
      d.created_at + ${AGENDA_PATIENCE} AS deadline, s.name AS "recipientName",
      CASE WHEN s.archived_at IS NULL THEN COALESCE(s.email, p.email) END AS address
    FROM deliveries d
    JOIN businesses b ON b.id = d.business_id
    JOIN staff s ON s.business_id = d.business_id AND s.id = d.staff_id
    LEFT JOIN people p ON p.id = s.person_id
    LEFT JOIN notices n ON n.business_id = d.business_id AND n.kind = 'agenda'
    WHERE d.id ${among}`;
}

/** What they are made of, in order. The day itself is told by each appointment's own clock. */
export function agendaLines(among: string): string {
  return `SELECT d.id AS "deliveryId", a.id AS "appointmentId", a.starts_at AS "startsAt",
      a.ends_at AS "endsAt", a.zone, a.status, a.coming_at AS "comingAt", a.people,
      v.name AS "serviceName", ${addedTo("a")} AS addons,
      c.name AS "customerName", COALESCE(a.phone, c.phone) AS "customerPhone",
      a.note <> '' AS noted, c.alert <> '' AS alerted,
      ${LOCATION_NAME} AS "locationName",
      (SELECT string_agg(r.name, ', ' ORDER BY r.name) FROM allocations t
       JOIN resources r ON r.business_id = t.business_id AND r.id = t.resource_id
       WHERE t.business_id = a.business_id AND t.appointment_id = a.id) AS resources
    FROM deliveries d
    JOIN appointments a ON a.business_id = d.business_id AND a.staff_id = d.staff_id
    JOIN services v ON v.business_id = a.business_id AND v.id = a.service_id
    JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
    WHERE d.id ${among}
      AND ((a.starts_at BETWEEN d.created_at - ${2 * DAY} AND d.created_at + ${2 * DAY}
          AND a.status IN ('requested', 'confirmed', 'arrived', 'completed'))
        OR (a.status = 'requested' AND a.starts_at > d.created_at))
    ORDER BY a.starts_at, a.id`;
}

export function withLines(mails: readonly AgendaMail[], lines: readonly AgendaLine[]): AgendaRow[] {
  const byMail = Map.groupBy(lines, ({ deliveryId }) => deliveryId);
  return mails.map((mail) => ({ ...mail, lines: byMail.get(mail.id) ?? [] }));
}

export function agendaSkip(mail: AgendaRow, now: Instant): SkipReason | undefined {
  if (!mail.enabled) return "turned off";
  if (agendaOf(mail.lines, mail.date).today.length === 0) return "empty";
  if (mail.deadline <= now) return "too late";
  return mail.address ? undefined : "no address";
}

export function agendaMail(row: AgendaRow): Composed {
  const { slug, date } = row;
  const { today, waiting } = agendaOf(row.lines, date);
  const day = dayIn(date);
  const count = `${today.length} ${today.length === 1 ? "appointment" : "appointments"}`;
  const locals = {
    business: { name: row.businessName },
    staff: { name: row.recipientName },
    day,
    count,
    today: today.map((line) => shown(line, slug)),
    waiting: waiting.slice(0, MOST_WAITING).map((line) => shown(line, slug)),
    more: Math.max(0, waiting.length - MOST_WAITING),
    url: insideUrl(slug, `appointments?view=agenda&date=${date}`),
    settingUrl: insideUrl(slug, "agendas"),
  };
  return written(row, {
    subject: `${day}: ${count}, ${row.businessName}`,
    text: render("mail/agenda.text", locals),
    body: render("mail/agenda.html", locals),
  });
}

const MOST_WAITING = 10;

function shown(line: AgendaLine, slug: string) {
  const [when, end] = [line.startsAt, line.endsAt].map((at) => momentIn(line, at, english));
  return {
    ...line,
    when,
    until: end?.date === when?.date ? end?.time : `${end?.time} (${end?.weekday})`,
    what: [line.serviceName, line.addons].filter(Boolean).join(", "),
    where: [line.locationName, line.resources].filter(Boolean).join(", "),
    asked: line.status === "requested",
    signs: [
      line.comingAt !== null && "has said: I will come",
      line.people > 1 && `${line.people} people`,
      line.alerted && "an alert is on the customer’s page",
      line.noted && "with a note, which is on its page",
    ].filter((sign) => typeof sign === "string"),
    url: workspaceUrl(slug, line.appointmentId),
  };
}

/** Monday, February 1, 2027 */
function dayIn(date: LocalDate): string {
  const { weekday, date: words } = formatInstant(dayNumber(date) * DAY, "UTC");
  return `${weekday}, ${words}`;
}
