// Things a business should think twice about before it asks for them (privacy statement, section 1):
// a form is no safe place for them, and laws protect them. A warning, never a refusal.
import { fold } from "./fold.ts";

type Kind = { words: readonly string[]; why: string };

const KINDS: readonly Kind[] = [
  {
    words: [
      "ssn",
      "social security",
      "social insurance number",
      "national insurance",
      "national id",
      "tax id",
      "tax number",
      "passport",
      "driver s licen[cs]e",
      "driving licen[cs]e",
      "seguro social",
      "pasaporte",
      "dni",
      "curp",
    ],
    why: "Numbers of this kind are what identities are stolen with.",
  },
  {
    words: [
      "(credit|debit|bank|payment) card",
      "card (number|no)",
      "cvv",
      "cvc",
      "iban",
      "bank account",
      "account number",
      "routing number",
      "tarjeta",
      "cuenta bancaria",
    ],
    why: "The rules of the card companies forbid to keep them in a form like this.",
  },
  {
    words: ["password", "passcode", "pin( code)?", "contrasena"],
    why: "Nobody should tell a password to anybody.",
  },
  {
    words: [
      "diagnos[ei]s",
      "health",
      "medical",
      "medic(ine|ation)s?",
      "illness(es)?",
      "diseases?",
      "symptoms?",
      "allerg(y|ies)",
      "pregnan(t|cy)",
      "disabilit(y|ies)",
      "hiv",
      "blood (type|group)",
      "therapy",
      "diagnostico",
      "salud",
      "enfermedad(es)?",
      "medicamentos?",
      "alergias?",
      "embaraz(o|ada)",
    ],
    why: "Laws protect what is said about health, HIPAA and the GDPR among them.",
  },
  {
    words: [
      "religi(on|ous)",
      "race",
      "ethnic(ity)?",
      "sexual( orientation)?",
      "political",
      "(trade )?union member(ship)?",
      "criminal record",
      "biometric",
      "fingerprint",
      "genetic",
      "raza",
      "orientacion sexual",
    ],
    why: "Laws protect what is said about beliefs, origin and private life.",
  },
];

/** Why it may be unwise to ask for something of this name, or undefined. */
export function whySensitive(...texts: string[]): string | undefined {
  const text = ` ${texts
    .map(fold)
    .join(" ")
    .replace(/[^\p{L}\p{N}]+/gu, " ")} `;
  return KINDS.find(({ words }) => new RegExp(` (${words.join("|")}) `, "u").test(text))?.why;
}
