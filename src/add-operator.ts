// npm run operator -- --email … --name …: lets an operator sign in, or gives her a new password.
// She types it herself, here; it is neither shown nor told to anybody.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { z } from "zod";
import { requireCurrentSchema } from "./migrations/index.ts";
import { closeDatabase } from "./models/database.ts";
import { Operator } from "./models/index.ts";
import { hashPassword, passwordProblem } from "./passwords.ts";

try {
  const { email, name } = asked();
  await requireCurrentSchema();
  const password = await typedPassword();
  const problem = await passwordProblem(password, [name, email]);
  if (problem) throw new Error(`${problem}.`);
  await Operator.put({ email, name, passwordHash: await hashPassword(password) }, Date.now());
  process.stdout.write(`${email} can sign in at /operator\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : "Failed."}\n`);
  process.exitCode = 1;
}
await closeDatabase();

function asked(): { email: string; name: string } {
  const { email, name } = parseArgs({
    options: { email: { type: "string" }, name: { type: "string" } },
  }).values;
  const address = z.email().safeParse(email?.trim().toLowerCase());
  if (!address.success) throw new Error("--email: must be one mail address");
  if (!name?.trim()) throw new Error("--name: must be the operator's name");
  return { email: address.data, name: name.trim() };
}

async function typedPassword(): Promise<string> {
  process.stderr.write("Password: ");
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal });
  try {
    return await lines.question("");
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}
