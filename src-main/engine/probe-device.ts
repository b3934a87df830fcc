/** Asks in a process of its own whether a provider works: a driver that crashes takes that process, not the studio. */
import { PROVIDERS, type ProviderProbe } from '../contract/studio-settings.ts';
import type { ForkEngine } from './fork-engine.ts';

/** A driver that loads its libraries for the first time takes a few seconds; one that hangs would take for ever. */
const PROBE_TIMEOUT_MS = 30_000;

/** What `inference/execution-device.ts` chooses from. */
const USED: ReadonlySet<string> = new Set(['cpu', 'cuda']);

/** Providers exist on some systems only: asking elsewhere would answer "not built in", which says less. */
const NEEDS: Partial<Record<ProviderProbe['provider'], { platforms: NodeJS.Platform[]; words: string }>> = {
  cuda: { platforms: ['linux', 'win32'], words: 'it needs Linux or Windows and an NVIDIA card' },
  dml: { platforms: ['win32'], words: 'it needs Windows' },
  coreml: { platforms: ['darwin'], words: 'it needs macOS' },
};

/** One after the other, so that they do not fight over a device. `fork` starts the process for one provider. */
export async function probeDevice(
  fork: (provider: string) => ForkEngine,
  timeoutMs = PROBE_TIMEOUT_MS,
  platform: NodeJS.Platform = process.platform,
): Promise<ProviderProbe[]> {
  const probes: ProviderProbe[] = [];
  for (const provider of PROVIDERS) {
    const needs = NEEDS[provider];
    const reason =
      needs !== undefined && !needs.platforms.includes(platform)
        ? needs.words
        : await probeInProcess(fork(provider), timeoutMs);
    probes.push({ provider, works: reason === '', used: USED.has(provider), reason });
  }
  return probes;
}

function probeInProcess(fork: ForkEngine, timeoutMs: number): Promise<string> {
  return new Promise((resolve) => {
    const child = fork();
    let answer: string | null = null;
    const timer = setTimeout(() => {
      answer = `it did not answer within ${timeoutMs / 1000} seconds`;
      child.kill();
    }, timeoutMs);
    child.onReport((report) => {
      if (report.type !== 'probed') return;
      answer = report.reason;
      child.kill();
    });
    // Resolved when the process is gone: none is left behind.
    child.onExit((exit) => {
      clearTimeout(timer);
      resolve(answer ?? `its driver ended the process (${exit})`);
    });
  });
}
