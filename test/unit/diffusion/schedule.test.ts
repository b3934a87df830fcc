import { describe, expect, it } from 'vitest';
import {
  createNormal,
  levelsAt,
  sampleTimes,
  stepDdim,
} from '../../../src-main/pipeline/04-views/diffusion/schedule.ts';
import { createSeededRandom } from '../../../src-main/tensor/seeded-random.ts';

const SEED = Uint32Array.of(4, 3, 2, 1);

describe('DDIM', () => {
  it('ends at the truth when every prediction is the truth, and stays on the noising path until then', () => {
    const truth = Float32Array.from({ length: 32 }, (_, i) => Math.sin(i));
    const normal = createNormal(createSeededRandom(SEED));
    const noise = Float32Array.from({ length: 32 }, normal);
    const times = sampleTimes(0.995, 5);
    const start = levelsAt(times[0]!);
    const noisy = truth.map((value, i) => start.signal * value + start.noise * noise[i]!);
    for (let k = 0; k < 5; k++) {
      stepDdim(noisy, truth, times[k]!, times[k + 1]!, 0, normal);
      const { signal, noise: level } = levelsAt(times[k + 1]!);
      noisy.forEach((value, i) => expect(value).toBeCloseTo(signal * truth[i]! + level * noise[i]!, 4));
    }
    expect(Math.max(...noisy.map((value, i) => Math.abs(value - truth[i]!)))).toBeLessThan(1e-6);
  });

  it('keeps the variance of the schedule when eta adds noise', () => {
    const normal = createNormal(createSeededRandom(SEED));
    const count = 40_000;
    const clean = new Float32Array(count);
    const noisy = Float32Array.from({ length: count }, () => levelsAt(0.8).noise * normal());
    stepDdim(noisy, clean, 0.8, 0.5, 1, normal);
    const variance = noisy.reduce((sum, value) => sum + value * value, 0) / count;
    // Four standard errors of a variance estimate from 40,000 draws are 2.8 %.
    expect(variance / levelsAt(0.5).noise ** 2).toBeCloseTo(1, 1);
  });

  it('draws normal numbers: mean 0, variance 1, a twentieth beyond 1.96', () => {
    const normal = createNormal(createSeededRandom(SEED));
    const draws = Array.from({ length: 40_000 }, normal);
    expect(Math.abs(draws.reduce((a, b) => a + b, 0) / draws.length)).toBeLessThan(0.02);
    expect(draws.reduce((a, b) => a + b * b, 0) / draws.length).toBeCloseTo(1, 1);
    expect(draws.filter((value) => Math.abs(value) > 1.96).length / draws.length).toBeCloseTo(0.05, 2);
  });
});
