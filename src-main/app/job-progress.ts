/** How a job's record changes as its stages report. Pure: record in, record out. */
import type { StageProgress } from '../contract/entities.ts';
import { STAGES } from '../contract/stages.ts';
import type { StageReport } from '../engine/messages.ts';
import type { StoredJob } from '../library/job-table.ts';

export function createStages(): StageProgress[] {
  return STAGES.map((id) => ({ id, state: 'waiting', fraction: 0, seconds: 0, peakMb: 0, reused: false }));
}

/** As it is before its first or next attempt; what finished stages made is kept. */
export function queueAgain(job: StoredJob): StoredJob {
  return { ...job, state: 'queued', stages: createStages(), warnings: [], error: null };
}

/** What reports change. */
type JobStages = Pick<StoredJob, 'stages' | 'warnings' | 'artefacts'>;

export function applyReport<J extends JobStages>(job: J, report: StageReport): J {
  switch (report.type) {
    case 'stage-started':
      return changeStage(job, report.stage, { state: 'running', fraction: 0 });
    case 'progress':
      return changeStage(job, report.stage, { fraction: report.fraction });
    case 'preview':
    case 'surface-preview':
      return job;
    case 'warning':
      return { ...job, warnings: [...job.warnings, report.warning] };
    case 'stage-done': {
      const { stage, slot, artefact, reused } = report;
      // A stage may be done in parts, one after the other.
      const before = job.stages.find(({ id }) => id === stage)!;
      const seconds = before.seconds + report.seconds;
      const peakMb = Math.max(before.peakMb, report.peakMb);
      const done = changeStage(job, stage, { state: 'done', fraction: 1, seconds, peakMb, reused });
      return artefact === null ? done : { ...done, artefacts: { ...done.artefacts, [slot]: artefact } };
    }
  }
}

/** No stage runs any more. */
export function stopStages<J extends JobStages>(job: J): J {
  const stages = job.stages.map((stage) =>
    stage.state === 'running' ? { ...stage, state: 'waiting' as const, fraction: 0 } : stage,
  );
  return { ...job, stages };
}

function changeStage<J extends JobStages>(
  job: J,
  id: StageProgress['id'],
  change: Partial<StageProgress>,
): J {
  return { ...job, stages: job.stages.map((stage) => (stage.id === id ? { ...stage, ...change } : stage)) };
}
