/**
 * Texture coordinates for a head model that brings none. No two faces share texels, and no face crosses a seam.
 *
 * In: positions (N, 3) m, origin between the ears; faces (Q, 4). Out: uvs (T, 2) glTF, (Q, 4) indices into them.
 * The skin, which is the part with the largest area, is laid out as a disc around the crown: the way is 0 in its middle and
 * grows down to the neck, whose opening becomes the rim, so that neither the back nor the crown is cut. What this turns over or
 * hides behind other skin (backs of the ears, insides of lips and nostrils, a closed neck), and every other part (eyeballs,
 * teeth, tongue), is cut into charts by the axis that it faces and laid out flat beside the disc, at the disc's scale.
 */
import type { Points } from '../../../camera/frames.ts';
import { rasteriseTexels } from '../../../render/texel-fragments.ts';
import { layOutCharts, ON_DISC, type Uvs } from './lay-out-charts.ts';

/** Half a head's breadth: what an angle at the origin is on the skin, m. */
const RADIUS_M = 0.09;
/** Map at which it is decided what hides what. */
const HIDING_PX = 2048;
/** Share of its texels that a face of so many needs to be seen; a smaller one may own none without being hidden. */
const OWN_SHARE = 0.75;
const COUNTED_PX = 8;
/** Nor does a face stay that takes a texel from one that lies so much farther out, m: it painted that one's skin. */
const BEHIND_M = 0.003;

/** Longest side of a face on the disc, of its radius: what closes the neck would span it. */
const SIDE_MAX = 0.5;

/** Island of the faces that are not on the disc. */
const NOWHERE = 0xffffffff;

export function projectUvs(positionsHead: Points<'Head'>, quads: Uint32Array): Uvs {
  const parts = joinFaces(quads, () => 0);
  const skin = largestPart(positionsHead, quads, parts);
  const disc = layDisc(positionsHead);
  const sideMaxM = SIDE_MAX * disc.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const isOnDisc = Uint8Array.from(parts, (part, q) =>
    part === skin && isUpright(disc, quads, q) && longestSide(disc, quads, q) < sideMaxM ? 1 : 0,
  );
  dropHidden(positionsHead, quads, disc, isOnDisc);
  // What is left of a hidden wall, edge on, too thin to have owned a texel at that size.
  const islands = joinFaces(quads, (q) => isOnDisc[q]!);
  const main = largestPart(
    positionsHead,
    quads,
    islands.map((island, q) => (isOnDisc[q] ? island : NOWHERE)),
  );
  islands.forEach((island, q) => (isOnDisc[q] = isOnDisc[q] && island === main ? 1 : 0));
  const facing = Int8Array.from(parts, (_, q) => (isOnDisc[q] ? ON_DISC : facingOf(positionsHead, quads, q)));
  const chartOf = joinFaces(quads, (q) => facing[q]!);
  return layOutCharts({ positionsHead, quads, disc, facing, chartOf });
}

/** (N, 2) on a disc around the origin, m: crown in the middle, face below it, subject's left at the right. */
function layDisc(p: Points<'Head'>): Float64Array {
  const out = new Float64Array((p.length / 3) * 2);
  for (let v = 0; v < p.length / 3; v++) {
    const [x, y, z] = [p[v * 3]!, p[v * 3 + 1]!, p[v * 3 + 2]!];
    const level = Math.hypot(x, z);
    // Below the ears height counts too: the neck goes straight down, which an angle hardly sees.
    const way = RADIUS_M * Math.atan2(level, y) + Math.max(0, -y);
    if (level > 0) out.set([(way * x) / level, (way * z) / level], v * 2);
  }
  return out;
}

