import assert from "node:assert/strict";
import { BlockList, isIPv4 } from "node:net";
import * as fc from "fast-check";
import { addressTest, householdOf, isLocal, isNetwork, plainAddress } from "../src/ip.ts";

describe("an address as text", () => {
  for (const [text, address] of [
    ["192.0.2.1", "192.0.2.1"],
    [" 192.0.2.1 ", "192.0.2.1"],
    ["192.0.2.1:443", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:0201", "192.0.2.1"],
    ["0:0:0:0:0:ffff:c000:201", "192.0.2.1"],
    ["[::ffff:192.0.2.1]:443", "192.0.2.1"],
    ["2001:DB8::1", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["::1", "::1"],
    ["::", "::"],
    ["", undefined],
    [undefined, undefined],
    ["unknown", undefined],
    ["_hidden", undefined],
    ["192.0.2", undefined],
    ["192.0.2.256", undefined],
    ["192.0.2.1.5", undefined],
    ["192.0.2.1, 192.0.2.2", undefined],
    ["2001:db8", undefined],
    ["1:2", undefined],
    ["192.0.2.1\r\nX: y", undefined],
  ] as const) {
    it(`${JSON.stringify(text)} is ${address}`, () => assert.equal(plainAddress(text), address));
  }

  it("is of one household by all of IPv4, and by 64 bits of IPv6", () => {
    assert.notEqual(householdOf("192.0.2.1"), householdOf("192.0.2.2"));
    assert.equal(householdOf("2001:db8:0:7::1"), householdOf("2001:db8:0:7:aaaa:bbbb:cccc:dddd"));
    assert.notEqual(householdOf("2001:db8:0:7::1"), householdOf("2001:db8:0:8::1"));
  });

  for (const local of [
    "127.0.0.1",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.0.1",
    "100.64.9.9",
    "0.0.0.0",
  ])
    it(`${local} is local`, () => assert.ok(isLocal(local)));
  for (const local of ["::1", "::", "fe80::1", "fd00::1", "169.254.1.1"])
    it(`${local} is local`, () => assert.ok(isLocal(local)));
  for (const far of ["8.8.8.8", "172.32.0.1", "192.169.0.1", "100.128.0.1", "2001:db8::1", "::2"])
    it(`${far} is not`, () => assert.ok(!isLocal(far)));
});

describe("a network", () => {
  for (const [network, inside, outside] of [
    ["192.0.2.7", "192.0.2.7", "192.0.2.8"],
    ["192.0.2.0/24", "192.0.2.255", "192.0.3.0"],
    ["192.0.2.77/24", "192.0.2.1", "192.0.1.255"],
    ["10.0.0.0/9", "10.127.255.255", "10.128.0.0"],
    ["128.0.0.0/1", "255.0.0.1", "127.0.0.1"],
    ["::ffff:192.0.2.0/120", "192.0.2.9", "192.0.3.9"],
    ["2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"],
    ["2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"],
    ["2001:db8::1", "2001:db8::1", "2001:db8::2"],
    ["::/1", "2001:db8::1", "192.0.2.1"],
  ] as const) {
    it(`${network} has ${inside} and not ${outside}`, () => {
      const test = addressTest([network]);
      assert.ok(isNetwork(network));
      assert.ok(test(inside));
      assert.ok(!test(outside));
    });
  }

  for (const wrong of [
    "",
    "ana",
    "192.0.2.0/33",
    "192.0.2.0/0",
    "::/0",
    "192.0.2.0/-1",
    "192.0.2.0/24/24",
    "192.0.2.0/255.255.255.0",
    "::ffff:192.0.2.0/90",
    "2001:db8::/129",
    "192.0.2.1:80",
    "[2001:db8::1]",
  ]) {
    it(`${JSON.stringify(wrong)} is none`, () => {
      assert.ok(!isNetwork(wrong));
      assert.throws(() => addressTest(["192.0.2.0/24", wrong]), RangeError);
    });
  }

  it("has what Node's own BlockList has in it", () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16));
    const v6 = fc.array(group, { minLength: 8, maxLength: 8 }).map((all) => all.join(":"));
    const near = fc.tuple(fc.oneof(fc.ipV4(), v6), fc.nat(127), fc.nat(127));
    fc.assert(
      fc.property(near, ([address, length, flipped]) => {
        const width = isIPv4(address) ? 32 : 128;
        const bits = (length % width) + 1;
        const other = withBitFlipped(address, flipped % width);
        const family = isIPv4(address) ? "ipv4" : "ipv6";
        const list = new BlockList();
        list.addSubnet(address, bits, family);
        const test = addressTest([`${address}/${bits}`]);
        assert.ok(test(address));
        assert.equal(test(other), list.check(other, family), `${other} in ${address}/${bits}`);
      }),
      { numRuns: 500 },
    );
  });
});

function withBitFlipped(address: string, bit: number): string {
  const [separator, radix, width] = isIPv4(address) ? [".", 10, 8] : [":", 16, 16];
  const parts = address.split(separator).map((part) => Number.parseInt(part, radix));
  const at = Math.floor(bit / width);
  parts[at] = (parts[at] ?? 0) ^ (1 << (width - 1 - (bit % width)));
  return parts.map((part) => part.toString(radix)).join(separator);
}
