import type { ExportTarget } from '../src-main/contract/export-targets.ts';

const titles: Record<ExportTarget, string> = {
  everything: 'Everything',
  blender: 'Blender',
  maya: 'Maya',
  zbrush: 'ZBrush',
  unreal: 'Unreal',
  unity: 'Unity',
};

const hints: Record<ExportTarget, string> = {
  everything: 'GLB and OBJ are in metres, FBX in centimetres, all with Y up and the face towards +Z.',
  blender:
    'File › Import. FBX has quads, in centimetres, and is scaled as it comes in; glTF has triangles and every map, in metres.',
  maya: 'Centimetres, Y up: File › Import head.fbx. Set occlusion-roughness.png to Raw; its green is the roughness.',
  zbrush: 'OBJ with quads, written in centimetres, Y up: Tool › Import. Textures: Texture › Flip V.',
  unreal:
    'Centimetres, turned to Z up as it comes in: import head.fbx as a skeletal mesh with morph targets, and flip the green channel of the normal maps.',
  unity:
    'Centimetres that Unity turns into metres, Y up: put the folder below Assets and set the type of normal maps to Normal map.',
};

/** The words of the export dialog's choice of a program; a part of `strings`. */
export const exportStrings = {
  exportFor: 'For',
  exportTargets: titles,
  exportHints: hints,
  exportLacks: 'This version was made before its file for this program was known: generate the head again.',
};
