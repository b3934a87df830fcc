/** A small reader of Wavefront OBJ, for round trips: faces with their vertex, uv and normal numbers as written. */
export type ObjFace = { group: string; material: string; corners: { v: number; vt: number; vn: number }[] };
export type ObjFile = {
  positions: number[][];
  uvs: number[][];
  normals: number[][];
  faces: ObjFace[];
  mtllib: string;
};

export function readObj(text: string): ObjFile {
  const file: ObjFile = { positions: [], uvs: [], normals: [], faces: [], mtllib: '' };
  let group = '';
  let material = '';
  for (const line of text.split('\n')) {
    const [keyword, ...rest] = line.split(' ');
    const numbers = rest.map(Number);
    if (keyword === 'v') file.positions.push(numbers);
    else if (keyword === 'vt') file.uvs.push(numbers);
    else if (keyword === 'vn') file.normals.push(numbers);
    else if (keyword === 'g') group = rest.join(' ');
    else if (keyword === 'usemtl') material = rest.join(' ');
    else if (keyword === 'mtllib') file.mtllib = rest.join(' ');
    else if (keyword === 'f') {
      const corners = rest.map((corner) => {
        const [v, vt, vn] = corner.split('/').map(Number);
        return { v: v!, vt: vt!, vn: vn! };
      });
      file.faces.push({ group, material, corners });
    }
  }
  return file;
}
