// Combinations of choices in which every two choices meet, in few rows: two rules that get on with
// each other alone may not get on together, and three seldom do what no two of them do.

type Factors = Record<string, readonly unknown[]>;
export type Row<F extends Factors> = { [Name in keyof F]: F[Name][number] };

/** Row after row, each begun with a pair that is still missing and filled with what covers most. */
export function allPairs<F extends Factors>(factors: F): Array<Row<F>> {
  const missing = new Set(pairsOf(factors));
  const rows: Array<Row<F>> = [];
  while (missing.size > 0) {
    const [first] = missing;
    const row = new Map(first?.split(" ").map((choice) => split(choice)));
    for (const [name, choices] of Object.entries(factors)) {
      if (row.has(name)) continue;
      const gains = choices.map((_, i) =>
        covered(row, [name, i]).filter((one) => missing.has(one)),
      );
      const best = gains.reduce((most, { length }) => Math.max(most, length), 0);
      row.set(
        name,
        gains.findIndex(({ length }) => length === best),
      );
    }
    const chosen = [...row];
    for (const [i, choice] of chosen.entries())
      for (const pair of covered(new Map(chosen.slice(0, i)), choice)) missing.delete(pair);
    rows.push(
      Object.fromEntries(
        Object.entries(factors).map(([name, choices]) => [name, choices[row.get(name) ?? 0]]),
      ) as Row<F>,
    );
  }
  return rows;
}

type Choice = [name: string, index: number];

function pairsOf(factors: Factors): string[] {
  const names = Object.entries(factors);
  return names.flatMap(([one, choices], i) =>
    names
      .slice(i + 1)
      .flatMap(([other, others]) =>
        choices.flatMap((_, j) => others.map((__, k) => keyOf([one, j], [other, k]))),
      ),
  );
}

/** The pairs that one more choice makes with those of a row. */
function covered(row: ReadonlyMap<string, number>, choice: Choice): string[] {
  return [...row].map((one) => keyOf(one, choice));
}

function keyOf(one: Choice, other: Choice): string {
  return [one.join(":"), other.join(":")].toSorted().join(" ");
}

function split(choice: string): Choice {
  const [name = "", index] = choice.split(":");
  return [name, Number(index)];
}
