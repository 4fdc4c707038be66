// How much one corner of the network, and one mail address, may book: a program that has found its
// way through the forms gets no further than the most patient of people.
import type { Request } from "express";
import { DAY, type Instant } from "../domain/time.ts";
import { hmac } from "../secrets.ts";
import { limit } from "../web/rate-limit.ts";

const PER_BUCKET = { max: 300, perSeconds: 600 };
const PER_CONTACT = { max: 40, perSeconds: 3600 };

/** @throws TooManyRequests */
export async function limitBookings(req: Request, email: string, now: Instant): Promise<void> {
  await limit(req, "booking", PER_BUCKET);
  const contact = hmac("booking contact", `${email.toLowerCase()} ${Math.floor(now / DAY)}`);
  await limit(req, "booking-contact", PER_CONTACT, contact);
}
