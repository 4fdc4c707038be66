import type { Instant } from "../domain/time.ts";
import { rows, run, transaction } from "./database.ts";

export type SwitchName = "referrals";
export type SwitchState = { enabled: boolean; changedAt: Instant | null };

/** What operators can turn off for everybody. A switch nobody has touched is on. */
export const Switch = {
  async isOn(name: SwitchName): Promise<boolean> {
    return (await Switch.state(name)).enabled;
  },

  async state(name: SwitchName): Promise<SwitchState> {
    const [row] = await rows<{ enabled: boolean | number; changedAt: Instant }>(
      `SELECT enabled, changed_at AS "changedAt" FROM switches WHERE name = $name`,
      { name },
    );
    return row ? { ...row, enabled: Boolean(row.enabled) } : { enabled: true, changedAt: null };
  },

  async turn(
    name: SwitchName,
    enabled: boolean,
    operator: { id: number },
    now: Instant,
  ): Promise<void> {
    const upsert = `INSERT INTO switches (name, enabled, changed_at, operator_id)
      VALUES ($name, $enabled, $now, $operatorId)
      ON CONFLICT (name) DO UPDATE SET enabled = excluded.enabled,
        changed_at = excluded.changed_at, operator_id = excluded.operator_id`;
    await transaction(() => run(upsert, { name, enabled, now, operatorId: operator.id }));
  },
};
