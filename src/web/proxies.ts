// Whom to believe about where a request comes from: the same rules as Express's "trust proxy".
import { plainAddress, proxyTest } from "../ip.ts";

/** @param hop how many proxies lie between us and the address */
export type Trust = (address: string | undefined, hop: number) => boolean;

/**
 * @param proxies how many there are in front of us, or their networks
 * @throws RangeError naming the first that is no network
 */
export function trustIn(proxies: number | readonly string[]): Trust {
  if (typeof proxies === "number") return (_address, hop) => hop < proxies;
  const isProxy = proxyTest(proxies);
  return (address) => address !== undefined && isProxy(address);
}

/**
 * Who sent the request. Each proxy writes whom it heard at the right end of X-Forwarded-For: that
 * is read leftwards for as long as the writer is trusted; what is left of it anybody may have made up.
 */
export function senderOf(
  peer: string | undefined,
  forwardedFor: string,
  trusted: Trust,
): string | undefined {
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
