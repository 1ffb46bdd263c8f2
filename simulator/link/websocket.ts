/** dspi-link/1 over WebSocket: one message per text frame. */
import type { AddressInfo } from "node:net";

import { WebSocketServer, type WebSocket } from "ws";

import { messageLimit } from "./messages";
import type { LinkServer } from "./server";
import { Session, type Peer } from "./session";

const unreadLimit = 1 << 22;

export interface WebSocketOptions {
  host: string;
  port: number;
  /** Origins whose pages may connect, besides the pages this program serves itself. */
  origins: string[];
}

/** Listens; resolves to the server when it accepts connections, rejects with the system's error (EADDRINUSE, …). */
export function listenWebSocket(link: LinkServer, options: WebSocketOptions): Promise<WebSocketServer> {
  const { host, port, origins } = options;
  const server = new WebSocketServer({
    host,
    port,
    maxPayload: messageLimit,
    perMessageDeflate: false,
    verifyClient({ origin }: { origin?: string }, done: (ok: boolean, code?: number, message?: string) => void) {
      const welcome =
        origin === undefined || origins.includes(origin) || ownOrigins(webSocketPort(server)).includes(origin);
      done(welcome, 403, "Origin not allowed");
    },
  });
  server.on("connection", (socket) => serve(link, socket));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => resolve(server));
  });
}

export function webSocketPort(server: WebSocketServer): number {
  return (server.address() as AddressInfo).port;
}

/** Origins of pages that were loaded from this port of this machine. */
function ownOrigins(port: number): string[] {
  return ["localhost", "127.0.0.1", "[::1]"].map((host) => `http://${host}:${port}`);
}

function serve(link: LinkServer, socket: WebSocket): void {
  const session = new Session(link, socketPeer(socket));
  const leave = link.join(session);
  socket.on("message", (data: Buffer, binary) => {
    if (binary) session.refuse("a message is a text frame, not a binary one");
    else session.receive(data.toString());
  });
  socket.on("error", () => undefined); // the library has closed it: too long a message, or not UTF-8
  socket.on("close", leave);
}

function socketPeer(socket: WebSocket): Peer {
  return {
    mayTouchFiles: false,
    send(message) {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(JSON.stringify(message));
      if (socket.bufferedAmount > unreadLimit) socket.terminate();
    },
    hold(on) {
      if (on) socket.pause();
      else socket.resume();
    },
  };
}
