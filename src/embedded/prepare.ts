// The schema and, outside of production, the demo: in a process of their own, whose environment
// the supervisor has completed. Tells it the demo's password.
import { config } from "../../config/index.ts";
import { migrate } from "../migrations/index.ts";
import { seed } from "./seed.ts";

await migrate();
const password = config.production ? null : (await seed()).password;
process.send?.({ password }, () => process.exit(0));
