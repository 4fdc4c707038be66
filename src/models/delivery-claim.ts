// Taking a delivery so that nobody else does, with all its mail is made of, and writing down how it
// ended. Many go at once, so both are done for several rows together.
import type { AppointmentMailKind, DeliveryState, TroubleMailKind } from "../domain/deliveries.ts";
import type { Status } from "../domain/status.ts";
import type { Instant, Zone } from "../domain/time.ts";
import { together } from "../together.ts";
import { addedTo } from "./addon.ts";
import { type AccountRow, accountRows } from "./account-mail.ts";
import { type AbsenceRow, absenceRows } from "./absence-mail.ts";
import {
  type AgendaLine,
  agendaLines,
  type AgendaMail,
  type AgendaRow,
  agendaRows,
  withLines,
} from "./agenda-mail.ts";
import { isPostgres, rows, run, transaction } from "./database.ts";
import { SECURITY_KINDS, type SecurityRow, securityRows } from "./security-mail.ts";
import { troubleRows } from "./delivery-trouble.ts";
import { asTold, LIST, type Listed } from "./delivery-list.ts";
import { patiently } from "./patience.ts";
import { type WaitingRow, waitingRows } from "./waiting-mail.ts";

/** What is known of every delivery. */
export type Row = {
  id: number;
  sequence: number;
  tries: number;
  createdAt: Instant;
  claimedAt: Instant;
  /** When it is no longer worth trying. */
  deadline: Instant;
  slug: string;
  businessName: string;
  businessEmail: string;
  /** Where the business has its own instead of the usual ones. */
  senderName: string | null;
  replyTo: string | null;
  recipientName: string;
  address: string | null;
};

export type AppointmentRow = Row & {
  kind: AppointmentMailKind;
  businessAddress: string;
  businessPhone: string;
  currency: string;
  /** 0 or 1 on SQLite. */
  enabled: boolean | number;
  appointmentId: number;
  startsAt: Instant;
  endsAt: Instant;
  zone: Zone;
  status: Status;
  /** When the customer said that she will come at this time. */
  comingAt: Instant | null;
  /** Hundredths. */
  price: number | null;
  /** The customer left one. 0 or 1 on SQLite. */
  noted: boolean | number;
  uid: string;
  appointmentSequence: number;
  /** What the customer booked in, if she did it herself. */
  language: string | null;
  businessLanguage: string;
  /** 0 or 1 on SQLite. */
  otherLanguages: boolean | number;
  tokenHash: string;
  /** How many come, and the names of what was added to the service. */
  people: number;
  addons: string | null;
  serviceName: string;
  providerName: string;
  customerName: string;
  customerPhone: string | null;
  /** A mail to the customer's address came back. 0 or 1 on SQLite. */
  bounced: boolean | number;
  /** The business's own words for this mail in its language; both or none. */
  ownSubject: string | null;
  ownText: string | null;
  /** The start and the provider the recipient was told last, where this tells of a move. */
  startBefore: Instant | null;
  providerBefore: string | null;
  /** 0 or 1 on SQLite. */
  concerned: boolean | number;
  /** What it tells of, in order, where that is more than one; JSON as it is read. */
  list: string | null;
  occurrences: Listed[];
};

export type TroubleRow = Row & {
  kind: TroubleMailKind;
  /** What is concerned by now: a JSON list of texts, or nothing. */
  troubles: string | null;
};

/** A delivery that is this process's to send, with the state of things as it was taken. */
export type Claimed =
  | AppointmentRow
  | AccountRow
  | WaitingRow
  | AgendaRow
  | AbsenceRow
  | SecurityRow
  | TroubleRow;

export type Outcome = {
  state: DeliveryState;
  reason: string | null;
  finishedAt: Instant | null;
  /** When it is tried again. */
  dueAt?: Instant;
  recipient?: string;
  subject?: string;
  text?: string;
};

/** Undefined when it is not due, has gone, or somebody else has it. */
export const claimDelivery = together(claimAll);

/** Writes down how it ended; waits a little for a database that is away, since the mail is sent. */
export function finishDelivery(ended: Ended): Promise<void> {
  return patiently(() => finish(ended));
}

type Ended = Outcome & { id: number; claimedAt: Instant };

const finish = together(finishAll);

async function claimAll(asked: Array<{ id: number; now: Instant }>) {
  const ids = new Set(asked.map(({ id }) => id).filter(Number.isSafeInteger));
  if (ids.size === 0) return asked.map(() => undefined);
  const now = Math.max(...asked.map((one) => one.now));
  const claimed = await transaction(() => take([...ids], now));
  return asked.map(({ id }) => {
    const row = claimed.get(id);
    claimed.delete(id); // two bells for one row: only one of them gets it
    return row;
  });
}

