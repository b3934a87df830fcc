import { beforeAll, describe, expect, it } from 'vitest';
import { projectPoints } from '../../../src-main/camera/camera.ts';
import { HEAD_SETTINGS_DEFAULTS } from '../../../src-main/contract/entities.ts';
import { shareSources, TEXTURE_SOURCES, viewOfCode } from '../../../src-main/contract/texture-sources.ts';
import { triangulateTopology } from '../../../src-main/mesh/triangulate.ts';
import { generateViews } from '../../../src-main/pipeline/04-views/generate-views.ts';
import type { Views } from '../../../src-main/pipeline/04-views/views.ts';
import { bakeTexture } from '../../../src-main/pipeline/07-texture/bake-texture.ts';
import { namePartsOf } from '../../../src-main/pipeline/07-texture/colour-vertices.ts';
import { sampleImage } from '../../../src-main/pipeline/07-texture/sample-image.ts';
import type { HeadTexture } from '../../../src-main/pipeline/07-texture/texture.ts';
import { interpolate } from '../../../src-main/render/interpolate.ts';
import { rasteriseTexels } from '../../../src-main/render/texel-fragments.ts';
import { StudioError } from '../../../src-main/contract/errors.ts';
import { openFaceInference } from '../../support/face-inference.ts';
import { recordContext } from '../../support/stage-context.ts';
import { makeSyntheticHead, paintHead, portraitCamera, takePortrait } from '../../support/synthetic-head.ts';

const SIZE = 256;
const synthetic = makeSyntheticHead(40, 56);
const { topology } = synthetic;
const { triangles, triangleUvs } = triangulateTopology(topology);
const settings = {
  ...HEAD_SETTINGS_DEFAULTS,
  method: 'reproject' as const,
  views: 8,
  viewSizePx: 128,
  textureSizePx: SIZE,
};
const portrait = takePortrait(synthetic, portraitCamera(0, 320));
const head = { topology, positionsHead: synthetic.positionsHead, hair: null, meanDistanceMm: 0 };
const fragments = rasteriseTexels({ uvs: topology.uvs, triangleUvs }, SIZE);
const places = interpolate(fragments, triangles, synthetic.positionsHead, 3).values;
const PHOTO = TEXTURE_SOURCES.indexOf('photo');

let views: Views;
let texture: HeadTexture;
beforeAll(async () => {
  views = await generateViews({ ...portrait, settings }, recordContext('04-views'));
  texture = await bakeTexture({ ...portrait, views, head, settings }, recordContext('07-texture'));
});

const colourAt = (of: HeadTexture, texel: number): number[] =>
  [...of.baseColour.rgbaSrgb.subarray(texel * 4, texel * 4 + 3)].map((value) => value / 255);

/** How far a texel is from the nearest corner of its triangle's, in barycentrics: 1/3 at the corners' middle. */
const centrality = (i: number): number => {
  const [a, b] = [fragments.barycentrics[i * 2]!, fragments.barycentrics[i * 2 + 1]!];
  return 1 - Math.max(a, b, 1 - a - b);
};

/** Mean |difference| from the painted head over the texels that `include` picks. */
function paintError(of: HeadTexture, include: (texel: number) => boolean): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < SIZE * SIZE; i++) {
    if (fragments.triangleIds[i]! < 0 || !include(i)) continue;
    const painted = paintHead(places[i * 3]!, places[i * 3 + 1]!, places[i * 3 + 2]!);
    colourAt(of, i).forEach((value, c) => (sum += Math.abs(value - painted[c]!)));
    count += 3;
  }
  expect(count).toBeGreaterThan(300);
  return sum / count;
}

