/**
 * A finished head as it is exported, skin and hair with their own maps, seen by any camera, unlit.
 * fitted head, texture → camera → (H, W, 4), alpha = coverage.
 */
import type { Camera } from '../../camera/camera.ts';
import { createImage, type ImageRgba } from '../../image/image.ts';
import { selectQuads } from '../../mesh/append-shell.ts';
import { triangulateTopology } from '../../mesh/triangulate.ts';
import type { FittedHead } from '../../pipeline/06-head/head.ts';
import type { HeadTexture } from '../../pipeline/07-texture/texture.ts';
import { renderTextured } from '../../render/render-head.ts';

export function renderFitted(
  { topology, positionsHead, hair }: FittedHead,
  { baseColour, hairColour }: HeadTexture,
): (camera: Camera) => ImageRgba {
  const skin = triangulateTopology(topology);
  if (hair === null || !hairColour) {
    const mesh = { positionsHead, triangles: skin.triangles };
    const uvSet = { uvs: topology.uvs, triangleUvs: skin.triangleUvs };
    return (camera) => renderTextured(mesh, uvSet, baseColour, camera, { cullBack: true });
  }
  const shell = triangulateTopology(selectQuads(topology, hair.quads, 'hair'));
  const mesh = {
    positionsHead: join(positionsHead, hair.positionsHead),
    triangles: append(skin.triangles, shell.triangles, topology.vertexCount),
  };
  // Both maps side by side: skin left, hair right.
  const half = topology.uvs.map((value, i) => (i % 2 === 0 ? value / 2 : value));
  const uvSet = {
    uvs: join(
      half,
      half.map((value, i) => (i % 2 === 0 ? value + 0.5 : value)),
    ),
    triangleUvs: append(skin.triangleUvs, shell.triangleUvs, half.length / 2),
  };
  const atlas = besideEachOther([baseColour, hairColour]);
  return (camera) => renderTextured(mesh, uvSet, atlas, camera, { cullBack: true });
}

/** Pictures of one size in a row. */
export function besideEachOther(pictures: readonly ImageRgba[]): ImageRgba {
  const { widthPx, heightPx } = pictures[0]!;
  const out = createImage(widthPx * pictures.length, heightPx);
  pictures.forEach((picture, column) => {
    for (let row = 0; row < heightPx; row++) {
      const from = row * widthPx * 4;
      out.rgbaSrgb.set(
        picture.rgbaSrgb.subarray(from, from + widthPx * 4),
        (row * out.widthPx + column * widthPx) * 4,
      );
    }
  });
  return out;
}

function join(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

function append(a: Uint32Array, b: Uint32Array, first: number): Uint32Array {
  const out = new Uint32Array(a.length + b.length);
  out.set(a);
  out.set(
    b.map((index) => index + first),
    a.length,
  );
  return out;
}
