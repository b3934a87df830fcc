/**
 * Who may talk to the web host. It listens on 127.0.0.1 only, but every program and every web page on this machine can
 * reach that: so a secret of this start (first in the address, then in a cookie that no script can read), the exact Host
 * (against DNS rebinding) and the exact Origin (against other pages).
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type Verdict = { ok: true } | { ok: false; status: 401 | 403; reason: string };

export type Access = {
  token: string;
  check(request: IncomingMessage): Verdict;
  /** Is this the token of the printed address? */
  isToken(candidate: string | null): boolean;
  /** Value of the Set-Cookie header. */
  cookie: string;
};

/** 192 bits: beyond guessing. */
const TOKEN_BYTES = 24;

/** `port` is known once the server listens; cookies ignore ports, so it is part of the cookie's name. */
export function createAccess(port: () => number): Access {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const cookieName = (): string => `gen3d-${port()}`;
  const isToken = (candidate: string | null): boolean => {
    const [given, expected] = [Buffer.from(candidate ?? ''), Buffer.from(token)];
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  return {
    token,
    isToken,
    get cookie() {
      return `${cookieName()}=${token}; HttpOnly; SameSite=Strict; Path=/`;
    },
    check: (request) => {
      const verdict = checkNames(request, port());
      if (!verdict.ok) return verdict;
      if (isToken(readCookie(request.headers.cookie, cookieName()))) return { ok: true };
      return { ok: false, status: 401, reason: 'Open the address that the studio printed when it started.' };
    },
  };
}

/** Host and Origin alone; what the first request, which brings the token in its address, must pass too. */
export function checkNames(request: IncomingMessage, port: number): Verdict {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = request.headers;
  if (host === undefined || !hosts.includes(host)) return { ok: false, status: 403, reason: 'wrong host' };
  // Browsers send Origin with every WebSocket and every request that is not a plain GET of the same origin.
  const mustHaveOrigin = request.method !== 'GET' || request.headers.upgrade !== undefined;
  if (origin === undefined && !mustHaveOrigin) return { ok: true };
  if (origin === `http://${host}`) return { ok: true };
  return { ok: false, status: 403, reason: 'wrong origin' };
}

function readCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}
