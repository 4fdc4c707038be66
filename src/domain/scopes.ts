// What a business's key for programs may do, and what comes out with it. A key has only the scopes
// its owner ticked.

/** Each scope in words, in the order of the form. */
export const scopes = {
  "services:read": "See the business, its services and who provides them",
  "times:read": "See free times",
  "holds:write": "Keep a free time for ten minutes, and give it back",
  "appointments:read": "See appointments with their notes, without their customers’ names",
  "appointments:write": "Book, move, approve and cancel appointments",
  "customers:read": "See customers: names, e-mail addresses, phone numbers, your notes",
  "customers:write": "Add customers and change what is known of them",
  "waiting:read": "See who waits for a time: names, e-mail addresses, phone numbers",
  "waiting:write": "Put customers on a waiting list, and take them off",
  "webhooks:read": "See webhooks",
  "webhooks:write": "Add and remove webhooks that tell nothing of a customer but her number",
} as const;

export type Scope = keyof typeof scopes;

export function isScope(text: string): text is Scope {
  return Object.hasOwn(scopes, text);
}
