// npm run web: one web process.
import { config } from "../config/index.ts";
import { createApp } from "./app.ts";
import { closeQueues } from "./jobs.ts";
import { log } from "./log.ts";
import { requireCurrentSchema } from "./migrations/index.ts";
import { closeDatabase, openDatabase } from "./models/database.ts";
import { closeRedis, connectRedis } from "./redis.ts";
import { loadRegions } from "./regions.ts";
import { stopOnSignal } from "./stopping.ts";
import { hearOfChanges } from "./web/page-cache.ts";
import { createHttpServer } from "./web/server.ts";
import { startFlushing, stopFlushing } from "./web/visits.ts";

// Seconds. What is not answered by then is cut off, and so is, in the end, what is not handed over.
const [ANSWERED, ENDED] = [15, 24];

try {
  loadRegions();
  await requireCurrentSchema();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
await openDatabase();
connectRedis().catch((error: unknown) => log.warn({ error }, "redis"));
const changes = hearOfChanges();

const server = createHttpServer(createApp());
server.on("error", (error: NodeJS.ErrnoException) => {
  process.stderr.write(`PORT: cannot listen on ${config.host}:${config.port} (${error.code})\n`);
  process.exit(1);
});
server.listen(config.port, config.host, () => log.info({ port: config.port }, "listening"));
startFlushing();

stopOnSignal(drain, ENDED);

/** Answers what has been asked, hands over what has been counted, then ends. */
async function drain(): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), ANSWERED * 1000);
  server.closeIdleConnections();
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(cut);
  await stopFlushing();
  await closeQueues();
  changes.close();
  await closeRedis();
  await closeDatabase();
}
