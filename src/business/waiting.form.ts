// What staff write down of somebody who would like to wait, on the phone or at the desk.
import { z } from "zod";
import type { LocalDate } from "../domain/time.ts";
import { mailAddress } from "../web/form.ts";
import { checkWish, wishShape } from "../web/waiting.form.ts";
import { customerFields } from "./customers.form.ts";

export function waitingForm(today: LocalDate) {
  const { name, phone } = customerFields;
  return z
    .object({ name, email: mailAddress(), phone, ...wishShape(today) })
    .superRefine(checkWish);
}
