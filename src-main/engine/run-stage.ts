/**
 * Runs stages for one job: times them, keeps progress from going back, stops between them on cancel, stores each result
 * and takes it from the store when an earlier attempt made it already.
 */
import { createHash } from 'node:crypto';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { Warning } from '../contract/entities.ts';
import { cancelled } from '../contract/errors.ts';
import type { StageId } from '../contract/stages.ts';
import { STAGES } from '../contract/stages.ts';
import type { Inference } from '../inference/inference.ts';
import type { TriangleMesh } from '../mesh/mesh.ts';
import type { Preview, RunStage, Stage, StageContext } from '../pipeline/stage.ts';
import { createSeededRandom } from '../tensor/seeded-random.ts';
import type { Artefact } from './artefact.ts';
import { createArtefactKeys, readArtefact, writeArtefact } from './artefact.ts';
import type { Artefacts, ArtefactSlot, StageReport } from './messages.ts';
import { createPeakMemory } from './peak-memory.ts';

export type RunStageOptions = {
  seed: number;
  version: string;
  blobs: BlobStore;
  artefacts: Artefacts;
  inference: Inference;
  signal: AbortSignal;
  readAsset: StageContext['readAsset'];
  readUserFile: StageContext['readUserFile'];
  report(report: StageReport): void;
  log(message: string): void;
  preview(pictures: readonly Preview[]): void;
  previewMesh(mesh: TriangleMesh): void;
};

/** Smaller steps are not sent: a bar of 300 px does not show them and a message costs as much as a small kernel. */
const SMALLEST_STEP = 0.005;

/** The last stage's files become blobs of their own right away. */
const LAST_STAGE = STAGES[STAGES.length - 1]!;

export type JobRun = {
  run: RunStage;
  /** The stage that is running or ran last. */
  currentStage(): StageId | undefined;
  peakMb(): number;
};

export function createJobRun(options: RunStageOptions): JobRun {
  const { blobs, signal, report } = options;
  const keys = createArtefactKeys(options.version);
  const memory = createPeakMemory();
  let current: StageId | undefined;
  let peakMb = 0;

  const runFresh = async <In, Out>(
    id: StageId,
    slot: ArtefactSlot,
    stage: Stage<In, Out>,
    input: In,
    key: string,
  ): Promise<Out> => {
    const warnings: Warning[] = [];
    memory.reset();
    const startedMs = performance.now();
    const random = createSeededRandom(seedWords(options.seed, slot));
    let drew = false;
    const draw = (): number => {
      drew = true;
      return random();
    };
    const output = await stage(input, createContext(id, options, draw, warnings));
    if (signal.aborted) throw cancelled();
    let artefact = null;
    if (id !== LAST_STAGE) {
      const seed = drew ? options.seed : null;
      artefact = await writeArtefact(blobs, { slot, key, seed, warnings, output } satisfies Artefact);
      keys.remember(output, artefact);
    }
    const seconds = (performance.now() - startedMs) / 1000;
    const stagePeakMb = Math.round(memory.readMb());
    peakMb = Math.max(peakMb, stagePeakMb);
    report({ type: 'stage-done', stage: id, slot, seconds, peakMb: stagePeakMb, reused: false, artefact });
    return output;
  };

  const run: RunStage = async (id, stage, input, part) => {
    const slot: ArtefactSlot = part === undefined ? id : `${id}.${part}`;
    if (signal.aborted) throw cancelled();
    current = id;
    report({ type: 'stage-started', stage: id });
    const key = keys.keyOf(slot, input);
    const blob = options.artefacts[slot];
    const found = await readArtefact(blobs, blob, { slot, key, seed: options.seed });
    if (found === null || blob === undefined) return runFresh(id, slot, stage, input, key);
    keys.remember(found.output, blob);
    for (const warning of found.warnings) report({ type: 'warning', warning });
    report({ type: 'stage-done', stage: id, slot, seconds: 0, peakMb: 0, reused: true, artefact: blob });
    // The artefact's key proves that this very stage made it from this very input.
    return found.output as Awaited<ReturnType<typeof stage>>;
  };
  return { run, currentStage: () => current, peakMb: () => peakMb };
}

function createContext(
  stage: StageId,
  options: RunStageOptions,
  random: () => number,
  warnings: Warning[],
): StageContext {
  let last = 0;
  return {
    stage,
    signal: options.signal,
    progress: (fraction) => {
      const next = Math.min(1, fraction);
      // Written so that NaN is ignored too.
      if (!(next >= last + SMALLEST_STEP || (next === 1 && last < 1))) return;
      last = next;
      options.report({ type: 'progress', stage, fraction: next });
    },
    log: (message) => options.log(`${stage} ${message}`),
    warn: (code, message) => {
      const warning = { code, message, stage };
      warnings.push(warning);
      options.report({ type: 'warning', warning });
    },
    preview: (pictures) => options.preview(pictures),
    previewMesh: (mesh) => options.previewMesh(mesh),
    random,
    inference: options.inference,
    readAsset: options.readAsset,
    readUserFile: options.readUserFile,
  };
}

/** The first 128 bits of SHA-256("seed slot"): a draw in one stage does not move another. */
function seedWords(seed: number, slot: ArtefactSlot): Uint32Array {
  const digest = createHash('sha256').update(`${seed} ${slot}`).digest();
  return Uint32Array.from({ length: 4 }, (_, word) => digest.readUInt32LE(word * 4));
}
