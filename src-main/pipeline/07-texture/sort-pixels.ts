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
import { projectPoints, resizeCamera } from '../../camera/camera.ts';
import type { Points } from '../../camera/frames.ts';
import { RIG_RADIUS_M } from '../../camera/view-rig.ts';
import { rgbRaster } from '../../image/convert-image.ts';
import { gaussianBlur } from '../../image/gaussian-blur.ts';
import { createRaster, type Raster } from '../../image/image.ts';
import { resizeRaster } from '../../image/resize-image.ts';
import { sampleBilinear } from '../../image/sample-bilinear.ts';
import type { HeadTopology, TriangleMesh } from '../../mesh/mesh.ts';
import { type PhotoProbe, probePhoto, smoothstep } from '../../render/photo-probe.ts';
import { rasterise } from '../../render/rasterise.ts';
import { learnTint, learnTintDistance, type Tint } from '../../render/skin-likeness.ts';
import type { View } from '../04-views/views.ts';
import type { ColourInput } from './colour-vertices.ts';
import type { FeatureHeights } from './feature-heights.ts';
import { findBehind } from './find-behind.ts';
import {
  findBareSkin,
  findBelowHair,
  findPlaces,
  isFace,
  learnFacts,
  PLACE,
  spreadFromOutline,
} from './find-covered.ts';
import { findShade, SURE_OTHER, SURE_SKIN } from './find-shade.ts';
import type { DetailPicture } from './learn-detail.ts';
import { compareTints, learnHair } from './tell-hair.ts';
import { widen } from './widen.ts';

export type SortInput = {
  probe: PhotoProbe;
  topology: HeadTopology;
  /** Skin, eyes and mouth (N vertices); the same followed by hair. */
  mesh: TriangleMesh;
  whole: TriangleMesh;
  /** (vertices of `whole`) m, how far hair stands off the skin below it. */
  heightM: Float32Array;
  /** (N, 3): M before it followed the views; what has moved far off it is hair modelled into the skin. */
  priorHead: Points<'Head'>;
  heights: FeatureHeights;
};

export type SortedPhoto = {
  skin: PhotoProbe;
  hair: PhotoProbe;
  tints: Tints;
  /** (N) in [0, 1]: 1 where only skin may be, 0 on face, scalp and what is no skin. */
  bare: Float32Array;
  /** (N) in [0, 1]: face, ears and neck below the hairline. */
  belowHair: Float32Array;
  /** (N) ln of the skin's brightness around where the photo shows another thing on it; NaN elsewhere. */
  expected: Float32Array;
  /** The photo's hair, and its skin seen squarely, as pictures at the probe's scale; null when no skin is known. */
  hairPicture: DetailPicture | null;
  skinPicture: DetailPicture | null;
};
/** Likeness of skin and of hair, and [0, 1] how much rather a colour is hair's; null: too little is seen to know. */
export type Tints = { skin: Tint | null; hair: Tint | null; ratherHair: Tint | null };

/** Scale at which pixels are sorted. */
const PICTURE_PX_PER_M = 1000;
/** Half likeness: where a pixel is mixed. */
const STRANGE = 0.5;
/** Likeness from which a pixel surely is skin: brows, lips and lashes are not. */
const SURE = 0.9;
/** Mixed pixels around what is taken out, px, and the softness of its border. */
const BORDER_PX = 3;
/** That border does not reach into an eye, nor into the lids around it, px. */
const EYE_PX = 2;
const SOFT_PX = 1;
/** What lies behind is seen only where the head turns away from the photo's camera: the cosine. */
const ASIDE = 0.8;
/** How far beside the estimated outline the photo's may lie, px. */
const OUTLINE_PX = 4;
/** The outline of hair is ragged, and the estimated one is not the photo's: at a slant its pixels smear to streaks. */
const HAIR_GRAZING = [0.15, 0.55] as const;
/** Cosine to straight behind from which on a view shows the back. */
const BACK_COSINE = 0.6;
const OPAQUE = 230;
/** Hair that stands off the skin by less than this shows skin where the photo does: there the shell ends, m. */
const STANDS_M = [0.008, 0.018] as const;
/** Skin is not much darker than skin around it (standard deviation, m), in ln: hair before it and its shadow are. */
const AROUND_M = 0.014;
const DARKER = [-0.75, -0.4] as const;

