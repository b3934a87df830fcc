/**
 * Plain colours of the parts of a head that no photo shows: what they are filled with when nothing better is known.
 *
 * In: a group name of `HeadTopology.groups`. Out: sRGB in [0, 1], or null for skin, whose colour the photo tells.
 */

/** Colours of healthy parts in flat daylight; picked by eye, sRGB bytes. */
const COLOURS = [
  ['eye', [226, 220, 214]],
  ['teeth', [228, 219, 200]],
  ['tongue', [170, 92, 90]],
  ['mouth', [104, 42, 42]],
] as const;

export function partColour(group: string): readonly [number, number, number] | null {
  const found = COLOURS.find(([prefix]) => group.startsWith(prefix));
  if (found === undefined) return null;
  const [r, g, b] = found[1];
  return [r / 255, g / 255, b / 255];
}

/** Middle of the range of human skin; only for a photo that shows no skin at all. */
export const SKIN_SRGB = [0.76, 0.6, 0.51] as const;
