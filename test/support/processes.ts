import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const hasProc = existsSync("/proc/self/stat"); // Linux, where `ps` may be missing

/** Whether a process runs; one that has ended and only waits to be collected does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !hasProc || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** The process ids of those it has started itself. */
export function childrenOf({ pid }: { pid?: number }): number[] {
  return processes().flatMap(([child, parent]) => (parent === pid && child ? [child] : []));
}

/** Its command line; empty if it has ended. */
export function commandOf(pid: number): string {
  try {
    if (hasProc) return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}

/** Waits until it holds. @throws Error after `patience` ms */
export async function until(holds: () => unknown, patience = 30_000): Promise<void> {
  for (const giveUpAt = Date.now() + patience; !(await holds()); await wait(20))
    if (Date.now() > giveUpAt)
      throw new Error(`still not so after ${patience} ms: ${String(holds)}`);
}

/** Pairs of a process and its parent. */
function processes(): number[][] {
  if (hasProc) return globSync("/proc/[0-9]*").map((folder) => pairIn(folder));
  const list = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  return list
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
}

function pairIn(folder: string): number[] {
  try {
    const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`${folder}/status`, "utf8"))?.[1];
    return [Number(folder.slice("/proc/".length)), Number(parent)];
  } catch {
    return []; // it has just ended
  }
}
