/**
 * The three slits of a face and the two sheets of skin on either side of each: lips, left lids, right lids.
 * in: head model → out: per slit the vertices and triangles of its upper and its lower sheet, bag and pockets behind
 * them included as far as they are near the slit.
 * Lips are told apart by the jaw that moves the lower one; lids by the line between the corners of the eye. What touches
 * in the model's own closed pose (mouth at rest, eye blinking) is the slit, and its sheets are what lies around that.
 */
import type { Points } from '../../../camera/frames.ts';
import { triangulateTopology } from '../../../mesh/triangulate.ts';
import { nameVertexGroups } from '../../../mesh/vertex-groups.ts';
import type { ModelForRig } from './model-of-prior.ts';

export type FaceSlit = {
  name: 'lips' | 'left-lids' | 'right-lids';
  upper: Sheet;
  lower: Sheet;
  /** The eyeball behind it; empty for the lips. */
  ball: readonly number[];
  /** (F, 3) triangles around it, those across the corners included. */
  triangles: Uint32Array;
  /** Both of its ends. */
  corners: readonly [Place, Place];
};

/** A point of the template's surface: three vertices and their weights. */
export type Place = { vertices: readonly number[]; weights: readonly number[] };

export type Sheet = {
  vertices: Uint32Array;
  /** (F, 3) vertices of triangles whose corners all belong to the sheet. */
  triangles: Uint32Array;
  /** Vertices that can be seen: the others line the bag or the pocket. */
  shown: Uint32Array;
};

/** Sheets touch where their vertices are this near in the closed pose, m: an edge at the lips is 1 to 1.5 mm long. */
const TOUCH_M = 0.0016;
/** What lies this near to the slit belongs to its sheets, m: all of a lip, a lid up to its fold. */
const SHEET_M = { lips: 0.014, lids: 0.012 } as const;
/** What lies this near to the slit may get tangled with it, m: the whole bag of the mouth. */
const PATCH_M = 0.03;
/** Corners of the eyes among the 478 landmarks: outer, inner. */
const EYE_CORNERS = { left: [263, 362], right: [33, 133] } as const;
/** The same for the mouth: left, right. */
const MOUTH_CORNERS = [291, 61] as const;

/** Empty for a model that has no jaw, no blinks or other regions: there is nothing to hold apart by name then. */
export function findFaceSlits(model: ModelForRig): FaceSlit[] {
  const groups = nameVertexGroups(model.topology);
  const isSkin = (v: number): boolean => groups[v] === 'skin' || groups[v] === 'mouth';
  const region = (v: number): string => model.regionNames[model.regions[v]!]!;
  const vertices = [...groups.keys()].filter(isSkin);
  const closed = (shape: string): Float32Array | null => {
    const index = model.expressionNames.indexOf(shape);
    const length = model.neutralHead.length;
    if (index === -1) return null;
    return model.neutralHead.map((value, i) => value + model.expression[index * length + i]!);
  };
  const slits: (FaceSlit | null)[] = [];
  if (findJaw(model) !== -1) {
    const lips = vertices.filter((v) => ['mouth', 'inner'].includes(region(v)));
    const front = lips.filter((v) => !isBehindEyes(model, v));
    const isUpper = (v: number): boolean => !isOfJaw(model, v);
    slits.push(makeSlit(model, 'lips', front, isUpper, model.neutralHead, SHEET_M.lips, [], MOUTH_CORNERS));
  }
  for (const side of ['left', 'right'] as const) {
    const pose = closed(side === 'left' ? 'eyeBlinkLeft' : 'eyeBlinkRight');
    if (pose === null) continue;
    const [outer, inner] = EYE_CORNERS[side].map((landmark) =>
      pointAt(model.neutralHead, placeOf(model, landmark)),
    );
    const isUpper = (v: number): boolean => {
      const [x, y] = [model.neutralHead[v * 3]!, model.neutralHead[v * 3 + 1]!];
      const t = (x - inner![0]!) / (outer![0]! - inner![0]!);
      return y > inner![1]! + t * (outer![1]! - inner![1]!);
    };
    const sign = side === 'left' ? 1 : -1;
    const own = vertices.filter(
      (v) =>
        region(v) === `eye-${side}` ||
        (region(v) === 'inner' && isBehindEyes(model, v) && sign * model.neutralHead[v * 3]! > 0),
    );
    const ball = [...groups.keys()].filter((v) => groups[v] === `eye-${side}`);
    slits.push(makeSlit(model, `${side}-lids`, own, isUpper, pose, SHEET_M.lids, ball, EYE_CORNERS[side]));
  }
  return slits.filter((slit) => slit !== null);
}

