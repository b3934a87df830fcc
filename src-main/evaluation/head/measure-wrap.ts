/**
 * How far the template's skin lies from the surface that it was wrapped on (stage 06 against stage 05), hair left out.
 * fitted head, surface mesh, cameras around the head, which places are skin → mean distances in mm, both ways.
 *
 * What the cameras see is counted, one point for so many pixels of each: (a) the template's group `skin` where nothing
 * stands before it (its own hair shell, eyes, teeth, folds of lids, lips and ears), to the surface; (b) the surface, to the
 * template. Of both only places that are skin, so that neither hair nor what it hides is in the numbers.
 */
import { type Camera, resizeCamera } from '../../camera/camera.ts';
import { appendShell } from '../../mesh/append-shell.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { buildTriangleBvh, closestPoint, makeSurfacePoint } from '../../mesh/triangle-bvh.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import type { FittedHead } from '../../pipeline/06-head/head.ts';
import { rasterise } from '../../render/rasterise.ts';
import { meanOf } from './measure-surface.ts';
import type { SeenPoints } from './truth-head.ts';

/** Whether a place (Head, m) counts. */
export type PlaceFilter = (point: readonly [number, number, number]) => boolean;

export type WrapErrors = {
  /** Mean of both directions. */
  skinWrapMm: number;
  templateToSurfaceMm: number;
  surfaceToTemplateMm: number;
  /** Share of the points of either direction that are nearer than 2 mm. */
  skinWrapWithin2Mm: number;
};

/** Pictures of this size, and every so many pixels of them: some 15,000 points of 16 cameras. */
const PICTURE_PX = 256;
const STRIDE = 5;
const NEAR_MM = 2;

export function measureWrap(
  head: FittedHead,
  surface: TriangleMesh,
  cameras: readonly Camera[],
  counts: PlaceFilter,
): WrapErrors {
  const { topology, positionsHead, hair } = head;
  const shown = hair === null ? head : appendShell(topology, positionsHead, hair, 'hair');
  const { triangles, triangleGroups } = triangulateTopology(shown.topology);
  const skin = topology.groups.indexOf('skin');
  const whole = { positionsHead: shown.positionsHead, triangles };
  const skinTriangles = triangles.filter((_, i) => triangleGroups[Math.floor(i / 3)] === skin);
  const isSkin = (triangle: number): boolean => triangleGroups[triangle] === skin;
  const ofTemplate = seenPlaces(whole, cameras, isSkin).filter(counts);
  const ofSurface = seenPlaces(surface, cameras, () => true).filter(counts);
  const toSurface = distancesMm(ofTemplate, surface);
  const toTemplate = distancesMm(ofSurface, { positionsHead, triangles: skinTriangles });
  return {
    skinWrapMm: (meanOf(toSurface) + meanOf(toTemplate)) / 2,
    templateToSurfaceMm: meanOf(toSurface),
    surfaceToTemplateMm: meanOf(toTemplate),
    skinWrapWithin2Mm: meanOf([...toSurface, ...toTemplate].map((value) => (value < NEAR_MM ? 1 : 0))),
  };
}

/** Skin of a known head: the nearest of all points that the truth shows is one of skin. */
export function skinOfTruth({ positionsHead, isSkin }: SeenPoints): PlaceFilter {
  const triangles = Uint32Array.from({ length: isSkin.length * 3 }, (_, i) => Math.floor(i / 3));
  const points = buildTriangleBvh({ positionsHead, triangles });
  const hit = makeSurfacePoint();
  return ([x, y, z]) => closestPoint(points, x, y, z, Infinity, hit) && isSkin[hit.triangle] === 1;
}

/** Skin of a head without a truth, by the stage's own word: hair covers no corner of the nearest triangle of skin. */
export function skinOfHead({ topology, positionsHead, hair }: FittedHead): PlaceFilter {
  const { triangles } = triangulateTopology(topology);
  const bvh = buildTriangleBvh({ positionsHead, triangles });
  const hit = makeSurfacePoint();
  return ([x, y, z]) => {
    if (hair === null) return true;
    closestPoint(bvh, x, y, z, Infinity, hit);
    return [0, 1, 2].every((k) => hair.coverage[triangles[hit.triangle * 3 + k]!] === 0);
  };
}

function seenPlaces(
  mesh: TriangleMesh,
  cameras: readonly Camera[],
  isWanted: (triangle: number) => boolean,
): [number, number, number][] {
  const { positionsHead: p, triangles } = mesh;
  return cameras.flatMap((camera) => {
    const small = resizeCamera(camera, PICTURE_PX, PICTURE_PX);
    const { triangleIds, barycentrics } = rasterise(mesh, small, { cullBack: true });
    const places: [number, number, number][] = [];
    for (let pixel = 0; pixel < triangleIds.length; pixel += STRIDE) {
      const triangle = triangleIds[pixel]!;
      if (triangle < 0 || !isWanted(triangle)) continue;
      const [w1, w2] = [barycentrics[pixel * 2]!, barycentrics[pixel * 2 + 1]!];
      const along = (axis: number): number => {
        const [a, b, c] = [0, 1, 2].map((k) => p[triangles[triangle * 3 + k]! * 3 + axis]!);
        return a! + w1 * (b! - a!) + w2 * (c! - a!);
      };
      places.push([along(0), along(1), along(2)]);
    }
    return places;
  });
}

function distancesMm(places: readonly (readonly [number, number, number])[], mesh: TriangleMesh): number[] {
  const bvh = buildTriangleBvh(mesh);
  const hit = makeSurfacePoint();
  return places.map(([x, y, z]) => {
    closestPoint(bvh, x, y, z, Infinity, hit);
    return 1000 * hit.distance;
  });
}
