/**
 * What every vertex of the fitted head knows about its colour before texels are painted.
 *
 * In: fitted head, photo probe, views. Out (N vertices): weights of the views, the smooth offset that joins the views'
 * colours to the photo's, and a colour for places that neither shows.
 * The offset is the low band of a two-band blend: photo minus views where both see, spread over the mesh by
 * solveVertexField and fading out away from the photo; the high band is blended by the photo's own soft weight.
 * Dropped: a Laplacian pyramid in texture space; its coarse levels mix islands that do not touch on the head.
 */
import type { HeadTopology, TriangleMesh } from '../../mesh/mesh.ts';
import { dilate } from '../../mesh/graph-filters.ts';
import { buildVertexGraph, solveVertexField } from '../../mesh/vertex-graph.ts';
import { nameVertexGroups } from '../../mesh/vertex-groups.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { partColour, SKIN_SRGB } from '../../render/part-colours.ts';
import { type PhotoProbe, probePhoto, smoothstep } from '../../render/photo-probe.ts';
import { facingCosines } from '../../render/visibility.ts';
import type { View } from '../04-views/views.ts';
import { estimateShading } from './estimate-shading.ts';
import { evenLimb } from './even-limb.ts';
import { paintEye } from './paint-eyes.ts';
import { paintTeeth } from './paint-teeth.ts';
import { joinColours } from './join-colours.ts';
import { joinFill } from './join-fill.ts';
import { leaveStains } from './find-stains.ts';
import { mirrorUnseen } from './mirror-unseen.ts';
import { overrulePhoto, strongest } from './overrule-photo.ts';
import { sampleViews } from './sample-views.ts';
import { tintHair } from './tint-hair.ts';
import { SPREAD_RINGS, trustSkin } from './trust-skin.ts';
import { type ViewWeights, weighViews } from './weigh-views.ts';

export type VertexColours = {
  normals: Float32Array;
  /** (N) share of the photo that counts, and of the views. */
  ownPhoto: Float32Array;
  own: Float32Array;
  /** (N, 3) factor on the photo's sRGB colours: its light taken out, and stains of what it sees at a slant. */
  relight: Float32Array;
  viewWeights: ViewWeights;
  /** (N) in [0, 1]: how far what the views show was carried over from the photo. */
  carried: Float32Array;
  /** (N, 2) how far only skin may be there, and ln brightness of the skin around in the views; null for hair. */
  bareAround: Float32Array | null;
  /** (N, 3) sRGB to add to what the views show. */
  viewOffset: Float32Array;
  /** (N, 3) sRGB for what neither photo nor views show. */
  fill: Float32Array;
  /** (N) 1 where `fill` is the mirrored vertex's colour. */
  isMirror: Uint8Array;
  /** (N) What a vertex belongs to. Eyes and mouth (teeth, tongue) take nothing from views: their pixels are too large. */
  parts: ('skin' | 'eye' | 'mouth')[];
};

export type ColourInput = {
  mesh: TriangleMesh;
  topology: HeadTopology;
  /** What may hide the mesh from a view, itself included. */
  occluder: TriangleMesh;
  probe: PhotoProbe;
  views: readonly View[];
  /** (N) in [0, 1]: how far hair covers the skin; null where hair is part of it. */
  coverage: Float32Array | null;
  /** (N, 3) sRGB of that hair, whose roots the skin below shows; null where there is none. */
  roots: Float32Array | null;
  /** The mesh is that hair; otherwise it is the skin. */
  isHair: boolean;
  /** Share of the photo's light to take out. */
  delight: number;
  /** Unit vector from the middle of an eyeball to the photo's iris, see find-iris.ts. */
  irisAxis: (vertices: readonly number[]) => readonly [number, number, number];
  /** (N) in [0, 1]: where only skin may be (sort-pixels.ts); null for hair. */
  bare: Float32Array | null;
  /** (N) in [0, 1]: below the hairline; null for hair. */
  belowHair: Float32Array | null;
  /** [0, 1]: how far a view's sRGB colour may be that of vertex `vertex`. */
  suits: (vertex: number, colour: ArrayLike<number>) => number;
};

/** Confidence of a squarely seen colour, against edge weights of about 1. */
const SEEN_TRUST = 60;
/** sRGB's curve, nearly. */
const GAMMA = 2.2;
/** Photo weight from which a vertex counts as seen. */
const SEEN = 0.3;
/** Hair's share in the colour of the scalp below it, and the cover over which it comes in: through gaps of the shell bare skin shone. */
const ROOTS_SHARE = 0.6;
const ROOTS = [0.02, 0.5] as const;

