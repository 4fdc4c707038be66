import { rows, run, transaction } from "./database.ts";

export type ContactRole = "primary" | "billing";
export type ContactDetails = { name: string; email: string };
export type Contacts = Record<ContactRole, ContactDetails>;

/** Whom the company writes to about a business: one for the service, one for the bills. */
export const Contact = {
  async allFor(businessId: number): Promise<Partial<Contacts>> {
    const found = await rows<ContactDetails & { role: ContactRole }>(
      "SELECT role, name, email FROM contacts WHERE business_id = $businessId",
      { businessId },
    );
    return Object.fromEntries(found.map(({ role, name, email }) => [role, { name, email }]));
  },

  async set(businessId: number, role: ContactRole, { name, email }: ContactDetails) {
    const upsert = `INSERT INTO contacts (business_id, role, name, email)
      VALUES ($businessId, $role, $name, $email)
      ON CONFLICT (business_id, role)
        DO UPDATE SET name = excluded.name, email = excluded.email`;
    await transaction(() => run(upsert, { businessId, role, name, email }));
  },
};
