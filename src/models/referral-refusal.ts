import { domainToASCII } from "node:url";
import { hmac, hmacs, verifies } from "../secrets.ts";
import { rows, run, transaction } from "./database.ts";

const HASH = "referral refusal";
const LINK = "referral refusal link";

/**
 * "Never write to me again": made by the friend herself, from the link in her mail. Stored is a
 * keyed hash of her address and nothing beside it, so nobody can be found by reading the table.
 */
export const ReferralRefusal = {
  /** What the link in the mail to this address carries: the keyed hash and our signature of it. */
  tokenFor(address: string): string {
    const hash = hmac(HASH, folded(address));
    return `${hash}.${hmac(LINK, hash)}`;
  },

  /** Whether the token is one of ours; it never expires. */
  isToken(token: string): boolean {
    const [hash = "", signature = "", ...rest] = token.split(".");
    return rest.length === 0 && verifies(LINK, hash, signature);
  },

  /** Stores the wish a token stands for. Once or often is the same; false if it is no token. */
  async add(token: string): Promise<boolean> {
    if (!ReferralRefusal.isToken(token)) return false;
    const [addressHash] = token.split(".");
    const insert = `INSERT INTO referral_refusals (address_hash) VALUES ($addressHash)
      ON CONFLICT DO NOTHING`;
    await transaction(() => run(insert, { addressHash }));
    return true;
  },

  /** Whether the wish a token stands for is stored. */
  async has(token: string): Promise<boolean> {
    return ReferralRefusal.isToken(token) && isStored([token.split(".")[0] ?? ""]);
  },

  /** Whether whoever reads this address wants no referrals, by any of our keys. */
  covers(address: string): Promise<boolean> {
    return isStored(hmacs(HASH, folded(address)));
  },
};

async function isStored(hashes: string[]): Promise<boolean> {
  const names = hashes.map((_, at) => `$hash${at}`);
  const found = await rows(
    `SELECT 1 AS found FROM referral_refusals WHERE address_hash IN (${names.join(", ")})`,
    Object.fromEntries(hashes.map((hash, at) => [`hash${at}`, hash])),
  );
  return found.length > 0;
}

// One mailbox has one spelling here: case means nothing to today's mail servers, and a domain may
// be written in its own letters or in ASCII.
function folded(address: string): string {
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1);
  return `${address.slice(0, at)}@${domainToASCII(domain) || domain}`
    .normalize("NFC")
    .toLowerCase();
}
