/**
 * Which pixels of the photo show what their place on the head is made of: skin or hair.
 *
 * In: photo probe, skin and hair as one occluder, colours that the skin's vertices have in the photo. Out: the probe twice,
 * once without what covers the skin (hair that hangs before a cheek or an ear, ear-rings, collars: the estimated head never
 * has quite the photo's outline, and at the side of a face a millimetre of error smears over ten), once without skin on hair.
 * On skin, colours that are not the face's are taken out when they hang together with the outline or with hair, so that
 * brows, lips, moles and glasses stay. On the forehead and on a beard only what is seen at a slant.
 * Works at a pixel a millimetre. The paper has no such step: its colours come with the implicit surface.
 */
import { resizeCamera } from '../../camera/camera.ts';
import type { Points } from '../../camera/frames.ts';
import { gaussianBlur } from '../../image/gaussian-blur.ts';
import { createRaster, type Raster } from '../../image/image.ts';
import { resizeRaster } from '../../image/resize-image.ts';
import type { HeadTopology, TriangleMesh } from '../../mesh/mesh.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { type PhotoProbe, type ProbedColours, probePhoto, smoothstep } from '../../render/photo-probe.ts';
import { rasterise } from '../../render/rasterise.ts';
import { findScalpZone, type ScalpZone } from '../../render/scalp-zone.ts';
import { learnTint, type Tint } from '../../render/skin-likeness.ts';
import { facingCosines } from '../../render/visibility.ts';
import { type ColourInput, namePartsOf, type VertexColours } from './colour-vertices.ts';

export type SortInput = {
  probe: PhotoProbe;
  topology: HeadTopology;
  /** Skin, eyes and mouth (N vertices); the same followed by hair. */
  mesh: TriangleMesh;
  whole: TriangleMesh;
  /** (N, 3): M before it followed the views; what has moved far off it is hair modelled into the skin. */
  priorHead: Points<'Head'>;
};

export type SortedPhoto = {
  skin: PhotoProbe;
  hair: PhotoProbe;
  tints: Tints;
  /** (N) in [0, 1]: 1 where only skin may be, 0 on face, scalp and what is no skin. */
  bare: Float32Array;
};
/** null: too little is seen to know. */
export type Tints = { skin: Tint | null; hair: Tint | null };

const PX_PER_M = 1000;
/** Cosines to the photo's camera between which a surface begins to be seen at a slant. */
const SLANT_COSINES = [0.4, 0.6] as const;
/** The face teaches what skin looks like: squarely seen, between chin and forehead (Head, m), as in trust-skin.ts. */
const FACE_Y_M = [-0.07, 0.05] as const;
const FORWARD = 0.6;
/** Above the eyes' middle by this much hair on the face is a fringe, m. */
const FRINGE_ABOVE_M = 0.012;
/** Below the middle of the mouth by up to this much lies the chin, m; this share of it in another colour is a beard. */
const CHIN_BELOW_M = 0.05;
const BEARD_SHARE = 0.35;
/** More of the lower face than this is no hair that hangs over it, but light or a mask. */
const COVERED_SHARE_MAX = 0.3;
/** So far off M the skin is hair, m. */
const MOVED_M = 0.008;
/** Half likeness: where a pixel is mixed. */
const STRANGE = 0.5;
/** Mixed pixels around what is taken out, px, and the softness of its border. */
const BORDER_PX = 2;
const SOFT_PX = 1;

const NOTHING = 0;
const BESIDE = 1;
const OPEN = 2;
const KEPT = 3;

