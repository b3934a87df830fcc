/**
 * Paints some rows of the base colour map.
 *
 * In: fragments of the rows (texel → triangle), vertex colours, photo probe, views. Out: texels of image and
 * source map in those rows. Per texel: photo where it sees, else the views plus their offset, else the fill; shares are
 * soft, so that no border shows.
 */
import { projectPoints } from '../../camera/camera.ts';
import { TEXTURE_SOURCES, viewCode } from '../../contract/texture-sources.ts';
import type { ImageRgba } from '../../image/image.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { interpolate } from '../../render/interpolate.ts';
import { type PhotoProbe, probePhoto, smoothstep } from '../../render/photo-probe.ts';
import type { Fragments } from '../../render/rasterise.ts';
import type { View } from '../04-views/views.ts';
import type { ColourInput, VertexColours } from './colour-vertices.ts';
import { stainless } from './find-stains.ts';
import { overrulePhoto, strongest } from './overrule-photo.ts';
import type { Detail } from './grow-detail.ts';
import { sampleView } from './sample-image.ts';

export type PaintedMap = {
  image: ImageRgba;
  /** (S, S) code of the contract's texture-sources.ts. */
  sourceMap: Uint8Array;
  /** Texels whose source is a view that did not carry them over from the photo. */
  drawnTexels: number;
};

export type Painter = {
  mesh: TriangleMesh;
  probe: PhotoProbe;
  /** The photo for teeth, tongue and mouth. */
  mouthProbe: PhotoProbe;
  views: readonly View[];
  vertices: VertexColours;
  /** How far a view's colour may be that of what lies around a vertex; null = as far as the vertices' own did. */
  suits: ColourInput['suits'] | null;
  /** What views and fill lack against the photo; null = nothing. */
  detail: Detail | null;
};

const [PHOTO, MIRROR, FILL] = (['photo', 'mirror', 'fill'] as const).map((source) =>
  TEXTURE_SOURCES.indexOf(source),
) as [number, number, number];
/** On an eyeball, lids and lashes lie on the edge of what the photo shows: only photo weights near 1 are trusted. */
const EYE_WEIGHTS = [0.55, 0.95] as const;

/** Only what surely is another thing is left out of a texel: freckles and shade of the views' skin stay. */
const STRANGER = [0.02, 0.15] as const;

