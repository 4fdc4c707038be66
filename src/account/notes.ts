import type { Request } from "express";

// What has just been done, told on the page that comes next.
const notes = new Map([
  ["signed-out", "You are signed out."],
  ["account-closed", "Your account is closed, and nothing of it is left."],
  ["new-password", "Your password is changed. Sign in with the new one."],
  ["name-changed", "Your name is changed."],
  ["password-changed", "Your password is changed. You are signed out everywhere else."],
  ["sign-in-ended", "That sign-in has ended."],
  ["sign-ins-ended", "You are signed out everywhere else."],
  ["profile-removed", "What you had told us about the business is gone."],
]);

/** The note a page was asked to show, if it is one of ours. */
export function noteFor(req: Request): string | undefined {
  const { note } = req.query;
  return typeof note === "string" ? notes.get(note) : undefined;
}
