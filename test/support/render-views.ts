/** Views of a known mesh, as exact as the rasteriser: what a perfect stage 04 would hand on. */
import { viewRig } from '../../src-main/camera/view-rig.ts';
import { createImage } from '../../src-main/image/image.ts';
import type { TriangleMesh } from '../../src-main/mesh/mesh.ts';
import { vertexNormals } from '../../src-main/mesh/vertex-normals.ts';
import type { Views } from '../../src-main/pipeline/04-views/views.ts';
import { interpolate } from '../../src-main/render/interpolate.ts';
import { rasterise } from '../../src-main/render/rasterise.ts';

/** `cullBack`: open meshes are looked through from behind, as method `reproject` does. */
export function renderViews(mesh: TriangleMesh, count: number, sizePx: number, cullBack = false): Views {
  const vertexNormalsHead = vertexNormals(mesh);
  const views = viewRig(count, sizePx).map((rig) => {
    const fragments = rasterise(mesh, rig.camera, { cullBack });
    const normals = interpolate(fragments, mesh.triangles, vertexNormalsHead, 3).values;
    const image = createImage(sizePx, sizePx);
    const normalsHead = new Int8Array(normals.length);
    fragments.triangleIds.forEach((id, i) => {
      if (id < 0) return;
      image.rgbaSrgb.set([200, 180, 170, 255], i * 4);
      const length = Math.hypot(normals[i * 3]!, normals[i * 3 + 1]!, normals[i * 3 + 2]!) || 1;
      for (let k = 0; k < 3; k++) normalsHead[i * 3 + k] = Math.round((normals[i * 3 + k]! / length) * 127);
    });
    return {
      ...rig,
      image,
      normalsHead,
      depth: fragments.depth,
      photoWeight: new Uint8Array(sizePx * sizePx),
    };
  });
  return { method: 'reproject', views };
}
