/**
 * The cosine noise schedule and DDIM's step (Song et al. 2021, eq. 12): x_t = a_t x_0 + s_t ε, a = cos(πu/2), s = sin(πu/2),
 * u in [0, 1). The same as models/training/gen3d/diffusion.py; the network predicts x_0.
 */
export type Levels = { signal: number; noise: number };

export function levelsAt(time: number): Levels {
  return { signal: Math.cos((time * Math.PI) / 2), noise: Math.sin((time * Math.PI) / 2) };
}

/** steps + 1 times from noise to clean; the last one is 0. */
export function sampleTimes(lastTime: number, steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => (lastTime * (steps - i)) / steps);
}

/**
 * `noisy` at `time` → at `next` (in place), given the predicted clean values. eta 0 is deterministic, 1 is DDPM-like.
 * `drawNormal` is called once a value, and only where noise is added.
 */
export function stepDdim(
  noisy: Float32Array,
  clean: Float32Array,
  time: number,
  next: number,
  eta: number,
  drawNormal: () => number,
): void {
  if (next <= 0) {
    noisy.set(clean);
    return;
  }
  const now = levelsAt(time);
  const then = levelsAt(next);
  const sigma =
    ((eta * then.noise) / now.noise) * Math.sqrt(Math.max(0, 1 - (now.signal / then.signal) ** 2));
  const kept = Math.sqrt(Math.max(0, then.noise ** 2 - sigma ** 2)) / now.noise;
  for (let i = 0; i < noisy.length; i++) {
    const direction = noisy[i]! - now.signal * clean[i]!;
    noisy[i] = then.signal * clean[i]! + kept * direction + (sigma > 0 ? sigma * drawNormal() : 0);
  }
}

/** Standard normal draws from uniform ones (Box–Muller), two at a time. */
export function createNormal(random: () => number): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
