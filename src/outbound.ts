// The one way out over HTTP. Where it goes is named by strangers (a webhook's target, a calendar's
// address), so a host is resolved first, every address it has must be public, and the connection
// goes to the very addresses that were looked at: a name that means something else a moment later
// leads nowhere. https only; no proxy of the environment, no cookies, no kept connections; what goes
// wrong is reduced to a code, because errors quote addresses.
import { lookup } from "node:dns/promises";
import http, {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { config } from "../config/index.ts";
import { isLoopback } from "./ip.ts";
import { isLoopbackAddress, isPublicAddress } from "./outbound-address.ts";

export type OutboundRequest = {
  url: string;
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: string;
  /** How many bytes the answer may have; 0: only its status is wanted. */
  most: number;
  /** Milliseconds for all of it, from resolving the name to the last byte. */
  within: number;
  /** How many redirects are followed, each looked at like the first address. GET only. */
  redirects?: number;
};

export type OutboundAnswer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/**
 * - address: not an https address we could go to
 * - private: the host is in a private network
 * - unknown host: the name has no address
 * - unreachable: no connection, or it broke
 * - certificate: the host could not prove who it is
 * - timeout: it took too long
 * - too large: the answer has more bytes than it may
 * - unreadable: the answer is not HTTP as we asked for it
 * - redirected: to too many addresses
 */
export type OutboundErrorCode =
  | "address"
  | "private"
  | "unknown host"
  | "unreachable"
  | "certificate"
  | "timeout"
  | "too large"
  | "unreadable"
  | "redirected";

/** Says why there is no answer, and nothing of where it was sought. */
export class OutboundError extends Error {
  readonly code: OutboundErrorCode;
  constructor(code: OutboundErrorCode) {
    super(`outbound ${code}`);
    this.name = "OutboundError";
    this.code = code;
  }
}

type Address = { address: string; family: number };
type Resolve = (hostname: string) => Promise<Address[]>;
type Rules = {
  /** Lets it go to this machine, by http too: for tests and for trying things at home. */
  loopback?: boolean;
  resolve?: Resolve;
};

export type Send = (request: OutboundRequest) => Promise<OutboundAnswer>;

/** By the rules of this process: never to this machine in production. @throws OutboundError */
export const send: Send = createOutbound({ loopback: config.outboundLoopback });

/** What is wrong with an address as it is written; undefined if it could be gone to. */
export function problemWithUrl(
  text: string,
  { loopback = config.outboundLoopback }: Pick<Rules, "loopback"> = {},
): "address" | "private" | undefined {
  try {
    const { protocol, hostname } = checkedUrl(text, loopback);
    return protocol === "https:" || isLoopback(hostname) ? undefined : "address";
  } catch (error) {
    return (error as OutboundError).code as "address" | "private";
  }
}

/** Resolves with the answer, whatever its status. The function it gives throws OutboundError only. */
export function createOutbound({ loopback = false, resolve = resolveBySystem }: Rules = {}): Send {
  return async (request) => {
    const signal = AbortSignal.timeout(request.within);
    try {
      return await follow(request, signal);
    } catch (error) {
      if (error instanceof OutboundError) throw error;
      throw new OutboundError(signal.aborted ? "timeout" : codeOf(error));
    }
  };

  async function follow(request: OutboundRequest, signal: AbortSignal): Promise<OutboundAnswer> {
    const url = checkedUrl(request.url, loopback);
    const addresses = await checkedAddresses(url, signal);
    const answer = await exchange(url, addresses, request, signal);
    const { redirects = 0 } = request;
    const { location } = answer.headers;
    if (!isRedirect(answer.status) || location === undefined || !("redirects" in request))
      return answer;
    if (redirects === 0 || !URL.canParse(location, url)) throw new OutboundError("redirected");
    const next = new URL(location, url).href;
    return follow({ ...request, url: next, redirects: redirects - 1 }, signal);
  }

  async function checkedAddresses({ hostname, protocol }: URL, signal: AbortSignal) {
    const host = hostname.replace(/^\[|\]$/g, "");
    const addresses = isIP(host)
      ? [{ address: host, family: isIP(host) }]
      : await unlessAborted(resolve(host), signal);
    if (addresses.length === 0) throw new OutboundError("unknown host");
    const local = addresses.every(({ address }) => isLoopbackAddress(address));
    if (protocol === "http:" && !local) throw new OutboundError("address");
    if (loopback && local) return addresses;
    if (!addresses.every(({ address }) => isPublicAddress(address)))
      throw new OutboundError("private");
    return addresses;
  }
}

const CONNECTING = 5000; // ms

function checkedUrl(text: string, loopback: boolean): URL {
  if (!URL.canParse(text)) throw new OutboundError("address");
  const url = new URL(text);
  const { protocol, hostname, username, password } = url;
  const isWeb = protocol === "https:" || (protocol === "http:" && loopback);
  if (!isWeb || !hostname || username || password) throw new OutboundError("address");
  const host = hostname.replace(/^\[|\]$/g, "");
  if (!isIP(host) || isPublicAddress(host)) return url;
  if (loopback && isLoopbackAddress(host)) return url;
  throw new OutboundError("private");
}

function resolveBySystem(hostname: string): Promise<Address[]> {
  return lookup(hostname, { all: true });
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(new OutboundError("timeout")), { once: true });
  return Promise.race([work, promise]);
}

