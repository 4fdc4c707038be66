// When two people change the same thing, the second sees both versions before she decides.
import type { Form, Values } from "../web/form.ts";

export type Option = readonly [value: string | number, text: string];
export type Difference = { label: string; saved: string; typed: string };
/** A field's label, and for choices what each value means. */
export type Labels = Record<string, string | readonly [label: string, options: readonly Option[]]>;

/** What was typed beside what is saved now, where they differ. */
export function differences(labels: Labels, typed: Values, saved: Values): Difference[] {
  return Object.entries(labels).flatMap(([name, told]) => {
    const [label, options] = typeof told === "string" ? [told, []] : told;
    const texts = [saved, typed].map((values) => inWords(values[name], options));
    const [before = "", now = ""] = texts;
    return before === now ? [] : [{ label, saved: before, typed: now }];
  });
}

/** The form as it was typed, without errors of its own. */
export function asTyped(form: Form<unknown>): Form<never> {
  return { values: form.values, errors: {}, input: undefined };
}

function inWords(value: string | string[] | undefined, options: readonly Option[]): string {
  const texts = [value ?? ""].flat().map((one) => {
    const option = options.find(([candidate]) => String(candidate) === one);
    return option ? option[1] : one;
  });
  return texts.toSorted().join(", ");
}
