// What somebody else's program does: sends JSON with a key, and reads JSON.
import supertest from "supertest";
import { apis } from "../../src/app.ts";
import { type Scope, scopes } from "../../src/domain/scopes.ts";
import { ApiKey } from "../../src/models/api-key.ts";
import type { Business, Staff } from "../../src/models/index.ts";
import { newToken } from "../../src/secrets.ts";
import { open } from "./world.ts";

export type Reply = {
  status: number;
  headers: Record<string, string>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever comes
  body: any;
};
export type Headers = Record<string, string>;
export type Program = ReturnType<typeof program>;

export const BASE = "/api/v1";

/** Every route of every API, with the scope it asks for. */
export const apiRoutes = Object.entries(apis).flatMap(([base, table]) =>
  Object.entries(table).map(([line, [scope]]) => {
    const [verb = "", path = ""] = line.split(" ");
    return { verb, path: base + path, scope };
  }),
);

/** The text of a new key of a business, with every scope unless told otherwise. */
export function keyFor(
  business: Business,
  { id: staffId }: Staff,
  may: Scope[] = Object.keys(scopes) as Scope[],
): Promise<string> {
  const once = newToken();
  const actor = { kind: "staff", staffId } as const;
  return ApiKey.make(business, { name: `Key ${once}`, scopes: may, once }, actor, Date.now());
}

export function program(key?: string) {
  async function ask(
    verb: string,
    path: string,
    body?: unknown,
    headers: Headers = {},
  ): Promise<Reply> {
    const method = verb.toLowerCase() as "get" | "post" | "patch" | "delete" | "put" | "head";
    const request = supertest(await open())[method](
      path.startsWith("/") ? path : `${BASE}/${path}`,
    );
    if (key !== undefined) request.set("Authorization", `Bearer ${key}`);
    for (const [name, value] of Object.entries(headers)) request.set(name, value);
    if (body !== undefined) request.send(body as object);
    const response = await request;
    const text = response.text ?? "";
    const isJson = /json/.test(String(response.headers["content-type"]));
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text ? JSON.parse(text) : undefined,
    };
  }
  return {
    ask,
    get: (path: string, headers?: Headers) => ask("GET", path, undefined, headers),
    post: (path: string, body?: unknown, headers?: Headers) => ask("POST", path, body, headers),
    patch: (path: string, body?: unknown, headers?: Headers) => ask("PATCH", path, body, headers),
    delete: (path: string, headers?: Headers) => ask("DELETE", path, undefined, headers),
  };
}

/** The last part of a problem's type. */
export function problemOf({ body, headers }: Reply): string {
  if (headers["content-type"] !== "application/problem+json") return "no problem";
  return String(body.type).replace(/^.*#/, "");
}