export function sortPixels(input: SortInput): SortedPhoto {
  const { probe, whole, mesh } = input;
  const skinVertexCount = mesh.positionsHead.length / 3;
  const normals = vertexNormals(mesh);
  const head: Head = {
    p: mesh.positionsHead,
    normals,
    parts: namePartsOf(input.topology),
    photo: probePhoto(probe, mesh.positionsHead, normals),
    zone: findScalpZone(input.priorHead),
    movedM: distances(mesh.positionsHead, input.priorHead),
    cosines: facingCosines(mesh.positionsHead, normals, probe.camera),
  };
  const teachers = [...head.photo.weights.keys()].filter((v) => isFace(head, v));
  const skin = learnTint(head.photo.colours, teachers);
  const bare = findBareSkin(head);
  if (skin === null) return { skin: probe, hair: probe, tints: { skin: null, hair: null }, bare };
  const small = shrinkProbe(probe);
  const { triangleIds } = rasterise(whole, small.camera);
  const vertexOf = (pixel: number): number => {
    const id = triangleIds[pixel]!;
    return id < 0 ? -1 : whole.triangles[id * 3]!;
  };
  const like = Float32Array.from(triangleIds, (_, i) =>
    skin(small.colour.values[i * 3]!, small.colour.values[i * 3 + 1]!, small.colour.values[i * 3 + 2]!),
  );
  const hairPixels = [...like.keys()].filter((i) => vertexOf(i) >= skinVertexCount);
  const hair = learnTint(
    small.colour.values,
    hairPixels.filter((i) => like[i]! < STRANGE && small.mask.values[i]! > STRANGE),
  );
  const { places, isBearded, mouthY } = placesOf(head, like, vertexOf);
  if (isBearded) bare.forEach((_, v) => (bare[v] = whole.positionsHead[v * 3 + 1]! < mouthY ? 0 : bare[v]!));
  const covered = spreadFromOutline(places, like, small.camera.widthPx);
  const onHair = like.map((value, i) => {
    if (vertexOf(i) < skinVertexCount) return 0;
    const [r, g, b] = [0, 1, 2].map((c) => small.colour.values[i * 3 + c]!) as [number, number, number];
    return value * (1 - (hair === null ? 1 : hair(r, g, b)));
  });
  return {
    skin: without(probe, { ...small.mask, values: covered }),
    hair: without(probe, { ...small.mask, values: onHair }),
    tints: { skin, hair },
    bare,
  };
}

/** How far a view's colour may be a vertex's of the skin: on bare skin only skin's own. */
export function suitsSkin({ tints, bare }: SortedPhoto): ColourInput['suits'] {
  const { skin } = tints;
  if (skin === null) return () => 1;
  return (v, { 0: r, 1: g, 2: b }) => (bare[v] === 0 ? 1 : 1 - bare[v]! * (1 - skin(r!, g!, b!)));
}

/** How far a view's colour may be hair's: skin's own is not, unless hair is of that colour too. */
export function suitsHair({ tints: { skin, hair } }: SortedPhoto): ColourInput['suits'] {
  if (skin === null || hair === null) return () => 1;
  return (_, { 0: r, 1: g, 2: b }) => 1 - skin(r!, g!, b!) * (1 - hair(r!, g!, b!));
}

/** What is known of the skin's vertices. */
type Head = {
  p: Points<'Head'>;
  normals: Points<'Head'>;
  parts: VertexColours['parts'];
  photo: ProbedColours;
  zone: ScalpZone;
  /** (N) m off M. */
  movedM: Float32Array;
  /** (N) to the photo's camera. */
  cosines: Float32Array;
};

function distances(a: Points<'Head'>, b: Points<'Head'>): Float32Array {
  return Float32Array.from({ length: a.length / 3 }, (_, v) =>
    Math.hypot(a[v * 3]! - b[v * 3]!, a[v * 3 + 1]! - b[v * 3 + 1]!, a[v * 3 + 2]! - b[v * 3 + 2]!),
  );
}

function isFace({ p, normals, photo, parts }: Head, v: number): boolean {
  const y = p[v * 3 + 1]!;
  return (
    parts[v] === 'skin' &&
    photo.weights[v]! > 0.5 &&
    normals[v * 3 + 2]! > FORWARD &&
    y > FACE_Y_M[0] &&
    y < FACE_Y_M[1]
  );
}

/** (N) sides of the face, ears and neck: below the hairline, not where hair is modelled into the skin. */
function findBareSkin({ normals, parts, zone, movedM }: Head): Float32Array {
  return movedM.map((moved, v) => {
    if (parts[v] !== 'skin' || moved > MOVED_M) return 0;
    const below = Math.max(zone.ear[v]!, 1 - smoothstep(-0.01, 0, zone.hairlineDistanceM[v]!));
    return below * (1 - smoothstep(SLANT_COSINES[0], SLANT_COSINES[1], normals[v * 3 + 2]!));
  });
}

type SmallProbe = Pick<PhotoProbe, 'camera' | 'colour' | 'mask'>;

function shrinkProbe(probe: PhotoProbe): SmallProbe {
  const pxPerM = Math.min(...probe.camera.focalPx) / probe.depthM;
  const scale = Math.min(1, PX_PER_M / pxPerM);
  const widthPx = Math.max(1, Math.round(probe.camera.widthPx * scale));
  const heightPx = Math.max(1, Math.round(probe.camera.heightPx * scale));
  return {
    camera: resizeCamera(probe.camera, widthPx, heightPx),
    colour: resizeRaster(probe.colour, widthPx, heightPx),
    mask: resizeRaster(probe.mask, widthPx, heightPx),
  };
}