export function colourVertices(input: ColourInput): VertexColours {
  const { mesh, topology, probe, views, occluder, coverage } = input;
  const count = topology.vertexCount;
  const normals = vertexNormals(mesh);
  const graph = buildVertexGraph(mesh);
  const groups = nameVertexGroups(topology);
  const parts = namePartsOf(topology);
  const photo = probePhoto(probe, mesh.positionsHead, normals);
  const viewWeights = weighViews(mesh, occluder, normals, graph, views, input.suits);
  const changed = views.map((view, k) =>
    view.overPhoto === undefined
      ? null
      : overrulePhoto(
          view,
          Float32Array.from({ length: count }, (_, i) => viewWeights.weights[i * viewWeights.viewCount + k]!),
          mesh.positionsHead,
        ),
  );
  // Neither the photo's colour nor what it says about the views' is asked for there.
  const painted = strongest(changed, count);
  painted.forEach((value, i) => {
    if (parts[i] === 'skin') photo.weights[i] = photo.weights[i]! * (1 - value);
  });
  const { shown, carried } = sampleViews(mesh, views, viewWeights);
  const isSkin = (i: number): boolean => parts[i] === 'skin';
  const sure = photo.weights.map((weight) => smoothstep(0, SEEN, weight));
  const bareAround =
    input.bare === null
      ? null
      : leaveStains(
          input.bare.map((value, i) => value * (1 - sure[i]!) * (1 - painted[i]!)),
          graph,
          shown,
          viewWeights,
          sure,
          isSkin,
        );
  const everything = new Float32Array(count).fill(1);
  const {
    photo: ownPhoto,
    own: share,
    lend,
  } = input.isHair
    ? { photo: everything, own: everything, lend: coverage!.map((value) => smoothstep(0.1, 0.5, value)) }
    : trustSkin({ mesh, graph, normals, isSkin, coverage, ...bestColours(photo, shown, viewWeights) });
  const light = takeLightOut(input, normals, photo, (i) => (isSkin(i) ? share[i]! * lend[i]! : 0));
  const relight = Float32Array.from(photo.colours, (_, k) => light[Math.floor(k / 3)]!);
  for (let i = 0; i < count; i++) {
    photo.weights[i] = photo.weights[i]! * ownPhoto[i]!;
    if (share[i]! < SEEN) viewWeights.seen[i] = 0;
    for (let c = 0; c < 3; c++) photo.colours[i * 3 + c] = photo.colours[i * 3 + c]! * relight[i * 3 + c]!;
  }
  if (input.belowHair !== null) {
    const { belowHair } = input;
    const cosines = facingCosines(mesh.positionsHead, normals, probe.camera);
    const { seen } = viewWeights;
    const { positionsHead } = mesh;
    const even = evenLimb({
      graph,
      positionsHead,
      cosines,
      photo,
      shown,
      seen,
      carried,
      belowHair,
      bald: share,
      lend,
    });
    even.forEach((factor, k) => {
      relight[k] = relight[k]! * factor;
      photo.colours[k] = photo.colours[k]! * factor;
    });
  }

  const difference = photo.colours.map((value, i) => value - shown[i]!);
  const both = (i: number): boolean => photo.weights[i]! > SEEN && viewWeights.seen[i] === 1;
  for (let i = 0; i < count; i++) if (!both(i)) difference.fill(0, i * 3, i * 3 + 3);
  const trust = Float32Array.from({ length: count }, (_, i) => (both(i) ? photo.weights[i]! ** 2 : 0));
  const viewOffset = joinColours(graph, difference, trust);
  if (input.isHair) {
    const tint = tintHair({ isHair: lend, photo, shown, seen: viewWeights.seen, carried });
    viewOffset.forEach((value, k) => {
      viewOffset[k] = value + (tint[k % 3]! - 1) * shown[k]! * (1 - carried[Math.floor(k / 3)]!);
    });
  }

  const plainOf = colourParts(groups, mesh, photo);
  const values = new Float32Array(count * 3);
  const confidence = new Float32Array(count);
  const set = (i: number, colour: ArrayLike<number>, trust: number): void => {
    values.set(colour, i * 3);
    confidence[i] = trust * lend[i]!;
  };
  for (let i = 0; i < count; i++) {
    const own = i * 3;
    const plain = plainOf(i);
    if (photo.weights[i]! > SEEN)
      set(i, photo.colours.subarray(own, own + 3), SEEN_TRUST * photo.weights[i]!);
    else if (plain !== null) set(i, plain, 1);
    else if (viewWeights.seen[i] === 1) {
      set(
        i,
        shown.subarray(own, own + 3).map((value, c) => value + viewOffset[own + c]!),
        SEEN_TRUST / 2,
      );
    }
  }
  const { isMirror, guidance } = mirrorUnseen({
    mirror: topology.mirror,
    values,
    confidence,
    lend,
    isSkin,
    known: SEEN_TRUST / 4,
  });
  const eyes = [...new Set(groups.filter((group) => group.startsWith('eye')))].map((name) =>
    groups.flatMap((group, i) => (group === name ? [i] : [])),
  );
  for (const vertices of eyes) {
    const twin = eyes.filter((eye) => eye !== vertices).flat();
    const axes = { axis: input.irisAxis(vertices), twinAxis: input.irisAxis(twin) };
    const colours = paintEye({ positionsHead: mesh.positionsHead, vertices, twin, ...axes, ...photo });
    vertices.forEach((v, k) => set(v, colours.subarray(k * 3, k * 3 + 3), SEEN_TRUST));
  }
  const fill = solveVertexField(graph, { channels: 3, values, confidence, guidance, fallback: SKIN_SRGB });
  // Gaps of the shell that lie within the hair have roots as well; ears and neck below hanging hair have none.
  const rooted =
    input.roots === null || coverage === null
      ? new Float32Array(count)
      : dilate(graph, coverage, SPREAD_RINGS).map((value, i) => {
          const cover = value * (1 - (input.bare?.[i] ?? 0));
          return isSkin(i) ? smoothstep(ROOTS[0], ROOTS[1], cover) : 0;
        });
  if (input.roots !== null) showRoots(fill, input.roots, rooted);
  if (!input.isHair) joinFill({ graph, fill, photo, isSkin, rooted });
  return {
    normals,
    ownPhoto,
    own: share,
    relight,
    viewWeights,
    carried,
    bareAround,
    viewOffset,
    fill,
    isMirror,
    parts,
  };
}

