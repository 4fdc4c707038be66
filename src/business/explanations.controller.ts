// Why is this time not offered? Answered by the code that offers times.
import type { Request, Response } from "express";
import { z } from "zod";
import { type Explanation, isTaken } from "../domain/explanation.ts";
import { isLocalDate, type LocalDate } from "../domain/time.ts";
import { parseTime } from "../domain/time-text.ts";
import { NotFound } from "../errors.ts";
import {
  type Catalogue,
  catalogueOf,
  type CatalogueService,
  offered,
  providersOf,
} from "../models/catalogue.ts";
import { toId } from "../models/id.ts";
import { explainStart } from "../models/starts.ts";
import { blank, type Form, parse } from "../web/form.ts";
import { page } from "../web/page.ts";
import { at } from "./actor.ts";
import { dayWords, momentsIn, today, zoneName } from "./moments.ts";
import { linkTo, pairsOf } from "./query.ts";
import { onlyOf } from "./rights.ts";
import { explanationWords, type Occupants, occupantsOf } from "./verdicts.ts";
import { type Wish, wishFields, wishOf, wishOptions } from "./wish.ts";

const ExplanationForm = z.object({
  service: z.string("Choose a service").min(1, "Choose a service"),
  staff: z.string().default(""),
  date: z.string("Enter a day").refine(isLocalDate, "Enter a day like 2027-02-01"),
  time: z
    .string("Enter a time")
    .transform(parseTime)
    .pipe(z.number("Enter a time like 9:30 or 2:15 pm")),
});

type Asked = z.infer<typeof ExplanationForm>;

export async function show(req: Request, res: Response) {
  const anywhere = await catalogueOf(req.business.slug);
  const now = Date.now();
  // A link from a day's times brings the service and the day, and the time is yet to be asked for.
  if (req.query.time === undefined) return showForm(req, res, anywhere, suggested(req, now));
  const form = parse(ExplanationForm, req.query);
  if (!form.input) return showForm(req, res, anywhere, form, {}, 422);

  const { date, time: minutes } = form.input;
  const { wish, staffId } = chosen(anywhere, form.input, req.query);
  const { catalogue, service } = wish;
  const question = { ...wish, staffId, now };
  const explanations = await explainStart(question, { date, minutes });
  const occupants = await occupantsOf(explanations, catalogue, onlyOf(req));
  showForm(req, res, anywhere, form, {
    heading: `${service.name} on ${dayWords(date)}, ${form.values.time as string}`,
    answers: explanations.map((one) => answerOf(one, catalogue, occupants, date)),
    // With nobody to provide the service there is nobody to explain.
    nobody: explanations.length === 0,
    book:
      explanations.some(isBookable) &&
      linkTo(at(req, "/appointments/new"), {
        service: service.id,
        staff: staffId,
        ...wishFields(wish),
        date,
        time: form.values.time as string,
      }),
  });
}

function suggested(req: Request, now: number): Form<never> {
  return blank({ date: today(req.business.zone, now), ...req.query });
}

/** @throws NotFound */
function chosen(
  catalogue: Catalogue,
  { service: serviceId, staff }: Asked,
  from: Record<string, unknown>,
): { wish: Wish; staffId: number | undefined } {
  const service = offered(catalogue).find(({ id }) => id === toId(serviceId));
  if (!service) throw new NotFound("service");
  const staffId = staff === "" ? undefined : toId(staff);
  if (staffId !== undefined && !catalogue.providers.some(({ id }) => id === staffId))
    throw new NotFound("provider");
  return { wish: wishOf(catalogue, service, from), staffId };
}

/** Whether staff could book it, be it by setting rules aside. */
function isBookable({ start, verdict }: Explanation): boolean {
  if (start === null || isTaken(verdict)) return false;
  return verdict.offered || verdict.rule !== "service-not-offered";
}

function answerOf(
  explanation: Explanation,
  { providers, business }: Catalogue,
  occupants: Occupants,
  date: LocalDate,
) {
  const { staffId, start, verdict } = explanation;
  return {
    who: providers.find(({ id }) => id === staffId)?.name ?? "",
    when: start === null ? dayWords(date) : momentsIn(business.zone)(start).time,
    zone: start === null ? "" : momentsIn(business.zone)(start).zone,
    offered: verdict.offered,
    why: explanationWords(explanation, business.zone, occupants),
  };
}

function showForm(
  req: Request,
  res: Response,
  catalogue: Catalogue,
  form: Form<unknown>,
  answer: Record<string, unknown> = {},
  status = 200,
): void {
  const services = offered(catalogue);
  const service: CatalogueService | undefined = services.find(
    ({ id }) => id === toId(form.values.service),
  );
  const wish = service && wishOf(catalogue, service, req.query);
  const zone = (wish?.catalogue ?? catalogue).business.zone;
  const providers = service ? providersOf(catalogue, service) : catalogue.providers;
  const locals = {
    title: "Why is this time not offered?",
    here: at(req, "/explanations"),
    form,
    services: services.map(({ id, name }): [number, string] => [id, name]),
    providers: providers.map(({ id, name }): [number, string] => [id, name]),
    zone: zoneName(zone, Date.now()),
    // How many come and what is added is chosen where it is booked.
    chosen: wish ? pairsOf({ ...wishFields(wish), location: undefined }) : [],
    locations: wishOptions(catalogue, service).locations,
    answers: undefined,
    ...answer,
  };
  page(res, "business/explanations/show", locals, status);
}
