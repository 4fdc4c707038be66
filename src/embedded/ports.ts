import { createServer, type Server } from "node:net";

/**
 * Why this address cannot be listened on, or null if it can.
 * @returns an error code such as EADDRINUSE, EACCES, EADDRNOTAVAIL
 */
export async function whyNotListen(host: string, port: number): Promise<string | null> {
  try {
    await listening(host, port);
    return null;
  } catch (error) {
    return codeOf(error) ?? "unknown";
  }
}

/** The port a listening server has got. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** The code of a system's error, such as EEXIST. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

function listening(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port }, () => server.close(() => resolve()));
  });
}
