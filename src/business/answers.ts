// A business's own fields on the workspace's pages.
import type { Request } from "express";
import {
  about,
  type Answer,
  answerText,
  askedOfStaff,
  type Field,
  isGiven,
} from "../domain/fields.ts";
import { Fields } from "../models/field.ts";
import { dayWords } from "./moments.ts";

/** What staff can fill in when they book: of a customer whom the business knows, her page tells. */
export async function fieldsWhenBooking(
  req: Request,
  serviceId: number,
  isKnown: boolean,
): Promise<Field[]> {
  const fields = askedOfStaff(await Fields.of(req.business), serviceId);
  return isKnown ? about("appointment", fields) : fields;
}

/** What staff can fill in of a customer. */
export async function customerFieldsOf(req: Request): Promise<Field[]> {
  return about("customer", askedOfStaff(await Fields.of(req.business)));
}

/** What was answered, to be read. */
export function answerLines(answers: readonly Answer[]) {
  return answers.filter(isGiven).map((answer) => ({
    label: answer.field.label,
    text: words(answer),
    archived: answer.field.archived,
  }));
}

function words(answer: Answer): string {
  if (answer.field.type === "checkbox") return "yes";
  return answer.date === null ? answerText(answer) : dayWords(answer.date);
}
