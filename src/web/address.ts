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
import { senderOf, trustIn } from "./proxies.ts";

type Known = { address: string | undefined; region: string; day: number; bucket: string };
type Marked = IncomingMessage & {
  region?: string;
  rateBucket?: string;
  addressIsIn?: (networks: readonly string[]) => boolean;
};

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

const trusted = trustIn(config.trustProxy);

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
  let forwardedFor: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    if (!FORWARDING.test(name)) continue;
    forwardedFor ??= req.headers["x-forwarded-for"]?.toString();
    delete req.headers[name.toLowerCase()];
    // Node counts on the length when it makes headersDistinct of it.
    rawHeaders[i] = "x-removed";
    rawHeaders[i + 1] = "";
  }
  return forwardedFor === undefined ? peer : senderOf(peer, forwardedFor, trusted);
}

const testOf = remember(500, (networks: string) =>
  addressTest(networks.split("\n").filter(isNetwork)),
);

function isAmong(networks: readonly string[], address: string): boolean {
  return testOf(networks.join("\n"))(address);
}