export function paintBand(painter: Painter, fragments: Fragments, firstRow: number, out: PaintedMap): void {
  const { mesh, probe, views, vertices } = painter;
  const { triangles } = mesh;
  const texels = coveredTexels(fragments);
  const { rgbaSrgb } = out.image;
  if (texels.length === 0) return;
  const packed = packFragments(fragments, texels);
  const points = interpolate(packed, triangles, mesh.positionsHead, 3).values;
  const normals = normaliseRows(interpolate(packed, triangles, vertices.normals, 3).values);
  const fill = interpolate(packed, triangles, vertices.fill, 3).values;
  const offset = interpolate(packed, triangles, vertices.viewOffset, 3).values;
  const carried = interpolate(packed, triangles, vertices.carried, 1).values;
  const kept = interpolate(packed, triangles, vertices.own, 1).values;
  const keptPhoto = interpolate(packed, triangles, vertices.ownPhoto, 1).values;
  const relight = interpolate(packed, triangles, vertices.relight, 3).values;
  const { bareAround } = vertices;
  const bare = bareAround === null ? null : interpolate(packed, triangles, bareAround, 2).values;
  const photo = probePhoto(probe, points, normals);
  for (let n = 0; n < kept.length; n++) {
    photo.weights[n] = photo.weights[n]! * keptPhoto[n]!;
    for (let c = 0; c < 3; c++) photo.colours[n * 3 + c] = photo.colours[n * 3 + c]! * relight[n * 3 + c]!;
  }
  const partOf = (n: number): VertexColours['parts'][number] =>
    vertices.parts[triangles[packed.triangleIds[n]! * 3]!]!;
  const { weights, viewCount } = vertices.viewWeights;
  const changed = views.map((view, k) => {
    if (view.overPhoto === undefined) return null;
    const shares = viewShares(packed, triangles, weights, viewCount, k, null);
    return shares === null ? null : overrulePhoto(view, shares, points);
  });
  const overruled = strongest(changed, texels.length);
  for (let n = 0; n < texels.length; n++)
    if (partOf(n) === 'skin') photo.weights[n] = photo.weights[n]! * (1 - overruled[n]!);
  const isMouth = photo.weights.some((_, n) => partOf(n) === 'mouth');
  const mouth = isMouth ? probePhoto(painter.mouthProbe, points, normals) : photo;
  const shown = new Float32Array(texels.length * 3);
  const shownWeight = new Float32Array(texels.length);
  const mostShare = new Float32Array(texels.length);
  const mostOf = new Uint8Array(texels.length);
  for (let k = 0; k < viewCount; k++) {
    const shares = viewShares(packed, triangles, weights, viewCount, k, photo.weights);
    if (shares === null) continue;
    // Between vertices that suit, a view may still show what is narrower than their distance.
    const suits = (n: number, colour: ArrayLike<number>): number => {
      if (painter.suits === null) return 1;
      const own = painter.suits(nearestCorner(packed, triangles, n), colour);
      const clean = bare === null ? 1 : 1 - bare[n * 2]! * (1 - stainless(colour, bare[n * 2 + 1]!));
      return Math.max(changed[k]?.[n] ?? 0, clean * smoothstep(STRANGER[0], STRANGER[1], own));
    };
    addView(views[k]!, shares, suits, points, shown, shownWeight);
    for (let n = 0; n < shares.length; n++) {
      if (shares[n]! <= mostShare[n]!) continue;
      mostShare[n] = shares[n]!;
      mostOf[n] = k;
    }
  }
  for (let n = 0; n < texels.length; n++) {
    const nearest = triangles[packed.triangleIds[n]! * 3]!;
    const part = partOf(n);
    const source = part === 'mouth' ? mouth : photo;
    const weight = source.weights[n]!;
    const own = part === 'eye' ? smoothstep(EYE_WEIGHTS[0], EYE_WEIGHTS[1], weight) : weight;
    const viewShare = part === 'skin' ? kept[n]! * smoothstep(0, 0.6, shownWeight[n]!) : 0;
    const to = firstRow * fragments.widthPx + texels[n]!;
    // What a view carried over from the photo has the photo's detail.
    const lacking = part === 'skin' ? 1 - viewShare * carried[n]! : 0;
    const isLacking = painter.detail !== null && own < 1 && lacking > 0;
    const grain = isLacking
      ? Math.exp(lacking * painter.detail!(points[n * 3]!, points[n * 3 + 1]!, points[n * 3 + 2]!))
      : 1;
    const perView = shownWeight[n]! > 0 ? 1 / shownWeight[n]! : 0;
    const joined = shownWeight[n]! > 0 ? 1 - overruled[n]! : 0;
    for (let c = 0; c < 3; c++) {
      const i = n * 3 + c;
      const view = shown[i]! * perView + joined * offset[i]!;
      const unseen = grain * (viewShare * view + (1 - viewShare) * fill[i]!);
      rgbaSrgb[to * 4 + c] = 255 * (own * source.colours[i]! + (1 - own) * unseen);
    }
    rgbaSrgb[to * 4 + 3] = 255;
    if (own > 0.5) out.sourceMap[to] = PHOTO;
    else if (viewShare > 0.5) {
      out.sourceMap[to] = viewCode(mostOf[n]!);
      if (carried[n]! < 0.5) out.drawnTexels++;
    } else out.sourceMap[to] = vertices.isMirror[nearest] === 1 ? MIRROR : FILL;
  }
}

function coveredTexels(fragments: Fragments): Uint32Array {
  let count = 0;
  for (const id of fragments.triangleIds) if (id >= 0) count++;
  const out = new Uint32Array(count);
  count = 0;
  for (let i = 0; i < fragments.triangleIds.length; i++) if (fragments.triangleIds[i]! >= 0) out[count++] = i;
  return out;
}

