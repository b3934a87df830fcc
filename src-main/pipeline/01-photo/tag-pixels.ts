/**
 * Decoded pixels and the ICC profile that belongs to them → an uncompressed TIFF in memory, so that the same colour
 * management that reads every other file also reads HEIC (iPhones write Display P3; heic-decode ignores profiles).
 * (H, W, 4) uint8 + profile → TIFF 6.0 bytes, one strip, RGB + unassociated alpha, tag 34675 = profile.
 * Not PNG: its profile has to be deflated and every chunk, pixels included, needs a checksum; a TIFF is one copy.
 */
const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;
/** TIFF field types. */
const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;

export function tagPixels(
  pixels: { widthPx: number; heightPx: number; rgba: Uint8ClampedArray },
  iccProfile: Uint8Array,
): Uint8Array {
  const entries = 11;
  const bitsAt = HEADER_BYTES + 2 + entries * ENTRY_BYTES + 4;
  const profileAt = bitsAt + 8;
  const pixelsAt = profileAt + iccProfile.length + (iccProfile.length % 2);
  const out = new Uint8Array(pixelsAt + pixels.rgba.length);
  const view = new DataView(out.buffer);
  out.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, HEADER_BYTES, true);
  view.setUint16(HEADER_BYTES, entries, true);
  let at = HEADER_BYTES + 2;
  const field = (tag: number, type: number, count: number, value: number): void => {
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    view.setUint32(at + 8, value, true);
    at += ENTRY_BYTES;
  };
  field(256, LONG, 1, pixels.widthPx);
  field(257, LONG, 1, pixels.heightPx);
  field(258, SHORT, 4, bitsAt);
  field(259, SHORT, 1, 1); // no compression
  field(262, SHORT, 1, 2); // RGB
  field(273, LONG, 1, pixelsAt);
  field(277, SHORT, 1, 4); // samples per pixel
  field(278, LONG, 1, pixels.heightPx); // rows per strip
  field(279, LONG, 1, pixels.rgba.length);
  field(338, SHORT, 1, 2); // fourth sample: unassociated alpha
  field(34675, UNDEFINED, iccProfile.length, profileAt);
  for (let sample = 0; sample < 4; sample++) view.setUint16(bitsAt + sample * 2, 8, true);
  out.set(iccProfile, profileAt);
  out.set(pixels.rgba, pixelsAt);
  return out;
}
