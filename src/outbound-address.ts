// Which addresses we may be sent to by a stranger who names a host: public ones and nothing else, in
// whatever disguise an address comes.
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/**
 * Whether the address is of the public internet: no private network, no loopback, no link, no
 * carrier's own, no multicast, nothing reserved or made for documentation; nor one of these mapped
 * or embedded in IPv6. False for what is no address.
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0) return false; // ipaddr.js also takes "10.1" and the like
  const address = ipaddr.process(text); // unmaps ::ffff:10.0.0.1
  if (address.kind() === "ipv4") return address.range() === "unicast";
  const six = address as ipaddr.IPv6;
  if (six.match(NAT64)) return isPublicAddress(lastFourBytes(six));
  return six.range() === "unicast" && six.match(GLOBAL);
}

/** Whether the address is this machine's own. False for what is no address. */
export function isLoopbackAddress(text: string): boolean {
  return isIP(text) !== 0 && ipaddr.process(text).range() === "loopback";
}

const GLOBAL = ipaddr.IPv6.parseCIDR("2000::/3"); // all that is given out so far (RFC 4291 §2.4)
const NAT64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96"); // an IPv4 address in its last bytes (RFC 6052)

function lastFourBytes(address: ipaddr.IPv6): string {
  return address.toByteArray().slice(-4).join(".");
}
