import type { Studio } from '../state/studio.svelte.ts';
import type { MenuAction } from '../state/menus.svelte.ts';
import { strings } from '../strings.ts';

/** Of a job in the queue. The running one is first and stays there. */
export function queueActions(studio: Studio, jobId: string): MenuAction[] {
  const { library, navigation } = studio;
  const jobs = library.queue.jobs;
  const isRunning = (id: string | undefined): boolean =>
    id !== undefined && library.jobs.get(id)?.state === 'running';
  const at = jobs.findIndex((queued) => queued.jobId === jobId);
  const first = jobs.findIndex((queued) => !isRunning(queued.jobId));
  const actions: MenuAction[] = [];
  const photo = library.photos.get(jobs[at]?.photoId ?? '');
  if (photo) {
    const { id: photoId, projectId } = photo;
    const open = (): void => {
      studio.closeDialog('queue');
      navigation.go({ screen: 'photo', projectId, photoId });
    };
    actions.push({ label: strings.menus.open, run: open });
  }
  const move = (label: string, before: string | null): void =>
    void actions.push({ label, run: () => void studio.moveJob(jobId, before) });
  if (first >= 0 && at > first) {
    move(strings.menus.moveFirst, jobs[first]!.jobId);
    move(strings.menus.moveUp, jobs[at - 1]!.jobId);
  }
  if (first >= 0 && at >= first && at < jobs.length - 1) {
    move(strings.menus.moveDown, jobs[at + 2]?.jobId ?? null);
    move(strings.menus.moveLast, null);
  }
  const job = library.jobs.get(jobId);
  if (job) actions.push({ label: strings.cancelJob, key: 'Delete', run: () => void studio.cancelJob(job) });
  return actions;
}
