/** Opens both ports of dspi-link/1. */
import type { Workbench } from "../workbench";
import { Folder } from "./folder";
import { LinkServer } from "./server";
import { listenTcp, tcpPort } from "./tcp";
import { listenWebSocket, webSocketPort } from "./websocket";

export interface LinkOptions {
  /** Port, 0 for any free one. */
  tcp: number;
  ws: number;
  /** Address to listen on; loopback unless a person asks otherwise. */
  host?: string;
  /** More origins whose pages may use the WebSocket. */
  origins?: string[];
  /** Where the files that peers name are; the current folder by default. */
  folder?: string;
}

export interface Link {
  tcp: number;
  ws: number;
  close(): Promise<void>;
}

/** Port of an address, in an error that says what to do. */
export class PortTaken extends Error {
  readonly option: "tcp" | "ws";

  constructor(option: "tcp" | "ws", port: number, cause: unknown) {
    super(
      `Port ${port} is taken by another program: stop it, or choose another port with --${option} (0 means any free one).`,
      { cause },
    );
    this.option = option;
  }
}

export async function listen(bench: Workbench, options: LinkOptions): Promise<Link> {
  const { tcp, ws, host = "127.0.0.1", origins = [], folder = process.cwd() } = options;
  const server = new LinkServer(bench, new Folder(folder));
  const lines = await listenTcp(server, host, tcp).catch((error: unknown) => explain(error, "tcp", tcp, host));
  const sockets = new Set<{ destroy(): void }>();
  lines.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const frames = await listenWebSocket(server, { host, port: ws, origins }).catch((error: unknown) => {
    lines.close();
    return explain(error, "ws", ws, host);
  });
  return {
    tcp: tcpPort(lines),
    ws: webSocketPort(frames),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      for (const socket of frames.clients) socket.terminate();
      await Promise.all([lines, frames].map((one) => new Promise((resolve) => one.close(resolve))));
    },
  };
}

function explain(error: unknown, option: "tcp" | "ws", port: number, host: string): never {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") throw new PortTaken(option, port, error);
  if (code === "EACCES") throw new Error(`Port ${port} needs more rights: choose one above 1023.`, { cause: error });
  throw new Error(`Cannot listen on ${host}, port ${port}: ${message}`, { cause: error });
}
