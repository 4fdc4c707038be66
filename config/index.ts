// The only file that reads process.env.
import { resolve } from "node:path";
import { type Config, ConfigError, parseEnvironment } from "./environment.ts";

export const config = read();

function read(): Config {
  try {
    return parseEnvironment(process.env, resolve(import.meta.dirname, ".."));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}
