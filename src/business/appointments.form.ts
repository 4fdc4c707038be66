import { z } from "zod";
import { parseStart } from "../domain/time.ts";
import { box, paragraph } from "../web/form.ts";
import { repeatFields, saysHowOften } from "../web/repeat.form.ts";
import { customerFields } from "./customers.form.ts";

const booking = {
  start: z.string("Choose a time").transform(parseStart).pipe(z.number("Choose a time")),
  override: box,
  note: paragraph(1000),
  ...repeatFields,
  /** Tells one form from another: sent twice, it books once. */
  once: z.string().max(100).default(""),
};

/** An appointment of somebody new. */
export const AppointmentForm = z
  .object({ ...booking, ...customerFields })
  .superRefine(saysHowOften);

/** An appointment of a customer the business has. */
export const AppointmentOfForm = z.object(booking).superRefine(saysHowOften);

export type AppointmentInput = z.infer<typeof AppointmentOfForm> &
  Partial<z.infer<typeof AppointmentForm>>;
