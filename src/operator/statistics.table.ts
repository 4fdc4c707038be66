// Published figures as a table, as bars and as a file.
import { ELSEWHERE, type Period, type Published } from "../domain/statistics.ts";
import { AUDIENCES, regionName } from "../domain/visit.ts";

export type Row = {
  region: string;
  /** One an audience, in the order of AUDIENCES. */
  visits: number[];
  total: number;
  /** Per cent of the longest bar. */
  bars: Array<{ from: number; width: number }>;
};
export type Table = { rows: Row[]; totals: number[]; total: number };

/** Regions by visits, the largest first; areas are added up. */
export function tableOf(figures: readonly Published[]): Table {
  const regions = [...Map.groupBy(figures, ({ region }) => region)].map(([region, ofRegion]) => {
    const visits = byAudience(ofRegion);
    return { region: nameOf(region), visits, total: sum(visits) };
  });
  const longest = Math.max(1, ...regions.map(({ total }) => total));
  const rows = regions
    .toSorted((a, b) => b.total - a.total || a.region.localeCompare(b.region))
    .map((row) => ({ ...row, bars: barsOf(row.visits, longest) }));
  const totals = byAudience(figures);
  return { rows, totals, total: sum(totals) };
}

/** One line a published figure. Its values are codes, which need no quotes. */
export function csvOf({ kind, start, end }: Period, figures: readonly Published[]): string {
  const lines = figures.map(({ area, audience, region, visits }) =>
    [kind, start, end, area, audience, region, visits, SOURCE].join(","),
  );
  return ["period,start,end,area,audience,region,visits,regions by", ...lines, ""].join("\r\n");
}

const SOURCE = "DB-IP https://db-ip.com CC BY 4.0";

function nameOf(region: string): string {
  return region === ELSEWHERE ? "Elsewhere (small regions)" : regionName(region);
}

function byAudience(figures: readonly Published[]): number[] {
  return AUDIENCES.map((audience) =>
    sum(figures.filter((figure) => figure.audience === audience).map(({ visits }) => visits)),
  );
}

function barsOf(visits: number[], longest: number): Row["bars"] {
  let from = 0;
  return visits.map((count) => {
    const width = percent(count, longest);
    const bar = { from, width };
    from = Math.round((from + width) * 100) / 100;
    return bar;
  });
}

function percent(part: number, whole: number): number {
  return Math.round((part / whole) * 10_000) / 100;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
