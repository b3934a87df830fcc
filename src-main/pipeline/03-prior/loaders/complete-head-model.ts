/**
 * A foreign head model made whole: landmarks and regions taken from our own model laid over it, origin between the
 * ears, texture coordinates, mirror pairs, four joints a vertex.
 * ModelParts, our HeadModel → HeadModel.
 *
 * Signed expression directions become two shapes each, because weights here are in [0, 1]: weight 1 is
 * EXPRESSION_RANGE standard deviations. Landmarks that are carried over are trusted less than our own.
 */
import type { TriangleMesh } from '../../../mesh/mesh.ts';
import { triangulateTopology } from '../../../mesh/triangulate.ts';
import { buildTriangleBvh, closestPoint, makeSurfacePoint } from '../../../mesh/triangle-bvh.ts';
import type { HeadModel } from '../head-model.ts';
import type { ModelParts } from './model-parts.ts';
import { mirrorVertices } from './mirror-vertices.ts';
import type { Uvs } from './lay-out-charts.ts';
import { projectUvs } from './project-uvs.ts';
import { registerToMesh } from './register-to-mesh.ts';

/** Two standard deviations of a scan set's expressions are a strong one. */
const EXPRESSION_RANGE = 2;
/** What carrying a landmark over adds to its uncertainty, m. */
const CARRIED_RESIDUAL_M = 0.003;
/** Registration worse than this: not a head, or not in this frame. Own model on ICT-FaceKit's mean: 1.3 mm. */
const MAX_RMS_M = 0.012;
/** Heads are 0.2 m to 0.7 m high with neck and shoulders; this tells metres from centimetres and millimetres. */
const UNITS_M = [1, 0.1, 0.01, 0.001];
const MIN_HEIGHT_M = 0.18;
const MAX_HEIGHT_M = 0.75;
/** Farther than any head is from another after registration. */
const SEARCH_M = 0.1;

export function completeHeadModel(parts: ModelParts, own: HeadModel): HeadModel {
  const unit = unitOf(parts.positions);
  const count = parts.positions.length / 3;
  const { triangles } = triangulateTopology(bareTopology(parts.quads, count));
  const foreign: TriangleMesh = {
    positionsHead: Float32Array.from(parts.positions, (value) => value * unit),
    triangles,
  };
  const { positions: laid, rmsM } = registerToMesh(own, foreign);
  if (rmsM > MAX_RMS_M) {
    throw new Error(`it does not look like a head that faces +Z (${(rmsM * 1000).toFixed(1)} mm from ours)`);
  }
  const origin = meanOffset(laid, own.neutralHead);
  const neutralHead = foreign.positionsHead.map((value, i) => value - origin[i % 3]!);
  const ownOnForeign = laid.map((value, i) => value - origin[i % 3]!);
  const landmarks = carryLandmarks(own, ownOnForeign, { positionsHead: neutralHead, triangles });
  const regions = carryRegions(own, ownOnForeign, neutralHead);
  const scale = (values: Float64Array, factor: number): Float32Array =>
    Float32Array.from(values, (value) => value * unit * factor);
  const plus = scale(parts.signedExpression, EXPRESSION_RANGE);
  const minus = scale(parts.signedExpression, -EXPRESSION_RANGE);
  const posed = scale(parts.posedExpression, 1);
  const expression = new Float32Array(plus.length + minus.length + posed.length);
  expression.set(plus);
  expression.set(minus, plus.length);
  expression.set(posed, plus.length + minus.length);
  const { uvs, quadUvs } =
    parts.cornerUvs === null ? projectUvs(neutralHead, parts.quads) : ownUvs(parts.cornerUvs);
  return {
    format: 'head-model',
    version: 1,
    id: parts.id,
    licence: parts.licence,
    credits: parts.credits,
    topology: {
      ...bareTopology(parts.quads, count),
      uvs,
      quadUvs,
      mirror: parts.mirror ?? mirrorVertices(neutralHead),
    },
    neutralHead,
    identity: scale(parts.identity, 1),
    identityCount: parts.identityCount,
    expression,
    expressionNames: [
      ...parts.signedNames.map((name) => `${name}Plus`),
      ...parts.signedNames.map((name) => `${name}Minus`),
      ...parts.posedNames,
    ],
    landmarks,
    regions,
    regionNames: own.regionNames,
    joints: parts.joints,
    ...strongestJoints(parts.skinning, parts.joints.length, count),
  };
}

function ownUvs(cornerUvs: Float64Array): Uvs {
  return {
    uvs: Float32Array.from(cornerUvs, (value, i) => (i % 2 === 0 ? value : 1 - value)),
    quadUvs: Uint32Array.from({ length: cornerUvs.length / 2 }, (_, i) => i),
  };
}

