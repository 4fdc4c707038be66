// What is sealed for good is sealed anew when the secret key changes, so that the key before can be
// taken away: the secrets of webhooks, and the addresses of calendars elsewhere.
import { config } from "../../config/index.ts";
import { hmac, sealedAnew, unseal } from "../secrets.ts";
import { rows, run, transaction } from "./database.ts";
import { ADDRESS } from "./remote-calendar.ts";
import { SECRET } from "./webhook-message.ts";

type Column = {
  table: string;
  column: string;
  purpose: string;
  /** A column with a keyed hash of the same text. */
  hashed?: string;
};

const COLUMNS: readonly Column[] = [
  { table: "webhooks", column: "secret", purpose: SECRET },
  { table: "webhooks", column: "previous_secret", purpose: SECRET },
  { table: "remote_calendars", column: "url", purpose: ADDRESS, hashed: "url_hash" },
];
const AT_ONCE = 500;

/** Gives how many were sealed by an older key and now are by the newest. With one key, none is. */
export async function sealAnew(): Promise<number> {
  if (config.secretKeys.length < 2) return 0;
  let changed = 0;
  for (const column of COLUMNS) changed += await renew(column);
  return changed;
}

async function renew(column: Column): Promise<number> {
  let changed = 0;
  for (let after = 0; ;) {
    const found = await rows<{ id: number; sealed: string }>(
      `SELECT id, ${column.column} AS sealed FROM ${column.table}
       WHERE id > $after AND ${column.column} IS NOT NULL ORDER BY id LIMIT ${AT_ONCE}`,
      { after },
    );
    changed += await transaction(() => replaceAll(column, found));
    const last = found.at(-1);
    if (!last || found.length < AT_ONCE) return changed;
    after = last.id;
  }
}

// What somebody changes meanwhile is by the newest key already.
async function replaceAll(
  { table, column, purpose, hashed }: Column,
  found: ReadonlyArray<{ id: number; sealed: string }>,
): Promise<number> {
  let changed = 0;
  for (const { id, sealed } of found) {
    const anew = sealedAnew(purpose, sealed);
    if (anew === undefined) continue;
    const hash = hashed === undefined ? {} : { hash: hmac(purpose, unseal(purpose, anew) ?? "") };
    const also = hashed === undefined ? "" : `, ${hashed} = $hash`;
    changed += await run(
      `UPDATE ${table} SET ${column} = $anew${also} WHERE id = $id AND ${column} = $sealed`,
      { id, sealed, anew, ...hash },
    );
  }
  return changed;
}
