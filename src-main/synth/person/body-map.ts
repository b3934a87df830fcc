/**
 * Where things grow and lie on MakeHuman's base mesh: scalp, beard, ears, collar. Computed once on the unmorphed mesh (dm);
 * morphs keep vertex order, so a map made there holds for everybody.
 */
import type { HumanAssets } from '../makehuman/assets.ts';

export type BodyMap = {
  /** (F, 3) triangles of the skin above the chest, and their uvs. */
  triangles: Uint32Array;
  triangleUvs: Uint32Array;
  /** (N) dm above (+) or below (−) the usual hairline; −1 on ears and face. */
  hairline: Float32Array;
  /** (N, 3) how far shifts of the hairline at forehead, temples and nape act on a vertex. */
  shiftWeights: Float32Array;
  /** (N) dm above the ears' upper edge. */
  aboveEar: Float32Array;
  /** (N) [0, 1] where a beard grows. */
  beard: Float32Array;
  /** (N) 1 on the ears. */
  ear: Uint8Array;
  /** Vertices of the two eyeballs' helper meshes: their mean is the eye's centre. */
  leftEye: number[];
  rightEye: number[];
};

/** Lowest skin that any picture shows, dm: chest. */
const CHEST_Y = 4.1;
/** Upper arms hang out of the picture, dm. */
const ARM_X = 2.6;
/** Axis of the skull on the base mesh, dm. */
const SKULL_Z = 0.2;
/** Upper edge of the ears and lowest place of a beard, dm. */
const EAR_TOP_Y = 7.45;
const JAW_Y = 5.7;
/** Azimuth from the front (degrees) → height of the hairline (dm), read off the base mesh: forehead, temple, ear, nape. */
const HAIRLINE: readonly (readonly [number, number])[] = [
  [0, 7.96],
  [25, 8.0],
  [40, 7.93],
  [52, 7.7],
  [64, 7.32],
  [78, 7.28],
  [95, 7.42],
  [115, 7.12],
  [132, 6.88],
  [150, 6.74],
  [180, 6.68],
];

export function mapBody(assets: HumanAssets): BodyMap {
  const { base, targets } = assets;
  const { positions: p } = base;
  const count = p.length / 3;
  const ear = new Uint8Array(count);
  for (const [name, { indices }] of targets) {
    // The wing targets move nothing but the ear; others also shift the skin around it.
    if (/^ears\/[lr]-ear-(wing|lobe|shape)/.test(name)) indices.forEach((i) => (ear[i] = 1));
  }
  const hairline = new Float32Array(count).fill(-1);
  const beard = new Float32Array(count);
  const shiftWeights = new Float32Array(count * 3);
  const aboveEar = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [p[i * 3]!, p[i * 3 + 1]!, p[i * 3 + 2]!];
    aboveEar[i] = y - EAR_TOP_Y;
    if (y < JAW_Y) continue;
    const azimuth = (Math.atan2(Math.abs(x), z - SKULL_Z) * 180) / Math.PI;
    if (ear[i] === 0) hairline[i] = Math.max(-1, y - heightAt(azimuth));
    shiftWeights[i * 3] = ramp(35, 20, azimuth);
    shiftWeights[i * 3 + 1] = ramp(15, 32, azimuth) * ramp(75, 55, azimuth);
    shiftWeights[i * 3 + 2] = ramp(110, 140, azimuth);
    beard[i] = ear[i] === 1 ? 0 : beardAt(Math.abs(x), y, z);
  }
  const triangles: number[] = [];
  const triangleUvs: number[] = [];
  const body = base.groupNames.indexOf('body');
  base.triangleGroups.forEach((group, t) => {
    const corners = [0, 1, 2].map((k) => base.triangles[t * 3 + k]!);
    if (group !== body || corners.some((i) => p[i * 3 + 1]! < CHEST_Y || Math.abs(p[i * 3]!) > ARM_X)) return;
    triangles.push(...corners);
    triangleUvs.push(...[0, 1, 2].map((k) => base.triangleUvs[t * 3 + k]!));
  });
  const verticesOf = (name: string): number[] => {
    const group = base.groupNames.indexOf(name);
    const out = new Set<number>();
    base.triangleGroups.forEach((g, t) => {
      if (g === group) for (let k = 0; k < 3; k++) out.add(base.triangles[t * 3 + k]!);
    });
    return [...out];
  };
  return {
    triangles: new Uint32Array(triangles),
    triangleUvs: new Uint32Array(triangleUvs),
    hairline,
    shiftWeights,
    aboveEar,
    beard,
    ear,
    leftEye: verticesOf('helper-l-eye'),
    rightEye: verticesOf('helper-r-eye'),
  };
}

function heightAt(azimuth: number): number {
  const next = HAIRLINE.findIndex(([degrees]) => degrees >= azimuth);
  if (next <= 0) return HAIRLINE[Math.max(0, next)]![1];
  const [a, b] = [HAIRLINE[next - 1]!, HAIRLINE[next]!];
  return a[1] + ((b[1] - a[1]) * (azimuth - a[0])) / (b[0] - a[0]);
}

/** Moustache, chin, jaw and sideburns; lips and cheeks stay free. dm on the base mesh. */
function beardAt(x: number, y: number, z: number): number {
  if (z < 0.25) return 0;
  const limit = x < 0.3 && z > 1 ? 6.93 : 6.5 + 0.9 * Math.min(0.9, Math.max(0, 1.05 - z));
  const lips = Math.hypot(x / 0.27, (y - 6.71) / 0.1);
  const free = z > 1.1 ? ramp(0.9, 1.15, lips) : 1;
  return ramp(limit + 0.04, limit - 0.06, y) * ramp(5.9, 6.1, y) * free;
}

/** 0 at `from`, 1 at `to`, linear between. */
export function ramp(from: number, to: number, value: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
