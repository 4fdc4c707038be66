// Keeps processes running while the service is up.
import { setTimeout as wait } from "node:timers/promises";
import type { Child, Ending } from "./children.ts";

export type Member = {
  name: string;
  launch: () => Child;
  /** How long (ms) it may take to finish its work when it is asked to stop. */
  patience: number;
};

export type Crew = {
  add(member: Member): Child;
  /** From here on, who ends by itself is started again; before, that is the end of us all. */
  settle(): void;
  /** Stops those of these names, together. Nobody is added after that. */
  stop(names: string[]): Promise<void>;
  /** Ends those who are stopping, and waits little for the others. */
  hasten(): void;
};

const MOST_ENDINGS = 5;
const WITHIN = 60_000; // ms
const HURRIED_PATIENCE = 2000; // ms

type Post = Member & { child: Child; endings: number[]; stopping: boolean };

/** @param lost is told, once, of a process that will not stay up */
export function assemble(say: (line: string) => void, lost: (line: string) => void): Crew {
  const posts = new Map<string, Post>();
  let settled = false;
  let closed = false;
  let hurried = false;

  const watch = async (post: Post): Promise<void> => {
    const ending = await post.child.ended;
    if (post.stopping) return;
    post.endings = [...post.endings, Date.now()].filter((at) => at > Date.now() - WITHIN);
    const what = `The ${post.name} process ended unexpectedly (${describe(ending)})`;
    if (!settled || post.endings.length >= MOST_ENDINGS)
      return lost([`${what}.`, post.child.lastWords()].join("\n").trim());
    const seconds = 2 ** (post.endings.length - 1);
    say(`${what}; it is started again in ${seconds} s.`);
    await wait(seconds * 1000, undefined, { ref: false });
    if (post.stopping) return;
    post.child = post.launch();
    await watch(post);
  };

  return {
    add(member) {
      if (closed) throw new Error("Stopping.");
      const post: Post = { ...member, child: member.launch(), endings: [], stopping: false };
      posts.set(member.name, post);
      void watch(post);
      return post.child;
    },
    settle() {
      settled = true;
    },
    async stop(names) {
      closed = true;
      const leaving = names.flatMap((name) => posts.get(name) ?? []);
      for (const post of leaving) post.stopping = true;
      const most = hurried ? HURRIED_PATIENCE : Infinity;
      await Promise.all(leaving.map(({ child, patience }) => child.stop(Math.min(patience, most))));
    },
    hasten() {
      hurried = true;
      for (const { child, stopping } of posts.values()) if (stopping) child.signal("SIGKILL");
    },
  };
}

function describe({ code, signal }: Ending): string {
  return signal ?? `code ${code}`;
}
