/**
 * Stage 04: N pictures of the head from all around (paper §3.2).
 *
 * In: photo, analysis, prior M, settings. Out: {@link Views}: N × (colour, coverage, head-frame normals, depth, photo
 * share), cameras from `camera/view-rig.ts`.
 * Method `reproject`, the baseline that needs no network (method.md §3): the photo is carried through M, given the hair's
 * volume, into every view; what it does not see comes from its mirror image, then from smooth filling on the surface.
 * Differs from the paper: nothing is invented, so the face keeps the photo's identity, and unseen sides are plain.
 * Longest uninterruptible piece: one view, about 0.2 s at 512 px; before the views the fill, about 0.5 s.
 */
import { viewRig } from '../../camera/view-rig.ts';
import { cancelled } from '../../contract/errors.ts';
import type { HeadSettings } from '../../contract/entities.ts';
import { RIG_EXTENT_M } from '../../camera/view-rig.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import { nameVertexGroups } from '../../mesh/vertex-groups.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import { createPhotoProbe, probePhoto } from '../../render/photo-probe.ts';
import type { Photo } from '../01-photo/photo.ts';
import type { Analysis } from '../02-analyse/analysis.ts';
import type { Prior } from '../03-prior/prior.ts';
import type { Stage } from '../stage.ts';
import { diffuseViews } from './diffusion/diffuse-views.ts';
import { fillColours } from './fill-colours.ts';
import { findHairPalette } from './hair-palette.ts';
import { HAIR_MARGIN_M, inflateHair } from './inflate-hair.ts';
import { type ColouredHead, reprojectView } from './reproject-view.ts';
import { findScalpZone } from './scalp-zone.ts';
import type { View, Views } from './views.ts';

export type GenerateViewsInput = { photo: Photo; analysis: Analysis; prior: Prior; settings: HeadSettings };

/** Shares of the stage's time before the first view, measured at 16 views of 512 px. */
const PREPARED = 0.15;

export const generateViews: Stage<GenerateViewsInput, Views> = async (input, context) => {
  const { settings } = input;
  const head = colourHead(input, (message) => context.log(message));
  context.progress(PREPARED);
  if (settings.method === 'diffusion') {
    const progress = (fraction: number): void => context.progress(PREPARED + (1 - PREPARED) * fraction);
    return { method: 'diffusion', views: await diffuseViews(input, head, { ...context, progress }) };
  }
  const views: View[] = [];
  for (const rig of viewRig(settings.views, settings.viewSizePx)) {
    await breathe();
    if (context.signal.aborted) throw cancelled();
    views.push(reprojectView(head, rig));
    context.progress(PREPARED + ((1 - PREPARED) * views.length) / settings.views);
  }
  return { method: 'reproject', views };
};

/** M with hair and a colour everywhere. */
function colourHead(input: GenerateViewsInput, log: (message: string) => void): ColouredHead {
  const { photo, analysis, prior, settings } = input;
  const { mirror } = prior.topology;
  const { triangles } = triangulateTopology(prior.topology);
  const zone = findScalpZone(prior.positionsHead);
  const source = {
    image: photo.image,
    maskAlpha: analysis.mask.alpha,
    camera: prior.photoCamera,
    pxPerM: settings.viewSizePx / RIG_EXTENT_M,
  };
  const vertexGroups = nameVertexGroups(prior.topology);
  const bald: TriangleMesh = { positionsHead: prior.positionsHead, triangles };
  const baldProbe = createPhotoProbe({ ...source, mesh: bald, marginM: HAIR_MARGIN_M });
  const seen = probePhoto(baldProbe, bald.positionsHead, vertexNormals(bald));
  const isSkin = (i: number): boolean => vertexGroups[i] === 'skin';
  const proxy = inflateHair({
    positionsHead: bald.positionsHead,
    triangles,
    mirror,
    zone,
    probe: baldProbe,
    findPalette: (rimColours) =>
      findHairPalette({ positionsHead: bald.positionsHead, isSkin, zone, seen, rimColours }),
  });
  const mesh: TriangleMesh = { positionsHead: proxy.positionsHead, triangles };
  const probe = createPhotoProbe({ ...source, mesh });
  const { thicknessM, palette } = proxy;
  const colours = fillColours({ mesh, mirror, vertexGroups, zone, thicknessM, probe, palette });
  const thickest = thicknessM.reduce((max, value) => Math.max(max, value), 0);
  const isBald = palette === null || palette.hair === null;
  const millimetres = (thickest * 1000).toFixed(0);
  const contrasts = `against skin ${palette?.contrast.toFixed(2)}, strands ${colours.hairContrast.toFixed(2)}`;
  log(`hair: ${isBald ? 'none' : `up to ${millimetres} mm`}; contrast ${contrasts}`);
  return { mesh, normals: vertexNormals(mesh), mirror, probe, colours };
}

/** Lets the event loop deliver a cancel message. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
