// The one place that reads the visitor's address. It runs first, leaves on the request what may be
// known of it (a region, a bucket, answers about networks) and takes the address away: from the
// socket, from Express, from the headers. Nothing that runs later can read, log or store it.
import { createHmac } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { config } from "../../config/index.ts";
import { remember } from "../domain/remember.ts";
import { DAY } from "../domain/time.ts";
import { UNKNOWN_REGION } from "../domain/visit.ts";
import { addressTest, householdOf, isNetwork, plainAddress } from "../ip.ts";
import { regionOf } from "../regions.ts";
import { keysFor } from "../secrets.ts";

type Known = { address: string | undefined; region: string; day: number; bucket: string };
type Marked = IncomingMessage & {
  region?: string;
  rateBucket?: string;
  addressIsIn?: (networks: readonly string[]) => boolean;
};
type Trust = (address: string | undefined, hop: number) => boolean;

/** Mounted first of all. */
export function readAddress(req: IncomingMessage, res: ServerResponse, next: () => void): void {
  const marked: Marked = req;
  if (marked.region !== undefined) return next();
  const { address, region, bucket } = knownOf(req);
  marked.region = region;
  marked.rateBucket = bucket;
  let mayAsk = true;
  marked.addressIsIn = (networks) => mayAsk && address !== undefined && isAmong(networks, address);
  res.once("close", () => (mayAsk = false));
  next();
}

/** Makes Express's own ways to the address throw: on the prototype, once, not on each request. */
export function hideAddresses(requestPrototype: object): void {
  for (const name of ["ip", "ips"])
    Object.defineProperty(requestPrototype, name, {
      get() {
        throw new Error(`req.${name}: only web/address.ts may know addresses`);
      },
    });
}

// Behind each socket, who is at its other end; it goes when the socket goes.
const peers = new WeakMap<Socket, Known>();

function knownOf(req: IncomingMessage): Known {
  const day = Math.floor(Date.now() / DAY);
  const peer = peerOf(req.socket, day);
  const address = takeForwarded(req, peer.address);
  return address === peer.address ? peer : known(address, day);
}

function peerOf(socket: Socket, day: number): Known {
  const before = peers.get(socket);
  if (before && before.day === day) return before;
  const peer = known(before ? before.address : plainAddress(socket.remoteAddress), day);
  if (!before) hide(socket);
  peers.set(socket, peer);
  return peer;
}

// Once a socket, not once a request. Node keeps what it has read in _peername.
function hide(socket: Socket): void {
  Object.assign(socket, { _peername: Object.freeze({}) });
  const nothing = { value: undefined };
  Object.defineProperties(socket, {
    remoteAddress: nothing,
    remoteFamily: nothing,
    remotePort: nothing,
  });
}

function known(address: string | undefined, day: number): Known {
  const region = address === undefined ? UNKNOWN_REGION : regionOf(address);
  return { address, region, day, bucket: bucketOf(address ?? "", day) };
}

/**
 * 20 bits of a hash, with a key that is another each day. A hash of an address is as good as the
 * address to whoever can try all; but 4 096 addresses share one of these.
 */
function bucketOf(address: string, day: number): string {
  const household = address === "" ? "" : householdOf(address);
  const digest = createHmac("sha256", keyOf(day)).update(household).digest();
  return (digest.readUIntBE(0, 3) >>> 4).toString(16).padStart(5, "0");
}

const keyOf = remember(2, (day: number) => {
  const [key = ""] = keysFor("rate bucket");
  return createHmac("sha256", key).update(String(day)).digest();
});

// Whatever a proxy, a delivery network or somebody who forges writes the address into.
const FORWARDING =
  /^(?:x-)?forwarded$|forwarded-for|(?:^|[-_])(?:ip|ips|ipv4|ipv6|addr|address|(?:client|remote|real|socket|user|peer)[-_]?ip(?:v[46])?)$/i;

/** Takes the forwarding headers away; who sent the request, as far as trusted proxies say. */
function takeForwarded(req: IncomingMessage, peer: string | undefined): string | undefined {
  const { rawHeaders } = req;
  const places: number[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (FORWARDING.test(rawHeaders[i] ?? "")) places.push(i);
  if (places.length === 0) return peer;
  const forwardedFor = req.headers["x-forwarded-for"];
  // Node makes headersDistinct from rawHeaders when first asked: later would be too late.
  const { headers, headersDistinct } = req;
  for (const place of places.toReversed()) {
    const [name = ""] = rawHeaders.splice(place, 2);
    delete headers[name.toLowerCase()];
    delete headersDistinct[name.toLowerCase()];
  }
  return senderOf(peer, [forwardedFor ?? ""].flat().join(","));
}

/** Each proxy writes at the right end whom it heard: read leftwards for as long as it is trusted. */
function senderOf(peer: string | undefined, forwardedFor: string): string | undefined {
  let address = peer;
  let rest = forwardedFor;
  for (let hop = 0; rest !== "" && trusted(address, hop); hop++) {
    const comma = rest.lastIndexOf(",");
    const before = plainAddress(rest.slice(comma + 1));
    if (!before) break;
    address = before;
    rest = rest.slice(0, Math.max(0, comma));
  }
  return address;
}

const trusted = trust(config.trustProxy);

/** The same rules and words as Express's "trust proxy". */
function trust(proxies: number | readonly string[]): Trust {
  if (typeof proxies === "number") return (_address, hop) => hop < proxies;
  const words: Record<string, string[]> = {
    loopback: ["127.0.0.0/8", "::1"],
    linklocal: ["169.254.0.0/16", "fe80::/10"],
    uniquelocal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
  };
  const isProxy = addressTest(proxies.flatMap((proxy) => words[proxy] ?? proxy));
  return (address) => address !== undefined && isProxy(address);
}

const testOf = remember(500, (networks: string) =>
  addressTest(networks.split("\n").filter(isNetwork)),
);

function isAmong(networks: readonly string[], address: string): boolean {
  return testOf(networks.join("\n"))(address);
}
