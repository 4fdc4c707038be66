// A mail can tell of several appointments at once: those of a series that were booked, moved or
// cancelled together. What of them is still so when it is sent decides what it says.
import { type AppointmentMailKind, TELLS_OF_CANCELLING } from "../domain/deliveries.ts";
import type { Status } from "../domain/status.ts";
import type { Instant, Zone } from "../domain/time.ts";
import { isPostgres } from "./database.ts";

export type Listed = {
  startsAt: Instant;
  endsAt: Instant;
  zone: Zone;
  status: Status;
  uid: string;
  tokenHash: string;
  sequence: number;
  providerName: string;
  /** Of a move: when it was. */
  startBefore: Instant | null;
  /** The provider it goes to is the appointment's provider now. 0 or 1 on SQLite. */
  concerned: boolean | number;
};

/** As it is read: the facts of the first, and all of them in JSON. */
type Read = {
  kind: AppointmentMailKind;
  startsAt: Instant;
  endsAt: Instant;
  deadline: Instant;
  list: string | null;
};

const FIELDS: Record<keyof Listed, string> = {
  startsAt: "o.starts_at",
  endsAt: "o.ends_at",
  zone: "o.zone",
  status: "o.status",
  uid: "o.uid",
  tokenHash: "o.token_hash",
  sequence: "o.sequence",
  providerName: "op.name",
  startBefore: "l.start_before",
  concerned: "(d.staff_id IS NULL OR d.staff_id = o.staff_id)",
};
const PAIRS = Object.entries(FIELDS)
  .map(([name, value]) => `'${name}', ${value}`)
  .join(", ");
const AS_JSON = isPostgres
  ? `CAST(json_agg(json_build_object(${PAIRS})) AS TEXT)`
  : `json_group_array(json_object(${PAIRS}))`;

/** What delivery `d` lists, in SQL; null or an empty list for a mail of one appointment. */
export const LIST = `(SELECT ${AS_JSON} FROM delivery_appointments l
  JOIN appointments o ON o.business_id = l.business_id AND o.id = l.appointment_id
  JOIN staff op ON op.business_id = o.business_id AND op.id = o.staff_id
  WHERE l.business_id = d.business_id AND l.delivery_id = d.id)`;

/**
 * With the facts of the first of those it has to tell of, and with all of them if there are more.
 * A mail that has none left keeps the facts it came with, by which it is not sent.
 */
export function asTold<T extends Read>(row: T): T & { occurrences: Listed[] } {
  const { list, kind } = row;
  const all = (JSON.parse(list ?? "[]") ?? []) as Listed[];
  const told = all.filter((one) => isTold(kind, one)).toSorted((a, b) => a.startsAt - b.startsAt);
  const [first] = told;
  if (!first) return { ...row, occurrences: [] };
  const { sequence, ...facts } = first;
  return {
    ...row,
    ...facts,
    appointmentSequence: sequence,
    deadline: Math.max(...told.map(({ endsAt }) => endsAt)),
    occurrences: told.length > 1 ? told : [],
  };
}

function isTold(kind: AppointmentMailKind, { status, concerned }: Listed): boolean {
  const isOff = status === "cancelled" || !concerned;
  if (TELLS_OF_CANCELLING.has(kind)) return isOff;
  if (kind === "verification") return status === "pending";
  if (kind === "request" || kind === "staff_requested") return status === "requested" && !isOff;
  return !isOff;
}
