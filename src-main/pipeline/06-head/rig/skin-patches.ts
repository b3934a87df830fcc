/**
 * Parts of the skin that get tangled with themselves although no slit runs through them.
 * in: head model → out: the nose with both nostrils; the lower half of the mouth's bag with lip, chin, jaw and throat
 * around it, which it must not come out of. The upper half is near the lower one at rest and must not move with it.
 */
import type { HeadTopology } from '../../../mesh/mesh.ts';
import { triangulateTopology } from '../../../mesh/triangulate.ts';
import { nameVertexGroups } from '../../../mesh/vertex-groups.ts';
import { isBehindEyes, isOfJaw } from './face-slits.ts';
import type { ModelForRig } from './model-of-prior.ts';

export type SkinPatch = {
  name: 'nose' | 'bag';
  /** (F, 3) */
  triangles: Uint32Array;
  vertices: Uint32Array;
};

/** Of lips and lining only the jaw's, and not what is behind the eyes. */
const REGIONS: Record<SkinPatch['name'], readonly string[]> = {
  nose: ['nose'],
  bag: ['inner', 'mouth', 'chin', 'jaw', 'neck'],
};

/** Without those that a model names no regions for. */
export function findSkinPatches(model: ModelForRig): SkinPatch[] {
  const groups = nameVertexGroups(model.topology);
  const { triangles } = triangulateTopology(model.topology);
  const patches = (['nose', 'bag'] as const).map((name) => {
    const isMember = groups.map((group, v) => {
      const region = model.regionNames[model.regions[v]!]!;
      const isSkin = group === 'skin' || group === 'mouth';
      const isOutside = region !== 'inner' && region !== 'mouth';
      return (
        isSkin &&
        REGIONS[name].includes(region) &&
        (isOutside || (isOfJaw(model, v) && !isBehindEyes(model, v)))
      );
    });
    const inside: number[] = [];
    for (let t = 0; t < triangles.length; t += 3) {
      const [a, b, c] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
      if (isMember[a]! && isMember[b]! && isMember[c]!) inside.push(a, b, c);
    }
    return { name, triangles: Uint32Array.from(inside), vertices: Uint32Array.from(new Set(inside)) };
  });
  return patches.filter(({ vertices }) => vertices.length > 0);
}

/** (F, 3) of skin and mouth, which are one surface. */
export function skinTriangles(topology: HeadTopology): Uint32Array {
  const { triangles, triangleGroups } = triangulateTopology(topology);
  const isSkin = topology.groups.map((name) => name === 'skin' || name === 'mouth');
  return triangles.filter((_, i) => isSkin[triangleGroups[Math.floor(i / 3)]!]!);
}
