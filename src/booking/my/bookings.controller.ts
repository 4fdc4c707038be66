// A customer's bookings at a business, and the way to everything she may do with her data.
import type { Request, Response } from "express";
import { knownToCustomers } from "../../domain/fields.ts";
import { formatInstant, type Zone } from "../../domain/time.ts";
import type { Words } from "../../language.ts";
import { answersOfMany } from "../../models/answer-feed.ts";
import type { CatalogueBusiness } from "../../models/catalogue.ts";
import { Fields } from "../../models/field.ts";
import type { Customer } from "../../models/index.ts";
import { MOST_BOOKINGS, type MyBooking, MyBookings } from "../../models/my-bookings.ts";
import { MyLink } from "../../models/my-link.ts";
import { type MyPlace, WaitingList } from "../../models/waiting-list.ts";
import { wishWords } from "../../models/waiting-words.ts";
import { linkIn, wordsOf } from "../../web/language.ts";
import { page } from "../../web/page.ts";
import { toldLines } from "../answers.ts";
import type { Entered } from "./entry.ts";

export async function show(req: Request, res: Response, { email, until, path }: Entered) {
  const { business } = req.catalogue;
  const words = wordsOf(res);
  const now = Date.now();
  const [customers, { ahead, before }, places] = await Promise.all([
    MyBookings.customers(business, email),
    MyBookings.list(business, email, now),
    WaitingList.ofAddress(business, email, now),
  ]);
  page(res, "booking/my/show", {
    title: words.t("my.title", { business: business.name }),
    here: path,
    email,
    until: formatInstant(until, business.zone, words.locale),
    customers: await withAnswers(business, customers, words),
    several: customers.length > 1,
    ahead: ahead.map((line) => lineOf(line, words)),
    before: before.map((line) => lineOf(line, words)),
    most: MOST_BOOKINGS,
    places: places.map((place) => placeOf(place, business.zone, words)),
  });
}

/** What they told of themselves, but for what only staff fill in. */
async function withAnswers(
  business: CatalogueBusiness,
  customers: readonly Customer[],
  words: Words,
) {
  const fields = knownToCustomers(await Fields.of(business));
  const ids = customers.map(({ id }) => id);
  const answers = await answersOfMany(business.id, "customer", ids, fields);
  return customers.map(({ id, name, phone }) => {
    return { id, name, phone, told: toldLines(answers.get(id) ?? [], words) };
  });
}

/** For a computer that others use too. */
export async function leave(req: Request, res: Response) {
  const { business } = req.catalogue;
  await MyLink.leave(business, String(req.params.token), Date.now());
  res.redirect(303, linkIn(res, `/book/${business.slug}`));
}

/** She leaves a waiting list from here. */
export async function leaveList(req: Request, res: Response, { email, path }: Entered) {
  await WaitingList.leave(req.catalogue.business, email, req.params.id, Date.now());
  res.redirect(303, linkIn(res, path));
}

function placeOf({ token, keptUntil, ...place }: MyPlace, zone: Zone, words: Words) {
  return {
    ...place,
    ...wishWords(place, words),
    path: token && `/waiting/${token}`,
    kept: keptUntil === null ? undefined : formatInstant(keptUntil, zone, words.locale),
  };
}

function lineOf({ startsAt, zone, token, status, comingAt, ...line }: MyBooking, words: Words) {
  const when = formatInstant(startsAt, zone, words.locale);
  const path = token && `/appointments/${token}`;
  const comes = status === "confirmed" && comingAt !== null;
  const said = words.t(comes ? "my_status.coming" : `my_status.${status}`);
  return { ...line, status: said, when: { ...when, iso: when.dateTime.replace(/\[.*/, "") }, path };
}
