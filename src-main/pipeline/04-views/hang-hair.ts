/**
 * The proxy with the hair that hangs beside face and neck in the photo: what finished views are composed with.
 *
 * In: proxy (colour-head.ts), M. Out: {@link WornHead}, or null where the photo shows no such hair, or a bald head: a hand or a blurred wall beside it is
 * as like its colours.
 * The proxy is M's mesh moved outwards: where that leads long hair out from the neck, it is a row of lumps with the ears standing out of it. And it is
 * what packs were trained to be conditioned on. So hair that hangs is a mesh of its own beside the scalp's, for composing alone.
 */
import type { Points } from '../../camera/frames.ts';
import { RIG_EXTENT_M } from '../../camera/view-rig.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { findNeckCut } from '../../mesh/neck-cut.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { createPhotoProbe } from '../../render/photo-probe.ts';
import type { ColourHeadInput, ProxyHead } from './colour-head.ts';
import { fillColours } from './fill-colours.ts';
import { findHanging, type HangingHair } from './find-hanging.ts';
import { hangCurtain } from './hang-curtain.ts';
import {
  coloursOf,
  CONTRAST_MIN,
  type HairPalette,
  SCALP_ABOVE_M,
  scalpAbove,
  seenVertices,
} from './hair-palette.ts';
import { findEarPixels } from './inflate-hair.ts';
import type { ColouredHead } from './reproject-view.ts';

export type WornHead = ColouredHead & {
  hanging: HangingHair;
  /** Triangles of the mesh from this one on are hair that hangs. */
  hangsFrom: number;
  /** With the hair's colour. */
  palette: HairPalette;
  /** Whether colour tells this hair from skin. */
  isUnlikeSkin: boolean;
  /** (N of M) m above the hairline (scalp-zone.ts). */
  hairlineDistanceM: Float32Array;
};

/** An ear stands off the head by about as much, m. */
const EAR_STANDS_OFF_M = 0.02;
/** Box of the chin, m, Head. */
const CHIN = { halfM: 0.03, y: [-0.11, -0.082], z: 0.04 } as const;
/** Colours that stand for all of the hair's, by brightness, between these ranks. */
const COLOURS = 12;
const RANKS = [0.03, 0.97] as const;
/** Thick enough to hide what is below, m (fill-colours.ts). */
const THICK_M = 0.03;

/** Whether colour tells this head's hair from its skin. */
export function isHairKnown({ palette }: Pick<ProxyHead, 'palette'>): boolean {
  return palette !== null && palette.hair !== null && palette.contrast > CONTRAST_MIN;
}

export function hangHair(input: ColourHeadInput, proxy: ProxyHead): WornHead | null {
  const { prior } = input;
  const { baldProbe, palette, zone } = proxy;
  const hairColours = pickColours(proxy);
  if (palette === null || palette.hair === null || hairColours === null) return null;
  const { triangles } = triangulateTopology(prior.topology);
  const bald: TriangleMesh = { positionsHead: prior.positionsHead, triangles };
  const hanging = findHanging({
    probe: baldProbe,
    earPixels: findEarPixels(triangles, zone, baldProbe),
    hairColours,
    skin: palette.skin,
    chinColours: pick(proxy, (i) => {
      const [x, y, z] = prior.positionsHead.subarray(i * 3, i * 3 + 3) as unknown as [number, number, number];
      return Math.abs(x) < CHIN.halfM && y > CHIN.y[0] && y < CHIN.y[1] && z > CHIN.z;
    }),
    bottomM: bald.positionsHead.reduce(
      (least, value, i) => (i % 3 === 1 ? Math.min(least, value) : least),
      0,
    ),
  });
  if (hanging === null) return null;
  const scalpHead = pressEars(proxy.inflateScalp(), zone.ear, hanging.bareEar);
  const curtain = hangCurtain({
    hanging,
    baldHead: bald.positionsHead,
    proxyHead: scalpHead,
    ear: zone.ear,
    cut: findNeckCut(bald)?.plane ?? null,
  });
  const count = proxy.mirror.length;
  const more = curtain.mirror.length;
  const mesh: TriangleMesh = {
    positionsHead: join(scalpHead, curtain.mesh.positionsHead),
    triangles: joinIndices(triangles, curtain.mesh.triangles, count),
  };
  const mirror = joinIndices(proxy.mirror, curtain.mirror, count);
  const normals = vertexNormals(mesh);
  const probe = createPhotoProbe({
    image: input.image,
    maskAlpha: input.maskAlpha,
    camera: prior.photoCamera,
    pxPerM: input.viewSizePx / RIG_EXTENT_M,
    mesh,
  });
  const colours = fillColours({
    mesh,
    normals,
    mirror,
    vertexGroups: [...proxy.vertexGroups, ...new Array<string>(more).fill('skin')],
    zone: {
      hairlineDistanceM: join(zone.hairlineDistanceM, new Float32Array(more).fill(SCALP_ABOVE_M)),
      ear: join(zone.ear, new Float32Array(more)),
    },
    thicknessM: join(proxy.thicknessM, new Float32Array(more).fill(THICK_M)),
    probe,
    palette,
    hairFrom: count,
  });
  return {
    mesh,
    normals,
    mirror,
    probe,
    colours,
    hanging,
    hangsFrom: triangles.length / 3,
    palette,
    isUnlikeSkin: isHairKnown(proxy),
    hairlineDistanceM: zone.hairlineDistanceM,
  };
}

/** M's ears stand out of hair that covers them in the photo: there they are pressed to the skull. By side: whether the ear is bare. */
function pressEars(
  positionsHead: Points<'Head'>,
  ear: Float32Array,
  bareEar: readonly [boolean, boolean],
): Points<'Head'> {
  return positionsHead.map((value, i) => {
    const isBare = bareEar[value > 0 ? 0 : 1];
    return i % 3 !== 0 || isBare ? value : value - Math.sign(value) * EAR_STANDS_OFF_M * ear[i / 3]!;
  });
}

/** (K, 3) sRGB [0, 1] of the skin's seen vertices among those. */
function pick({ seen, vertexGroups }: ProxyHead, include: (vertex: number) => boolean): Float32Array {
  return Float32Array.from(
    coloursOf(
      seen,
      seenVertices(seen, (i) => vertexGroups[i] === 'skin' && include(i)),
    ),
  );
}

/** (COLOURS, 3) sRGB [0, 1] from dark to light: of the scalp and of what stands clear of the skull; null where neither is seen. */
function pickColours(proxy: ProxyHead): Float32Array | null {
  const { zone, rimColours } = proxy;
  const scalp = pick(proxy, scalpAbove(zone, SCALP_ABOVE_M));
  const all = join(scalp, rimColours);
  if (all.length === 0) return null;
  const luma = (k: number): number => all[k * 3]! + all[k * 3 + 1]! + all[k * 3 + 2]!;
  const order = Array.from({ length: all.length / 3 }, (_, k) => k).sort((a, b) => luma(a) - luma(b));
  return Float32Array.from({ length: 3 * COLOURS }, (_, i) => {
    const rank = RANKS[0] + ((RANKS[1] - RANKS[0]) * Math.floor(i / 3)) / (COLOURS - 1);
    return all[order[Math.floor(rank * (order.length - 1))]! * 3 + (i % 3)]!;
  });
}

function join(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

/** Vertices of the second mesh follow the `count` of the first. */
function joinIndices(a: Uint32Array, b: Uint32Array, count: number): Uint32Array {
  const out = new Uint32Array(a.length + b.length);
  out.set(a);
  b.forEach((vertex, i) => (out[a.length + i] = vertex + count));
  return out;
}