/** (H, W) NOTHING or hair = where strange colours come from; BESIDE = they spread there; KEPT = they do not. */
function placesOf(
  { p, normals, parts, photo, zone, movedM, cosines }: Head,
  like: Float32Array,
  vertexOf: (pixel: number) => number,
): { places: Uint8Array; isBearded: boolean; mouthY: number } {
  const middleY = (part: 'eye' | 'mouth'): number => {
    const of = [...parts.keys()].filter((v) => parts[v] === part);
    return of.reduce((sum, v) => sum + p[v * 3 + 1]! / of.length, 0);
  };
  const [eyesY, mouthY] = [middleY('eye'), middleY('mouth')];
  const isChin = (v: number): boolean => {
    const y = p[v * 3 + 1]!;
    return photo.weights[v]! > 0.5 && normals[v * 3 + 2]! > 0.4 && y < mouthY && y > mouthY - CHIN_BELOW_M;
  };
  let chin = 0;
  let bearded = 0;
  const places = Uint8Array.from(like, (value, i) => {
    const v = vertexOf(i);
    if (v < 0 || v >= parts.length) return NOTHING;
    if (isChin(v)) {
      chin++;
      if (value < STRANGE) bearded++;
    }
    const isScalp = zone.hairlineDistanceM[v]! > -0.005 && zone.ear[v]! < 0.5;
    if (parts[v] !== 'skin' || isScalp || movedM[v]! > MOVED_M) return KEPT;
    if (cosines[v]! < SLANT_COSINES[0]) return BESIDE;
    return p[v * 3 + 1]! < eyesY + FRINGE_ABOVE_M ? OPEN : KEPT;
  });
  const count = (of: (i: number) => boolean): number =>
    places.reduce((sum, place, i) => {
      const isFace = place === OPEN && p[vertexOf(i) * 3 + 1]! > mouthY - CHIN_BELOW_M;
      return sum + (isFace && of(i) ? 1 : 0);
    }, 0);
  const isBearded = bearded > BEARD_SHARE * chin;
  const isCovered = count((i) => like[i]! < STRANGE) > COVERED_SHARE_MAX * count(() => true);
  return {
    isBearded,
    mouthY,
    places: places.map((place, i) => {
      if (place === OPEN) return isBearded || isCovered ? KEPT : BESIDE;
      return place === BESIDE && isBearded && p[vertexOf(i) * 3 + 1]! < mouthY ? KEPT : place;
    }),
  };
}

/** (H, W) in [0, 1]: strange colours BESIDE the face that hang together with the outline or hair. */
function spreadFromOutline(places: Uint8Array, like: Float32Array, widthPx: number): Float32Array {
  const out = new Float32Array(places.length);
  const neighbours = (i: number): number[] => [
    ...(i % widthPx > 0 ? [i - 1] : []),
    ...(i % widthPx < widthPx - 1 ? [i + 1] : []),
    ...(i >= widthPx ? [i - widthPx] : []),
    ...(i + widthPx < places.length ? [i + widthPx] : []),
  ];
  const isStrange = (i: number): boolean => places[i] === BESIDE && like[i]! < STRANGE;
  const queue: number[] = [];
  const add = (i: number): void => {
    out[i] = 1;
    queue.push(i);
  };
  places.forEach((place, i) => {
    if (place !== BESIDE || !isStrange(i)) return;
    if (neighbours(i).some((k) => places[k] === NOTHING)) add(i);
  });
  while (queue.length > 0) for (const k of neighbours(queue.pop()!)) if (out[k] === 0 && isStrange(k)) add(k);
  return out;
}

/** The probe with less weight where `taken` (H', W') is 1, and around it. */
function without(probe: PhotoProbe, taken: Raster): PhotoProbe {
  const { widthPx, heightPx } = probe.inside;
  const wide = createRaster(taken.widthPx, taken.heightPx, 1);
  for (let y = 0; y < taken.heightPx; y++) {
    for (let x = 0; x < taken.widthPx; x++) {
      let most = 0;
      for (let dy = -BORDER_PX; dy <= BORDER_PX; dy++) {
        for (let dx = -BORDER_PX; dx <= BORDER_PX; dx++) {
          const [u, v] = [x + dx, y + dy];
          if (u < 0 || v < 0 || u >= taken.widthPx || v >= taken.heightPx) continue;
          most = Math.max(most, taken.values[v * taken.widthPx + u]!);
        }
      }
      wide.values[y * taken.widthPx + x] = most;
    }
  }
  const soft = resizeRaster(gaussianBlur(wide, SOFT_PX), widthPx, heightPx);
  return {
    ...probe,
    inside: { ...probe.inside, values: probe.inside.values.map((value, i) => value * (1 - soft.values[i]!)) },
  };
}
