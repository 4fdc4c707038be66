// Recurring work as data. Seconds between runs; one worker runs each, whichever is free.
import type { JobName } from "../src/jobs.ts";

type Recurring = { name: JobName; everySeconds: number; why: string };

export const schedule: readonly Recurring[] = [
  {
    name: "delivery.sweep",
    everySeconds: 15,
    why: "Reminders come due, retries come due, and a bell may not have rung.",
  },
  {
    name: "agenda.owe",
    everySeconds: 600,
    why: "Providers get the agenda of their day in the morning, by the clock of where they work.",
  },
  {
    name: "hold.sweep",
    everySeconds: 600,
    why: "Holds that ended a day ago need not be remembered.",
  },
  {
    name: "pending.sweep",
    everySeconds: 60,
    why: "A time whose customer has not confirmed her mail address is given back.",
  },
  {
    name: "api-request.sweep",
    everySeconds: 600,
    why: "What programs were answered is kept for a day, for requests sent again, and no longer.",
  },
  {
    name: "webhook.sweep",
    everySeconds: 15,
    why: "Calls come due again, a bell may not have rung, and old texts are forgotten.",
  },
  {
    name: "answers.sweep",
    everySeconds: 86_400,
    why: "Answers to a business’s own fields are kept for as long as their field says.",
  },
  {
    name: "my-link.sweep",
    everySeconds: 3600,
    why: "Customers' links of yesterday, with their addresses, need not be remembered.",
  },
  {
    name: "calendar.sweep",
    everySeconds: 60,
    why: "Calendars elsewhere are read every quarter of an hour, and staff told of those that cannot be.",
  },
  {
    name: "transfer.sweep",
    everySeconds: 30,
    why: "A worker may have died in the middle of a file; files are forgotten after a day.",
  },
  {
    name: "secrets.renew",
    everySeconds: 3600,
    why: "What an older secret key sealed is sealed by the newest, so that the older one can go.",
  },
  {
    name: "sign-in.sweep",
    everySeconds: 3600,
    why: "Who signed in is remembered for 90 days.",
  },
  {
    name: "waiting.sweep",
    everySeconds: 60,
    why: "A time offered from the waiting list goes to the next after half an hour.",
  },
  {
    name: "retention.run",
    everySeconds: 86_400,
    why: "Customers, notes and links go when they have been kept for as long as their class says.",
  },
  {
    name: "visits.sweep",
    everySeconds: 3600,
    why: "The numbers of batches added a month ago need not be remembered.",
  },
];
