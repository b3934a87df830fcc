/** Programs that a head is carried on in, and which of its files each can use. */
export const EXPORT_TARGETS = ['everything', 'blender', 'maya', 'zbrush', 'unreal', 'unity'] as const;
export type ExportTarget = (typeof EXPORT_TARGETS)[number];

const PICTURES = /^textures\/(?!.*texel-source)/;
const COLOURS = /^textures\/(hair|base)-colour\.png$/;
/** `report.json` goes along everywhere, so that where a head came from is never lost. */
const REPORT = /^report\.json$/;
const FBX = [/^head\.fbx$/, PICTURES, REPORT];
const FILES: Record<ExportTarget, readonly RegExp[]> = {
  everything: [/^/],
  blender: [/^head\.glb$/, ...FBX],
  maya: FBX,
  zbrush: [/^head(-neutral)?\.obj$/, /^head\.mtl$/, COLOURS, REPORT],
  unreal: FBX,
  unity: FBX,
};

/** Whether the program can use the file of that name. */
export function isFor(target: ExportTarget, name: string): boolean {
  return FILES[target].some((pattern) => pattern.test(name));
}

/** Whether the program gets the file in centimetres instead of metres: an OBJ says nothing of its unit that ZBrush reads. */
export function isInCentimetres(target: ExportTarget, name: string): boolean {
  return target === 'zbrush' && name.endsWith('.obj');
}
