// The titles of all tests, read from their files, so that they can be spoken of without running them.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * As a report prints it: what is described, then what is said of it, with "…" for what is filled in
 * as it runs. Tags such as [P1.1] apart.
 */
export type Title = { title: string; tags: string[]; file: string };

const root = join(import.meta.dirname, "..");
const TAG = /\[([A-Z]\d+(?:\.\d+)?)\] ?/g;
// Indented by the formatter, so that the depth tells what is inside of what.
const CALL =
  /^(?<depth> *)(?<call>describe|it)\((?:"(?<plain>(?:\\.|[^"])*)"|`(?<template>[^`]*)`)/gm;

export function testTitles(): Title[] {
  return globSync("**/*.test.ts", { cwd: root }).flatMap((file) =>
    titlesIn(readFileSync(join(root, file), "utf8")).map((whole) => ({ ...taken(whole), file })),
  );
}

/** Of each test, with all that it stands in. */
function titlesIn(source: string): string[] {
  const around: Array<{ depth: number; text: string }> = [];
  return [...source.matchAll(CALL)].flatMap(({ groups = {} }) => {
    const depth = groups.depth?.length ?? 0;
    const text = groups.plain ?? groups.template ?? "";
    while ((around.at(-1)?.depth ?? -1) >= depth) around.pop();
    if (groups.call === "it") return [[...around.map((one) => one.text), text].join(" ")];
    around.push({ depth, text });
    return [];
  });
}

function taken(whole: string): { title: string; tags: string[] } {
  const tags = [...whole.matchAll(TAG)].flatMap(([, tag = ""]) => tag);
  const title = whole.replaceAll(TAG, "").replaceAll(/\$\{[^}]*\}/g, "…");
  return { title: title.replaceAll('\\"', '"').trim(), tags };
}
