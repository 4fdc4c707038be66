// The public holidays of a country or one of its states, to choose closed days from.
import type { Request, Response } from "express";
import { z } from "zod";
import type { LocalDate } from "../domain/time.ts";
import { countryOf } from "../countries.ts";
import { type Holiday, holidayCountries, holidayStates, publicHolidays } from "../holidays.ts";
import { Closure } from "../models/closure.ts";
import { blank, type Form, list, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { dayWords, today } from "./moments.ts";
import { asked } from "./query.ts";

const HolidaysForm = z.object({ region: z.string().max(10), days: list(z.string().max(10)) });
const MOST_CLOSURES = 2000; // looked through for days that are closed already

export async function index(req: Request, res: Response) {
  const country = asked(req, "country");
  const region = country ? `${country}-${asked(req, "state")}` : usual(req);
  await show(req, res, await known(region), blank());
}

export async function create(req: Request, res: Response) {
  const form = parse(HolidaysForm, req.body);
  const choice = await known(form.input?.region ?? "");
  const now = Date.now();
  const offered = await publicHolidays(choice.region, today(req.business.zone, now));
  const days = form.input?.days ?? [];
  const chosen = offered.filter(({ date }) => days.includes(date));
  if (chosen.length === 0)
    return show(req, res, choice, refused(form, "days", "Tick at least one day"), 422);

  const closures = chosen.map(({ date, name }) => ({ from: date, to: date, reason: name }));
  await Closure.addHolidays(req.business, choice.region, closures, actorOf(req), now);
  res.redirect(303, at(req, "/closures"));
}

/** What was chosen the last time, else the country whose clocks the business goes by. */
function usual({ business }: Request): string {
  return business.holidayRegion ?? countryOf(business.zone) ?? "";
}

type Choice = Awaited<ReturnType<typeof known>>;

/** The region as far as it is one, with what there is to choose. */
async function known(region: string) {
  const [wanted = "", state = ""] = region.split("-");
  const countries = await holidayCountries();
  const country = countries.find(([code]) => code === wanted)?.[0] ?? countries[0]?.[0] ?? "";
  const states = await holidayStates(country);
  const isState = states.some(([code]) => code === state);
  return { region: isState ? `${country}-${state}` : country, country, state, countries, states };
}

async function show(
  req: Request,
  res: Response,
  { region, country, state, countries, states }: Choice,
  form: Form<unknown>,
  status = 200,
) {
  const since = today(req.business.zone, Date.now());
  const [holidays, closures] = await Promise.all([
    publicHolidays(region, since),
    Closure.from(req.business, since, { limit: MOST_CLOSURES, offset: 0 }),
  ]);
  const isClosed = ({ date }: Holiday) =>
    closures.some(({ from, to, locationId }) => locationId === null && from <= date && date <= to);
  const locals = {
    form,
    place: blank({ country, state }),
    region,
    countries,
    states,
    days: holidays.filter((holiday) => !isClosed(holiday)).map(inWords),
    closed: holidays.filter(isClosed).map(inWords),
  };
  page(res, "business/holidays/index", { title: "Public holidays", ...locals }, status);
}

function inWords({ date, name }: Holiday): [LocalDate, string] {
  return [date, `${dayWords(date)}: ${name}`];
}
