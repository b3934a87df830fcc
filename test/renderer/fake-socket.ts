import type { WebPort } from '../../src-renderer/api/web-transport.ts';

/** A browser for the transport: sockets that the test opens, answers and breaks, and a clock that it winds. */
export class FakeBrowser implements WebPort {
  readonly sockets: FakeSocket[] = [];
  readonly waits: { ms: number; then: () => void }[] = [];
  uploadReply: { status: number; text: string } | Error = { status: 200, text: '{"blob":"b"}' };

  openSocket(path: string): WebSocket {
    const socket = new FakeSocket(path);
    this.sockets.push(socket);
    return socket as unknown as WebSocket;
  }

  fetch(): Promise<Response> {
    if (this.uploadReply instanceof Error) return Promise.reject(this.uploadReply);
    const { status, text } = this.uploadReply;
    return Promise.resolve(new Response(text, { status }));
  }

  wait(ms: number, then: () => void): void {
    this.waits.push({ ms, then });
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  /** Lets the pending wait elapse. */
  elapse(): number {
    const { ms, then } = this.waits.pop()!;
    then();
    return ms;
  }
}

export class FakeSocket {
  readonly path: string;
  readonly sent: { id: number; method: string; args: unknown }[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;

  constructor(path: string) {
    this.path = path;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.onclose?.();
  }

  receive(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}
