/**
 * Hair cards grown from the scalp.
 *
 * In: style, the person's body (m, person frame) and its map. Out: one part of flat cards (two triangles a segment) with a
 * strand texture, and the share of hair-coloured paint on the scalp below (N).
 * Each strand marches from its root: it keeps some of its direction, follows the combing field (away from the parting,
 * back or forward, or towards the tie) and gravity, and stays outside an ellipsoid around the skull, so that layers lie
 * over each other as combed hair does. Falling strands keep to the sides of the face.
 */
import type { Draw } from '../random.ts';
import type { ScenePart } from '../render/scene.ts';
import { type BodyMap, ramp } from './body-map.ts';
import { addCard, type Cards, createCards, finishCards } from './hair-cards.ts';
import type { HairStyle } from './hair-style.ts';
import { fitSkull, keepOffFace, keepOutside, outward, type Skull } from './skull.ts';
import { add, cross, scale, subtract, unit, type Vector } from './vectors.ts';

export type HairInput = {
  style: HairStyle;
  /** (N, 3) m, person frame, and unit normals. */
  body: Float32Array;
  normals: Float32Array;
  map: BodyMap;
  colour: readonly [number, number, number];
  gloss: number;
};

const SEGMENTS = 9;
/** dm over which growth fades at the hairline. */
const HAIRLINE_FADE = 0.06;
/** Gathered strands end this close to the tie, m. */
const TIE_RADIUS = 0.025;
/** Strands of a ponytail or bun. */
const TAIL_STRANDS = 110;

export function growHair(draw: Draw, input: HairInput): { part: ScenePart; scalp: Float32Array } {
  const { style, body, normals, map } = input;
  const density = growthDensity(style, map);
  const skull = fitSkull(body, map);
  const cards = createCards();
  const roots = sampleRoots(draw, style.count, body, normals, map, density);
  for (const { place, normal, vertex } of roots) {
    growStrand(draw, style, skull, place, normal, lengthAt(style, map, vertex, place, skull), cards);
  }
  if (style.tied !== null) growTail(draw, style, skull, style.tied, cards);
  return { part: finishCards(cards, input.colour, input.gloss), scalp: density };
}

/** (N) [0, 1]: hairline with the style's shifts, bald crown. */
function growthDensity(style: HairStyle, map: BodyMap): Float32Array {
  return map.hairline.map((height, i) => {
    if (height <= -1) return 0;
    const shift =
      map.shiftWeights[i * 3]! * style.frontShift +
      map.shiftWeights[i * 3 + 1]! * style.templeShift +
      map.shiftWeights[i * 3 + 2]! * style.napeShift;
    const grown = ramp(0, HAIRLINE_FADE, height - shift);
    if (style.crownLimit === null) return grown;
    return grown * ramp(style.crownLimit + 0.1, style.crownLimit - 0.05, map.aboveEar[i]!);
  });
}

type Root = { place: Vector; normal: Vector; vertex: number };

function sampleRoots(
  draw: Draw,
  count: number,
  body: Float32Array,
  normals: Float32Array,
  map: BodyMap,
  density: Float32Array,
): Root[] {
  const { triangles } = map;
  const areas: number[] = [];
  const ids: number[] = [];
  let total = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]! * 3, triangles[t + 1]! * 3, triangles[t + 2]! * 3];
    const share = (density[a / 3]! + density[b / 3]! + density[c / 3]!) / 3;
    if (share <= 0) continue;
    const u = [0, 1, 2].map((k) => body[b + k]! - body[a + k]!) as Vector;
    const v = [0, 1, 2].map((k) => body[c + k]! - body[a + k]!) as Vector;
    total += share * Math.hypot(...cross(u, v));
    areas.push(total);
    ids.push(t);
  }
  const roots: Root[] = [];
  for (let i = 0; i < count && total > 0; i++) {
    // Stratified along the running area: even cover with random places.
    const wanted = (total * (i + draw.uniform(0, 1))) / count;
    const t = ids[lowerBound(areas, wanted)]!;
    const s = Math.sqrt(draw.uniform(0, 1));
    const r = draw.uniform(0, 1);
    const weights = [1 - s, s * (1 - r), s * r];
    const mix = (of: Float32Array): Vector =>
      [0, 1, 2].map((k) =>
        weights.reduce((sum, w, corner) => sum + w * of[triangles[t + corner]! * 3 + k]!, 0),
      ) as Vector;
    roots.push({ place: mix(body), normal: unit(mix(normals)), vertex: triangles[t]! });
  }
  return roots;
}

function lengthAt(style: HairStyle, map: BodyMap, vertex: number, place: Vector, skull: Skull): number {
  const top = ramp(0.25, 0.75, map.aboveEar[vertex]!);
  const back = ramp(0.02, -0.04, place[2] - skull.centre[2]);
  const low = style.lengthSide + (style.lengthBack - style.lengthSide) * back;
  return low + (style.lengthTop - low) * top;
}

