// The privacy statement as text, and as what it says: sections of paragraphs that link to promises.
export type Paragraph = { id: string; promises: string[]; text: string };
export type StatementSection = { title: string; paragraphs: Paragraph[] };

const PARAGRAPH = /^\[(?<id>[a-z][a-z0-9-]*)\](?<promises>( P\d+\.\d+)+)\n(?<text>.+)$/s;

/**
 * "# 1. What is collected", then its paragraphs, each after an empty line: "[its-id] P1.1 P1.2",
 * and on the next line its text.
 * @throws Error that names what cannot be read
 */
export function parseStatement(source: string): StatementSection[] {
  const sections: StatementSection[] = [];
  const ids = new Set<string>();
  for (const block of source.trim().split(/\n{2,}/)) {
    if (block.startsWith("# ")) sections.push({ title: block.slice(2), paragraphs: [] });
    else sections.at(-1)?.paragraphs.push(paragraphOf(block, ids));
  }
  return sections;
}

function paragraphOf(block: string, ids: Set<string>): Paragraph {
  const { id = "", promises = "", text = "" } = PARAGRAPH.exec(block)?.groups ?? {};
  if (!id) throw new Error(`No paragraph with an id and its promises: ${block.slice(0, 60)}`);
  if (ids.has(id)) throw new Error(`Two paragraphs have the id ${id}`);
  ids.add(id);
  return { id, promises: promises.trim().split(" "), text };
}
