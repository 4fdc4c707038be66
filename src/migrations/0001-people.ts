import { ddl, ID, INSTANT } from "./sql.ts";

/** A person is a sign-in. What she may do where is a row of `staff`. */
export async function up(): Promise<void> {
  await ddl(
    `CREATE TABLE people (
      id ${ID},
      email TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      password_hash TEXT,
      sign_in_version INTEGER NOT NULL DEFAULT 1,
      created_at ${INSTANT} NOT NULL
    )`,
    `CREATE TABLE operators (
      id ${ID},
      email TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      password_hash TEXT NOT NULL,
      sign_in_version INTEGER NOT NULL DEFAULT 1,
      created_at ${INSTANT} NOT NULL
    )`,
  );
}