function growStrand(
  draw: Draw,
  style: HairStyle,
  skull: Skull,
  root: Vector,
  normal: Vector,
  length: number,
  cards: Cards,
): void {
  const points: Vector[] = [root];
  const step = (length * draw.uniform(0.75, 1.15)) / SEGMENTS;
  const layer = style.volume * draw.uniform(0.15, 1) + 0.001;
  const fringeEnd = skull.centre[1] + draw.uniform(-0.015, 0.012);
  const cut = style.cutHeight === null ? -Infinity : style.cutHeight + draw.normal(0.012);
  const tie = style.tied === null ? null : tiePoint(skull, style.tied.height);
  const comb0 = combing(style, skull, root);
  let direction = unit(add(scale(normal, 0.25 + style.stiffness), scale(comb0, 1 - style.stiffness)));
  let place = root;
  const isFront = root[2] > skull.centre[2] + 0.45 * skull.radii[2];
  for (let k = 0; k < SEGMENTS; k++) {
    const flow = combing(style, skull, place);
    direction = unit(
      add(scale(direction, 0.35 + style.stiffness), scale(flow, 0.65 * (1 - style.stiffness)), [
        draw.normal(0.06),
        -style.gravity + draw.normal(0.06),
        draw.normal(0.06),
      ]),
    );
    place = keepOutside(skull, add(place, scale(direction, step)), layer);
    if (!(style.hasFringe && isFront)) place = keepOffFace(skull, place);
    else if (place[1] < fringeEnd) break;
    if (place[1] < cut) break;
    points.push(place);
    if (tie !== null && Math.hypot(...subtract(place, tie)) < TIE_RADIUS) break;
  }
  if (points.length < 3) return;
  addCard(draw, style, skull, curlPoints(draw, style, skull, points), cards);
}

/** Direction in which hair is combed at a place, tangential to the skull. */
function combing(style: HairStyle, skull: Skull, place: Vector): Vector {
  const out = outward(skull, place);
  if (style.tied !== null) {
    const tie = tiePoint(skull, style.tied.height);
    return tangential(unit([tie[0] - place[0], tie[1] - place[1], tie[2] - place[2]]), out);
  }
  const parted = style.parting === null ? 0 : Math.tanh((place[0] - style.parting) / 0.008);
  // A parting ends at the crown: behind it hair falls straight down.
  const isBehind = ramp(skull.centre[2] + 0.01, skull.centre[2] - 0.04, place[2]);
  const side = (style.parting === null ? 0.3 * Math.tanh(place[0] / 0.04) : 0.9 * parted) * (1 - isBehind);
  return tangential(unit([side, -0.25 - 0.75 * isBehind, -style.back * (1 - 0.5 * isBehind)]), out);
}

function tiePoint(skull: Skull, height: number): Vector {
  const y = skull.centre[1] + height - 0.02;
  const share = Math.sqrt(Math.max(0, 1 - ((y - skull.centre[1]) / skull.radii[1]) ** 2));
  return [skull.centre[0], y, skull.centre[2] - skull.radii[2] * share - 0.012];
}

/** A tail that falls from the tie, or a bun around it. */
function growTail(
  draw: Draw,
  style: HairStyle,
  skull: Skull,
  tied: { height: number; tail: number },
  cards: Cards,
): void {
  const tie = tiePoint(skull, tied.height);
  const bunRadius = draw.uniform(0.022, 0.042);
  const spread = draw.uniform(0.01, 0.022);
  const wave = draw.chance(0.4) ? draw.uniform(0.003, 0.01) : 0;
  for (let i = 0; i < TAIL_STRANDS; i++) {
    const angle = draw.uniform(0, 2 * Math.PI);
    const points: Vector[] = [];
    if (tied.tail === 0) {
      const lean = draw.uniform(0.2, Math.PI - 0.2);
      for (let k = 0; k <= SEGMENTS; k++) {
        const a = angle + (k / SEGMENTS) * 2.2;
        points.push([
          tie[0] + bunRadius * Math.cos(a) * Math.sin(lean),
          tie[1] + bunRadius * Math.sin(a) * Math.sin(lean),
          tie[2] - bunRadius * 0.6 + bunRadius * Math.cos(lean),
        ]);
      }
    } else {
      const reach = spread * Math.sqrt(draw.uniform(0, 1));
      const length = tied.tail * draw.uniform(0.8, 1.05);
      for (let k = 0; k <= SEGMENTS; k++) {
        const t = k / SEGMENTS;
        const arch = 0.035 * Math.sin(Math.min(1, t * 3) * Math.PI * 0.5);
        const wide = reach * (0.35 + 1.1 * Math.sin(Math.PI * Math.min(1, t + 0.15)));
        points.push([
          tie[0] + wide * Math.cos(angle) + wave * Math.sin(t * 9),
          tie[1] + 0.01 * (1 - t) - length * t ** 1.3,
          tie[2] - arch + wide * Math.sin(angle),
        ]);
      }
    }
    addCard(
      draw,
      style,
      { centre: [tie[0], tie[1], tie[2] - 0.02], radii: [0.03, 0.03, 0.03] },
      points,
      cards,
    );
  }
}

function curlPoints(draw: Draw, style: HairStyle, skull: Skull, points: readonly Vector[]): Vector[] {
  if (style.curl === 0) return [...points];
  const phase = draw.uniform(0, 2 * Math.PI);
  let length = 0;
  return points.map((place, k) => {
    if (k > 0) length += Math.hypot(...subtract(place, points[k - 1]!));
    const out = outward(skull, place);
    const side = unit(
      cross(out, subtract(points[Math.min(k + 1, points.length - 1)]!, points[Math.max(0, k - 1)]!)),
    );
    const turn = phase + 2 * Math.PI * style.curlTurns * length;
    const amplitude = style.curl * Math.min(1, k / 3);
    return add(place, scale(side, amplitude * Math.cos(turn)), scale(out, amplitude * Math.sin(turn)));
  });
}

function tangential(direction: Vector, normal: Vector): Vector {
  const along = direction[0] * normal[0] + direction[1] * normal[1] + direction[2] * normal[2];
  return unit(add(direction, scale(normal, -along)));
}

function lowerBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
