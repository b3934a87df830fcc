/**
 * Wavefront OBJ as MakeHuman writes it.
 * Text → positions (N, 3) dm, uvs (T, 2) with v downwards (glTF), triangles (F, 3) of positions and of uvs, group of each
 * triangle. Polygons are cut as fans. Normals and materials are left out.
 */
export type ObjMesh = {
  positions: Float32Array;
  uvs: Float32Array;
  triangles: Uint32Array;
  triangleUvs: Uint32Array;
  /** (F) index into `groupNames`. */
  triangleGroups: Uint16Array;
  groupNames: string[];
};

export function readObj(text: string): ObjMesh {
  const positions: number[] = [];
  const uvs: number[] = [];
  const triangles: number[] = [];
  const triangleUvs: number[] = [];
  const groups: number[] = [];
  const groupNames: string[] = [];
  let group = groupIndex(groupNames, '');
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'v') positions.push(Number(words[1]), Number(words[2]), Number(words[3]));
    else if (words[0] === 'vt') uvs.push(Number(words[1]), 1 - Number(words[2]));
    else if (words[0] === 'g') group = groupIndex(groupNames, words[1] ?? '');
    else if (words[0] === 'f') {
      const corners = words.slice(1).map((word) => {
        const [vertex, uv] = word.split('/');
        return [Number(vertex) - 1, uv === undefined || uv === '' ? 0 : Number(uv) - 1] as const;
      });
      for (let k = 1; k + 1 < corners.length; k++) {
        for (const corner of [corners[0]!, corners[k]!, corners[k + 1]!]) {
          triangles.push(corner[0]);
          triangleUvs.push(corner[1]);
        }
        groups.push(group);
      }
    }
  }
  if (positions.length === 0 || triangles.length === 0)
    throw new Error('the OBJ file has no vertices or no faces');
  return {
    positions: new Float32Array(positions),
    uvs: new Float32Array(uvs.length > 0 ? uvs : [0, 0]),
    triangles: new Uint32Array(triangles),
    triangleUvs: new Uint32Array(triangleUvs),
    triangleGroups: new Uint16Array(groups),
    groupNames,
  };
}

function groupIndex(names: string[], name: string): number {
  const found = names.indexOf(name);
  return found >= 0 ? found : names.push(name) - 1;
}
