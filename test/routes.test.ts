// From the route tables themselves: a route that is added is tested here without a line more.
import assert from "node:assert/strict";
import { areas } from "../src/app.ts";
import { may, type Role, ROLES } from "../src/domain/rights.ts";
import type { Access } from "../src/web/routes.ts";
import { type Browser, type Page, signedIn, visitor } from "./support/browser.ts";
import { colleagues, type World, world } from "./support/world.ts";

type Route = { verb: string; path: string; access: Access };

const routes: Route[] = Object.entries(areas).flatMap(([base, tables]) =>
  Object.values(tables).flatMap((table) =>
    Object.entries(table).map(([line, [access]]): Route => {
      const [verb = "", path = ""] = line.split(" ");
      return { verb, path: `${base}${path === "/" && base ? "" : path}`, access };
    }),
  ),
);

/** The route at Ana's salon, with ids that are nobody's. */
function at(path: string): string {
  return path
    .replace("/book/:business", "/book/anas-salon")
    .replace("/b/:business", "/b/anas-salon")
    .replaceAll(/:\w+/g, "999999");
}

function ask(browser: Browser, { verb, path }: Route): Promise<Page> {
  return verb === "GET" ? browser.get(at(path)) : browser.post(at(path));
}

function isOperators(access: Access): access is "operator" | "operator.leaving" {
  return access === "operator" || access === "operator.leaving";
}

const NOT_IN_ROLE = /Your role in this business does not include that/;

function isAllowed(role: Role, { access }: Route): boolean {
  if (access === "anyone" || access === "person" || isOperators(access)) return true;
  return access === "staff" || may(role, access);
}

describe("every route", () => {
  let cast: World;
  let members: Record<Role, Browser>;
  before(async () => {
    cast = await world();
    const { mia, sven } = await colleagues(cast);
    const people = { owner: cast.ana, manager: mia, scheduler: sven, provider: cast.ben };
    const browsers = Object.entries(people).map(async ([role, who]) => [role, await signedIn(who)]);
    members = Object.fromEntries(await Promise.all(browsers)) as typeof members;
  });

  it("is in a table that the tests see", () => {
    assert.ok(routes.length > 20);
  });

  for (const route of routes) {
    const name = `${route.verb} ${route.path}`;
    const inWorkspace = route.path.startsWith("/b/:business");

    if (route.access !== "anyone")
      it(`${name} asks who is not signed in to sign in`, async () => {
        const page = await ask(visitor(), route);
        assert.equal(page.status, 303);
        assert.match(page.location, isOperators(route.access) ? /^\/operator\/login/ : /^\/login/);
      });

    if (inWorkspace)
      it(`[P5.2] ${name} does not exist for a stranger`, async () => {
        assert.equal((await ask(await signedIn(cast.carl), route)).status, 404);
      });

    if (inWorkspace)
      for (const role of Object.keys(ROLES) as Role[])
        it(`${name} ${isAllowed(role, route) ? "lets in" : "refuses"} a ${role}`, async () => {
          const page = await ask(members[role], route);
          assert.equal(NOT_IN_ROLE.test(page.html), !isAllowed(role, route));
          assert.notEqual(page.status, 500);
        });

    if (isOperators(route.access))
      it(`${name} is closed to a business's owner`, async () => {
        const page = await ask(await signedIn(cast.ana), route);
        assert.match(page.location, /^\/operator\/login/);
      });

    if (route.verb === "POST")
      it(`${name} refuses a post without the form's token`, async () => {
        const who = isOperators(route.access) ? cast.olga : cast.ana;
        const browser = route.access === "anyone" ? visitor() : await signedIn(who);
        const page = await browser.post(at(route.path));
        // What is not there is not there, with or without a token.
        assert.ok([403, 404].includes(page.status), `${page.status}`);
      });

    if (route.verb === "GET" && route.access === "anyone")
      it(`[P3.1] ${name} sets no cookie`, async () => {
        const browser = visitor();
        const page = await ask(browser, route);
        assert.equal(browser.cookie, undefined);
        assert.ok(page.status < 500, `${page.status}`);
      });
  }
});
