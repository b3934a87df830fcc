/** A part of one colour, seen from both sides: mesh in the person frame (m) → {@link ScenePart} without a texture's detail. */
import { createImage } from '../../image/image.ts';
import { vertexNormals } from '../../mesh/vertex-normals.ts';
import type { ScenePart } from './scene.ts';

export function plainPart(
  positions: Float32Array,
  triangles: Uint32Array,
  looks: Pick<ScenePart, 'inTargets' | 'tint' | 'shade' | 'gloss'>,
): ScenePart {
  const texture = createImage(1, 1);
  texture.rgbaSrgb.fill(255);
  return {
    positions,
    normals: vertexNormals({ positionsHead: positions, triangles }),
    triangles,
    uvs: new Float32Array(2),
    triangleUvs: new Uint32Array(triangles.length),
    texture,
    isCutout: true,
    paint: null,
    ...looks,
  };
}
