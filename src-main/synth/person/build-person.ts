/**
 * A random person, dressed, combed and lit: MakeHuman's body morphed, with eyes, brows, lashes, teeth, hair, clothes.
 *
 * In: assets, body map, seed and number of the head. Out: scene in the person frame (m; origin between the ears, found
 * from the eyes), eye centres. Streams of random numbers are apart, so that another hair cut leaves the face as it is.
 */
import type { ImageRgba } from '../../image/image.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { createDraw, type Draw } from '../random.ts';
import { type Asset, type HumanAssets } from '../makehuman/assets.ts';
import { fitClothes } from '../makehuman/clothes.ts';
import type { Scene, ScenePart } from '../render/scene.ts';
import { type BodyMap, ramp } from './body-map.ts';
import { makeGlasses } from './glasses.ts';
import { growHair } from './grow-hair.ts';
import { sampleHairStyle } from './hair-style.ts';
import { makeCollar } from './collar.ts';
import { sampleOutfit } from './outfit.ts';
import { addExpression, type Identity, morph, sampleIdentity } from './sample-identity.ts';
import { sampleHairColour, sampleLight, sampleSkinTint } from './sample-looks.ts';

export type Person = {
  scene: Scene;
  /** Subject's right and left eye, m, person frame. */
  eyes: readonly [Vector, Vector];
  /** What was drawn, for sheets and statistics. */
  hair: string;
};

type Vector = readonly [number, number, number];
type Rgb = readonly [number, number, number];

/** From the middle of the eyes to the point between the ears, dm. */
const ORIGIN_FROM_EYES: Vector = [0, -0.05, -0.85];
const STREAMS = { identity: 1, looks: 2, hair: 3, light: 4, clothes: 5 } as const;
/** Bald, one of MakeHuman's meshes, or procedural hair. */
const HAIR_SHARES = [0.08, 0.3, 0.62];
const GLASSES_SHARE = 0.06;
const FRECKLES_SHARE = 0.25;
/** Luma weights of linear light (Rec. 709). */
const LUMA: Rgb = [0.2126, 0.7152, 0.0722];

export function buildPerson(
  assets: HumanAssets,
  map: BodyMap,
  seed: number,
  index: number,
  eye: Vector,
): Person {
  const stream = (name: keyof typeof STREAMS): Draw => createDraw(seed, index, STREAMS[name]);
  const identityDraw = stream('identity');
  const identity = sampleIdentity(identityDraw, assets.targets);
  addExpression(identityDraw, identity.weights);
  const bodyDm = morph(assets.base.positions, assets.targets, identity.weights);
  const eyesDm = [meanOf(bodyDm, map.rightEye), meanOf(bodyDm, map.leftEye)] as const;
  const toPerson = personFrame(eyesDm);
  const body = toPerson(bodyDm);
  const eyes = eyesDm.map((place) => [...toPerson(new Float32Array(place))]) as unknown as readonly [
    Vector,
    Vector,
  ];
  const normals = vertexNormals({ positionsHead: body, triangles: map.triangles });
  const looks = stream('looks');
  const hairColour = sampleHairColour(looks, identity);
  const gloss = looks.uniform(0.01, 0.05);

  const hairDraw = stream('hair');
  const kind = hairDraw.weighted(HAIR_SHARES);
  const wear = (asset: Asset, texture: ImageRgba, tint: Rgb, gloss: number): ScenePart =>
    clothesPart(asset, texture, toPerson(fitClothes(asset.clothes, bodyDm)), tint, gloss);
  const hair: ScenePart[] = [];
  let scalp: Float32Array = new Float32Array(map.hairline.length);
  let name = 'bald';
  const input = { style: sampleHairStyle(hairDraw, identity), body, normals, map, colour: hairColour, gloss };
  if (kind === 2) {
    const grown = growHair(hairDraw, input);
    hair.push(grown.part);
    scalp = grown.scalp;
    name = 'grown';
  } else if (kind === 1) {
    const asset = hairDraw.pick(assets.hair);
    hair.push(roundedOutwards(wear(asset, asset.texture, overLuma(hairColour, asset.texture), gloss)));
    scalp = map.hairline.map((height) => ramp(0.05, 0.15, height));
    name = asset.name;
  } else if (hairDraw.chance(0.5)) {
    const cover = hairDraw.uniform(0.2, 0.7);
    scalp = map.hairline.map((height) => cover * ramp(-0.05, 0.15, height));
  }
  const clothes = dressBody(stream('clothes'), {
    assets,
    map,
    identity,
    body,
    normals,
    hairColour,
    scalp,
    looks,
  });
  const brow = looks.pick(assets.brows);
  const lash = looks.pick(assets.lashes);
  const browColour = hairColour.map((value) => Math.min(0.35, value * 0.75)) as unknown as Rgb;
  const parts = [
    ...clothes,
    gaze(looks, wear(assets.eyes, looks.pick(assets.irises), [0.9, 0.9, 0.9], 0.1), eyes),
    wear(assets.teeth, assets.teeth.texture, [0.75, 0.75, 0.75], 0.05),
    wear(assets.tongue, assets.tongue.texture, [0.6, 0.6, 0.6], 0.03),
    roundedOutwards(wear(brow, brow.texture, overLuma(browColour, brow.texture), 0)),
    roundedOutwards(wear(lash, lash.texture, [0.3, 0.3, 0.3], 0)),
    ...hair,
    ...(looks.chance(GLASSES_SHARE) ? [makeGlasses(looks, eyes)] : []),
  ];
  return { scene: { parts, light: sampleLight(stream('light'), eye) }, eyes, hair: name };
}

