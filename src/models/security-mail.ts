// What a person is told of her own account by mail. No notice turns it off.
import { config } from "../../config/index.ts";
import type { SecurityMailKind, SkipReason } from "../domain/deliveries.ts";
import { DAY, type Instant, type Zone } from "../domain/time.ts";
import { type Browser, browserName, regionName } from "../domain/visit.ts";
import { english } from "../language.ts";
import { signInsUrl } from "../links.ts";
import { render } from "../view.ts";
import { momentIn } from "./appointment-mail.ts";
import type { Claimed, Row } from "./delivery-claim.ts";
import { type Composed, written } from "./written-mail.ts";

export type SecurityRow = Row & {
  kind: SecurityMailKind;
  zone: Zone;
  region: string | null;
  browser: Browser | null;
  signedInAt: Instant | null;
};

const subjects: Record<SecurityMailKind, string> = {
  new_sign_in: "A new sign-in to your Plainbook account",
};

/** The kinds as a list in SQL. */
export const SECURITY_KINDS = Object.keys(subjects)
  .map((kind) => `'${kind}'`)
  .join(", ");

/** The rows of deliveries, in SQL. @param delivery the columns every delivery has, of `d` and `b` */
export function securityRows(delivery: string, among: string): string {
  return `SELECT ${delivery}, b.zone, d.created_at + ${DAY} AS deadline,
      p.name AS "recipientName", p.email AS address,
      s.region, s.browser, s.at AS "signedInAt"
    FROM deliveries d
    JOIN businesses b ON b.id = d.business_id
    JOIN security_mails m ON m.business_id = d.business_id AND m.delivery_id = d.id
    JOIN people p ON p.id = m.person_id
    LEFT JOIN sign_ins s ON s.id = m.sign_in_id
    WHERE d.id ${among}`;
}

export function isOfSecurity(claimed: Claimed): claimed is SecurityRow {
  return Object.hasOwn(subjects, claimed.kind);
}

export function securitySkip({ deadline }: SecurityRow, now: Instant): SkipReason | undefined {
  return deadline <= now ? "too late" : undefined;
}

export function securityMail(row: SecurityRow): Composed {
  const locals = {
    person: { name: row.recipientName },
    when: momentIn(row, row.signedInAt ?? row.createdAt, english),
    region: row.region === null ? "" : regionName(row.region),
    browser: row.browser === null ? "" : browserName(row.browser),
    postalAddress: config.postalAddress,
    url: signInsUrl(),
  };
  return written(row, {
    subject: subjects[row.kind],
    text: render(`mail/${row.kind}.text`, locals),
    body: render(`mail/${row.kind}.html`, locals),
  });
}
