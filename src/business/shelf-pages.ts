// The pages of what a business keeps a short list of (src/models/shelf.ts): the list, the form for a
// new one, the form of one, archival and restoration. Each noun says its words and fields.
import type { Request, Response } from "express";
import type { z } from "zod";
import { ChangedMeanwhile, editionOf, Refused } from "../models/set-up.ts";
import type { Fields, Kept, Shelf } from "../models/shelf.ts";
import { blank, type Form, parse, refused } from "../web/form.ts";
import { page } from "../web/page.ts";
import { actorOf, at } from "./actor.ts";
import { asTyped, type Difference, differences, type Labels } from "./meanwhile.ts";

export type Noun<F extends Fields, C> = {
  shelf: Shelf<F>;
  /** The last part of the list's address, and the folder of its views. */
  path: "addons" | "locations" | "resources";
  words: {
    many: string;
    /** As in "Add …". */
    one: string;
    /** What archiving does, in a sentence or two. */
    archived: string;
  };
  defaults: Record<string, unknown>;
  /** What there is to choose from, and what else its views show. */
  choices: (req: Request, all: ReadonlyArray<Kept<F>>, chosen?: F) => Promise<C>;
  form: (choices: C) => z.ZodType<F>;
  toValues: (fields: F) => Record<string, unknown>;
  labels: (choices: C) => Labels;
};

type Shown = { form: Form<unknown>; edition: string; differences?: Difference[] };

export class ShelfPages<F extends Fields, C extends object> {
  #noun: Noun<F, C>;

  constructor(noun: Noun<F, C>) {
    this.#noun = noun;
  }

  index = (req: Request, res: Response) => this.showList(req, res);

  /** @param more what the list shows besides */
  async showList(req: Request, res: Response, more: object = {}, status = 200) {
    const { shelf, path, words } = this.#noun;
    const all = await shelf.of(req.business);
    const archived = req.query.archived === "1";
    const locals = {
      ...(await this.#noun.choices(req, all)),
      ...more,
      title: words.many,
      words,
      archived,
      things: all.filter((thing) => thing.archived === archived),
      here: at(req, `/${path}`),
    };
    page(res, `business/${path}/index`, locals, status);
  }

  blankForm = (req: Request, res: Response) => this.#showNew(req, res, blank(this.#noun.defaults));

  create = async (req: Request, res: Response) => {
    const { shelf, path } = this.#noun;
    const form = parse(this.#noun.form(await this.#choices(req)), req.body);
    if (!form.input) return this.#showNew(req, res, form, 422);
    try {
      await shelf.add(req.business, form.input, actorOf(req), Date.now());
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return this.#showNew(req, res, refused(form, error.field, error.message), 422);
    }
    res.redirect(303, at(req, `/${path}`));
  };

  edit = async (req: Request, res: Response) => {
    const { shelf, toValues } = this.#noun;
    const thing = await shelf.find(req.business, req.params.id);
    const edition = editionOf(shelf.fieldsOf(thing));
    await this.#showEdit(req, res, thing, { form: blank(toValues(thing)), edition });
  };

  update = async (req: Request, res: Response) => {
    const { shelf, path } = this.#noun;
    const thing = await shelf.find(req.business, req.params.id);
    const form = parse(this.#noun.form(await this.#choices(req, thing)), req.body);
    const edition = String(form.values.edition ?? "");
    if (!form.input) return this.#showEdit(req, res, thing, { form, edition }, 422);
    try {
      await shelf.change(req.business, thing.id, form.input, edition, actorOf(req), Date.now());
    } catch (error) {
      if (error instanceof ChangedMeanwhile) return this.#showBoth(req, res, form);
      if (!(error instanceof Refused)) throw error;
      const again = refused(form, error.field, error.message);
      return this.#showEdit(req, res, thing, { form: again, edition }, 422);
    }
    res.redirect(303, at(req, `/${path}`));
  };

  archive = async (req: Request, res: Response) => {
    const { shelf, path } = this.#noun;
    const { id } = await shelf.find(req.business, req.params.id);
    await shelf.archive(req.business, id, actorOf(req), Date.now());
    res.redirect(303, at(req, `/${path}`));
  };

  restore = async (req: Request, res: Response) => {
    const { shelf, path } = this.#noun;
    const { id } = await shelf.find(req.business, req.params.id);
    await shelf.restore(req.business, id, actorOf(req), Date.now());
    res.redirect(303, at(req, `/${path}`));
  };

  async #showNew(req: Request, res: Response, form: Form<unknown>, status = 200) {
    const { path, words } = this.#noun;
    const locals = { ...(await this.#choices(req)), form, words, path, here: at(req, `/${path}`) };
    page(res, "business/shelf/new", { title: `Add ${words.one}`, ...locals }, status);
  }

  async #showEdit(req: Request, res: Response, thing: Kept<F>, shown: Shown, status = 200) {
    const { path, words } = this.#noun;
    const choices = await this.#choices(req, thing);
    const locals = { ...choices, ...shown, words, path, thing, here: at(req, `/${path}`) };
    page(res, "business/shelf/edit", { title: `Change ${thing.name}`, ...locals }, status);
  }

  async #showBoth(req: Request, res: Response, form: Form<unknown>) {
    const { shelf, toValues, labels } = this.#noun;
    const thing = await shelf.find(req.business, req.params.id);
    const saved = blank(toValues(thing)).values;
    const shown = {
      form: asTyped(form),
      edition: editionOf(shelf.fieldsOf(thing)),
      differences: differences(labels(await this.#choices(req, thing)), form.values, saved),
    };
    await this.#showEdit(req, res, thing, shown, 409);
  }

  async #choices(req: Request, chosen?: F): Promise<C> {
    return this.#noun.choices(req, await this.#noun.shelf.of(req.business), chosen);
  }
}