type Packed = Pick<Fragments, 'widthPx' | 'heightPx' | 'triangleIds' | 'barycentrics'>;

/** The covered texels alone, as one row. */
function packFragments(fragments: Fragments, texels: Uint32Array): Packed {
  const barycentrics = new Float32Array(texels.length * 2);
  const triangleIds = new Int32Array(texels.length);
  texels.forEach((texel, n) => {
    triangleIds[n] = fragments.triangleIds[texel]!;
    barycentrics[2 * n] = fragments.barycentrics[2 * texel]!;
    barycentrics[2 * n + 1] = fragments.barycentrics[2 * texel + 1]!;
  });
  return { widthPx: texels.length, heightPx: 1, triangleIds, barycentrics };
}

/** (texels) weight of view k, 0 where the photo alone decides (photoWeights null: nowhere); null when 0 everywhere. */
function viewShares(
  packed: Packed,
  triangles: Uint32Array,
  weights: Float32Array,
  viewCount: number,
  k: number,
  photoWeights: Float32Array | null,
): Float32Array | null {
  const out = new Float32Array(packed.widthPx);
  let any = 0;
  for (let n = 0; n < out.length; n++) {
    if (photoWeights !== null && photoWeights[n]! > 0.999) continue;
    const t = packed.triangleIds[n]! * 3;
    const w1 = packed.barycentrics[2 * n]!;
    const w2 = packed.barycentrics[2 * n + 1]!;
    const share =
      (1 - w1 - w2) * weights[triangles[t]! * viewCount + k]! +
      w1 * weights[triangles[t + 1]! * viewCount + k]! +
      w2 * weights[triangles[t + 2]! * viewCount + k]!;
    out[n] = share;
    any = Math.max(any, share);
  }
  return any > 0 ? out : null;
}

/** The vertex nearest to texel n. */
function nearestCorner({ triangleIds, barycentrics }: Packed, triangles: Uint32Array, n: number): number {
  const [w1, w2] = [barycentrics[2 * n]!, barycentrics[2 * n + 1]!];
  const w0 = 1 - w1 - w2;
  return triangles[triangleIds[n]! * 3 + (w0 >= w1 && w0 >= w2 ? 0 : w1 >= w2 ? 1 : 2)]!;
}

/** Adds a view by its shares, which lose what does not suit. */
function addView(
  view: View,
  shares: Float32Array,
  suits: (n: number, colour: ArrayLike<number>) => number,
  points: Float32Array,
  shown: Float32Array,
  shownWeight: Float32Array,
): void {
  let wanted = 0;
  for (let n = 0; n < shares.length; n++) if (shares[n]! > 0) wanted++;
  const picked = new Float32Array(wanted * 3);
  for (let n = 0, k = 0; n < shares.length; n++) {
    if (shares[n]! <= 0) continue;
    for (let axis = 0; axis < 3; axis++) picked[k++] = points[n * 3 + axis]!;
  }
  const pixels = projectPoints(view.camera, picked);
  const colour = new Float64Array(3);
  for (let n = 0, k = 0; n < shares.length; n++) {
    if (shares[n]! <= 0) continue;
    sampleView(view, pixels[k]!, pixels[k + 1]!, colour);
    k += 3;
    const share = shares[n]! * suits(n, colour);
    shares[n] = share;
    for (let c = 0; c < 3; c++) shown[n * 3 + c] = shown[n * 3 + c]! + share * colour[c]!;
    shownWeight[n] = shownWeight[n]! + share;
  }
}

function normaliseRows(vectors: Float32Array): Float32Array {
  for (let i = 0; i < vectors.length; i += 3) {
    const length = Math.hypot(vectors[i]!, vectors[i + 1]!, vectors[i + 2]!) || 1;
    for (let c = 0; c < 3; c++) vectors[i + c] = vectors[i + c]! / length;
  }
  return vectors;
}
