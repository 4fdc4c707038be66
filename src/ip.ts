// Internet addresses as text and as eight groups of 16 bits. An IPv4 address is the mapped IPv6
// address here (RFC 4291 section 2.5.5.2), so each has one form, however it was written.
import { isIP, isIPv4 } from "node:net";

export type Groups = readonly number[];
type Network = { groups: Groups; bits: number };

/**
 * An address as it stands in a socket or a header: unmapped, without zone, brackets or port.
 * @returns undefined for anything else
 */
export function plainAddress(text = ""): string | undefined {
  const unmapped = text.startsWith("::ffff:") ? text.slice(7) : text;
  if (isIPv4(unmapped)) return unmapped;
  const found = /^\s*(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+|([^\s[\]]+))\s*$/.exec(text);
  const address = (found?.[1] ?? found?.[2] ?? found?.[3])?.replace(/%.*$/, "").toLowerCase();
  if (!address || isIP(address) === 0) return undefined;
  if (isIPv4(address)) return address;
  const groups = groupsOf(address);
  return isMapped(groups) ? dotted(groups) : address;
}

/** @param address as `plainAddress` gives it */
export function groupsOf(address: string): Groups {
  if (isIPv4(address)) return [0, 0, 0, 0, 0, 0xffff, ...lastGroups(address)];
  const [head = "", tail] = address.split("::");
  const [before, after] = [spelledOut(head), spelledOut(tail ?? "")];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** What one household or office has: an IPv4 address, or 64 bits of IPv6. */
export function householdOf(address: string): string {
  return isIPv4(address) ? address : groupsOf(address).slice(0, 4).join(":");
}

/** Of this machine or this network: of nobody out there. */
export function isLocal(address: string): boolean {
  return MAY_BE_LOCAL.test(address) && isIn(LOCAL, groupsOf(address));
}

/** Whether a URL's host is this machine: nothing that is said to it leaves. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
}

/** Whether the text is an address or a network (CIDR); the whole internet is none. */
export function isNetwork(text: string): boolean {
  return networkOf(text) !== undefined;
}

/**
 * A test for addresses in any of these networks.
 * @throws RangeError naming the first that is none
 */
export function addressTest(networks: readonly string[]): (address: string) => boolean {
  const parsed = networks.map((text) => {
    const network = networkOf(text);
    if (!network) throw new RangeError(`"${text}" is neither an address nor a network`);
    return network;
  });
  return (address) => isIn(parsed, groupsOf(address));
}

/** A test for proxies, named as for Express's "trust proxy": networks or words. Throws as above. */
export function proxyTest(proxies: readonly string[]): (address: string) => boolean {
  return addressTest(proxies.flatMap((proxy) => WORDS[proxy] ?? proxy));
}

const WORDS: Record<string, string[]> = {
  loopback: ["127.0.0.0/8", "::1"],
  linklocal: ["169.254.0.0/16", "fe80::/10"],
  uniquelocal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

const LOCAL = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "::/127",
  "fc00::/7",
  "fe80::/10",
].flatMap((text) => networkOf(text) ?? []);
// Nearly all of the internet is seen not to be by how it begins.
const MAY_BE_LOCAL = /^(?:0|10|100|127|169|172|192)\.|^(?::|f[cdef])/;

function networkOf(text: string): Network | undefined {
  const [before = "", length, ...more] = text.trim().split("/");
  const address = isIP(before) === 0 ? undefined : plainAddress(before);
  if (!address || more.length > 0) return undefined;
  const most = before.includes(":") ? 128 : 32;
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : 0;
  if (bits < 1 || bits > most) return undefined;
  // A mapped network such as ::ffff:192.0.2.0/120 has its length written for IPv6 already.
  const network = { groups: groupsOf(address), bits: most === 32 ? bits + 96 : bits };
  return isMapped(network.groups) && network.bits < 96 ? undefined : network;
}

function isIn(networks: readonly Network[], address: Groups): boolean {
  return networks.some(({ groups, bits }) => {
    // ::/0 and the like are about IPv6 only.
    if (bits < 96 && isMapped(address)) return false;
    const whole = bits >> 4;
    for (let i = 0; i < whole; i++) if (groups[i] !== address[i]) return false;
    const rest = 16 - (bits & 15);
    return rest === 16 || (groups[whole] ?? 0) >> rest === (address[whole] ?? 0) >> rest;
  });
}

function isMapped(groups: Groups): boolean {
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
}

function spelledOut(text: string): number[] {
  if (text === "") return [];
  return text
    .split(":")
    .flatMap((group) => (group.includes(".") ? lastGroups(group) : Number.parseInt(group, 16)));
}

function lastGroups(ipv4: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split(".").map(Number);
  return [a * 256 + b, c * 256 + d];
}

function dotted(groups: Groups): string {
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join(".");
}
