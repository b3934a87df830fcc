/**
 * The mirrored side's colours for vertices of which nothing is known.
 *
 * In: mirrored vertex of each (N), colours (N, 3) sRGB and confidence (N), both changed; how far each may lend its colour (N), which
 * are skin. Out: (N) 1 = mirrored, and guidance on the skin for solveVertexField: they come in as differences between neighbours,
 * from what is known around, as in 04-views/fill-colours.ts. The light on the other side is another one: taken as they are, a face lit from the side had
 * a flat bright patch with a hard border on its cheek in the shade.
 */
export type Mirrored = { isMirror: Uint8Array; guidance: { values: Float32Array; valid: Uint8Array } };

/** Confidence in the mirrored colour itself: it takes over some nine edges away from what is seen. */
const MIRROR_TRUST = 0.02;

export type Unmirrored = {
  mirror: Uint32Array;
  values: Float32Array;
  confidence: Float32Array;
  lend: Float32Array;
  isSkin: (vertex: number) => boolean;
  /** Confidence from which a vertex is worth mirroring. */
  known: number;
};

export function mirrorUnseen({ mirror, values, confidence, lend, isSkin, known }: Unmirrored): Mirrored {
  const hasTwin = Uint8Array.from(confidence, (_, i) => (confidence[mirror[i]!]! < known ? 0 : 1));
  const twins = values.map((_, k) => values[mirror[Math.floor(k / 3)]! * 3 + (k % 3)]!);
  const isMirror = new Uint8Array(confidence.length);
  for (let i = 0; i < isMirror.length; i++) {
    if (confidence[i]! > 0 || hasTwin[i] === 0) continue;
    values.set(twins.subarray(i * 3, i * 3 + 3), i * 3);
    confidence[i] = MIRROR_TRUST * lend[i]!;
    isMirror[i] = 1;
  }
  const valid = hasTwin.map((has, i) => (isSkin(i) ? has : 0));
  return { isMirror, guidance: { values: twins, valid } };
}
