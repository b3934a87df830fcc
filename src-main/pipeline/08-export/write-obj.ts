/**
 * Fitted head → Wavefront OBJ + MTL that keep what glTF cannot: quads, and uv seams without repeated vertices.
 * in: topology, (N, 3) positions and normals, Head, m → out: ASCII. `f v/vt/vn`, 1-based; `vn` has one entry per vertex.
 * OBJ's texture origin is the bottom-left corner, glTF's the top-left: v is flipped. Units are metres, said in a comment
 * because the format has no field for it. Uninterruptible: all of it, about 60 ms for 15 k quads.
 */
import type { Points } from '../../camera/frames.ts';
import type { HeadTopology } from '../../mesh/mesh.ts';
import { groupMaterial } from './group-materials.ts';

/** Micrometres; uv to a hundredth of a 4096 texel; normals to 0.006°. */
const POSITION_DIGITS = 6;
const UV_DIGITS = 6;
const NORMAL_DIGITS = 4;

export type ObjModel = {
  topology: HeadTopology;
  positionsHead: Points<'Head'>;
  normalsHead: Points<'Head'>;
  /** File name of the material library, beside the OBJ. */
  mtlName: string;
};

export function writeObj(model: ObjModel): Uint8Array {
  const { quads, quadUvs, quadGroups, uvs, groups } = model.topology;
  const lines = [
    '# gen3d-studio head; units: metres; +X subject left, +Y up, +Z out of the face',
    `mtllib ${model.mtlName}`,
    'o head',
  ];
  pushRows(lines, 'v', model.positionsHead, 3, POSITION_DIGITS);
  for (let i = 0; i < uvs.length; i += 2) {
    lines.push(`vt ${uvs[i]!.toFixed(UV_DIGITS)} ${(1 - uvs[i + 1]!).toFixed(UV_DIGITS)}`);
  }
  pushRows(lines, 'vn', model.normalsHead, 3, NORMAL_DIGITS);
  groups.forEach((name, group) => {
    if (!quadGroups.includes(group)) return;
    lines.push(`g ${name}`, `usemtl ${name}`, 's 1');
    for (let quad = 0; quad < quadGroups.length; quad++) {
      if (quadGroups[quad] !== group) continue;
      const sides = quads[quad * 4 + 2] === quads[quad * 4 + 3] ? 3 : 4;
      let face = 'f';
      for (let side = 0; side < sides; side++) {
        const vertex = quads[quad * 4 + side]! + 1;
        face += ` ${vertex}/${quadUvs[quad * 4 + side]! + 1}/${vertex}`;
      }
      lines.push(face);
    }
  });
  return new TextEncoder().encode(lines.join('\n') + '\n');
}

/** One material per group that has faces; `map_Kd` where the map covers the group. */
export function writeMtl(
  topology: HeadTopology,
  textured: readonly boolean[],
  mapOf: (group: string) => string,
): Uint8Array {
  const lines = ['# gen3d-studio head'];
  topology.groups.forEach((name, group) => {
    if (!topology.quadGroups.includes(group)) return;
    const { colourSrgb, roughness } = groupMaterial(name);
    // MTL knows Phong exponents only; n = 2/r⁴ − 2 matches the highlight width of a GGX lobe of roughness r.
    const exponent = Math.min(Math.max(2 / roughness ** 4 - 2, 1), 1000);
    const colour = textured[group] === true ? [1, 1, 1] : colourSrgb;
    lines.push(`newmtl ${name}`, `Kd ${colour.map((value) => value.toFixed(4)).join(' ')}`);
    lines.push('Ks 0.0400 0.0400 0.0400', `Ns ${exponent.toFixed(1)}`, 'illum 2');
    // Roughness and metal as such for those who know them: Blender makes eyes a mirror of their exponent.
    lines.push(`Pr ${roughness.toFixed(2)}`, 'Pm 0.00');
    if (textured[group] === true) lines.push(`map_Kd ${mapOf(name)}`);
  });
  return new TextEncoder().encode(lines.join('\n') + '\n');
}

function pushRows(
  lines: string[],
  keyword: string,
  values: Float32Array,
  width: number,
  digits: number,
): void {
  for (let i = 0; i < values.length; i += width) {
    let line = keyword;
    for (let k = 0; k < width; k++) line += ` ${values[i + k]!.toFixed(digits)}`;
    lines.push(line);
  }
}
