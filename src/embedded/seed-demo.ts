// npm run seed: the schema and the demo, for the same database and key that npm start uses.
// oxlint-disable-next-line import/no-unassigned-import -- first: config reads what it completes
import "./environment.ts";
import { config } from "../../config/index.ts";
import { closeQueues } from "../jobs.ts";
import { migrate } from "../migrations/index.ts";
import { closeDatabase } from "../models/database.ts";
import { seed } from "./seed.ts";

if (config.production) {
  process.stderr.write("Demo data is refused in production.\n");
  process.exit(1);
}
await migrate();
const { password, made } = await seed();
process.stdout.write(
  `${made ? "Demo data made" : "Demo data is there already"}; the password of all demo sign-ins is ${password}\n`,
);
await closeQueues();
await closeDatabase();
