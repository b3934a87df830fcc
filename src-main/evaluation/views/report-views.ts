/** Rows of all heads → flat numbers, a table of methods, and what stands for what. */
import type { EvaluationReport } from '../evaluation.ts';
import { BASELINE, type Rows, TRUTH } from './method-views.ts';
import { meanOf } from './view-identity.ts';

/** In the order of the table, with the digits that are worth reading. */
const COLUMNS = [
  ['psnr', 2],
  ['psnrUnseen', 2],
  ['psnrSeen', 2],
  ['ssim', 3],
  ['ssimUnseen', 3],
  ['perceptual', 3],
  ['perceptualUnseen', 3],
  ['maskIou', 3],
  ['normalDeg', 1],
  ['normalDegUnseen', 1],
  ['idInOut', 3],
  ['idInOutCosine', 3],
  ['idOutOut', 3],
  ['idOutOutCosine', 3],
  ['facesFound', 2],
  ['backFaces', 2],
  ['seconds', 1],
] as const;
const WIDTH = 18;

/** Keys: the first pack's without a suffix, the baseline's with `Baseline`, the truth's with `Truth`, others `pack/key`. */
export function reportViews(
  rows: Rows,
  packs: readonly string[],
  withoutFace: number,
  modelId: string,
): EvaluationReport {
  const numbers: Record<string, number> = {};
  const heads = rows.get(BASELINE)?.length ?? 0;
  for (const [name, list] of rows) {
    for (const [column] of COLUMNS) {
      if (list[0]?.[column] === undefined) continue;
      const key =
        name === BASELINE
          ? `${column}Baseline`
          : name === TRUTH
            ? `${column}Truth`
            : name === packs[0]
              ? column
              : `${name}/${column}`;
      const value = meanOf(list.map((row) => row[column]!));
      // With one face there are no pairs of faces: no number, rather than one that JSON cannot hold.
      if (!Number.isNaN(value)) numbers[key] = value;
    }
  }
  const methods = [BASELINE, ...packs, TRUTH].filter((name) => rows.has(name));
  const cell = (name: string, column: string, digits: number): string => {
    const list = rows.get(name)!;
    return list[0]?.[column] === undefined ? '–' : meanOf(list.map((row) => row[column]!)).toFixed(digits);
  };
  return {
    numbers: { ...numbers, heads, headsWithoutFace: withoutFace },
    table: [
      ''.padEnd(WIDTH) + methods.map((name) => name.padStart(WIDTH)).join(''),
      ...COLUMNS.map(
        ([column, digits]) =>
          column.padEnd(WIDTH) + methods.map((name) => cell(name, column, digits).padStart(WIDTH)).join(''),
      ),
    ],
    notes: [
      `${heads} held-out synthetic heads, all views at 256 px, head model ${modelId}; means over heads.`,
      'psnr (dB), ssim: on grey, pixels of truth or method; Unseen: those that the photo does not show, Seen: the others.',
      'perceptual: stand-in for LPIPS, features of Inception v3 (not its network, no learnt weights); every third view.',
      'maskIou: alpha > 1/2. normalDeg: where both cover the pixel.',
      'idInOut, idOutOut: 128-d distances (below 0.6 one person) of front views to the photo and to each other; Cosine: 192-d.',
      'facesFound: share of front views with a face. backFaces: back views a head in which a face is found.',
      'seconds: stage 04, wall, with whatever else the machine does.',
    ],
  };
}