function bareTopology(quads: Uint32Array, vertexCount: number): HeadModel['topology'] {
  return {
    vertexCount,
    quads,
    uvs: new Float32Array(0),
    quadUvs: new Uint32Array(quads.length),
    quadGroups: new Uint8Array(quads.length / 4),
    groups: ['skin'],
    mirror: new Uint32Array(0),
  };
}

function unitOf(positions: Float64Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 1; i < positions.length; i += 3) {
    low = Math.min(low, positions[i]!);
    high = Math.max(high, positions[i]!);
  }
  const unit = UNITS_M.find((factor) => {
    const height = (high - low) * factor;
    return height >= MIN_HEIGHT_M && height <= MAX_HEIGHT_M;
  });
  if (unit === undefined)
    throw new Error(`it is ${(high - low).toFixed(2)} units high, which is no head in m, dm, cm or mm`);
  return unit;
}

/** Where our origin lies on the foreign head: our frame moved by the mean displacement of our vertices. */
function meanOffset(laid: Float64Array, neutral: Float32Array): number[] {
  const sum = [0, 0, 0];
  for (let i = 0; i < laid.length; i++) sum[i % 3]! += laid[i]! - neutral[i]!;
  return sum.map((value) => value / (laid.length / 3));
}

function carryLandmarks(own: HeadModel, laid: Float64Array, foreign: TriangleMesh): HeadModel['landmarks'] {
  const bvh = buildTriangleBvh(foreign);
  const nearest = makeSurfacePoint();
  const { vertices, weights, residualM } = own.landmarks;
  const out = {
    vertices: new Uint32Array(vertices.length),
    weights: new Float32Array(vertices.length),
    residualM: residualM.map((residual) => Math.hypot(residual, CARRIED_RESIDUAL_M)),
  };
  for (let i = 0; i < vertices.length; i += 3) {
    const [x, y, z] = [0, 1, 2].map((axis) =>
      [0, 1, 2].reduce((sum, k) => sum + weights[i + k]! * laid[vertices[i + k]! * 3 + axis]!, 0),
    ) as [number, number, number];
    if (!closestPoint(bvh, x, y, z, SEARCH_M, nearest))
      throw new Error(`landmark ${i / 3} lies nowhere near it`);
    for (let k = 0; k < 3; k++) out.vertices[i + k] = foreign.triangles[nearest.triangle * 3 + k]!;
    out.weights.set([1 - nearest.weight1 - nearest.weight2, nearest.weight1, nearest.weight2], i);
  }
  return out;
}

/** Each foreign vertex takes the region of our nearest surface point. */
function carryRegions(own: HeadModel, laid: Float64Array, foreign: Float32Array): Uint8Array {
  const { triangles } = triangulateTopology(own.topology);
  const bvh = buildTriangleBvh({ positionsHead: Float32Array.from(laid), triangles });
  const nearest = makeSurfacePoint();
  const fallback = Math.max(0, own.regionNames.indexOf('neck'));
  return Uint8Array.from({ length: foreign.length / 3 }, (_, v) => {
    const found = closestPoint(
      bvh,
      foreign[v * 3]!,
      foreign[v * 3 + 1]!,
      foreign[v * 3 + 2]!,
      SEARCH_M,
      nearest,
    );
    if (!found) return fallback;
    const corners = [1 - nearest.weight1 - nearest.weight2, nearest.weight1, nearest.weight2];
    const strongest = corners.indexOf(Math.max(...corners));
    return own.regions[triangles[nearest.triangle * 3 + strongest]!]!;
  });
}

/** The four strongest joints of each vertex, weights sum 1. */
function strongestJoints(
  skinning: Float64Array,
  jointCount: number,
  count: number,
): { skinJoints: Uint8Array; skinWeights: Float32Array } {
  const skinJoints = new Uint8Array(count * 4);
  const skinWeights = new Float32Array(count * 4);
  for (let v = 0; v < count; v++) {
    const row = Array.from({ length: jointCount }, (_, j) => ({ j, weight: skinning[v * jointCount + j]! }));
    const best = row.sort((a, b) => b.weight - a.weight || a.j - b.j).slice(0, 4);
    const total = best.reduce((sum, { weight }) => sum + weight, 0) || 1;
    best.forEach(({ j, weight }, slot) => {
      skinJoints[v * 4 + slot] = j;
      skinWeights[v * 4 + slot] = weight / total;
    });
  }
  return { skinJoints, skinWeights };
}