/** (Q) the same number for faces that share a vertex, directly or by others of their kind. */
function joinFaces(quads: Uint32Array, kindOf: (face: number) => number): Uint32Array {
  const count = quads.length / 4;
  const parents = Uint32Array.from({ length: count }, (_, q) => q);
  const rootOf = (face: number): number => {
    let root = face;
    while (parents[root] !== root) root = parents[root] = parents[parents[root]!]!;
    return root;
  };
  const first = new Map<string, number>();
  quads.forEach((vertex, corner) => {
    const face = corner >> 2;
    const key = `${kindOf(face)} ${vertex}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, face);
    else parents[rootOf(face)] = rootOf(other);
  });
  return Uint32Array.from({ length: count }, (_, q) => rootOf(q));
}

/** The part with the largest area; faces of NOWHERE are none. */
function largestPart(p: Points<'Head'>, quads: Uint32Array, parts: Uint32Array): number {
  const areas = new Map<number, number>();
  parts.forEach((part, q) => {
    if (part !== NOWHERE) areas.set(part, (areas.get(part) ?? 0) + Math.hypot(...faceNormal(p, quads, q)));
  });
  return [...areas].reduce((best, one) => (one[1] > best[1] ? one : best), [NOWHERE, -1])[0];
}

/** Twice the area, m², in the direction that a face looks: the cross product of its diagonals serves triangles too. */
function faceNormal(p: Points<'Head'>, quads: Uint32Array, face: number): [number, number, number] {
  const [a, b, c, d] = [0, 1, 2, 3].map((k) => quads[face * 4 + k]! * 3) as [number, number, number, number];
  const one = [0, 1, 2].map((axis) => p[c + axis]! - p[a + axis]!) as [number, number, number];
  // A triangle repeats its last corner: its second "diagonal" is the edge from its second to its third.
  const two = [0, 1, 2].map((axis) => p[d + axis]! - p[b + axis]!) as [number, number, number];
  return [
    one[1] * two[2] - one[2] * two[1],
    one[2] * two[0] - one[0] * two[2],
    one[0] * two[1] - one[1] * two[0],
  ];
}

/** Neither triangle of the face turned over: counter-clockwise from outside is negative where v points down. */
function isUpright(disc: Float64Array, quads: Uint32Array, face: number): boolean {
  const corner = (k: number): number => quads[face * 4 + k]!;
  const area = (a: number, b: number, c: number): number =>
    (disc[b * 2]! - disc[a * 2]!) * (disc[c * 2 + 1]! - disc[a * 2 + 1]!) -
    (disc[c * 2]! - disc[a * 2]!) * (disc[b * 2 + 1]! - disc[a * 2 + 1]!);
  if (area(corner(0), corner(1), corner(2)) >= 0) return false;
  return corner(2) === corner(3) || area(corner(0), corner(2), corner(3)) < 0;
}

function longestSide(disc: Float64Array, quads: Uint32Array, face: number): number {
  const sides = [0, 1, 2, 3].map((k) => {
    const [a, b] = [quads[face * 4 + k]! * 2, quads[face * 4 + ((k + 1) % 4)]! * 2];
    return Math.hypot(disc[a]! - disc[b]!, disc[a + 1]! - disc[b + 1]!);
  });
  return Math.max(...sides);
}

/** Takes off the disc what other faces, farther out, hide there. */
function dropHidden(p: Points<'Head'>, quads: Uint32Array, disc: Float64Array, isOnDisc: Uint8Array): void {
  const corners = (q: number): number[] => [0, 1, 2, 3].map((k) => quads[q * 4 + k]!);
  const outM = Float64Array.from(isOnDisc, (_, q) =>
    corners(q).reduce((sum, v) => sum + Math.hypot(p[v * 3]!, p[v * 3 + 1]!, p[v * 3 + 2]!) / 4, 0),
  );
  const faces = [...isOnDisc.keys()].filter((q) => isOnDisc[q]);
  const half = disc.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const uvs = Float32Array.from(disc, (value) => 0.5 + value / (2 * half));
  const outermost = ownersOf(
    uvs,
    quads,
    faces.toSorted((a, b) => outM[b]! - outM[a]! || a - b),
  );
  const owners = ownersOf(uvs, quads, faces);
  const owned = new Uint32Array(isOnDisc.length);
  for (const face of outermost) if (face >= 0) owned[face]!++;
  for (const q of faces) {
    const areaPx = areaOf(
      corners(q).map((v) => [uvs[v * 2]! * HIDING_PX, uvs[v * 2 + 1]! * HIDING_PX] as const),
    );
    if (areaPx > COUNTED_PX && owned[q]! < OWN_SHARE * areaPx) isOnDisc[q] = 0;
  }
  owners.forEach((face, i) => {
    if (face >= 0 && outM[outermost[i]!]! > outM[face]! + BEHIND_M) isOnDisc[face] = 0;
  });
}

/** (HIDING_PX²) which of the faces has each texel, −1 none: the first of them, where they overlap. */
function ownersOf(uvs: Float32Array, quads: Uint32Array, faces: readonly number[]): Int32Array {
  const triangleUvs = Uint32Array.from(
    faces.flatMap((q) => [0, 1, 2, 0, 2, 3].map((k) => quads[q * 4 + k]!)),
  );
  const { triangleIds } = rasteriseTexels({ uvs, triangleUvs }, HIDING_PX);
  return triangleIds.map((id) => (id < 0 ? -1 : faces[id >> 1]!));
}

/** Of a quad without dents, by its diagonals. */
function areaOf([a, b, c, d]: readonly (readonly [number, number])[]): number {
  return Math.abs((c![0] - a![0]) * (d![1] - b![1]) - (c![1] - a![1]) * (d![0] - b![0])) / 2;
}

/** 0 to 5: the axis that a face looks along most, and whether against it. */
function facingOf(p: Points<'Head'>, quads: Uint32Array, face: number): number {
  const normal = faceNormal(p, quads, face);
  const sizes = normal.map(Math.abs);
  const axis = sizes.indexOf(Math.max(...sizes));
  return axis * 2 + (normal[axis]! < 0 ? 1 : 0);
}
