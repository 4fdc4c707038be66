import type { Request, Response } from "express";
import { type Field, MOST_FIELDS } from "../domain/fields.ts";
import { durationOfDays } from "./fields.words.ts";
import { catalogueOf } from "../models/catalogue.ts";
import { Fields, fieldsOf } from "../models/field.ts";
import { ChangedMeanwhile, editionOf, Refused } from "../models/set-up.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import {
  checked,
  defaults,
  FieldForm,
  hasChoices,
  labels,
  NewFieldForm,
  requirements,
  subjects,
  toFields,
  toValues,
  types,
} from "./fields.form.ts";
import { asTyped, differences, type Option } from "./meanwhile.ts";

export async function index(req: Request, res: Response) {
  const archived = req.query.archived === "1";
  const all = await Fields.of(req.business);
  page(res, "business/fields/index", {
    title: "Fields",
    archived,
    fields: all.filter((field) => field.archived === archived),
    full: all.filter((field) => !field.archived).length >= MOST_FIELDS,
    most: MOST_FIELDS,
    words: { types: new Map(types), requirements: new Map(requirements) },
    daysOf: durationOfDays,
    here: at(req, "/fields"),
  });
}

export async function blankForm(req: Request, res: Response) {
  await showNew(req, res, blank(defaults));
}

export async function create(req: Request, res: Response) {
  const parsed = parse(NewFieldForm, req.body);
  const type = parsed.input?.type ?? "text";
  const form = checked(parsed, type, await servicesOf(req));
  if (!form.input) return showNew(req, res, form, 422);
  const { subject } = form.input;
  try {
    const fields = { ...toFields(form.input, type), subject, type };
    await Fields.add(req.business, fields, actorOf(req), Date.now());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return showNew(req, res, refused(form, error.field, error.message), 422);
  }
  res.redirect(303, at(req, "/fields"));
}

export async function edit(req: Request, res: Response) {
  const field = await Fields.find(req.business, req.params.id);
  const edition = editionOf(fieldsOf(field));
  await showEdit(req, res, field, { form: blank(toValues(field)), edition });
}

export async function update(req: Request, res: Response) {
  const field = await Fields.find(req.business, req.params.id);
  const services = await servicesOf(req, field.serviceIds);
  const form = checked(parse(FieldForm, req.body), field.type, services, field.label);
  const edition = String(form.values.edition ?? "");
  if (!form.input) return showEdit(req, res, field, { form, edition }, 422);
  try {
    const fields = toFields(form.input, field.type);
    await Fields.change(req.business, field.id, fields, edition, actorOf(req), Date.now());
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return showBoth(req, res, form);
    if (!(error instanceof Refused)) throw error;
    const again = refused(form, error.field, error.message);
    return showEdit(req, res, field, { form: again, edition }, 422);
  }
  res.redirect(303, at(req, "/fields"));
}

export async function archive(req: Request, res: Response) {
  const field = await Fields.find(req.business, req.params.id);
  await Fields.archive(req.business, field.id, actorOf(req), Date.now());
  res.redirect(303, at(req, "/fields"));
}

export async function restore(req: Request, res: Response) {
  const field = await Fields.find(req.business, req.params.id);
  await Fields.restore(req.business, field.id, actorOf(req), Date.now());
  res.redirect(303, at(req, "/fields"));
}

/** Puts it where it is asked to go; a place that is none is the last. */
export async function place(req: Request, res: Response) {
  const field = await Fields.find(req.business, req.params.id);
  const { to } = (req.body ?? {}) as Record<string, unknown>;
  const position = typeof to === "string" && /^\d{1,2}$/.test(to) ? Number(to) : MOST_FIELDS;
  await Fields.place(req.business, field.id, position, actorOf(req), Date.now());
  res.redirect(303, at(req, "/fields"));
}

type Shown = {
  form: Form<unknown>;
  edition: string;
  differences?: ReturnType<typeof differences>;
};

async function showNew(req: Request, res: Response, form: Form<unknown>, status = 200) {
  const services = await servicesOf(req);
  const locals = { form, services, subjects, types, requirements, withChoices: true, kind: true };
  page(res, "business/fields/new", { title: "Add a field", ...opened(form), ...locals }, status);
}

async function showEdit(req: Request, res: Response, field: Field, shown: Shown, status = 200) {
  const locals = {
    title: `Change “${field.label}”`,
    field,
    words: [new Map(subjects).get(field.subject), new Map(types).get(field.type)],
    services: await servicesOf(req, field.serviceIds),
    requirements,
    withChoices: hasChoices(field.type),
    here: at(req, `/fields/${field.id}`),
    ...opened(shown.form),
    ...shown,
  };
  page(res, "business/fields/edit", locals, status);
}

async function showBoth(req: Request, res: Response, form: Form<unknown>) {
  const field = await Fields.find(req.business, req.params.id);
  const services = await servicesOf(req, field.serviceIds);
  const named = { ...labels, services: ["Services", services] as const };
  const shown = {
    form: asTyped(form),
    edition: editionOf(fieldsOf(field)),
    differences: differences(named, form.values, blank(toValues(field)).values),
  };
  await showEdit(req, res, field, shown, 409);
}

/** Services that can be ticked: those in use, and those that are ticked already. */
async function servicesOf(req: Request, ticked: readonly number[] = []): Promise<Option[]> {
  const { services } = await catalogueOf(req.business.slug);
  return services
    .filter(({ id, archived }) => !archived || ticked.includes(id))
    .map(({ id, name, archived }) => [id, archived ? `${name} (archived)` : name]);
}

/** An error in what is hidden opens the part of the form that hides it. */
function opened({ errors }: Form<unknown>) {
  return { opened: ["retention_days", "services", "key"].some((name) => errors[name]) };
}
