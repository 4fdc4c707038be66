// Prices are integers: hundredths of the currency's unit, whatever the currency, so that a business
// that changes its currency keeps its numbers.
import { remember } from "./remember.ts";

const LARGEST = 1_000_000_00;

/** As people write it: $35.00. */
export function formatMoney(hundredths: number, currency: string, locale = "en-US"): string {
  return formatIn(`${locale} ${currency}`).format(hundredths / 100);
}

/** As it is typed into a form: 35 or 35.50, without the currency. */
export function plainMoney(hundredths: number): string {
  return hundredths % 100 === 0 ? String(hundredths / 100) : (hundredths / 100).toFixed(2);
}

/** Hundredths, from 35, 35.5 or 35,00, a currency sign before it or not; null for anything else. */
export function parseMoney(text: string): number | null {
  const [, units, , fraction = ""] = /^\p{Sc}?(\d{1,7})([.,](\d{1,2}))?$/u.exec(text.trim()) ?? [];
  if (units === undefined) return null;
  const hundredths = Number(units) * 100 + Number(fraction.padEnd(2, "0"));
  return hundredths <= LARGEST ? hundredths : null;
}

/** In the currency's smallest unit (ISO 4217): cents of dollars, yen, thousandths of dinars. */
export function minorUnits(hundredths: number, currency: string): number {
  return Math.round(hundredths * 10 ** (digitsOf(currency) - 2));
}

const digitsOf = remember(
  50,
  (currency: string) =>
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
      .maximumFractionDigits ?? 2,
);

const formatIn = remember(50, (key: string) => {
  const [locale, currency = ""] = key.split(" ");
  return new Intl.NumberFormat(locale, { style: "currency", currency });
});