/** What a vertex of mouth, teeth or tongue is painted with where the photo does not show it; null for skin. */
function colourParts(
  groups: readonly string[],
  { positionsHead }: TriangleMesh,
  photo: { colours: Float32Array; weights: Float32Array },
): (vertex: number) => ArrayLike<number> | null {
  const painted = new Map<number, ArrayLike<number>>();
  for (const name of new Set(groups.filter((group) => group.startsWith('teeth')))) {
    const vertices = groups.flatMap((group, i) => (group === name ? [i] : []));
    const colours = paintTeeth({ positionsHead, vertices, isUpper: !name.includes('lower'), ...photo });
    vertices.forEach((v, k) => painted.set(v, colours.subarray(k * 3, k * 3 + 3)));
  }
  return (vertex) => painted.get(vertex) ?? partColour(groups[vertex]!);
}

/** Tints what lies under hair, softly at the hairline. */
function showRoots(fill: Float32Array, roots: Float32Array, rooted: Float32Array): void {
  rooted.forEach((value, i) => {
    for (let k = i * 3; k < i * 3 + 3; k++) fill[k] = fill[k]! + ROOTS_SHARE * value * (roots[k]! - fill[k]!);
  });
}

export function namePartsOf(topology: HeadTopology): VertexColours['parts'] {
  return nameVertexGroups(topology).map((group) =>
    partColour(group) === null ? 'skin' : group.startsWith('eye') ? 'eye' : 'mouth',
  );
}

/** The photo's colour where it sees, else the views'. */
function bestColours(
  photo: { colours: Float32Array; weights: Float32Array },
  shown: Float32Array,
  { seen }: ViewWeights,
): { colours: Float32Array; seen: Float32Array } {
  return {
    colours: shown.map((value, i) => (photo.weights[Math.floor(i / 3)]! > SEEN ? photo.colours[i]! : value)),
    seen: photo.weights.map((weight, i) => Math.max(weight, seen[i]!)),
  };
}

/** (N) factor on sRGB colours. */
function takeLightOut(
  { delight, isHair }: ColourInput,
  normals: Float32Array,
  photo: { colours: Float32Array; weights: Float32Array },
  trust: (vertex: number) => number,
): Float32Array {
  if (delight === 0 || isHair) return new Float32Array(photo.weights.length).fill(1);
  const shading = estimateShading(
    normals,
    photo.colours,
    photo.weights.map((weight, i) => weight * trust(i)),
  );
  return shading.map((value, i) => (trust(i) > 0 ? Math.exp((-delight * value) / GAMMA) : 1));
}
