/**
 * Guided texture synthesis for what the photo does not show: patches of its own skin or hair, laid over the head.
 *
 * In: example from the photo, vertices of the part to cover. Out: ln of a factor on the colour at a point of the head (m),
 * a function of place alone, so that no seam of the texture coordinates shows. Patches lie on vertices about two thirds of
 * their radius apart, turned so that strands fall from the whorl and drawn out along them; each is a spot of the example
 * drawn by a hash of its place. Where patches overlap, weights are normalised by the root of their squares' sum, which keeps the contrast (Heitz &
 * Neyret 2018). What is guided is brightness at a small scale; colour and form stay those of views and fill.
 * Dropped: procedural strands along the same fall, which looked like a comb's marks in wax; patches as they are in the photo,
 * which on hair of waves and curls were camouflage.
 */
import { fallDirection } from '../../render/hair-grain.ts';
import { sampleBilinear } from '../../image/sample-bilinear.ts';
import type { Example, Spot } from './learn-detail.ts';

export type Detail = (x: number, y: number, z: number) => number;

/** Distance of patches over their size: every place lies in three or four. */
const SPACING = 0.66;
/** Sharpness of a patch's border: soft ones average strands away. */
const SHARPNESS = 4;
/** Shadows between locks are much darker than locks differ: beyond so many deviations detail is bent back. */
const STRONG = 2;

type Vector = readonly [number, number, number];
type Patch = {
  centre: Vector;
  /** Unit tangents, head frame: to the right of and along the fall. */
  side: Vector;
  fall: Vector;
  spot: Spot;
  /** Direction of the fall in the picture, px per metre. */
  downX: number;
  downY: number;
};

export function growDetail(
  example: Example,
  positionsHead: Float32Array,
  normals: Float32Array,
  vertices: readonly number[],
): Detail {
  const { detail, radiusM, lengthM, deviation } = example;
  const stretch = lengthM / radiusM;
  const cells = new CellMap<Patch>(radiusM);
  for (const patch of placePatches(example, positionsHead, normals, vertices)) {
    const { centre, fall } = patch;
    // Half the sides of the box around the patch, which is an ellipsoid.
    const reach = fall.map((f) => Math.hypot(f * lengthM, Math.sqrt(Math.max(0, 1 - f * f)) * radiusM));
    cells.add(centre, reach, patch);
  }
  return (x, y, z) => {
    let sum = 0;
    let squares = 0;
    for (const { centre, side, fall, spot, downX, downY } of cells.at(x, y, z)) {
      const dx = x - centre[0];
      const dy = y - centre[1];
      const dz = z - centre[2];
      const square = dx * dx + dy * dy + dz * dz;
      const down = fall[0] * dx + fall[1] * dy + fall[2] * dz;
      const off = square - down * down;
      const distance = off / radiusM ** 2 + (down / lengthM) ** 2;
      if (distance >= 1) continue;
      const right = side[0] * dx + side[1] * dy + side[2] * dz;
      const weight = (1 - distance) ** SHARPNESS;
      const u = spot.x + right * downY + (down / stretch) * downX;
      const v = spot.y - right * downX + (down / stretch) * downY;
      sum += weight * sampleBilinear(detail, u, v);
      squares += weight * weight;
    }
    if (squares === 0) return 0;
    const limit = STRONG * deviation;
    return limit * Math.tanh(sum / Math.sqrt(squares) / limit);
  };
}

function placePatches(
  { spots, radiusM, lengthM, pxPerM }: Example,
  p: Float32Array,
  normals: Float32Array,
  vertices: readonly number[],
): Patch[] {
  const taken = new CellMap<Vector>(SPACING * lengthM);
  const reach = [0, 1, 2].map(() => SPACING * lengthM);
  const out: Patch[] = [];
  for (const v of vertices) {
    const centre: Vector = [p[v * 3]!, p[v * 3 + 1]!, p[v * 3 + 2]!];
    const normal: Vector = [normals[v * 3]!, normals[v * 3 + 1]!, normals[v * 3 + 2]!];
    const fall = fallDirection(centre, normal);
    const isNear = (other: Vector): boolean => {
      const apart = centre.map((value, axis) => value - other[axis]!);
      const down = fall.reduce((sum, value, axis) => sum + value * apart[axis]!, 0);
      const off = Math.hypot(...apart) ** 2 - down ** 2;
      return off / radiusM ** 2 + (down / lengthM) ** 2 < SPACING ** 2;
    };
    if (taken.at(...centre).some(isNear)) continue;
    taken.add(centre, reach, centre);
    const spot = spots[Math.floor(hash(v) * spots.length)]!;
    out.push({
      centre,
      fall,
      side: [
        normal[1] * fall[2] - normal[2] * fall[1],
        normal[2] * fall[0] - normal[0] * fall[2],
        normal[0] * fall[1] - normal[1] * fall[0],
      ],
      spot,
      downX: pxPerM * Math.cos(spot.directionRad),
      downY: pxPerM * Math.sin(spot.directionRad),
    });
  }
  return out;
}

/** What reaches a place, and a little more. */
class CellMap<Item> {
  private readonly cells = new Map<number, Item[]>();
  private readonly sideM: number;

  constructor(sideM: number) {
    this.sideM = sideM;
  }

  /** `item` reaches so far to either side along each axis. */
  add(place: Vector, reach: readonly number[], item: Item): void {
    const cell = (axis: number, sign: number): number =>
      Math.floor((place[axis]! + sign * reach[axis]!) / this.sideM);
    for (let i = cell(0, -1); i <= cell(0, 1); i++)
      for (let j = cell(1, -1); j <= cell(1, 1); j++)
        for (let k = cell(2, -1); k <= cell(2, 1); k++) {
          const list = this.cells.get(cellKey(i, j, k));
          if (list === undefined) this.cells.set(cellKey(i, j, k), [item]);
          else list.push(item);
        }
  }

  at(x: number, y: number, z: number): readonly Item[] {
    const { sideM } = this;
    return this.cells.get(cellKey(Math.floor(x / sideM), Math.floor(y / sideM), Math.floor(z / sideM))) ?? [];
  }
}

/** A number for a cell of a head: 2,000 cells along each axis. */
const cellKey = (i: number, j: number, k: number): number =>
  ((i + 1000) * 2000 + (j + 1000)) * 2000 + (k + 1000);

/** [0, 1): vertex → the finaliser of MurmurHash3. */
function hash(vertex: number): number {
  let h = Math.imul(vertex + 1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
