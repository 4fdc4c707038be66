// Child processes that do not outlive us. Each leads a process group of its own, so that a Ctrl-C
// in the terminal reaches only us and we stop them in order; and a small shell holds the list of
// them: when its pipe from us closes, however we died, it ends the ones that are left.
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";

export type Ending = { code: number | null; signal: NodeJS.Signals | null };

export type Child = {
  readonly pid: number;
  readonly process: ChildProcess;
  readonly ended: Promise<Ending>;
  /** What it said lately, if it was started `quiet`. */
  lastWords(): string;
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end and, when `patience` (ms) is over, ends it. */
  stop(patience: number, signal?: NodeJS.Signals): Promise<Ending>;
};

export type LaunchOptions = {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Runs as this user and group (only root may). */
  as?: { uid: number; gid: number };
  /** Written to its standard input, which is closed otherwise. */
  input?: string;
  /** Keeps its output back instead of passing it on. */
  quiet?: boolean;
  /** Opens a channel for `process.send`. */
  ipc?: boolean;
};

/** @throws Error when the program cannot be started at all. */
export function launch(command: string, args: string[], options: LaunchOptions = {}): Child {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    ...options.as,
    detached: true,
    stdio: stdio(options),
  });
  const { pid } = child;
  child.on("error", () => undefined); // told by the missing pid
  if (pid === undefined) throw new Error(`${command} could not be started`);
  const ended = new Promise<Ending>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  child.once("exit", () => send(-pid, "SIGKILL")); // what it left behind
  guard(pid, ended);
  child.stdin?.on("error", () => undefined).end(options.input);
  return { pid, process: child, ended, lastWords: listen(child), ...stopping(pid, ended) };
}

function stdio({ input, quiet, ipc }: LaunchOptions): StdioOptions {
  const output = quiet ? "pipe" : "inherit";
  const streams: StdioOptions = [input === undefined ? "ignore" : "pipe", output, output];
  return ipc ? [...streams, "ipc"] : streams;
}

const KEPT_CHARACTERS = 4000;

function listen(child: ChildProcess): () => string {
  let words = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-KEPT_CHARACTERS);
    });
  }
  return () => words.trim();
}

function stopping(pid: number, ended: Promise<Ending>): Pick<Child, "signal" | "stop"> {
  const signal = (name: NodeJS.Signals) => {
    if (living.has(pid)) send(name === "SIGKILL" ? -pid : pid, name);
  };
  const stop = async (patience: number, first: NodeJS.Signals = "SIGTERM") => {
    signal(first);
    const timer = setTimeout(() => signal("SIGKILL"), patience);
    const ending = await ended;
    clearTimeout(timer);
    return ending;
  };
  return { signal, stop };
}

// A negative id means the process and what it has started.
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended in this very moment.
  }
}

const living = new Set<number>();
let guardian: ChildProcess | undefined;

function guard(pid: number, ended: Promise<Ending>): void {
  living.add(pid);
  tellGuardian();
  void ended.then(() => {
    living.delete(pid);
    tellGuardian();
  });
}

// Lists of process groups come in; the last one counts when the input ends.
const GUARDIAN = `
  while read -r line; do groups=$line; done
  [ -n "$groups" ] || exit 0
  kill -s TERM -- $groups 2>/dev/null
  for second in 1 2 3 4 5 6 7 8 9 10; do
    left=
    for group in $groups; do kill -s 0 -- $group 2>/dev/null && left="$left $group"; done
    [ -n "$left" ] || exit 0
    sleep 1
  done
  kill -s KILL -- $left 2>/dev/null
`;

function tellGuardian(): void {
  guardian ??= startGuardian();
  guardian.stdin?.write(`${[...living].map((pid) => `-${pid}`).join(" ")}\n`);
}

// It must keep nobody from ending: neither its process nor its pipe holds our event loop.
function startGuardian(): ChildProcess {
  const shell = spawn("sh", ["-c", GUARDIAN], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.unref();
  if ("unref" in shell.stdin && typeof shell.stdin.unref === "function") shell.stdin.unref();
  shell.stdin.on("error", () => undefined);
  return shell;
}
