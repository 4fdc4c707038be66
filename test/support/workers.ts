// Worker processes as operators start them, on the run's database and Redis, and a mail server that
// is far away, so that a worker can be stopped in the middle of a mail.
import { connect, createServer, type Socket } from "node:net";
import { type Child, launch } from "../../src/embedded/children.ts";
import { portOf } from "../../src/embedded/ports.ts";
import { linkToken } from "../../src/links.ts";
import { rows, transaction } from "../../src/models/database.ts";
import { FIRST_LOCATION } from "../../src/models/location.ts";
import { Delivery } from "../../src/models/delivery.ts";
import { hashToken } from "../../src/secrets.ts";
import { until } from "./processes.ts";
import { START } from "./bookings.ts";
import type { World } from "./world.ts";

export type WorkerSettings = {
  smtpPort: number;
  concurrency?: number;
  queues?: string;
  env?: NodeJS.ProcessEnv;
};

const started = new Set<Child>();

/** Ends whatever a test has left running. */
export async function stopWorkers(): Promise<void> {
  await Promise.all([...started].map((worker) => worker.stop(0, "SIGKILL")));
  started.clear();
}

/** Starts one and waits until it works. */
export async function startWorker(settings: WorkerSettings): Promise<Child> {
  const { smtpPort, concurrency = 5, queues = "deliveries,maintenance" } = settings;
  const args = ["workers/index.ts", "--queues", queues, "--concurrency", String(concurrency)];
  const SMTP_URL = `smtp://127.0.0.1:${smtpPort}`;
  const env = { ...process.env, SMTP_URL, LOG_LEVEL: "info", ...settings.env };
  const child = launch(process.execPath, args, { env, quiet: true });
  started.add(child);
  const ended = child.ended.then(() => "ended");
  await until(async () => {
    const state = await Promise.race([ended, Promise.resolve("running")]);
    if (state === "ended") throw new Error(`the worker ended: ${child.lastWords()}`);
    return child.lastWords().includes('"working"');
  });
  return child;
}

/** A way to a mail server on which everything takes `ms` each way. */
export async function slowWay(port: number, ms: number) {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(port, "127.0.0.1");
    for (const socket of [client, target]) sockets.add(socket.setNoDelay(true));
    relay(client, target, ms);
    relay(target, client, ms);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    port: portOf(server),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function relay(from: Socket, to: Socket, ms: number): void {
  from.on("data", (chunk) => void setTimeout(() => to.writable && to.write(chunk), ms));
  from.on("close", () => void setTimeout(() => to.destroy(), ms));
  from.on("error", () => undefined);
}

/** So many confirmations that are due, each to a customer of her own. Gives their addresses. */
export async function oweConfirmations(cast: World, count: number): Promise<string[]> {
  const addresses = Array.from({ length: count }, (_, i) => `customer-${i}@customer.example`);
  await transaction(async () => {
    const ids = [];
    for (const email of addresses) ids.push(await appointmentOf(cast, email));
    const now = Date.now();
    const owed = { businessId: cast.salon.id, kind: "confirmation", dueAt: now } as const;
    await Delivery.owe(
      ids.map((appointmentId) => ({ ...owed, appointmentId })),
      now,
    );
  });
  return addresses;
}

async function appointmentOf(cast: World, email: string): Promise<number> {
  const [customer] = await rows<{ id: number }>(
    `INSERT INTO customers (business_id, name, email, created_at)
     VALUES ($businessId, 'Jane Doe', $email, 1) RETURNING id`,
    { businessId: cast.salon.id, email },
  );
  const [made] = await rows<{ id: number }>(
    `INSERT INTO appointments (business_id, service_id, staff_id, location_id, customer_id,
       starts_at, ends_at, zone, uid, token_hash, created_at)
     VALUES ($businessId, $serviceId, $staffId, ${FIRST_LOCATION}, $customerId, $start, $end,
       'America/New_York', $uid, $hash, 1)
     RETURNING id`,
    {
      businessId: cast.salon.id,
      serviceId: cast.haircut.id,
      staffId: cast.benStaff.id,
      customerId: customer?.id,
      start: START,
      end: START + 1,
      uid: email,
      hash: hashToken(linkToken("appointment", email)),
    },
  );
  return made?.id ?? 0;
}

/** How many deliveries are in each state. */
export async function states(): Promise<Record<string, number>> {
  const counted = await rows<{ state: string; n: number }>(
    "SELECT state, CAST(COUNT(*) AS INTEGER) AS n FROM deliveries GROUP BY state",
  );
  return Object.fromEntries(counted.map(({ state, n }) => [state, n]));
}
