/** A surface as far as it is → a grey GLB, as small as it is: positions, normals, triangles. */
import type { TriangleMesh } from '../mesh/mesh.ts';
import { vertexNormals } from '../mesh/vertex-normals.ts';
import { CLAY } from '../pipeline/08-export/group-materials.ts';
import { NO_MAPS, writeGlb } from '../pipeline/08-export/write-glb.ts';

export function writePreview({ positionsHead, triangles }: TriangleMesh): Promise<Uint8Array> {
  return writeGlb({
    name: 'surface',
    parts: [
      {
        name: 'surface-mesh',
        positionsHead,
        normalsHead: vertexNormals({ positionsHead, triangles }),
        uvs: null,
        triangles,
        material: CLAY,
        map: null,
        shapes: [],
        skin: null,
      },
    ],
    maps: NO_MAPS,
    joints: [],
    extras: {},
  });
}
