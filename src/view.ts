// EJS compiled without `with`: a view names the locals it uses, and V8 can optimise it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ejs from "ejs";
import { config } from "../config/index.ts";

type Template = (locals: object) => string;

const root = join(config.root, "views");
const compiled = new Map<string, Template>();

/** views/<view>.ejs with these locals, as text. */
export function render(view: string, locals: object): string {
  const template = compiled.get(view) ?? compile(view);
  return template(locals);
}

function compile(view: string): Template {
  const filename = join(root, `${view}.ejs`);
  // Plain text (a mail's) has nothing to escape for: "Ana's" must not become "Ana&#39;s".
  const escape = view.endsWith(".text")
    ? { escape: (value?: string | number) => `${value ?? ""}` }
    : {};
  const shared = { root, views: [root], strict: true, cache: true, async: false as const };
  const options = { filename, ...shared, ...escape };
  const template = ejs.compile(readFileSync(filename, "utf8"), options) as Template;
  compiled.set(view, template);
  return template;
}