function exchange(
  url: URL,
  addresses: Address[],
  { method = "GET", headers = {}, body, most }: OutboundRequest,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  const { request } = url.protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const asking = request(url, {
      method,
      headers: {
        "User-Agent": "Plainbook",
        "Accept-Encoding": "identity",
        ...headers,
        ...(body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) }),
      },
      agent: false, // one connection, closed after it; the global agent may know a proxy
      lookup: answeringWith(addresses),
      rejectUnauthorized: true, // whatever the environment says
      signal,
    });
    limitConnecting(asking);
    asking.on("error", reject);
    asking.on("response", (response) => {
      read(response, most)
        .then(resolve, reject)
        .finally(() => asking.destroy());
    });
    asking.end(body);
  });
}

/** Node asks for one address or for all, and gets those that were looked at. */
function answeringWith(addresses: Address[]): LookupFunction {
  return (_hostname, { all }, done) => {
    const [first] = addresses;
    if (all) done(null, addresses);
    else done(null, first?.address ?? "", first?.family);
  };
}

function limitConnecting(asking: ClientRequest): void {
  const timer = setTimeout(() => asking.destroy(new OutboundError("timeout")), CONNECTING);
  const stop = () => clearTimeout(timer);
  asking.on("close", stop);
  asking.on("socket", (socket) => {
    socket.once("encrypted" in socket ? "secureConnect" : "connect", stop);
  });
}

async function read(response: IncomingMessage, most: number): Promise<OutboundAnswer> {
  const { statusCode: status = 0, headers } = response;
  if (most === 0) return { status, headers, body: Buffer.alloc(0) };
  // Unasked for: what it grows to would have to be limited as well.
  if ((headers["content-encoding"] ?? "identity") !== "identity")
    throw new OutboundError("unreadable");
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > most) throw new OutboundError("too large");
    parts.push(part);
  }
  return { status, headers, body: Buffer.concat(parts) };
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

// Node's codes: of the resolver, of the parser (llhttp), of OpenSSL's judgement of a certificate.
function codeOf(error: unknown): OutboundErrorCode {
  const { code = "" } = (error ?? {}) as { code?: string };
  if (/^(ENOTFOUND|ENODATA|EAI_)/.test(code)) return "unknown host";
  if (/CERT|SIGNATURE|ISSUER|ALTNAME/.test(code)) return "certificate";
  if (code.startsWith("HPE_")) return "unreadable";
  return code === "ETIMEDOUT" ? "timeout" : "unreachable";
}
