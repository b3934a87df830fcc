/**
 * Plain colours of the parts of a head that no photo shows: what they are filled with when nothing better is known.
 *
 * In: a group name of `HeadTopology.groups`. Out: sRGB in [0, 1], or null for skin, whose colour the photo tells.
 */

/** Healthy parts in the half shade of lids and lips, as photos show them; picked by eye, sRGB bytes. */
const COLOURS = [
  ['eye', [214, 206, 200]],
  ['teeth', [176, 166, 148]],
  ['tongue', [140, 74, 72]],
  ['mouth', [84, 34, 34]],
] as const;

export function partColour(group: string): readonly [number, number, number] | null {
  const found = COLOURS.find(([prefix]) => group.startsWith(prefix));
  if (found === undefined) return null;
  const [r, g, b] = found[1];
  return [r / 255, g / 255, b / 255];
}

/** Middle of the range of human skin; only for a photo that shows no skin at all. */
export const SKIN_SRGB = [0.76, 0.6, 0.51] as const;
