import { importCustomers } from "./customer-import.ts";
import { exportEverything } from "./takeout-export.ts";
import { importEverything } from "./takeout-import.ts";
import { type Clock, type Lease, LeaseLost, type TransferKind, Transfers } from "./transfer.ts";

const work: Record<TransferKind, (lease: Lease, clock: Clock) => Promise<void>> = {
  customers_in: importCustomers,
  all_out: exportEverything,
  all_in: importEverything,
};

/** Works on a transfer from where it stands, if nobody else does. */
export async function runTransfer(id: number, clock: Clock): Promise<void> {
  const lease = await Transfers.claim(id, clock());
  if (!lease) return;
  try {
    await work[lease.kind](lease, clock);
  } catch (error) {
    // Somebody else is at it, from where this one came to.
    if (!(error instanceof LeaseLost)) throw error;
  }
}