type About = "appointment" | "account" | "waiting" | "agenda" | "absence" | "security" | "trouble";

async function take(ids: number[], now: Instant): Promise<Map<number, Claimed>> {
  const taken = await rows<{ id: number; about: About }>(TAKE, { ids: listed(ids), now });
  const of = (about: About) => taken.filter((row) => row.about === about).map(({ id }) => id);
  const found = [
    ...(await projection<AppointmentRow>(APPOINTMENT_ROWS, of("appointment"))).map(asTold),
    ...(await projection<AccountRow>(ACCOUNT_ROWS, of("account"))),
    ...(await projection<WaitingRow>(WAITING_ROWS, of("waiting"))),
    ...(await agendas(of("agenda"))),
    ...(await projection<AbsenceRow>(ABSENCE_ROWS, of("absence"))),
    ...(await projection<SecurityRow>(SECURITY_ROWS, of("security"))),
    ...(await projection<TroubleRow>(TROUBLE_ROWS, of("trouble"))),
  ];
  return new Map(found.map((row) => [row.id, row]));
}

function projection<T extends object>(select: string, ids: number[]): Promise<T[]> {
  return ids.length === 0 ? Promise.resolve([]) : rows<T>(select, { ids: listed(ids) });
}

async function agendas(ids: number[]): Promise<AgendaRow[]> {
  const mails = await projection<AgendaMail>(AGENDA_ROWS, ids);
  return withLines(mails, await projection<AgendaLine>(AGENDA_LINES, ids));
}

// However many ids there are, the statement's text stays the same, and so it stays prepared.
const AMONG = isPostgres
  ? "= ANY (CAST($ids AS INTEGER[]))"
  : "IN (SELECT value FROM json_each($ids))";

function listed(ids: number[]): unknown {
  return isPostgres ? ids : JSON.stringify(ids);
}

// Whoever holds a row is changing it; waiting for several in turn would end in deadlocks.
const UNLOCKED = isPostgres
  ? `= ANY (ARRAY (SELECT id FROM deliveries WHERE id ${AMONG} FOR UPDATE SKIP LOCKED))`
  : AMONG;

const TAKE = `UPDATE deliveries SET state = 'sending', claimed_at = $now, tries = tries + 1
  WHERE id ${UNLOCKED} AND state = 'pending' AND due_at <= $now
  RETURNING id, CASE WHEN appointment_id IS NOT NULL THEN 'appointment'
    WHEN kind IN ('waiting_joined', 'waiting_offer') THEN 'waiting'
    WHEN kind IN ('agenda', 'absence') THEN kind
    WHEN kind IN (${SECURITY_KINDS}) THEN 'security'
    WHEN kind IN ('webhook_off', 'calendar_lost') THEN 'trouble' ELSE 'account' END AS about`;

const DELIVERY = `d.id, d.kind, d.sequence, d.tries, d.created_at AS "createdAt",
  d.claimed_at AS "claimedAt", b.slug, b.name AS "businessName", b.email AS "businessEmail",
  b.sender_name AS "senderName", b.reply_to AS "replyTo"`;

// The first move since the recipient was last told of the appointment, if there was one.
const MOVE = `SELECT e.id FROM audit_entries e
  WHERE d.kind IN ('change', 'staff_changed') AND e.business_id = d.business_id
    AND e.appointment_id = d.appointment_id AND e.action = 'appointment.moved'
    AND e.at >= COALESCE((SELECT MAX(t.finished_at) FROM deliveries t
      WHERE t.business_id = d.business_id AND t.appointment_id = d.appointment_id
        AND COALESCE(t.staff_id, 0) = COALESCE(d.staff_id, 0)
        AND t.state IN ('sent', 'unknown')), 0)
  ORDER BY e.at, e.id LIMIT 1`;

function inDetails(name: string, type: string): string {
  return `CAST(${isPostgres ? "m.details::json" : "m.details"} ->> '${name}' AS ${type})`;
}

// A customer's mail is sent under the notice of its own name, but for those of a request.
const NOTICE = `CASE d.kind WHEN 'request' THEN 'confirmation' WHEN 'decline' THEN 'cancellation'
  ELSE d.kind END`;