type BodyInput = {
  assets: HumanAssets;
  map: BodyMap;
  identity: Identity;
  body: Float32Array;
  normals: Float32Array;
  hairColour: Rgb;
  scalp: Float32Array;
  looks: Draw;
};

/** Skin with stubble and freckles, under cloth that stands off by some millimetres, and what is worn around the neck. */
function dressBody(draw: Draw, input: BodyInput): ScenePart[] {
  const { assets, map, identity, body, normals, hairColour, scalp, looks } = input;
  const rest = assets.base.positions;
  const wantsDark = identity.african > 0.5;
  const wantsFemale = identity.male < 0.5;
  const fitting = assets.skins.filter(
    ({ isDark, isFemale }) => isDark === wantsDark && isFemale === wantsFemale,
  );
  const skin = looks.chance(0.85) && fitting.length > 0 ? looks.pick(fitting) : looks.pick(assets.skins);
  const beard = identity.male > 0.55 && !identity.isChild ? looks.weighted([0.45, 0.35, 0.2]) : 0;
  const stubbleShare = beard === 0 ? 0 : beard === 1 ? looks.uniform(0.1, 0.5) : looks.uniform(0.7, 1);
  const stubble = scalp.map((share, i) => Math.max(share * 0.92, stubbleShare * map.beard[i]!));
  const outfit = sampleOutfit(draw);
  const cloth = Float32Array.from({ length: stubble.length }, (_, i) => {
    const [x, y, z] = [rest[i * 3]!, rest[i * 3 + 1]!, rest[i * 3 + 2]!];
    const line = outfit.lineY - (z > 0 ? outfit.necklineDm * ramp(0.8, 0, Math.abs(x)) : 0);
    return ramp(line + 0.03, line - 0.03, y);
  });
  const positions = body.map(
    (value, k) => value + outfit.standsOffM * cloth[Math.floor(k / 3)]! * normals[k]!,
  );
  const part: ScenePart = {
    positions,
    normals,
    triangles: map.triangles,
    uvs: assets.base.uvs,
    triangleUvs: map.triangleUvs,
    texture: skin.texture,
    isCutout: false,
    inTargets: 'above-neck',
    tint: sampleSkinTint(looks, skin.isDark),
    shade: null,
    gloss: looks.uniform(0.005, 0.05),
    paint: {
      rest,
      stubble,
      stubbleColour: hairColour,
      freckles: looks.chance(FRECKLES_SHARE) ? looks.uniform(0.2, 1) : 0,
      cloth,
      clothColour: outfit.colour,
      clothSecond: outfit.second,
      stripes: outfit.stripes,
      opening: outfit.opening,
    },
  };
  return [part, ...outfit.collars.map((collar) => makeCollar(draw, collar, map, rest, body))];
}

