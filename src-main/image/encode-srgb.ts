/**
 * Linear light → sRGB byte (IEC 61966-2-1), rounded as an 8-bit array rounds. A power takes longer than all else that is done
 * to a pixel, so the linear values at which the byte changes are tabulated; the answers are the same.
 */

/** Cells of the first guess: even in the dark, where the curve is steepest, less than one byte each. */
const CELLS = 4096;
const BYTES = 256;

function encode(linear: number): number {
  return 255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055);
}

/** [b] = least linear value that rounds to b or more. */
const THRESHOLDS = Float64Array.from({ length: BYTES + 1 }, (_, byte) => {
  if (byte === 0) return 0;
  if (byte === BYTES) return Infinity;
  const rounded = new Uint8ClampedArray(1);
  let [below, from] = [0, 1];
  for (;;) {
    const middle = (below + from) / 2;
    if (middle === below || middle === from) return from;
    rounded[0] = encode(middle);
    if (rounded[0]! < byte) below = middle;
    else from = middle;
  }
});

/** [cell] = byte of the cell's least value. */
const GUESSES = Uint8ClampedArray.from({ length: CELLS }, (_, cell) => encode(cell / CELLS));

/** Values below 0 and above 1 are clamped. */
export function encodeSrgbByte(linear: number): number {
  if (!(linear > 0)) return 0;
  if (linear >= 1) return BYTES - 1;
  let byte = GUESSES[(linear * CELLS) | 0]!;
  while (linear >= THRESHOLDS[byte + 1]!) byte++;
  return byte;
}