const APPOINTMENT_ROWS = `SELECT ${DELIVERY},
    COALESCE(l.address, b.address) AS "businessAddress",
    COALESCE(l.phone, b.phone) AS "businessPhone", b.currency,
    a.language, b.language AS "businessLanguage", b.other_languages AS "otherLanguages",
    (d.kind = 'verification' OR COALESCE(n.enabled, FALSE)) AS enabled,
    a.id AS "appointmentId", a.starts_at AS "startsAt", a.ends_at AS "endsAt", a.zone, a.status,
    a.coming_at AS "comingAt", CASE WHEN s.price_shown THEN a.price END AS price, a.people,
    ${addedTo("a")} AS addons, a.note <> '' AS noted, ${inDetails("from", "BIGINT")} AS "startBefore",
    was.name AS "providerBefore",
    CASE d.kind WHEN 'reminder' THEN a.starts_at ELSE a.ends_at END AS deadline,
    a.uid, a.sequence AS "appointmentSequence", a.token_hash AS "tokenHash",
    s.name AS "serviceName", p.name AS "providerName",
    c.name AS "customerName", c.phone AS "customerPhone",
    c.bounced_at IS NOT NULL AS bounced,
    t.subject AS "ownSubject", t.text AS "ownText",
    COALESCE(r.name, c.name) AS "recipientName",
    CASE WHEN d.staff_id IS NULL THEN c.email
         WHEN r.archived_at IS NULL THEN COALESCE(r.email, pe.email) END AS address,
    (d.staff_id IS NULL OR d.staff_id = a.staff_id) AS concerned, ${LIST} AS list
  FROM deliveries d
  JOIN businesses b ON b.id = d.business_id
  JOIN appointments a ON a.business_id = d.business_id AND a.id = d.appointment_id
  JOIN locations l ON l.business_id = a.business_id AND l.id = a.location_id
  JOIN services s ON s.business_id = a.business_id AND s.id = a.service_id
  JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
  JOIN staff p ON p.business_id = a.business_id AND p.id = a.staff_id
  LEFT JOIN staff r ON r.business_id = d.business_id AND r.id = d.staff_id
  LEFT JOIN people pe ON pe.id = r.person_id
  LEFT JOIN audit_entries m ON m.id = (${MOVE})
  LEFT JOIN staff was ON was.business_id = m.business_id
    AND was.id = ${inDetails("fromStaff", "INTEGER")}
  LEFT JOIN notice_texts t ON t.business_id = d.business_id AND t.kind = d.kind
    AND t.language = CASE WHEN b.other_languages THEN COALESCE(a.language, b.language)
      ELSE b.language END
  LEFT JOIN notices n ON n.business_id = d.business_id
    AND n.kind = CASE WHEN d.staff_id IS NOT NULL THEN 'staff' ELSE ${NOTICE} END
  WHERE d.id ${AMONG}`;

const ACCOUNT_ROWS = accountRows(DELIVERY, AMONG);
const WAITING_ROWS = waitingRows(DELIVERY, AMONG);

const AGENDA_ROWS = agendaRows(DELIVERY, AMONG);
const AGENDA_LINES = agendaLines(AMONG);
const ABSENCE_ROWS = absenceRows(DELIVERY, AMONG);
const SECURITY_ROWS = securityRows(DELIVERY, AMONG);

const TROUBLE_ROWS = troubleRows(DELIVERY, AMONG);

// A lease that has been given up for dead may still end well: then what is known is written down.
async function finishAll(ended: Ended[]): Promise<void[]> {
  const ids = listed(ended.map(({ id }) => id));
  const bind = { ids, ended: JSON.stringify(ended.map(toFinishedRow)) };
  await transaction(() => run(FINISH, bind));
  return ended.map(() => undefined);
}

const FINISHED = isPostgres
  ? `SELECT * FROM json_to_recordset($ended::json) AS r (id INTEGER, claimed_at BIGINT, state TEXT,
       reason TEXT, due_at BIGINT, finished_at BIGINT, recipient TEXT, subject TEXT, text TEXT)`
  : `SELECT value ->> 'id' AS id, value ->> 'claimed_at' AS claimed_at, value ->> 'state' AS state,
       value ->> 'reason' AS reason, value ->> 'due_at' AS due_at,
       value ->> 'finished_at' AS finished_at, value ->> 'recipient' AS recipient,
       value ->> 'subject' AS subject, value ->> 'text' AS text FROM json_each($ended)`;

const FINISH = `UPDATE deliveries
  SET state = f.state, reason = f.reason, due_at = COALESCE(f.due_at, deliveries.due_at),
    claimed_at = NULL, finished_at = f.finished_at, recipient = f.recipient,
    mail_subject = f.subject, mail_text = f.text
  FROM (${FINISHED}) f
  WHERE deliveries.id ${AMONG} AND deliveries.id = f.id
    AND (deliveries.state = 'unknown' OR deliveries.claimed_at = f.claimed_at)`;

function toFinishedRow({ claimedAt, dueAt, finishedAt, ...same }: Ended) {
  return { ...same, claimed_at: claimedAt, due_at: dueAt, finished_at: finishedAt };
}
