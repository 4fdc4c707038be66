import { z } from "zod";
import { box, line } from "../web/form.ts";
import { address } from "./webhooks.form.ts";

export const FeedForm = z.object({ names: box });

export const RemoteCalendarForm = z.object({
  name: line("Enter a name for it, such as Private", 60),
  url: z.preprocess(
    // What "subscribe" buttons link to is the same address by another name.
    (text) => (typeof text === "string" ? text.trim().replace(/^webcals?:/i, "https:") : text),
    address("Enter the calendar’s address, which ends in .ics most often"),
  ),
  agree: box.refine(Boolean, "Without your agreement it cannot be read"),
});
