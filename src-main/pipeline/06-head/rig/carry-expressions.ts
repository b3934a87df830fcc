/**
 * The head model's expression shapes on the fitted head, so that they do there what they do on the model's own.
 * in: head model, fitted head with the photo's expression and its weights → out: the head at rest and (E, N, 3) m per unit
 * weight, Head.
 *
 * Displacements are carried over by the local map from the model's face to this one (carry-shapes.ts); then contact is
 * made right: lids close on each other and pass outside of the eyeball, lips meet, and nothing cuts itself.
 */
import type { Points } from '../../../camera/frames.ts';
import { findSelfIntersections } from '../../../mesh/self-intersections.ts';
import { buildTriangleBvh, refitTriangleBvh, type TriangleBvh } from '../../../mesh/triangle-bvh.ts';
import { triangulateTopology } from '../../../mesh/triangulate.ts';
import { buildVertexGraph, type VertexGraph } from '../../../mesh/vertex-graph.ts';
import { nameVertexGroups } from '../../../mesh/vertex-groups.ts';
import { carryShape, localMaps } from './carry-shapes.ts';
import { clearEyeball, measureEyeball } from './clear-eyeballs.ts';
import { type FaceSlit, findFaceSlits } from './face-slits.ts';
import type { ModelForRig } from './model-of-prior.ts';
import { dampTangles } from './damp-tangles.ts';
import { closeSheets, separateSheets } from './part-sheets.ts';
import { relaxFlips, relaxFolds } from './relax-folds.ts';
import { relaxTangles } from './relax-tangles.ts';
import { findSkinPatches, type SkinPatch, skinTriangles } from './skin-patches.ts';

export type CarriedExpressions = {
  /** (N, 3) m, Head: all weights 0. */
  restHead: Points<'Head'>;
  /** (E, N, 3) m per unit weight. */
  deltasHead: Float32Array;
};

/** Shapes in which a slit is closed, and the upper sheet's share of the way there. */
const CLOSING: Record<string, readonly [slit: FaceSlit['name'], upperShare: number]> = {
  eyeBlinkLeft: ['left-lids', 0.7],
  eyeBlinkRight: ['right-lids', 0.7],
  mouthClose: ['lips', 0.5],
};
/** ARKit's shapes that mean something only together with an open jaw. */
const WITH_JAW_OPEN = new Set(['mouthClose', 'tongueOut']);
/** Shapes in which the jaw carries the bag of the mouth along: in no other one it comes near the skin around it. */
const MOVING_JAW = new Set(['jawForward', 'jawLeft', 'jawRight', 'jawOpen', 'mouthClose']);
/** A slit moves in a shape when one of its vertices moves by more than this, m. */
const STILL_M = 5e-5;

/** `breathe` is called between any two shapes with the share [0, 1] that is done; what it throws ends the work. */
export async function carryExpressions(
  model: ModelForRig,
  positionsHead: Points<'Head'>,
  weights: ArrayLike<number>,
  breathe: (fraction: number) => Promise<void>,
): Promise<CarriedExpressions> {
  const { triangles } = triangulateTopology(model.topology);
  const graph = buildVertexGraph({ positionsHead: model.neutralHead, triangles });
  const slits = findFaceSlits(model);
  const patches = slits.map((slit) =>
    buildTriangleBvh({ positionsHead: model.neutralHead, triangles: slit.triangles }),
  );
  const skin = findSkinPatches(model).map((patch) => ({
    ...patch,
    bvh: buildTriangleBvh({ positionsHead: model.neutralHead, triangles: patch.triangles }),
  }));
  const wholeSkin = buildTriangleBvh({
    positionsHead: model.neutralHead,
    triangles: skinTriangles(model.topology),
  });
  const face: Face = { model, graph, slits, patches, skin, wholeSkin };
  const length = positionsHead.length;
  const shapeOf = (e: number): Float32Array => model.expression.subarray(e * length, (e + 1) * length);
  const without = (deltas: (e: number) => Float32Array): Points<'Head'> => {
    const out = positionsHead.slice();
    model.expressionNames.forEach((_, e) => {
      const weight = weights[e]!;
      if (weight === 0) return;
      const delta = deltas(e);
      for (let i = 0; i < length; i++) out[i] = out[i]! - weight * delta[i]!;
    });
    return out;
  };
  const maps = localMaps(model.neutralHead, without(shapeOf), triangles, graph);
  const isSkin = nameVertexGroups(model.topology).map((name) => name === 'skin' || name === 'mouth');
  const carried = model.expressionNames.map((_, e) => carryAll(shapeOf(e), maps, isSkin));
  const restHead = without((e) => carried[e]!);
  untangle(face, model.neutralHead, restHead);
  const deltasHead = new Float32Array(model.expressionNames.length * length);
  const settleAt = (e: number, jaw: Float32Array | null): Float32Array =>
    settle(face, { restHead, jaw }, model.expressionNames[e]!, carried[e]!);
  // Shapes that are meant for an open jaw are made right over the one that is given out.
  const jawIndex = model.expressionNames.indexOf('jawOpen');
  const jaw = jawIndex === -1 ? null : settleAt(jawIndex, null);
  for (let e = 0; e < carried.length; e++) {
    await breathe(e / carried.length);
    deltasHead.set(e === jawIndex ? jaw! : settleAt(e, jaw), e * length);
  }
  return { restHead, deltasHead };
}

