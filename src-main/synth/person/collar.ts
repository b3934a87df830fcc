/**
 * A collar, scarf or hood as a ring of cloth around the neck: up inside, over the edge, down outside.
 *
 * In: what is worn, rest positions (dm) and the morphed body (m, person frame). Out: a part of the photo only: target views
 * show the head, and what stands off its neck would be taken for it.
 */
import type { Draw } from '../random.ts';
import { cellNoise } from '../render/paint-skin.ts';
import { plainPart } from '../render/plain-part.ts';
import type { ScenePart } from '../render/scene.ts';
import type { BodyMap } from './body-map.ts';
import type { Collar } from './outfit.ts';

/** Columns around the neck, rows from the inner lower edge to the outer lower edge. */
const COLUMNS = 64;
const ROWS = 9;
/** Half of the band of heights (dm) whose vertices measure the neck, and how far from the middle (dm) they may lie. */
const BAND_DM = 0.08;
const NECK_REACH_DM = 0.6;
/** Height (dm, unmorphed base) where the neck is thinnest and free of the chin. */
const NECK_Y = 5.98;
/** Noise along the ring: folds per turn, and the weave's contrast. */
const FOLDS = 9;
const WEAVE = 0.35;

/** Heights (dm, unmorphed base) that are looked up on the morphed body: shoulders to mouth. */
const HEIGHTS_DM = [5.2, 5.5, 5.8, 6.1, 6.4, 6.7, 7];

type NeckRing = { x: number; z: number; radiusX: number; radiusZ: number; heightsM: number[] };

export function makeCollar(
  draw: Draw,
  collar: Collar,
  map: BodyMap,
  rest: Float32Array,
  body: Float32Array,
): ScenePart {
  const ring = measureNeck(map, rest, body);
  const phase = draw.uniform(0, 100);
  const positions = new Float32Array(COLUMNS * ROWS * 3);
  const shade = new Float32Array(COLUMNS * ROWS);
  for (let column = 0; column < COLUMNS; column++) {
    const share = column / (COLUMNS - 1);
    // From one side of the throat around the nape to the other side; 0 = front.
    const angle = collar.gap + share * 2 * (Math.PI - collar.gap);
    const back = 0.5 - 0.5 * Math.cos(angle);
    const topY = collar.frontY + (collar.napeY - collar.frontY) * back;
    for (let row = 0; row < ROWS; row++) {
      const along = row / (ROWS - 1);
      const climb = 1 - Math.abs(2 * along - 1);
      const height = heightAt(ring, collar.bottomY + (topY - collar.bottomY) * climb ** 0.7);
      const fold = collar.foldsM * (2 * cellNoise(share * FOLDS, along * 3, phase) - 1);
      const off =
        collar.standsOffM +
        collar.thicknessM * along +
        collar.spreadM * (1 - climb) +
        (climb > 0.2 ? fold : 0);
      const at = column * ROWS + row;
      positions[at * 3] = ring.x + Math.sin(angle) * (ring.radiusX + off);
      positions[at * 3 + 1] = height + fold;
      positions[at * 3 + 2] = ring.z + Math.cos(angle) * (ring.radiusZ + off);
      shade[at] = 1 - WEAVE / 2 + WEAVE * cellNoise(share * 40, along * 20, phase);
    }
  }
  return plainPart(positions, ringTriangles(), {
    inTargets: 'nothing',
    tint: collar.colour,
    shade,
    gloss: draw.uniform(0, 0.04),
  });
}

function ringTriangles(): Uint32Array {
  const triangles: number[] = [];
  for (let column = 0; column + 1 < COLUMNS; column++) {
    for (let row = 0; row + 1 < ROWS; row++) {
      const a = column * ROWS + row;
      const b = a + ROWS;
      triangles.push(a, a + 1, b + 1, a, b + 1, b);
    }
  }
  return new Uint32Array(triangles);
}

/** Ellipse around the neck where it is thinnest, m; heights of the unmorphed base on this body. */
function measureNeck({ triangles }: BodyMap, rest: Float32Array, body: Float32Array): NeckRing {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  const heightsM = HEIGHTS_DM.map(() => ({ sum: 0, count: 0 }));
  for (const vertex of new Set(triangles)) {
    const i = vertex * 3;
    if (Math.abs(rest[i]!) > NECK_REACH_DM) continue;
    HEIGHTS_DM.forEach((y, k) => {
      const above = y - rest[i + 1]!;
      if (Math.abs(above) > BAND_DM) return;
      heightsM[k]!.sum += body[i + 1]! + above / 10;
      heightsM[k]!.count++;
    });
    if (Math.abs(rest[i + 1]! - NECK_Y) > BAND_DM) continue;
    [body[i]!, body[i + 2]!].forEach((value, k) => {
      low[k] = Math.min(low[k]!, value);
      high[k] = Math.max(high[k]!, value);
    });
  }
  return {
    x: (low[0]! + high[0]!) / 2,
    z: (low[1]! + high[1]!) / 2,
    radiusX: (high[0]! - low[0]!) / 2,
    radiusZ: (high[1]! - low[1]!) / 2,
    heightsM: heightsM.map(({ sum, count }) => sum / count),
  };
}

/** Height on this body, m, of a height of the unmorphed base, dm. */
function heightAt({ heightsM }: NeckRing, y: number): number {
  const place = (y - HEIGHTS_DM[0]!) / (HEIGHTS_DM[1]! - HEIGHTS_DM[0]!);
  const k = Math.max(0, Math.min(HEIGHTS_DM.length - 2, Math.floor(place)));
  return heightsM[k]! + (place - k) * (heightsM[k + 1]! - heightsM[k]!);
}
