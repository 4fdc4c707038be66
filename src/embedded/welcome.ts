// What the terminal says once everything is up.
export type Welcome = {
  baseUrl: string;
  /** Where the caught mails are read; absent when they are sent. */
  mailUrl: string | undefined;
  /** Of all demo sign-ins; null without a demo. */
  password: string | null;
};

export function welcome({ baseUrl, mailUrl, password }: Welcome): string {
  const demo = password !== null;
  const addresses: Array<[string, string]> = [
    ["Site", `${baseUrl}/`],
    ...(demo ? BOOKABLE.map(([what, slug]) => pair(what, `${baseUrl}/book/${slug}`)) : []),
    ["Workspace", demo ? `${baseUrl}/b/demo` : `${baseUrl}/login`],
    ["Operator console", `${baseUrl}/operator`],
    ...(mailUrl ? [pair("Mails (caught, none is sent)", mailUrl)] : []),
  ];
  const signIns = demo
    ? ["", `  Sign in with the password ${password} as`, ...table(WHO).map((line) => `  ${line}`)]
    : [];
  const lines = ["", "Plainbook is ready. Ctrl-C stops it.", "", ...table(addresses), ...signIns];
  return [...lines, ""].join("\n");
}

const BOOKABLE = [
  ["Booking page", "demo"],
  ["Another, with more to it", "guadiana"],
] as const;
const WHO: Array<[string, string]> = [
  ["owner@demo.example", "owner of the business demo"],
  ["staff@demo.example", "one of its providers"],
  ["owner@other.example", "owner of another business"],
  ["owner@guadiana.example", "owner of guadiana: classes, rooms, two locations"],
  ["manager@guadiana.example", "its manager"],
  ["desk@guadiana.example", "its scheduler"],
  ["ines@guadiana.example", "a provider who sees only her own"],
  ["operator@plainbook.example", "operator"],
];

function pair(what: string, where: string): [string, string] {
  return [what, where];
}

function table(rows: Array<[string, string]>): string[] {
  const width = Math.max(...rows.map(([first]) => first.length)) + 2;
  return rows.map(([first, second]) => `  ${first.padEnd(width)}${second}`);
}