type Face = {
  model: ModelForRig;
  graph: VertexGraph;
  slits: readonly FaceSlit[];
  /** Trees over the triangles around each slit. */
  patches: readonly TriangleBvh[];
  skin: readonly (SkinPatch & { bvh: TriangleBvh })[];
  /** Tree over all of the skin's triangles, those of the mouth included. */
  wholeSkin: TriangleBvh;
};

/** Teeth, tongue and eyeballs stay rigid: their moves are the model's, as large as the skin's of the same shape become. */
function carryAll(delta: Float32Array, maps: Float64Array, isSkin: readonly boolean[]): Float32Array {
  const out = carryShape(delta, maps);
  let [own, becomes] = [0, 0];
  isSkin.forEach((skin, v) => {
    if (!skin) return;
    own += Math.hypot(delta[v * 3]!, delta[v * 3 + 1]!, delta[v * 3 + 2]!);
    becomes += Math.hypot(out[v * 3]!, out[v * 3 + 1]!, out[v * 3 + 2]!);
  });
  const size = own === 0 ? 1 : becomes / own;
  isSkin.forEach((skin, v) => {
    if (skin) return;
    for (let k = 0; k < 3; k++) out[v * 3 + k] = size * delta[v * 3 + k]!;
  });
  return out;
}

/** The head at rest: lips that cut each other give way, and so does the rest of what is tangled. */
function untangle(
  { model, graph, slits, patches, skin }: Face,
  modelHead: Points<'Head'>,
  restHead: Points<'Head'>,
): void {
  const clean = modelHead.slice();
  slits.forEach((slit, i) => {
    separateSheets(clean, slit);
    separateSheets(restHead, slit);
    relaxTangles(clean, restHead, patches[i]!);
  });
  for (const { bvh } of skin) relaxTangles(clean, restHead, bvh);
  relaxFolds(clean, restHead, skinTriangles(model.topology), graph);
}

/** One shape with its contacts made right. */
function settle(
  { graph, slits, patches, skin, wholeSkin }: Face,
  { restHead, jaw }: { restHead: Points<'Head'>; jaw: Float32Array | null },
  name: string,
  delta: Float32Array,
): Float32Array {
  const isWithJaw = jaw !== null && WITH_JAW_OPEN.has(name);
  const base = isWithJaw ? restHead.map((value, i) => value + jaw[i]!) : restHead;
  const moved = base.map((value, i) => value + delta[i]!);
  const isMoving = (v: number): boolean =>
    Math.hypot(delta[v * 3]!, delta[v * 3 + 1]!, delta[v * 3 + 2]!) > STILL_M;
  slits.forEach((slit, i) => {
    if (![...slit.upper.vertices, ...slit.lower.vertices].some(isMoving)) return;
    const [closing, upperShare] = CLOSING[name] ?? [];
    if (closing === slit.name) closeSheets(moved, slit, upperShare!);
    if (slit.ball.length > 0) clearEyeball(restHead, moved, slit, graph, measureEyeball(moved, slit.ball));
    separateSheets(moved, slit);
    relaxTangles(restHead, moved, patches[i]!);
    if (closing !== slit.name) return;
    // What was undone at the corners opened them again: closed once more, unless that tangles them.
    const closer = moved.slice();
    closeSheets(closer, slit, upperShare!);
    const isClean = findSelfIntersections(refitTriangleBvh(patches[i]!, closer)).length === 0;
    if (isClean) moved.set(closer);
  });
  for (const { name: patch, bvh, vertices } of skin) {
    if (patch === 'bag' ? !MOVING_JAW.has(name) : !vertices.some(isMoving)) continue;
    relaxTangles(restHead, moved, bvh);
  }
  // What is left is settled towards rest, also over an open jaw: there `mouthClose` would open the lips.
  relaxFlips(restHead, moved, wholeSkin.mesh.triangles, graph);
  dampTangles(restHead, moved, wholeSkin, graph);
  return moved.map((value, i) => value - base[i]!);
}
