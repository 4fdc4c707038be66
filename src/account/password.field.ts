import { z } from "zod";
import { passwordProblem } from "../passwords.ts";
import { type Form, refused } from "../web/form.ts";

/** A password that is to be chosen; whether it is a good one is asked afterwards. */
export const chosenPassword = z.string("Choose a password").min(1, "Choose a password").max(1000);

/** A password that must be the right one. Nothing is said about its form. */
export const givenPassword = z.string("Enter your password").min(1, "Enter your password");

/**
 * Refuses a bad choice in the field `password`, together with whatever else is wrong.
 * @param own what others know of the person
 */
export async function withGoodPassword<T>(form: Form<T>, own: readonly string[]): Promise<Form<T>> {
  const { password } = form.values;
  if (typeof password !== "string" || form.errors.password) return form;
  const problem = await passwordProblem(password, own);
  return problem ? refused(form, "password", problem) : form;
}