function makeSlit(
  model: ModelForRig,
  name: FaceSlit['name'],
  vertices: readonly number[],
  isUpper: (vertex: number) => boolean,
  closed: Float32Array,
  reach: number,
  ball: readonly number[],
  ends: readonly [number, number],
): FaceSlit | null {
  const inner = model.regionNames.indexOf('inner');
  const isShown = (v: number): boolean => model.regions[v] !== inner;
  const upper = vertices.filter(isUpper);
  const lower = vertices.filter((v) => !isUpper(v));
  const touching = (a: readonly number[], b: readonly number[]): number[] =>
    a.filter((v) => isShown(v) && b.some((other) => areNear(closed, v, other, TOUCH_M)));
  const rim = [...touching(upper, lower), ...touching(lower, upper)];
  if (rim.length === 0) return null;
  const near = (list: readonly number[], distance: number): number[] =>
    list.filter((v) => rim.some((other) => areNear(model.neutralHead, v, other, distance)));
  const { triangles } = triangulateTopology(model.topology);
  const sheets = [near(upper, reach), near(lower, reach)] as const;
  return {
    name,
    upper: makeSheet(model, triangles, sheets[0]),
    lower: makeSheet(model, triangles, sheets[1]),
    triangles: makeSheet(model, triangles, near(vertices, PATCH_M)).triangles,
    ball,
    corners: [placeOf(model, ends[0]), placeOf(model, ends[1])],
  };
}

function makeSheet(model: ModelForRig, triangles: Uint32Array, vertices: readonly number[]): Sheet {
  const members = new Set(vertices);
  const inside: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
    if (members.has(a) && members.has(b) && members.has(c)) inside.push(a, b, c);
  }
  const inner = model.regionNames.indexOf('inner');
  return {
    vertices: Uint32Array.from(vertices),
    triangles: Uint32Array.from(inside),
    shown: Uint32Array.from(vertices.filter((v) => model.regions[v] !== inner)),
  };
}

const findJaw = ({ joints }: ModelForRig): number => joints.findIndex(({ name }) => name === 'jaw');

/** Whether a vertex moves with the jaw more than with anything else. */
export function isOfJaw(model: ModelForRig, v: number): boolean {
  const jaw = findJaw(model);
  const slot = [0, 1, 2, 3].find((k) => model.skinJoints[v * 4 + k] === jaw);
  return slot !== undefined && model.skinWeights[v * 4 + slot]! >= 0.5;
}

/** Of the lining: whether a vertex lines a pocket of an eye and not the mouth. */
export function isBehindEyes({ neutralHead, landmarks }: ModelForRig, v: number): boolean {
  const place = pointAt(neutralHead, placeOf({ landmarks }, EYE_CORNERS.left[0]));
  return neutralHead[v * 3 + 1]! > place[1]! - BELOW_EYE_M;
}

/** The mouth's bag ends further below the eyes than this, their pockets do not reach down to it, m. */
const BELOW_EYE_M = 0.025;

function placeOf({ landmarks }: Pick<ModelForRig, 'landmarks'>, landmark: number): Place {
  const at = landmark * 3;
  return {
    vertices: [...landmarks.vertices.subarray(at, at + 3)],
    weights: [...landmarks.weights.subarray(at, at + 3)],
  };
}

/** m, Head. */
export function pointAt(positions: Points<'Head'>, { vertices, weights }: Place): [number, number, number] {
  const along = (axis: number): number =>
    vertices.reduce((sum, v, k) => sum + weights[k]! * positions[v * 3 + axis]!, 0);
  return [along(0), along(1), along(2)];
}

function areNear(p: Float32Array, a: number, b: number, distance: number): boolean {
  const [dx, dy, dz] = [p[a * 3]! - p[b * 3]!, p[a * 3 + 1]! - p[b * 3 + 1]!, p[a * 3 + 2]! - p[b * 3 + 2]!];
  return dx * dx + dy * dy + dz * dz < distance * distance;
}
