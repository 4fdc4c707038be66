// A page to look at: which route shows it, to whom, and in which state.
import type { Browser, Fields, Page } from "./browser.ts";
import type { Furnished, Role } from "./furnished.ts";

export type Route = `${"GET" | "POST"} /${string}`;
export type Ask = (house: Furnished, browser: Browser) => Promise<Page>;
export type Sample = {
  route: Route;
  as: Role;
  /** How it differs from the page as it usually is. */
  state?: string;
  status: number;
  ask: (house: Furnished) => Promise<Page>;
};

type PathOf = string | ((house: Furnished) => string | Promise<string>);
type Options = { state?: string; status?: number };

export function get(route: Route, as: Role, path: PathOf, options: Options = {}): Sample {
  return asked(route, as, options, async (house, browser) =>
    browser.get(typeof path === "string" ? path : await path(house)),
  );
}

/** For who owns the business and who only works there. */
export function both(route: Route, path: PathOf): Sample[] {
  return [get(route, "owner", path), get(route, "provider", path)];
}

/** Opens the form, fills it in wrongly, and sends it. */
export function refused(
  route: Route,
  as: Role,
  form: PathOf,
  fields: Fields,
  { action, ...options }: Options & { action?: string } = {},
): Sample {
  return asked(route, as, { status: 422, ...options }, async (house, browser) =>
    browser.submit(typeof form === "string" ? form : await form(house), fields, action),
  );
}

/** Sends a form that somebody else was quicker to change. */
export function changed(route: Route, form: PathOf, fields: Fields): Sample {
  const stale = { ...fields, edition: "an older one" };
  return refused(route, "owner", form, stale, { state: "changed meanwhile", status: 409 });
}

export function asked(route: Route, as: Role, { state, status = 200 }: Options, ask: Ask): Sample {
  return { route, as, state, status, ask: (house) => ask(house, house.as[as]) };
}

let taken = 0;

/** Another free start each time. */
export async function someStart(house: Furnished, days: number): Promise<string> {
  const starts = await house.freeStarts(days);
  const start = starts[taken++ % starts.length];
  if (!start) throw new Error("nothing is free");
  return start;
}
