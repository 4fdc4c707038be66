// What is owed to the outside, when it is tried, and when it is not sent after all.
import { DAY, type Instant, MINUTE } from "./time.ts";

export type NoticeKind =
  | "confirmation"
  | "change"
  | "cancellation"
  | "reminder"
  | "staff"
  | "agenda"
  | "waiting";
export type AppointmentMailKind =
  | "confirmation"
  | "change"
  | "cancellation"
  | "reminder"
  | "verification"
  | "request"
  | "decline"
  | "staff_requested"
  | "staff_booked"
  | "staff_changed"
  | "staff_cancelled";
export type CustomerMailKind = Exclude<AppointmentMailKind, `staff_${string}`>;
/** Mails of one-time links, and those that belong to no appointment. */
export type AccountMailKind = "invitation" | "password_reset" | "my_link" | "erasure";
/** Mails to who may be no customer yet. */
export type WaitingMailKind = "waiting_joined" | "waiting_offer";
/** A provider's day, each morning. */
export type AgendaMailKind = "agenda";
/** What became of somebody's time off. */
export type AbsenceMailKind = "absence";
/** What a person is told about her own account. */
export type SecurityMailKind = "new_sign_in";
/** A connection with another program has failed for long. */
export type TroubleMailKind = "webhook_off" | "calendar_lost";
export type DeliveryKind =
  | AppointmentMailKind
  | AccountMailKind
  | WaitingMailKind
  | AgendaMailKind
  | AbsenceMailKind
  | SecurityMailKind
  | TroubleMailKind;
export type DeliveryState = "pending" | "sending" | "sent" | "failed" | "unknown" | "skipped";
export type AppointmentEvent =
  | "pending"
  | "expired"
  | "requested"
  | "approved"
  | "declined"
  | "booked"
  | "moved"
  | "cancelled";

/** Why a mail was not sent after all. */
export type SkipReason =
  | "turned off"
  | "cancelled"
  | "superseded"
  | "too late"
  | "empty"
  | "marked"
  | "withdrawn"
  | "no address"
  | "expired"
  | "used"
  | "erased";

/** What an event owes under each notice, if the business has it turned on. */
export const owedBy: Record<AppointmentEvent, Partial<Record<NoticeKind, AppointmentMailKind>>> = {
  pending: {},
  expired: {},
  requested: { confirmation: "request", staff: "staff_requested" },
  approved: { confirmation: "confirmation", reminder: "reminder" },
  declined: { cancellation: "decline" },
  booked: { confirmation: "confirmation", reminder: "reminder", staff: "staff_booked" },
  moved: { change: "change", reminder: "reminder", staff: "staff_changed" },
  cancelled: { cancellation: "cancellation", staff: "staff_cancelled" },
};

type Overtaken = { kinds: AppointmentMailKind[]; reason: SkipReason };
const NOTHING: Overtaken = { kinds: [], reason: "superseded" };

/** What an event makes pointless of what is still waiting, and what is said of it. */
export const overtakenBy: Record<AppointmentEvent, Overtaken> = {
  pending: NOTHING,
  expired: { kinds: ["verification"], reason: "expired" },
  requested: NOTHING,
  approved: { kinds: ["request", "staff_requested"], reason: "superseded" },
  declined: {
    kinds: ["request", "change", "staff_requested", "staff_changed"],
    reason: "cancelled",
  },
  booked: NOTHING,
  moved: { kinds: ["change", "reminder", "staff_changed"], reason: "superseded" },
  cancelled: {
    kinds: [
      "verification",
      "request",
      "confirmation",
      "change",
      "reminder",
      "staff_requested",
      "staff_booked",
      "staff_changed",
    ],
    reason: "cancelled",
  },
};

export type AppointmentCase = {
  kind: AppointmentMailKind;
  /** The business's notice as it is now. */
  enabled: boolean;
  cancelled: boolean;
  /** Not agreed on yet: asked for, or waiting for the customer. */
  open: boolean;
  /** Somebody has said who came. */
  marked: boolean;
  startsAt: Instant;
  endsAt: Instant;
  /** The provider it goes to is the appointment's provider now; true for customers' mails. */
  concerned: boolean;
  address: string | null;
};

/** Sent though the appointment is cancelled, and only then. */
export const TELLS_OF_CANCELLING: ReadonlySet<AppointmentMailKind> = new Set<AppointmentMailKind>([
  "cancellation",
  "decline",
  "staff_cancelled",
]);

const ASKS: ReadonlySet<AppointmentMailKind> = new Set(["request", "staff_requested"]);

/** Whether an appointment's mail is still worth sending. */
export function appointmentSkip(mail: AppointmentCase, now: Instant): SkipReason | undefined {
  if (!mail.enabled) return "turned off";
  const tellsOfCancelling = TELLS_OF_CANCELLING.has(mail.kind);
  if (mail.cancelled && !tellsOfCancelling) return "cancelled";
  if (mail.open && mail.kind === "reminder") return "superseded";
  if (!mail.open && ASKS.has(mail.kind)) return "superseded";
  if (mail.marked && mail.kind === "reminder") return "marked";
  if (!mail.open && mail.kind === "verification") return mail.cancelled ? "expired" : "used";
  if (tellsOfCancelling ? !mail.cancelled && mail.concerned : !mail.concerned) return "superseded";
  // A reminder is worthless once it has begun, all else once it is over.
  if ((mail.kind === "reminder" ? mail.startsAt : mail.endsAt) <= now) return "too late";
  return mail.address ? undefined : "no address";
}

/** Whether a one-time link is still worth sending. */
export function accountSkip(
  link: { expiresAt: Instant; usedAt: Instant | null; address: string | null },
  now: Instant,
): SkipReason | undefined {
  if (link.usedAt !== null) return "used";
  if (link.expiresAt <= now) return "expired";
  return link.address ? undefined : "no address";
}

// Minutes after each try that failed: at 1, 6, 21 and 81 minutes, then each 4 hours: ten tries a day.
const BACK_OFF = [1, 5, 15, 60, 240];

/**
 * When a mail that failed for now is tried again; undefined when it has been tried for long enough:
 * a day, a reminder until the start, a link until it expires.
 */
export function nextTry(
  mail: { kind: DeliveryKind; tries: number; createdAt: Instant; deadline: Instant },
  now: Instant,
): Instant | undefined {
  const minutes = BACK_OFF[Math.min(mail.tries, BACK_OFF.length) - 1] ?? 1;
  const next = now + minutes * MINUTE;
  // A reminder was owed weeks before it was due.
  const patience = mail.kind === "reminder" ? Infinity : mail.createdAt + DAY;
  return next < Math.min(patience, mail.deadline) ? next : undefined;
}
