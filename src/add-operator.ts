// npm run operator -- --email … --name … --nda-signed … --nda-ends …: lets an operator sign in, or
// gives her a new password, which she types herself, here; it is neither shown nor told to anybody.
// Without an agreement in force she gets no further than signing in; without --name, one that she
// has signed is noted and nothing else changes.
// npm run operator -- --email … --end ends what she has signed, and with it her work, at once.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { z } from "zod";
import { requireCurrentSchema } from "./migrations/index.ts";
import { closeDatabase, transaction } from "./models/database.ts";
import { Operator } from "./models/index.ts";
import { type Agreed, NonDisclosure } from "./models/non-disclosure.ts";
import { hashPassword, passwordProblem } from "./passwords.ts";

const text = { type: "string" } as const;

try {
  const { values } = parseArgs({
    options: {
      email: text,
      name: text,
      "nda-signed": text,
      "nda-ends": text,
      end: { type: "boolean" },
    },
  });
  const address = z.email().safeParse(values.email?.trim().toLowerCase());
  if (!address.success) throw new Error("--email: must be one mail address");
  const name = values.name?.trim();
  const agreed = agreedOn(values["nda-signed"], values["nda-ends"]);
  if (!name && !values.end && !agreed) throw new Error("--name: must be the operator's name");
  await requireCurrentSchema();
  if (values.end) await end(address.data);
  else if (name) await put(address.data, name, agreed);
  else if (agreed) await renew(address.data, agreed);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : "Failed."}\n`);
  process.exitCode = 1;
}
await closeDatabase();

function agreedOn(signedOn: string | undefined, endsOn: string | undefined): Agreed | undefined {
  if (signedOn === undefined && endsOn === undefined) return undefined;
  if (signedOn === undefined || endsOn === undefined)
    throw new Error("--nda-signed and --nda-ends: give both days of the agreement");
  return { signedOn, endsOn };
}

async function end(email: string): Promise<void> {
  const ended = await NonDisclosure.end(email, Date.now());
  process.stdout.write(`${email}: ${ended === 1 ? "1 agreement" : `${ended} agreements`} ended\n`);
}

async function renew(email: string, agreed: Agreed): Promise<void> {
  await NonDisclosure.sign(email, agreed, Date.now());
  process.stdout.write(
    `${email}: agreement noted, in force to the end of ${agreed.endsOn} (UTC)\n`,
  );
}

async function put(email: string, name: string, agreed: Agreed | undefined): Promise<void> {
  const password = await typedPassword();
  const problem = await passwordProblem(password, [name, email]);
  if (problem) throw new Error(`${problem}.`);
  const passwordHash = await hashPassword(password);
  await transaction(async () => {
    await Operator.put({ email, name, passwordHash }, Date.now());
    if (agreed) await NonDisclosure.sign(email, agreed, Date.now());
  });
  process.stdout.write(`${email} can sign in at /operator\n`);
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