describe('bakeTexture', () => {
  it('carries the photo into the map where it sees', () => {
    // A third of these texels lie along borders of colour, seen at up to 80°, where a photo pixel covers several.
    expect(paintError(texture, (i) => texture.sourceMap[i] === PHOTO)).toBeLessThan(0.035);
  });

  it('takes the back of the head from the views', () => {
    const isBack = (i: number): boolean => places[i * 3 + 2]! < -0.04 && places[i * 3 + 1]! > 0.04;
    expect(paintError(texture, isBack)).toBeLessThan(0.06);
    for (let i = 0; i < SIZE * SIZE; i++) if (isBack(i)) expect(texture.sourceMap[i]).not.toBe(PHOTO);
  });

  it('gives every texel of an island a source, every texel of the map an opaque colour, none of them background', () => {
    let greenest = 0;
    for (let i = 0; i < SIZE * SIZE; i++) {
      if ((texture.sourceMap[i] !== 0) !== fragments.triangleIds[i]! >= 0)
        expect.fail(`source of texel ${i}`);
      const [r, g, b] = colourAt(texture, i) as [number, number, number];
      greenest = Math.max(greenest, g - Math.max(r, b));
      if (texture.baseColour.rgbaSrgb[i * 4 + 3] !== 255) expect.fail(`alpha of texel ${i}`);
    }
    expect(greenest).toBeLessThan(0.06);
  });

  it('has relief on skin and none on eyes, whose irises are colour alone', () => {
    const parts = namePartsOf(topology);
    const steepest = { skin: 0, eye: 0, mouth: 0 };
    fragments.triangleIds.forEach((id, i) => {
      if (id < 0) return;
      const part = parts[triangles[id * 3]!]!;
      const [u, v] = texture.normalMap!.rgbaSrgb.subarray(i * 4, i * 4 + 2);
      steepest[part] = Math.max(steepest[part], Math.abs(u! - 127.5), Math.abs(v! - 127.5));
    });
    expect(steepest.skin).toBeGreaterThan(3);
    expect(steepest.eye).toBeLessThan(3);
  });

  it('says which view gave a texel: one that looks at it, and the squarest of those at the back', () => {
    const named = texture.sourceMap.reduce((sum, code) => sum + (viewOfCode(code) === null ? 0 : 1), 0);
    expect(named).toBeGreaterThan(1000);
    let away = 0;
    let atBack = 0;
    let byBack = 0;
    for (let i = 0; i < SIZE * SIZE; i++) {
      const index = viewOfCode(texture.sourceMap[i]!);
      if (index === null) continue;
      const { azimuthDeg } = views.views[index]!;
      const facing = Math.atan2(places[i * 3]!, places[i * 3 + 2]!) - (azimuthDeg * Math.PI) / 180;
      if (Math.cos(facing) < -0.2 && Math.hypot(places[i * 3]!, places[i * 3 + 2]!) > 0.03) away++;
      if (places[i * 3 + 2]! > -0.08) continue;
      atBack++;
      if (azimuthDeg > 120 && azimuthDeg < 240) byBack++;
    }
    expect(away / named).toBeLessThan(0.01);
    expect(byBack / atBack).toBeGreaterThan(0.95);
    const shares = shareSources([texture.sourceMap], views.views.length);
    const { photo, mirror, fill, view } = shares;
    expect(photo + mirror + fill + view).toBeCloseTo(100);
    expect(shares.views.reduce((sum, share) => sum + share, 0)).toBeCloseTo(view);
  });

  it('lets a view that an artist changed outrank the photo, there and nowhere else', async () => {
    const front = views.views[0]!;
    const { widthPx } = front.camera;
    const overPhoto = new Uint8Array(widthPx * widthPx);
    const image = { ...front.image, rgbaSrgb: front.image.rgbaSrgb.slice() };
    for (let y = 56; y < 72; y++) {
      for (let x = 56; x < 72; x++) {
        overPhoto[y * widthPx + x] = 255;
        image.rgbaSrgb.set([20, 40, 230, 255], (y * widthPx + x) * 4);
      }
    }
    const changed = { ...views, views: [{ ...front, image, overPhoto }, ...views.views.slice(1)] };
    const out = await bakeTexture(
      { ...portrait, views: changed, head, settings },
      recordContext('07-texture'),
    );
    let blue = 0;
    let moved = 0;
    let far = 0;
    for (let i = 0; i < SIZE * SIZE; i++) {
      if (texture.sourceMap[i] !== PHOTO) continue;
      const [x, y, z] = [places[i * 3]!, places[i * 3 + 1]!, places[i * 3 + 2]!];
      const distance = Math.hypot(x, y);
      // 16 px of 128 are 5.5 cm in the plane of the origin; the face is nearer.
      if (z > 0.05 && distance < 0.018) {
        const [r, g, b] = colourAt(out, i) as [number, number, number];
        if (b > 0.75 && r < 0.25 && g < 0.3) blue++;
        else moved++;
      } else if (distance > 0.06) {
        far = Math.max(
          far,
          ...colourAt(out, i).map((value, c) => Math.abs(value - colourAt(texture, i)[c]!)),
        );
      }
    }
    expect(blue).toBeGreaterThan(20);
    expect(moved).toBe(0);
    expect(far).toBeLessThan(0.02);
  });

  it('does not take a spot of another colour from a view, also where it lies between vertices', async () => {
    // Bare skin below the hairline that the photo sees at a slant at most; the middle of a quad of 9 mm.
    const isThere = (x: number, y: number, z: number): boolean =>
      x > 0 && y < -0.065 && y > -0.075 && Math.abs(z) < 0.006;
    const texel = [...fragments.triangleIds.keys()]
      .filter((i) => fragments.triangleIds[i]! >= 0 && texture.sourceMap[i] !== PHOTO)
      .filter((i) => isThere(places[i * 3]!, places[i * 3 + 1]!, places[i * 3 + 2]!))
      .reduce((best, i) => (centrality(i) > centrality(best) ? i : best));
    const place = places.slice(texel * 3, texel * 3 + 3);
    const spotted = views.views.map((view) => {
      const [x, y] = projectPoints(view.camera, place);
      const rgbaSrgb = view.image.rgbaSrgb.slice();
      rgbaSrgb.set([40, 30, 90, 255], (Math.floor(y!) * view.camera.widthPx + Math.floor(x!)) * 4);
      return { ...view, image: { ...view.image, rgbaSrgb } };
    });
    const out = await bakeTexture(
      { ...portrait, views: { ...views, views: spotted }, head, settings },
      recordContext('07-texture'),
    );
    const [before, after] = [colourAt(texture, texel), colourAt(out, texel)];
    expect(Math.max(...before.map((value, c) => Math.abs(value - after[c]!)))).toBeLessThan(0.1);
  });

  it('takes views as they are on what stands off the back of a bald head, whose photo shows hair elsewhere', async () => {
    const { positionsHead, quads } = { ...synthetic, quads: topology.quads };
    const place = (v: number): number[] => [...positionsHead.subarray(v * 3, v * 3 + 3)];
    // The back, and a tuft that the photo sees.
    const isBack = (v: number): boolean => place(v)[2]! < -0.03 && place(v)[1]! > -0.06;
    const isTuft = (v: number): boolean =>
      Math.abs(place(v)[0]!) < 0.02 && place(v)[1]! > 0.075 && place(v)[2]! > 0.01;
    const isHair = (v: number): boolean => isBack(v) || isTuft(v);
    const found = [...topology.quadGroups.keys()].filter((q) =>
      [0, 1, 2, 3].every((k) => isHair(quads[q * 4 + k]!)),
    );
    expect(found.length).toBeGreaterThan(10);
    const hair = {
      quads: Uint32Array.from(found),
      positionsHead: positionsHead.map((value) => value * 1.06),
      coverage: Float32Array.from({ length: topology.vertexCount }, (_, v) => (isHair(v) ? 1 : 0)),
    };
    const bald = [205, 158, 134];
    const painted = views.views.map((view) => ({
      ...view,
      image: {
        ...view.image,
        rgbaSrgb: view.image.rgbaSrgb.map((value, i) => (i % 4 === 3 ? value : bald[i % 4]!)),
      },
    }));
    const out = await bakeTexture(
      { ...portrait, views: { ...views, views: painted }, head: { ...head, hair }, settings },
      recordContext('07-texture'),
    );
    const codes = out.hairSourceMap!.filter((code) => code !== TEXTURE_SOURCES.indexOf('none'));
    const ofViews = codes.filter((code) => viewOfCode(code) !== null).length;
    expect(ofViews / codes.length).toBeGreaterThan(0.5);
  });

  it('meets itself at the seam behind the head', () => {
    const colour = new Float64Array(3);
    const at = (uv: number): number[] => {
      sampleImage(texture.baseColour, topology.uvs[uv * 2]! * SIZE, topology.uvs[uv * 2 + 1]! * SIZE, colour);
      return [...colour];
    };
    const uvsOfVertex = new Map<number, Set<number>>();
    triangles.forEach((vertex, corner) => {
      if (topology.groups[0] !== 'skin') return;
      const known = uvsOfVertex.get(vertex) ?? new Set();
      uvsOfVertex.set(vertex, known.add(triangleUvs[corner]!));
    });
    let seams = 0;
    let difference = 0;
    for (const [vertex, uvs] of uvsOfVertex) {
      // Poles have a whole row of texture coordinates; only the seam's pairs are compared.
      if (uvs.size !== 2 || Math.abs(synthetic.positionsHead[vertex * 3 + 1]!) > 0.1) continue;
      seams++;
      const [a, b] = [...uvs].map(at) as [number[], number[]];
      a.forEach((value, c) => (difference += Math.abs(value - b[c]!) / 3));
    }
    // Half of what is read lies in the padding, which continues the island by a texel's worth (1.5 mm) of hair.
    expect(difference / seams).toBeLessThan(0.03);
    expect(seams).toBeGreaterThan(20);
  });

  it('shifts views of another tint to the photo’s', async () => {
    const tinted: Views = {
      ...views,
      views: views.views.map((view) => ({
        ...view,
        image: {
          ...view.image,
          rgbaSrgb: view.image.rgbaSrgb.map((value, i) => (i % 4 === 3 ? value : value * 0.7)),
        },
      })),
    };
    const shifted = await bakeTexture(
      { ...portrait, views: tinted, head, settings },
      recordContext('07-texture'),
    );
    const isBorder = (i: number): boolean =>
      viewOfCode(texture.sourceMap[i]!) !== null &&
      places[i * 3 + 2]! > -0.02 &&
      Math.abs(places[i * 3 + 1]!) < 0.05;
    let before = 0;
    let after = 0;
    for (let i = 0; i < SIZE * SIZE; i++) {
      if (!isBorder(i)) continue;
      colourAt(texture, i).forEach((value, c) => {
        before += value * 0.3;
        after += Math.abs(value - colourAt(shifted, i)[c]!);
      });
    }
    expect(before).toBeGreaterThan(10);
    // The offset fades away from the photo, so a part of the tint remains by design.
    expect(after / before).toBeLessThan(0.5);
  });

  it('stops when it is cancelled, and progress ends at 1', async () => {
    const stopped = recordContext('07-texture', AbortSignal.abort());
    await expect(bakeTexture({ ...portrait, views, head, settings }, stopped)).rejects.toMatchObject({
      code: 'cancelled',
    });
    const context = recordContext('07-texture');
    const again = await bakeTexture({ ...portrait, views, head, settings }, context);
    expect(context.fractions.at(-1)).toBe(1);
    expect(context.fractions).toEqual([...context.fractions].sort((a, b) => a - b));
    expect(again).toEqual(texture);
  });

  it('sharpens what only views show when asked to, and says how many texels', async () => {
    const inference = await openFaceInference();
    const sharpened = await bakeTexture(
      { ...portrait, views, head, settings: { ...settings, superResolution: true } },
      { ...recordContext('07-texture'), inference },
    );
    await inference.release();
    const apart = { photo: 0, view: 0 };
    const count = { photo: 0, view: 0 };
    for (let i = 0; i < SIZE * SIZE; i++) {
      const source = texture.sourceMap[i]!;
      if (source !== PHOTO && viewOfCode(source) === null) continue;
      const kind = source === PHOTO ? 'photo' : 'view';
      const [before, after] = [colourAt(texture, i), colourAt(sharpened, i)];
      apart[kind] += Math.max(...before.map((value, c) => Math.abs(value - after[c]!)));
      count[kind]++;
    }
    // On the soft border of what the photo sees both have their share.
    expect(apart.photo / count.photo).toBeLessThan(0.1 * (apart.view / count.view));
    expect(apart.view / count.view).toBeGreaterThan(0.2 / 255);
    expect(sharpened.superResolvedTexels).toBeGreaterThan(1000);
    expect(sharpened.superResolvedTexels).toBeLessThanOrEqual(count.view * 1.01);
    expect(texture).not.toHaveProperty('superResolvedTexels');
  });

  it('says when the model for that is missing, and paints the views as they are', async () => {
    const context = recordContext('07-texture');
    const missing = new StudioError({ code: 'model-missing', message: 'missing', hint: '' });
    context.inference.run = () => Promise.reject(missing);
    const plain = await bakeTexture(
      { ...portrait, views, head, settings: { ...settings, superResolution: true } },
      context,
    );
    expect(context.warnings).toEqual(['super-resolution-missing']);
    const same = plain.baseColour.rgbaSrgb.every((value, i) => value === texture.baseColour.rgbaSrgb[i]);
    expect(same).toBe(true);
    expect(plain).not.toHaveProperty('superResolvedTexels');
  });
});