export function sortPixels(input: SortInput): SortedPhoto {
  const { probe, whole, mesh } = input;
  const skinVertexCount = mesh.positionsHead.length / 3;
  const facts = learnFacts(input);
  const teachers = [...facts.photo.weights.keys()].filter((v) => isFace(facts, v));
  const skin = learnTint(facts.photo.colours, teachers);
  const bare = findBareSkin(facts);
  const belowHair = findBelowHair(facts);
  if (skin === null)
    return {
      skin: probe,
      hair: probe,
      tints: { skin: null, hair: null, ratherHair: null },
      bare,
      belowHair,
      expected: bare,
      hairPicture: null,
      skinPicture: null,
    };
  const small = shrinkProbe(probe);
  const { triangleIds } = rasterise(whole, small.camera);
  const vertexOf = (pixel: number): number => {
    const id = triangleIds[pixel]!;
    return id < 0 ? -1 : whole.triangles[id * 3]!;
  };
  const alike = Float32Array.from(triangleIds, (_, i) =>
    skin(small.colour.values[i * 3]!, small.colour.values[i * 3 + 1]!, small.colour.values[i * 3 + 2]!),
  );
  const around = lightAround(small, alike);
  const like = alike.map(
    (value, i) => value * asLight(small.colour.values.subarray(i * 3), around.values[i]!),
  );
  const hairPixels = [...like.keys()].filter((i) => vertexOf(i) >= skinVertexCount);
  const shownHair = hairPixels.filter((i) => small.mask.values[i]! > STRANGE);
  const standing = shownHair.filter((i) => input.heightM[vertexOf(i)]! > STANDS_M[1]);
  const { surelyHair, isTold } = learnHair(shownHair, standing, like);
  const hair = learnTint(small.colour.values, surelyHair);
  const ratherHair = isTold
    ? compareTints(
        learnTintDistance(facts.photo.colours, teachers),
        learnTintDistance(small.colour.values, surelyHair),
      )
    : null;
  const { places, isBearded } = findPlaces(facts, like, vertexOf);
  const { mouthY } = input.heights;
  if (isBearded) bare.forEach((_, v) => (bare[v] = whole.positionsHead[v * 3 + 1]! < mouthY ? 0 : bare[v]!));
  const covered = spareShade(spreadFromOutline(places, like, small.camera.widthPx), places, like, small);
  const isAside = (i: number): boolean => places[i] === PLACE.beside && facts.cosines[vertexOf(i)]! < ASIDE;
  for (const i of findBehind({ ...small, alike, around })) if (isAside(i)) covered[i] = 1;
  const onHair = like.map((value, i) => {
    if (vertexOf(i) < skinVertexCount) return 0;
    const [r, g, b] = [0, 1, 2].map((c) => small.colour.values[i * 3 + c]!) as [number, number, number];
    const stands = smoothstep(STANDS_M[0], STANDS_M[1], input.heightM[vertexOf(i)]!);
    return ratherHair === null ? 0 : stands * value * (1 - ratherHair(r, g, b));
  });
  const eyes = triangleIds.map((_, i) => (facts.parts[vertexOf(i)] === 'eye' ? 1 : 0));
  const taken = without(probe, { ...small.mask, values: covered }, widen(eyes, small.camera, EYE_PX));
  // Views that carry the photo over carry over what covers the skin, too.
  const left = probePhoto({ ...taken, grazingCosines: [-1, 0] }, facts.p, facts.normals).weights;
  const before = probePhoto({ ...probe, grazingCosines: [-1, 0] }, facts.p, facts.normals).weights;
  const pixels = projectPoints(small.camera, facts.p);
  const expected = before.map((weight, v) => {
    if (weight <= STRANGE) return Number.NaN;
    const share = 1 - left[v]! / weight;
    bare[v] = Math.max(bare[v]!, share);
    return share > 0 ? sampleBilinear(around, pixels[v * 3]!, pixels[v * 3 + 1]!) : Number.NaN;
  });
  const isHair = new Uint8Array(like.length);
  for (const i of surelyHair) isHair[i] = 1;
  const isBare = Uint8Array.from(like, (value, i) => {
    const v = vertexOf(i);
    return v >= 0 && v < skinVertexCount && value > SURE && isFace(facts, v) ? 1 : 0;
  });
  return {
    skin: taken,
    hair: { ...without(probe, { ...small.mask, values: onHair }), grazingCosines: HAIR_GRAZING },
    tints: { skin, hair, ratherHair },
    bare,
    belowHair,
    expected,
    hairPicture: pictureOf(probe, small, isHair),
    skinPicture: pictureOf(probe, small, isBare),
  };
}

/** What spread from the outline without skin in the shade, which is as strange a colour as hair. */
function spareShade(
  spread: Float32Array,
  places: Uint8Array,
  like: Float32Array,
  { colour, mask }: SmallProbe,
): Float32Array {
  const onHead = places.map((place) => (place === PLACE.nothing ? 0 : 1));
  const nearHead = widen(onHead, colour, OUTLINE_PX);
  const markers = places.map((place, i) => {
    if (mask.values[i]! < STRANGE) return SURE_OTHER;
    if (place === PLACE.nothing) return nearHead[i] === 0 && like[i]! < STRANGE ? SURE_OTHER : 0;
    return place !== PLACE.kept && spread[i] === 0 && like[i]! > SURE ? SURE_SKIN : 0;
  });
  const shade = findShade(colour, markers);
  return spread.map((value, i) => (shade[i]! > 0.5 ? 0 : value));
}

