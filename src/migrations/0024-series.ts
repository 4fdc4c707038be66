import { ddl, INSTANT } from "./sql.ts";

export async function up(): Promise<void> {
  await ddl(
    // What a mail tells of that tells of several: the delivery itself names but the first.
    `CREATE TABLE delivery_appointments (
      business_id INTEGER NOT NULL,
      delivery_id INTEGER NOT NULL,
      appointment_id INTEGER NOT NULL,
      start_before ${INSTANT},
      PRIMARY KEY (business_id, delivery_id, appointment_id),
      FOREIGN KEY (business_id, delivery_id)
        REFERENCES deliveries (business_id, id) ON DELETE CASCADE,
      FOREIGN KEY (business_id, appointment_id)
        REFERENCES appointments (business_id, id) ON DELETE CASCADE
    )`,
    `CREATE INDEX delivery_appointments_by_appointment
       ON delivery_appointments (business_id, appointment_id)`,
  );
}
