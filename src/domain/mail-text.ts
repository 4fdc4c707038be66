// A mail's text as paragraphs of lines, for its plain and its HTML form alike.

/** A stretch of one text: words, a link's address, or a block that stands for itself. */
export type Piece = { text: string; href?: string; block?: string };
export type Paragraph = { block: string } | { lines: Piece[][] };

/** Blank lines part paragraphs; a block is a paragraph of its own wherever it stands. */
export function paragraphsOf(pieces: readonly Piece[]): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let lines: Piece[][] = [[]];
  const end = () => {
    const written = lines.filter((line) => line.some(({ text }) => text.trim() !== ""));
    if (written.length > 0) paragraphs.push({ lines: written });
    lines = [[]];
  };
  for (const piece of pieces.flatMap(byLine)) {
    if (piece.block !== undefined) {
      end();
      paragraphs.push({ block: piece.block });
    } else if (piece.text === "\n") {
      if (lines.at(-1)?.length === 0) end();
      else lines.push([]);
    } else lines.at(-1)?.push(piece);
  }
  end();
  return paragraphs;
}

/** A text cut at its line breaks, each of which is a piece "\n". */
function byLine(piece: Piece): Piece[] {
  if (piece.href !== undefined || piece.block !== undefined) return [piece];
  return piece.text
    .replaceAll(/\r\n?/g, "\n")
    .split(/(\n)/)
    .filter((text) => text !== "")
    .map((text) => ({ text }));
}
