/** `report.json`: how a head came about, beside the head. The same from every host. */
import type { BlobId, DeviceInfo, HeadSettings, StageProgress, Warning } from '../contract/entities.ts';
import type { FileCheck } from '../contract/file-check.ts';
import { SUPER_RESOLUTION_MODEL } from '../contract/models.ts';
import type { StageId } from '../contract/stages.ts';
import type { HeadView, TakeRef } from '../contract/views.ts';
import type { EngineResult } from '../engine/messages.ts';
import type { Provenance } from './provenance.ts';

export type HeadReport = {
  format: 'gen3d-report';
  formatVersion: 1;
  photo: { name: string; sha256: string };
  seed: number;
  method: HeadSettings['method'];
  settings: HeadSettings;
  versions: Provenance['versions'];
  provider: string;
  threads: number;
  deviceNote: string;
  stages: { id: StageId; seconds: number; peakMb: number; reused: boolean }[];
  /** Wall seconds of all stages. */
  seconds: number;
  peakMb: number;
  scores: Record<string, number>;
  /** How many texels have their colour from views that this network made finer; null where it was not used. */
  superResolution: { model: string; sha256: string | null; texels: number } | null;
  /** In the order of the rig. `takeSha256`: an edited view that was used; null = as generated. */
  views: (Omit<HeadView, 'takeId'> & { takeSha256: BlobId | null })[];
  warnings: Warning[];
  /** Every file as it was read back after writing, in metres. */
  export: { files: FileCheck[] };
  licences: Provenance['licences'];
};

export type HeadReportInput = {
  photo: HeadReport['photo'];
  settings: HeadSettings;
  takes: readonly TakeRef[];
  stages: readonly StageProgress[];
  warnings: Warning[];
  result: EngineResult;
  device: DeviceInfo;
  provenance: Provenance;
};

export const REPORT_NAME = 'report.json';

export function createHeadReport(input: HeadReportInput): HeadReport {
  const { settings, stages, device, provenance, result } = input;
  return {
    format: 'gen3d-report',
    formatVersion: 1,
    photo: input.photo,
    seed: settings.seed,
    method: settings.method,
    settings,
    versions: provenance.versions,
    provider: device.provider,
    threads: device.threads,
    deviceNote: device.note,
    stages: stages.map(({ id, seconds, peakMb, reused }) => ({
      id,
      seconds: toMilliseconds(seconds),
      peakMb,
      reused,
    })),
    seconds: toMilliseconds(stages.reduce((sum, { seconds }) => sum + seconds, 0)),
    peakMb: result.peakMb,
    scores: result.scores,
    superResolution: superResolutionOf(result, provenance),
    views: result.views.map((view, index) => ({
      ...view,
      takeSha256: input.takes.find((take) => take.view === index)?.data ?? null,
    })),
    warnings: input.warnings,
    export: { files: result.checks },
    licences: [...provenance.licences, ...headModelLicence(result)],
  };
}

function superResolutionOf(
  { scores }: EngineResult,
  { versions }: Provenance,
): HeadReport['superResolution'] {
  const texels = scores.superResolvedTexels;
  if (texels === undefined) return null;
  const model = SUPER_RESOLUTION_MODEL;
  return { model, sha256: versions.models[model] ?? null, texels };
}

/** Of the model that was fitted, be it the studio's or a file of the user's own. */
function headModelLicence({ headModel }: EngineResult): HeadReport['licences'] {
  if (headModel === null) return [];
  const { id, licence, credits } = headModel;
  return [{ name: id, licence, credits }];
}

export function encodeReport(report: HeadReport): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(report, null, 2)}\n`);
}

/** Finer than a millisecond is noise. */
function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
