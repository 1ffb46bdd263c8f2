/** dspi-link/1 over TCP: one message per line. */
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

import { messageLimit } from "./messages";
import type { LinkServer } from "./server";
import { Session, type Peer } from "./session";

const newline = 0x0a;
/** Bytes a peer may leave unread before it is dropped. */
const unreadLimit = 1 << 22;

/** Listens; resolves to the server when it accepts connections, rejects with the system's error (EADDRINUSE, …). */
export function listenTcp(link: LinkServer, host: string, port: number): Promise<Server> {
  // Half-open, so that a peer that has sent its last request still gets its answers.
  const server = createServer(
    { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 },
    (socket) => serve(link, socket),
  );
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}

export function tcpPort(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function serve(link: LinkServer, socket: Socket): void {
  const session = new Session(link, socketPeer(socket));
  const leave = link.join(session);
  const lines = new Lines();
  socket.on("data", (chunk) => {
    for (const line of lines.push(chunk)) {
      if (socket.writableEnded) return;
      receive(session, socket, line);
    }
    if (lines.pending <= messageLimit || socket.writableEnded) return;
    session.refuse(`a message is at most ${messageLimit} bytes`);
    hangUp(socket);
  });
  socket.on("end", () => void session.drained().then(() => socket.end()));
  socket.on("error", () => socket.destroy());
  socket.on("close", leave);
}

function receive(session: Session, socket: Socket, line: Buffer): void {
  if (line.length > messageLimit) {
    session.refuse(`a message is at most ${messageLimit} bytes`);
    hangUp(socket);
    return;
  }
  let text: string;
  try {
    text = utf8.decode(line);
  } catch {
    session.refuse("not UTF-8");
    return;
  }
  session.receive(text);
  // A web page can make a browser post lines of its own to any port, but only below a request line.
  if (httpRequestLine.test(text)) hangUp(socket);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
const httpRequestLine = /^[A-Z]+ .* HTTP\/\d/;

/** Ends after what was sent has left; reads nothing more. */
function hangUp(socket: Socket): void {
  socket.removeAllListeners("data");
  socket.resume();
  socket.end();
  setTimeout(() => socket.destroy(), 1000).unref();
}

function socketPeer(socket: Socket): Peer {
  return {
    mayTouchFiles: true,
    send(message) {
      if (!socket.writable) return;
      socket.write(`${JSON.stringify(message)}\n`);
      if (socket.writableLength > unreadLimit) socket.destroy();
    },
    hold(on) {
      if (on) socket.pause();
      else socket.resume();
    },
  };
}

/** Cuts a stream of bytes into lines; a carriage return before the newline does not count. */
class Lines {
  #parts: Buffer[] = [];
  /** Bytes of the unfinished line. */
  pending = 0;

  *push(chunk: Buffer): Generator<Buffer> {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = Buffer.concat([...this.#parts.splice(0), chunk.subarray(start, end)]);
      this.pending = 0;
      start = end + 1;
      yield line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
    }
    this.#parts.push(chunk.subarray(start));
    this.pending += chunk.length - start;
  }
}
