import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { allowLonger, hurry } from "../../src/web/slow-senders.ts";

describe("a request that arrives slowly", () => {
  const server = createServer((req, res) => {
    hurry(req, 50);
    if (req.url === "/file") allowLonger(req);
    req.resume().once("end", () => res.end("all of it"));
  });
  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => server.close());

  async function sent(path: string): Promise<number> {
    const { port } = server.address() as AddressInfo;
    const headers = { "content-length": 2 };
    const asking = request({ port, path, method: "POST", headers, agent: false });
    asking.write("a");
    const rest = setTimeout(() => asking.end("b"), 150);
    try {
      const [answer] = (await once(asking, "response")) as [{ statusCode: number }];
      return answer.statusCode;
    } finally {
      clearTimeout(rest);
    }
  }

  it("is cut off", () => assert.rejects(sent("/"), { code: "ECONNRESET" }));
  it("goes on where it may take longer", async () => assert.equal(await sent("/file"), 200));
});
