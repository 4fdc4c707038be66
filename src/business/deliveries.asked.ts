// Which part of the log of all that went out is asked for.
import type { Request } from "express";
import { type Channel, LOG_STATES, type LogFilter } from "../models/delivery-log.ts";
import { asked } from "./query.ts";

export type LogAsked = { channel: Channel | ""; show: string };

/** As it stands in the address; what there is not is all. */
export function logAsked(req: Request): LogAsked {
  const [channel, show] = [asked(req, "channel"), asked(req, "show")];
  return {
    channel: channel === "mails" || channel === "webhooks" ? channel : "",
    show: Object.hasOwn(LOG_STATES, show) ? show : "",
  };
}

export function filterOf({ channel, show }: LogAsked): LogFilter {
  return { channel: channel || undefined, states: LOG_STATES[show] ?? [] };
}
