// What somebody says who joins a waiting list.
import { z } from "zod";
import type { LocalDate } from "../domain/time.ts";
import { say } from "../language.ts";
import { line, mailAddress } from "../web/form.ts";
import { checkWish, wishShape } from "../web/waiting.form.ts";
import { phone } from "./details.form.ts";

export function waitingForm(today: LocalDate) {
  return z
    .object({
      name: line(say("details.name_missing")),
      email: mailAddress(),
      phone: phone.transform((text) => text || null),
      ...wishShape(today),
    })
    .superRefine(checkWish);
}