/** The probe's picture with pixels of one kind, known at the small scale. */
function pictureOf(
  { camera, colour, depthM }: PhotoProbe,
  small: SmallProbe,
  own: Uint8Array,
): DetailPicture {
  const { widthPx, heightPx } = colour;
  const [x, y] = [small.camera.widthPx / widthPx, small.camera.heightPx / heightPx];
  const isOwn = Uint8Array.from({ length: widthPx * heightPx }, (_, i) => {
    const row = Math.floor((Math.floor(i / widthPx) + 0.5) * y);
    return own[row * small.camera.widthPx + Math.floor(((i % widthPx) + 0.5) * x)]!;
  });
  return { colour, isOwn, pxPerM: Math.min(...camera.focalPx) / depthM };
}

/** Views of the back as pictures of hair. */
export function pictureBacks(
  views: readonly View[],
  { tints: { skin, hair } }: SortedPhoto,
): DetailPicture[] {
  if (skin === null || hair === null) return [];
  const backs = views.filter(({ azimuthDeg }) => Math.cos((azimuthDeg * Math.PI) / 180) < -BACK_COSINE);
  return backs.map(({ image, camera }) => {
    const colour = rgbRaster(image);
    const isOwn = Uint8Array.from({ length: image.widthPx * image.heightPx }, (_, i) => {
      if (image.rgbaSrgb[i * 4 + 3]! < OPAQUE) return 0;
      const [r, g, b] = [0, 1, 2].map((c) => colour.values[i * 3 + c]!) as [number, number, number];
      return hair(r, g, b) >= skin(r, g, b) ? 1 : 0;
    });
    const scale = image.widthPx / camera.widthPx;
    return { colour, isOwn, pxPerM: (scale * Math.min(...camera.focalPx)) / RIG_RADIUS_M };
  });
}

/** How far a view's colour may be a vertex's of the skin: on bare skin only skin's own. */
export function suitsSkin({ tints, bare, expected }: SortedPhoto): ColourInput['suits'] {
  const { skin } = tints;
  if (skin === null) return () => 1;
  return (v, colour) => {
    if (bare[v] === 0) return 1;
    const light = Number.isNaN(expected[v]!) ? 1 : asLight(colour, expected[v]!);
    return 1 - bare[v]! * (1 - light * skin(colour[0]!, colour[1]!, colour[2]!));
  };
}

/** How far a view's colour may be hair's: what is nearer to skin is not. */
export function suitsHair({ tints: { ratherHair } }: SortedPhoto): ColourInput['suits'] {
  if (ratherHair === null) return () => 1;
  return (_, { 0: r, 1: g, 2: b }) => ratherHair(r!, g!, b!);
}

/** (H, W, 1) ln of the mean brightness of what looks like skin within AROUND_M. */
function lightAround({ colour, mask, camera }: SmallProbe, alike: Float32Array): Raster {
  const light = createRaster(camera.widthPx, camera.heightPx, 2);
  alike.forEach((value, i) => {
    const share = value * mask.values[i]!;
    light.values[i * 2] = share * brightness(colour.values.subarray(i * 3));
    light.values[i * 2 + 1] = share;
  });
  const mean = gaussianBlur(light, AROUND_M * PICTURE_PX_PER_M);
  const out = createRaster(camera.widthPx, camera.heightPx, 1);
  out.values.forEach((_, i) => {
    out.values[i] = Math.log((mean.values[i * 2]! + 1e-6) / (mean.values[i * 2 + 1]! + 1e-6));
  });
  return out;
}

const brightness = (colour: ArrayLike<number>): number => colour[0]! + colour[1]! + colour[2]!;

/** [0, 1]: 0 for what is darker than skin in a fold or half-shadow, against the skin around. */
function asLight(colour: ArrayLike<number>, around: number): number {
  return smoothstep(DARKER[0], DARKER[1], Math.log(brightness(colour) + 1e-6) - around);
}

type SmallProbe = Pick<PhotoProbe, 'camera' | 'colour' | 'mask'>;

function shrinkProbe(probe: PhotoProbe): SmallProbe {
  const pxPerM = Math.min(...probe.camera.focalPx) / probe.depthM;
  const scale = Math.min(1, PICTURE_PX_PER_M / pxPerM);
  const widthPx = Math.max(1, Math.round(probe.camera.widthPx * scale));
  const heightPx = Math.max(1, Math.round(probe.camera.heightPx * scale));
  return {
    camera: resizeCamera(probe.camera, widthPx, heightPx),
    colour: resizeRaster(probe.colour, widthPx, heightPx),
    mask: resizeRaster(probe.mask, widthPx, heightPx),
  };
}

/** The probe with less weight where `taken` (H', W') is 1, and around it, but not where `spared` is 1. */
function without(probe: PhotoProbe, taken: Raster, spared: Float32Array | null = null): PhotoProbe {
  const { widthPx, heightPx } = probe.inside;
  const wide = widen(taken.values, taken, BORDER_PX);
  if (spared !== null) wide.forEach((value, i) => (wide[i] = value * (1 - spared[i]!)));
  const soft = resizeRaster(gaussianBlur({ ...taken, values: wide }, SOFT_PX), widthPx, heightPx);
  return {
    ...probe,
    inside: { ...probe.inside, values: probe.inside.values.map((value, i) => value * (1 - soft.values[i]!)) },
  };
}
