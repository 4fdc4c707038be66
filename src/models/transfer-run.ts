import { importCustomers } from "./customer-import.ts";
import { type Clock, type Lease, LeaseLost, type TransferKind, Transfers } from "./transfer.ts";

const work: Record<TransferKind, (lease: Lease, clock: Clock) => Promise<void>> = {
  customers_in: importCustomers,
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
