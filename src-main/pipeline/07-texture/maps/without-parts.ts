import type { HeadTopology } from '../../../mesh/mesh.ts';
import { rasteriseTexels } from '../../../render/texel-fragments.ts';
import { namePartsOf } from '../colour-vertices.ts';

/** Source map with nothing on eyes, teeth and mouth: an iris and its highlight are no relief. */
export function withoutParts(
  sourceMap: Uint8Array,
  topology: HeadTopology,
  triangles: Uint32Array,
  triangleUvs: Uint32Array,
): Uint8Array {
  const parts = namePartsOf(topology);
  const isPart = triangleUvs.map((_, corner) =>
    parts[triangles[corner - (corner % 3)]!] === 'skin' ? 0 : 1,
  );
  const others = triangleUvs.filter((_, corner) => isPart[corner] === 1);
  const sizePx = Math.sqrt(sourceMap.length);
  const { triangleIds } = rasteriseTexels({ uvs: topology.uvs, triangleUvs: others }, sizePx);
  return sourceMap.map((source, i) => (triangleIds[i]! >= 0 ? 0 : source));
}
