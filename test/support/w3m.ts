// w3m, a text browser, used through a terminal by the keys that people press.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { until } from "./processes.ts";
import { origin } from "./world.ts";

const ENTER = "\r";
const NEXT_FIELD = "\t";
const FIELD_BEFORE = "\x1b\t";
const CLEAR = "\x15"; // Control-U: what stands there already
const FIRST_LINE = "g";
const LAST_LINE = "G";
const OPTIONS = ["auto_image=FALSE", "confirm_qq=FALSE", "ignorecase_search=FALSE"];
const COLUMNS = 80;
const LOST = 1000; // ms
const PATIENCE = 20_000; // ms

export type W3m = {
  /** The whole page as w3m lays it out on 80 columns, what was typed included. */
  screen(): Promise<string>;
  /**
   * Finds the last place with the text and presses Enter on it: a link or a button. What comes then
   * must be read before another key is pressed.
   */
  press(text: string): void;
  /** Finds the label and types into the field after it. */
  fill(fields: Record<string, string>): void;
  /** The same for a field of several lines, which w3m leaves to the reader's editor. */
  write(fields: Record<string, string>): Promise<void>;
  /** The same for a field with a list to choose from. */
  select(fields: Record<string, string>): void;
  /** Finds the text and marks the button or box before it. */
  choose(text: string): void;
  /** The page after all keys so far, once these words are on it. */
  reads(words: RegExp): Promise<string>;
  quit(): Promise<void>;
};

export async function startW3m(path: string): Promise<W3m> {
  const home = await origin();
  const folder = mkdtempSync(join(tmpdir(), "plainbook-w3m-"));
  const written = join(folder, "written"); // what the reader's editor will have written
  const options = [...OPTIONS, `editor=mv ${written} %s`].map((one) => `-o '${one}'`).join(" ");
  const command = `stty rows 50 cols ${COLUMNS}; exec w3m ${options} '${home}${path}'`;
  const env = { ...process.env, HOME: folder, TERM: "vt100", LANG: "C.UTF-8", LC_ALL: "C.UTF-8" };
  const terminal = spawn("script", ["-qfec", command, "/dev/null"], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => terminal.once("exit", resolve));
  let shown = "";
  let screens = 0;
  terminal.stdout.on("data", (bytes: Buffer) => (shown += bytes.toString()));
  await until(() => shown.includes("Viewing"), PATIENCE);

  const keys = (...presses: string[]) => void terminal.stdin.write(presses.join(""));
  const find = (text: string) => [FIRST_LINE, "/", pattern(text), ENTER];
  const findLast = (text: string) => [LAST_LINE, "?", pattern(text), ENTER];

  async function screen(): Promise<string> {
    const file = join(folder, `${++screens}.txt`);
    keys("S", CLEAR, file, ENTER);
    const isSaved = () => existsSync(file) && readFileSync(file, "utf8").length > 0;
    // w3m forgets keys that come while it opens a page. What it has then is a search for the name
    // of the file, which finds nothing.
    if (
      !(await until(isSaved, LOST).then(
        () => true,
        () => false,
      ))
    )
      return screen();
    await wait(20); // it is written in one go, or nearly
    return readFileSync(file, "utf8");
  }

  return {
    screen,
    press: (text) => keys(...findLast(text), ENTER),
    choose: (text) => keys(...find(` ${text}`), FIELD_BEFORE, ENTER),
    fill(fields) {
      for (const [label, text] of Object.entries(fields))
        keys(...find(label), NEXT_FIELD, ENTER, CLEAR, text, ENTER);
    },
    select(fields) {
      for (const [label, text] of Object.entries(fields))
        keys(...find(label), NEXT_FIELD, ENTER, "/", pattern(text), ENTER, ENTER);
    },
    async write(fields) {
      for (const [label, text] of Object.entries(fields)) {
        writeFileSync(written, `${text}\n`);
        keys(...find(label), NEXT_FIELD, ENTER);
        await until(() => !existsSync(written), PATIENCE);
      }
    },
    async reads(words) {
      let page = "";
      await until(async () => words.test((page = flat(await screen()))), PATIENCE).catch(() => {
        throw new Error(`${String(words)} is not on the page:\n${page}`);
      });
      return page;
    },
    async quit() {
      keys("Q");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What w3m prints of a page, at so many columns. */
export async function dumped(html: string, columns = COLUMNS): Promise<string> {
  const args = ["-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-dump", "-cols", String(columns)];
  const child = spawn("w3m", args, { stdio: ["pipe", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.stdin.end(html);
  await ended;
  return text;
}

/** w3m searches for a pattern. */
function pattern(text: string): string {
  return text.replaceAll(/[.*+?^$()[\]{}|\\]/g, "\\$&");
}

function flat(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
