// Who may show a page in a frame, as `frame-ancestors` of a content security policy names it.

export const MOST_ORIGINS = 10;

/**
 * The origin a line speaks of, such as https://www.example.com for WWW.example.com/book.html.
 * Undefined for what is none, is not https, or could mean more than one host: an asterisk, a comma
 * and a semicolon may stand in a URL's host, and mean something in a policy (CSP 3 §2.3.1, which
 * knows no IPv6 addresses either).
 * @param loopback whether this machine's own names will do as well, by http too
 */
export function frameOrigin(line: string, loopback: boolean): string | undefined {
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(line) ? line : `https://${line}`;
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, username, password, origin } = new URL(text);
  if (username !== "" || password !== "") return undefined;
  if (LOOPBACK.has(hostname)) return loopback && WEB.has(protocol) ? origin : undefined;
  return protocol === "https:" && DOMAIN.test(hostname) ? origin : undefined;
}

const WEB = new Set(["http:", "https:"]);
const LOOPBACK = new Set(["localhost", "127.0.0.1"]);
// Labels of letters, digits and hyphens (RFC 1123 §2.1); the last begins with a letter.
const DOMAIN = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z](?:[a-z\d-]{0,61}[a-z\d])?$/;
