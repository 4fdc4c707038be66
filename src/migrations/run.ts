// npm run migrate
import { closeDatabase } from "../models/database.ts";
import { migrate } from "./index.ts";

const applied = await migrate();
process.stdout.write(applied.length > 0 ? `Applied ${applied.join(", ")}\n` : "Up to date\n");
await closeDatabase();
