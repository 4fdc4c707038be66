// A supervisor for tests to kill: starts two children, prints their process ids, and waits.
import { launch } from "../../../src/embedded/children.ts";

const patient = launch("sh", ["-c", "sleep 600"]);
const stubborn = launch("sh", ["-c", 'trap "" TERM; sleep 600 & sleep 600']);
process.stdout.write(`${patient.pid} ${stubborn.pid}\n`);
