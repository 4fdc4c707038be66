// Links that carry an unguessable token. Only the token's hash is stored: the token itself is
// derived again from the row's nonce whenever a mail must show it.
import { config } from "../config/index.ts";
import { hashToken, hmac, hmacs, verifies } from "./secrets.ts";

export type LinkKind =
  | "appointment"
  | "invitation"
  | "password_reset"
  | "my_link"
  /** What a link of a customer opens, once it is used. */
  | "my_entry"
  | "erasure"
  /** A place on a waiting list, and a time offered from there. */
  | "waiting"
  | "waiting_offer"
  | "calendar";

/**
 * The token of a link. For an appointment the nonce is its UID.
 * @param tokenHash what the row stores: a link made before the secret key changed keeps its token
 * @throws when no key of ours made the link with that hash
 */
export function linkToken(kind: LinkKind, nonce: string, tokenHash?: string): string {
  const tokens = hmacs(`link:${kind}`, nonce);
  const token = tokens.find((made) => tokenHash === undefined || hashToken(made) === tokenHash);
  if (token === undefined) throw new Error(`no key of ours made this ${kind} link`);
  return token;
}

/** The same; undefined when the key that made it is no longer ours. */
export function keptToken(kind: LinkKind, nonce: string, tokenHash: string): string | undefined {
  return hmacs(`link:${kind}`, nonce).find((made) => hashToken(made) === tokenHash);
}

/** The customer's page of her appointment. */
export function appointmentUrl(token: string): string {
  return `${config.baseUrl}/appointments/${token}`;
}

/** Where a customer says that she will come. */
export function attendanceUrl(token: string): string {
  return `${appointmentUrl(token)}/attendance`;
}

/** What only the mail says that went to the customer's address. It is stored nowhere. */
export function proofOf(uid: string): string {
  return hmac("link:verification", uid);
}

/** Whether somebody has that mail. */
export function proves(uid: string, proof: string): boolean {
  return verifies("link:verification", uid, proof);
}

export function invitationUrl(token: string): string {
  return `${config.baseUrl}/invitations/${token}`;
}

export function resetUrl(token: string): string {
  return `${config.baseUrl}/password/${token}`;
}

/** Where a person sees who is signed in as her. */
export function signInsUrl(): string {
  return `${config.baseUrl}/account/sign-ins`;
}

/** The page where a customer's link to her own bookings is used. */
export function myLinkUrl(slug: string, token: string): string {
  return `${config.baseUrl}/my/${slug}/links/${token}`;
}

/** A place on a waiting list: to see it, and to leave. */
export function waitingUrl(token: string): string {
  return `${config.baseUrl}/waiting/${token}`;
}

/** A time that is kept, to be booked. */
export function holdUrl(slug: string, token: string): string {
  return `${config.baseUrl}/book/${slug}/holds/${token}`;
}

/** The receipt of an erasure. */
export function receiptUrl(slug: string, token: string): string {
  return `${config.baseUrl}/my/${slug}/receipts/${token}`;
}

/** Where calendar programs subscribe to a provider's appointments. */
export function feedUrl(token: string): string {
  return `${config.baseUrl}/calendars/${token}.ics`;
}

/** Where customers of a business book. */
export function bookingUrl(slug: string): string {
  return `${config.baseUrl}/book/${slug}`;
}

/** An appointment in the business's workspace. */
export function workspaceUrl(slug: string, appointmentId: number): string {
  return `${config.baseUrl}/b/${slug}/appointments/${appointmentId}`;
}

/** Any page of the business's workspace. */
export function insideUrl(slug: string, path: string): string {
  return `${config.baseUrl}/b/${slug}/${path}`;
}