function clothesPart(
  asset: Asset,
  texture: ImageRgba,
  positions: Float32Array,
  tint: Rgb,
  gloss: number,
): ScenePart {
  const { triangles, uvs, triangleUvs } = asset.mesh;
  return {
    positions,
    normals: vertexNormals({ positionsHead: positions, triangles }),
    triangles,
    uvs,
    triangleUvs,
    texture,
    isCutout: true,
    inTargets: 'all',
    tint,
    shade: null,
    gloss,
    paint: null,
  };
}

/** Normals of hair cards say little: turned to the outside and half replaced by the direction from the head's centre. */
function roundedOutwards(part: ScenePart): ScenePart {
  const { positions: p, normals } = part;
  const out = new Float32Array(normals.length);
  for (let i = 0; i < p.length; i += 3) {
    const away = unit([p[i]!, p[i + 1]! - 0.02, p[i + 2]!]);
    const dot = away[0] * normals[i]! + away[1] * normals[i + 1]! + away[2] * normals[i + 2]!;
    const sign = dot < 0 ? -1 : 1;
    out.set(
      unit([0, 1, 2].map((c) => 0.5 * sign * normals[i + c]! + 0.5 * away[c]!) as unknown as Vector),
      i,
    );
  }
  return { ...part, normals: out };
}

/** Turns each eyeball about its centre. */
function gaze(draw: Draw, part: ScenePart, eyes: readonly [Vector, Vector]): ScenePart {
  const yaw = draw.normal(0.1);
  const pitch = draw.normal(0.06);
  const turn = (v: Vector): Vector => {
    const y = v[1] * Math.cos(pitch) - v[2] * Math.sin(pitch);
    const z = v[1] * Math.sin(pitch) + v[2] * Math.cos(pitch);
    return [v[0] * Math.cos(yaw) + z * Math.sin(yaw), y, -v[0] * Math.sin(yaw) + z * Math.cos(yaw)];
  };
  const positions = part.positions.slice();
  const normals = part.normals.slice();
  for (let i = 0; i < positions.length; i += 3) {
    const centre = positions[i]! < 0 ? eyes[0] : eyes[1];
    const at = turn([
      positions[i]! - centre[0],
      positions[i + 1]! - centre[1],
      positions[i + 2]! - centre[2],
    ]);
    for (let c = 0; c < 3; c++) positions[i + c] = at[c]! + centre[c]!;
    normals.set(turn([normals[i]!, normals[i + 1]!, normals[i + 2]!]), i);
  }
  return { ...part, positions, normals };
}

function personFrame(eyesDm: readonly [Vector, Vector]): (dm: Float32Array) => Float32Array {
  const origin = [0, 1, 2].map((c) => (eyesDm[0][c]! + eyesDm[1][c]!) / 2 + ORIGIN_FROM_EYES[c]!);
  return (dm) => dm.map((value, k) => (value - origin[k % 3]!) / 10);
}

const lumas = new WeakMap<ImageRgba, number>();

/** Factor that gives a grey-scale use of the texture the wanted mean colour. */
function overLuma(colour: Rgb, texture: ImageRgba): Rgb {
  let luma = lumas.get(texture);
  if (luma === undefined) {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < texture.rgbaSrgb.length; i += 4) {
      const alpha = texture.rgbaSrgb[i + 3]!;
      total += alpha;
      for (let c = 0; c < 3; c++) sum += alpha * LUMA[c]! * (texture.rgbaSrgb[i + c]! / 255) ** 2.2;
    }
    luma = Math.max(0.01, sum / Math.max(1, total));
    lumas.set(texture, luma);
  }
  return [colour[0] / luma, colour[1] / luma, colour[2] / luma];
}

function meanOf(positions: Float32Array, vertices: readonly number[]): Vector {
  const sum = [0, 0, 0];
  for (const i of vertices) for (let c = 0; c < 3; c++) sum[c] = sum[c]! + positions[i * 3 + c]!;
  return [sum[0]! / vertices.length, sum[1]! / vertices.length, sum[2]! / vertices.length];
}

function unit(a: Vector): Vector {
  const length = Math.hypot(...a) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
}
