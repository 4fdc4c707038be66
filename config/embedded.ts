// What `npm start` adds to the environment. Beside index.ts the only file that touches process.env;
// import index.ts after filling in, for it reads the environment once.
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");

/** Whether the operator set the variable; an empty one counts as not set. */
export function isGiven(name: string): boolean {
  return Boolean(process.env[name]);
}

/** Sets what was not given, for this process and the ones it starts. */
export function fillIn(defaults: Record<string, string>): void {
  for (const [name, value] of Object.entries(defaults)) process.env[name] ||= value;
}

/** Where the embedded parts keep their files, known before the rest of the environment is. */
export function dataDirectory(): string {
  return resolve(root, process.env.DATA_DIR || "var");
}
