// All that went out for a business, mails and messages to other programs, with what became of each.
import type { DeliveryState } from "../domain/deliveries.ts";
import type { Instant } from "../domain/time.ts";
import { rows } from "./database.ts";
import type { DeliveryLine } from "./delivery.ts";
import { toId } from "./id.ts";
import { type CallLine, WebhookCall } from "./webhook-call.ts";

export type MailLine = DeliveryLine & {
  appointmentId: number | null;
  customerName: string | null;
  customerEmail: string | null;
};

/** One of both, and its place: when it was owed. */
export type LogLine = { at: Instant } & (
  | { mail: MailLine; call?: never }
  | { call: CallLine; mail?: never }
);

/** What the log can be narrowed to. */
export const LOG_STATES: Readonly<Record<string, readonly DeliveryState[]>> = {
  failed: ["failed", "unknown"],
  waiting: ["pending", "sending"],
  sent: ["sent"],
  skipped: ["skipped"],
};

export type Channel = "mails" | "webhooks";
export type LogFilter = { channel?: Channel | undefined; states?: readonly DeliveryState[] };

export const DeliveryLog = {
  /** What was owed last comes first. Three queries, however long the log is. */
  ofBusiness(
    businessId: number,
    filter: LogFilter,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<LogLine[]> {
    return linesOf(businessId, filter, {}, { limit, offset });
  },

  /** The same, a batch at a time: `limit` of those that come after one; undefined: from the first on. */
  after(
    businessId: number,
    filter: LogFilter,
    last: LogLine | undefined,
    limit: number,
  ): Promise<LogLine[]> {
    return linesOf(businessId, filter, { last }, { limit, offset: 0 });
  },

  /** Undefined for nobody's and somebody else's alike. */
  async mail(businessId: number, id: unknown): Promise<MailLine | undefined> {
    const [line] = await mailsOf(businessId, [toId(id)]);
    return line;
  },
};

const CHANNELS: readonly Channel[] = ["mails", "webhooks"];

async function linesOf(
  businessId: number,
  { channel, states = [] }: LogFilter,
  { last }: { last?: LogLine | undefined },
  { limit, offset }: { limit: number; offset: number },
): Promise<LogLine[]> {
  const channels = channel === undefined ? CHANNELS : [channel];
  const sources = channels.map((one) => newest(one, states, last));
  const found = await rows<{ channel: Channel; id: number; at: Instant }>(
    `SELECT * FROM (${sources.join(" UNION ALL ")}) log
     ORDER BY at DESC, channel, id DESC LIMIT $limit OFFSET $offset`,
    { businessId, limit, offset, most: limit + offset, at: last?.at, id: last && idOf(last) },
  );
  const idsOf = (one: Channel) => found.filter((line) => line.channel === one).map(({ id }) => id);
  const [mails, calls] = await Promise.all([
    mailsOf(businessId, idsOf("mails")),
    WebhookCall.among(businessId, idsOf("webhooks")),
  ]);
  const mailById = new Map(mails.map((mail) => [mail.id, mail]));
  const callById = new Map(calls.map((call) => [call.id, call]));
  return found.flatMap((line): LogLine[] => {
    const { at } = line;
    const [mail, call] = [mailById.get(line.id), callById.get(line.id)];
    if (line.channel === "mails") return mail ? [{ at, mail }] : [];
    return call ? [{ at, call }] : [];
  });
}

function idOf({ mail, call }: LogLine): number {
  return mail ? mail.id : call.id;
}

// Her own password and sign-ins are between the service and a person: her business has no part in it.
const OWN = "('password_reset', 'new_sign_in')";
const SOURCES: Record<Channel, string> = {
  mails: `deliveries WHERE business_id = $businessId AND kind NOT IN ${OWN}`,
  webhooks: "webhook_calls WHERE business_id = $businessId",
};

/** No more of either than the page may need. */
function newest(channel: Channel, states: readonly DeliveryState[], last?: LogLine): string {
  const among = states.map((state) => `'${state}'`).join(", ");
  return `SELECT * FROM (SELECT '${channel}' AS channel, id, created_at AS at
    FROM ${SOURCES[channel]} ${states.length === 0 ? "" : `AND state IN (${among})`}
      ${last ? `AND ${further(channel, last)}` : ""}
    ORDER BY created_at DESC, id DESC LIMIT $most) ${channel}`;
}

/** What comes after the line of `$at` and `$id`; of one instant mails come before webhooks. */
function further(channel: Channel, last: LogLine): string {
  const same = last.mail ? "mails" : "webhooks";
  if (channel === same) return "(created_at < $at OR (created_at = $at AND id < $id))";
  return channel > same ? "created_at <= $at" : "created_at < $at";
}

function mailsOf(businessId: number, ids: readonly number[]): Promise<MailLine[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return rows<MailLine>(`${MAILS} AND d.id IN (${ids.map(Number).join(", ")})`, { businessId });
}

const MAILS = `SELECT d.id, d.kind, d.state, d.reason, d.tries, d.appointment_id AS "appointmentId",
    COALESCE(s.name, i.name) AS "staffName", COALESCE(c.name, NULLIF(w.name, '')) AS "customerName",
    COALESCE(c.email, NULLIF(w.email, '')) AS "customerEmail",
    d.due_at AS "dueAt", d.finished_at AS "finishedAt", d.recipient, d.mail_subject AS subject,
    d.mail_text AS text
  FROM deliveries d
  LEFT JOIN appointments a ON a.business_id = d.business_id AND a.id = d.appointment_id
  LEFT JOIN customers c ON c.business_id = a.business_id AND c.id = a.customer_id
  LEFT JOIN waiting_entries w ON w.business_id = d.business_id AND w.id = COALESCE(
    (SELECT e.id FROM waiting_entries e
     WHERE e.business_id = d.business_id AND e.delivery_id = d.id),
    (SELECT o.waiting_entry_id FROM waiting_offers o
     WHERE o.business_id = d.business_id AND o.delivery_id = d.id))
  LEFT JOIN invitations v ON v.business_id = d.business_id AND v.id = d.invitation_id
  LEFT JOIN staff i ON i.business_id = v.business_id AND i.id = v.staff_id
  LEFT JOIN staff s ON s.business_id = d.business_id AND s.id = d.staff_id
  WHERE d.business_id = $businessId AND d.kind NOT IN ${OWN}`;
