/**
 * IEEE 754 binary16 → float32, which holds every half exactly. By hand, because V8 has `Float16Array` only since Node 24, and where that
 * has no npm package the studio runs on Node 22.
 */
/** From the exponent's bias of a half (15) to that of a float32 (127). */
const REBIAS = 112;
const SMALLEST = 2 ** -24;
const QUIET = 0x400000;

/** In: (N) bit patterns. Out: (N) values. */
export function widenHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const mantissa = half & 0x3ff;
    if (exponent === 0) out[i] = (sign === 0 ? SMALLEST : -SMALLEST) * mantissa;
    else if (exponent < 0x1f) bits[i] = sign | ((exponent + REBIAS) << 23) | (mantissa << 13);
    else bits[i] = sign | 0x7f800000 | (mantissa << 13) | (mantissa === 0 ? 0 : QUIET);
  }
  return out;
}
