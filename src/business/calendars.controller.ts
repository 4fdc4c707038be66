// Calendars of a provider: hers here for programs elsewhere, and others that keep her busy here.
import type { Request, Response } from "express";
import { feedUrl } from "../links.ts";
import { CalendarFeed } from "../models/calendar-feed.ts";
import { Staff } from "../models/index.ts";
import { RemoteCalendar } from "../models/remote-calendar.ts";
import { Refused } from "../models/set-up.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at, memberOf } from "./actor.ts";
import { FeedForm, RemoteCalendarForm } from "./calendars.form.ts";
import { remoteWords } from "./calendars.words.ts";
import { ownOrAll } from "./hours.controller.ts";
import { momentsIn } from "./moments.ts";
import { paged } from "../web/paging.ts";
import { mayDo } from "./rights.ts";

/** Everybody's for who may change them; a provider goes straight to her own. */
export async function index(req: Request, res: Response) {
  if (!mayDo(req, "hours")) return res.redirect(303, at(req, `/calendars/${memberOf(req).id}`));
  const [people, counts] = await Promise.all([
    paged(req, (slice) => Staff.list(req.business, { archived: false, ...slice })),
    RemoteCalendar.counts(req.business),
  ]);
  const none = { all: 0, failing: 0 };
  const lines = people.lines.map((one) => ({ ...one, ...(counts.get(one.id) ?? none) }));
  page(res, "business/calendars/index", { title: "Calendars", people: { ...people, lines } });
}

export async function show(req: Request, res: Response) {
  await showOf(req, res, await ownOrAll(req), blank());
}

/** A link, or a new one in place of it. */
export async function makeFeed(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  const { input } = parse(FeedForm, req.body);
  await CalendarFeed.make(staff, input?.names ?? false, actorOf(req), Date.now());
  res.redirect(303, at(req, `/calendars/${staff.id}`));
}

export async function revokeFeed(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  await CalendarFeed.revoke(staff, actorOf(req), Date.now());
  res.redirect(303, at(req, `/calendars/${staff.id}`));
}

export async function create(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  const form = parse(RemoteCalendarForm, req.body);
  if (!form.input) return showOf(req, res, staff, form, 422);

  try {
    await RemoteCalendar.add(staff, form.input, actorOf(req), Date.now());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return showOf(req, res, staff, refused(form, error.field, error.message), 422);
  }
  res.redirect(303, at(req, `/calendars/${staff.id}`));
}

/** Reads it as soon as a worker is free. */
export async function read(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  await RemoteCalendar.readSoon(staff, req.params.id, Date.now());
  res.redirect(303, at(req, `/calendars/${staff.id}`));
}

export async function destroy(req: Request, res: Response) {
  const staff = await ownOrAll(req);
  await RemoteCalendar.remove(staff, req.params.id, actorOf(req), Date.now());
  res.redirect(303, at(req, `/calendars/${staff.id}`));
}

async function showOf(
  req: Request,
  res: Response,
  staff: Staff,
  form: Form<unknown>,
  status = 200,
) {
  const [feed, remote] = await Promise.all([
    CalendarFeed.ofStaff(staff),
    RemoteCalendar.ofStaff(staff),
  ]);
  const moments = momentsIn(req.business.zone);
  const now = Date.now();
  const locals = {
    form,
    someone: staff,
    feed: feed && {
      ...feed,
      url: feed.token === undefined ? undefined : feedUrl(feed.token),
      made: moments(feed.createdAt).day,
    },
    feedForm: blank({ names: feed?.namesCustomers ? "1" : "" }),
    remote: remote.map((one) => remoteWords(one, now, moments)),
    here: at(req, `/calendars/${staff.id}`),
  };
  page(res, "business/calendars/show", { title: `Calendars of ${staff.name}`, ...locals }, status);
}
