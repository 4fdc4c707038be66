// The language of a request, and what views and controllers need to speak it. A visitor has no
// cookie: a language that she picks stays in the address, as ?lang=es, and every link, form and
// redirect of the booking pages goes through `link` to carry it along.
import type { NextFunction, Request, Response } from "express";
import {
  chooseLanguage,
  preferredLanguage,
  type Speaker,
  withLanguage,
} from "../domain/language.ts";
import { remember } from "../domain/remember.ts";
import type { Zone } from "../domain/time.ts";
import { english, languages, nameOf, type Words, wordsIn } from "../language.ts";

/** Another language this page can be read in. */
export type Offer = { language: string; name: string; href: string };

const preferred = remember(500, (header: string) => preferredLanguage(header, languages) ?? "");

/** The language the browser asks for among ours, or "". */
export function languageAsked(req: Request): string {
  return preferred(req.headers["accept-language"]?.slice(0, 200) ?? "");
}

/** Middleware, until the business is known: the visitor's own language. */
export function listen(req: Request, res: Response, next: NextFunction): void {
  speak(req, res, { language: english.language, otherLanguages: true, zone: "" });
  next();
}

/**
 * The language of the answer: the one picked, else the browser's, else the one she booked in, else
 * the business's; the business's alone if it offers no other.
 */
export function speak(
  req: Request,
  res: Response,
  business: Speaker & { zone: Zone },
  remembered?: string | null,
): void {
  const picked = business.otherLanguages ? pickedIn(req) : undefined;
  const wishes = { picked, preferred: languageAsked(req) || undefined, remembered };
  const words = wordsIn(chooseLanguage(business, wishes), business.zone);
  Object.assign(res.locals, {
    words,
    link: (path: string) => (picked ? withLanguage(path, picked) : path),
    picked,
    offers: business.otherLanguages && req.method === "GET" ? offersOf(req, words) : [],
  });
  res.setHeader("Content-Language", words.language);
}

/** What the answer is written with: English where nobody has chosen. */
export function wordsOf(res: Response): Words {
  return (res.locals.words as Words | undefined) ?? english;
}

/** A path of ours with the language that was picked, for redirects. */
export function linkIn(res: Response, path: string): string {
  const { link } = res.locals as { link?: (path: string) => string };
  return link ? link(path) : path;
}

function pickedIn({ query }: Request): string | undefined {
  return languages.find((language) => language === query.lang);
}

function offersOf(req: Request, words: Words): Offer[] {
  return languages
    .filter((language) => language !== words.language)
    .map((language) => ({
      language,
      name: nameOf(language),
      href: withLanguage(req.originalUrl, language),
    }));
}
