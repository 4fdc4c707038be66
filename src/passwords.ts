// Passwords are the person's own: kept as Argon2id hashes, chosen by nobody else, and not among
// those that everybody tries first.
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { hash, verify } from "@node-rs/argon2";
import { Unavailable } from "./errors.ts";

export const SHORTEST = 10; // characters
export const LONGEST = 200;

// OWASP's minimum for Argon2id: 19 MiB, two passes, one lane.
const COST = { algorithm: 2, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };
// Each takes a core for 25 to 50 ms, so who would wait for more than some seconds is told so.
const AT_ONCE = Math.max(2, availableParallelism());
const WAITING = 60;

// What is tried when there is no such person: as slow as a real one, and made by no password.
const DECOY = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$${unpadded(16)}$${unpadded(32)}`;

/** @throws Unavailable when too many wait already */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(normalised(password), COST));
}

/**
 * Whether the password is the one. Takes as long for nobody, who has no hash.
 * @throws Unavailable when too many wait already
 */
export async function isPassword(
  password: string,
  hashed: string | null | undefined,
): Promise<boolean> {
  const candidate = password.length > LONGEST ? "" : normalised(password);
  const matches = await inTurn(() => verify(hashed ?? DECOY, candidate));
  return matches && typeof hashed === "string" && candidate !== "";
}

/**
 * What is wrong with a password somebody wants to choose, or undefined.
 * @param own the person's name, address and what else of hers others know
 */
export async function passwordProblem(
  password: string,
  own: readonly string[],
): Promise<string | undefined> {
  const length = Array.from(normalised(password)).length;
  if (length < SHORTEST) return `Use ${SHORTEST} characters or more; a few words together will do`;
  if (password.length > LONGEST) return `Use ${LONGEST} characters or fewer`;
  if (isMadeOf(folded(password), own)) return "Do not use your name or address as your password";
  if (await isCommon(password)) return "Too many people use this password; choose another one";
  return undefined;
}

// Two keyboards may write one letter in two ways (NIST SP 800-63B, section 3.1.1.2).
function normalised(password: string): string {
  return password.normalize("NFKC");
}

function unpadded(bytes: number): string {
  return randomBytes(bytes).toString("base64").replace(/=+$/, "");
}

let running = 0;
const waiting: Array<() => void> = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING) throw new Unavailable();
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await work();
  } finally {
    // Whoever comes next takes over the place, so that nobody slips in between.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

/** Letters and digits only: what people vary to make an old password look new is left out. */
function folded(text: string): string {
  return normalised(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

function isMadeOf(password: string, own: readonly string[]): boolean {
  const words = own
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
    .map(folded)
    .filter((word) => word.length >= 3)
    .toSorted((a, b) => b.length - a.length);
  const rest = words.reduce((left, word) => left.replaceAll(word, ""), password);
  return rest.length < 5 && rest !== password;
}

let commonPasswords: Promise<ReadonlySet<string>> | undefined;

// Also with digits or signs put before or after it, and anything of three characters or fewer.
async function isCommon(password: string): Promise<boolean> {
  commonPasswords ??= loadCommonPasswords();
  const common = await commonPasswords;
  const letters = folded(password);
  if (new Set(letters).size < 4) return true;
  const core = letters.replace(/^\p{N}+|\p{N}+$/gu, "");
  return [normalised(password).toLowerCase(), letters, core].some((form) => common.has(form));
}

// 49 000 of them, read when the first person chooses a password.
async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"]);
}
