import { z } from "zod";
import { subjectFault, textFault } from "../domain/notice-text.ts";
import type { TextKind } from "../models/notice-text.ts";
import { line, paragraph } from "../web/form.ts";
import type { Labels } from "./meanwhile.ts";

/** Which mails can be worded, by what each is called. */
export const textKinds: Record<TextKind, string> = {
  confirmation: "Confirmation",
  change: "Change",
  cancellation: "Cancellation",
  reminder: "Reminder",
  request: "Answer to a request, that you have it",
  decline: "Answer to a request, that it cannot be",
  waiting_joined: "Waiting list, that somebody has joined",
  waiting_offer: "Waiting list, a time that is offered",
};

export function noticeTextForm(kind: TextKind) {
  return z.object({
    subject: line("Enter a subject", 150).superRefine((subject, context) => {
      const message = subjectFault(subject, kind);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    }),
    text: paragraph(5000).superRefine((text, context) => {
      const message = text === "" ? "Enter a text" : textFault(text, kind);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    }),
  });
}

export const labels: Labels = { subject: "Subject", text: "Text" };
