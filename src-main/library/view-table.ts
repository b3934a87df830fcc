/** Views of heads: which takes there are, which are in use, which are locked. */
import type { Database } from 'better-sqlite3';
import type { ViewSet, ViewState, ViewTake } from '../contract/views.ts';
import { parseSettings } from './parse-settings.ts';

/** Without what only the models folder knows. `jobId`: who generated the views; null when that is gone. */
export type StoredViewSet = Omit<ViewSet, 'regeneration'> & { jobId: string | null };

type SetRow = {
  id: string;
  photoId: string;
  jobId: string | null;
  settings: string;
  rig: string;
  choice: string;
  locked: string;
  createdAt: string;
};
type TakeRow = Omit<ViewTake, 'origin' | 'scores'> & {
  viewSetId: string;
  origin: string;
  scores: string | null;
};
type Rig = Pick<ViewState, 'azimuthDeg' | 'elevationDeg'>[];

const SELECT_SET = `
  SELECT view_sets.id, view_sets.photo_id AS photoId, job_id AS jobId, settings, rig, choice, locked,
    view_sets.created_at AS createdAt FROM view_sets`;
const INSERT_TAKE = `
  INSERT INTO view_takes (id, view_set_id, view, origin, image, data, scores, created_at, trashed_at)
  VALUES (@id, @viewSetId, @view, @origin, @image, @data, @scores, @createdAt, @trashedAt)`;

export type ViewTable = {
  find(id: string): StoredViewSet | null;
  findOfJob(jobId: string): StoredViewSet | null;
  /** For a project that is exported. */
  listOfPhoto(photoId: string): StoredViewSet[];
  /** With its takes. */
  insert(set: StoredViewSet): void;
  /** `trashedAt`: made as an edit, so that it can be undone; the edit brings it out of the trash. */
  insertTake(viewSetId: string, take: ViewTake, trashedAt: string | null): void;
  setOfTake(takeId: string): string | null;
  /** Takes that were undone and that no redo can bring back any more. */
  forgetUnreachable(): void;
};

export function createViewTable(database: Database): ViewTable {
  const find = database.prepare<[string], SetRow>(`${SELECT_SET} WHERE id = ?`);
  const findOfJob = database.prepare<[string], SetRow>(`${SELECT_SET} WHERE job_id = ?`);
  const listOfPhoto = database.prepare<[string], SetRow>(`${SELECT_SET} WHERE photo_id = ? ORDER BY rowid`);
  const takesOf = database.prepare<[string], TakeRow>(`
    SELECT id, view_set_id AS viewSetId, view, origin, image, data, scores, created_at AS createdAt FROM view_takes
    WHERE view_set_id = ? AND trashed_at IS NULL ORDER BY rowid`);
  const insertSet = database.prepare(`
    INSERT INTO view_sets (id, photo_id, job_id, settings, rig, choice, locked, created_at)
    VALUES (@id, @photoId, @jobId, @settings, @rig, @choice, @locked, @createdAt)`);
  const insertTake = database.prepare(INSERT_TAKE);
  const setOfTake = database.prepare<[string], { id: string }>(
    'SELECT view_set_id AS id FROM view_takes WHERE id = ?',
  );
  const forgetUnreachable = database.prepare(`
    DELETE FROM view_takes WHERE trashed_at IS NOT NULL AND id NOT IN (
      SELECT edit.value ->> 'id' FROM history, json_each(history.forward) AS edit)`);

  const toSet = (row: SetRow): StoredViewSet => {
    const takes = takesOf.all(row.id).map(toTake);
    const choice = JSON.parse(row.choice) as string[];
    const locked = JSON.parse(row.locked) as boolean[];
    const views = (JSON.parse(row.rig) as Rig).map((rig, view): ViewState => {
      const own = takes.filter((take) => take.view === view);
      return { ...rig, takes: own, takeId: choice[view]!, locked: locked[view]! };
    });
    const { id, photoId, jobId, createdAt } = row;
    return { id, photoId, jobId, settings: parseSettings(row.settings), views, createdAt };
  };
  const one = (row: SetRow | undefined): StoredViewSet | null => (row === undefined ? null : toSet(row));
  const putTake: ViewTable['insertTake'] = (viewSetId, take, trashedAt) =>
    void insertTake.run({
      ...take,
      viewSetId,
      trashedAt,
      origin: JSON.stringify(take.origin),
      scores: take.scores === null ? null : JSON.stringify(take.scores),
    });

  return {
    find: (id) => one(find.get(id)),
    findOfJob: (jobId) => one(findOfJob.get(jobId)),
    listOfPhoto: (photoId) => listOfPhoto.all(photoId).map(toSet),
    insert: ({ views, settings, ...set }) =>
      database.transaction(() => {
        const rig: Rig = views.map(({ azimuthDeg, elevationDeg }) => ({ azimuthDeg, elevationDeg }));
        insertSet.run({
          ...set,
          settings: JSON.stringify(settings),
          rig: JSON.stringify(rig),
          choice: JSON.stringify(views.map(({ takeId }) => takeId)),
          locked: JSON.stringify(views.map(({ locked }) => locked)),
        });
        for (const take of views.flatMap(({ takes }) => takes)) putTake(set.id, take, null);
      })(),
    insertTake: putTake,
    setOfTake: (takeId) => setOfTake.get(takeId)?.id ?? null,
    forgetUnreachable: () => void forgetUnreachable.run(),
  };
}

function toTake({ viewSetId: _, ...row }: TakeRow): ViewTake {
  return {
    ...row,
    origin: JSON.parse(row.origin) as ViewTake['origin'],
    scores: row.scores === null ? null : (JSON.parse(row.scores) as ViewTake['scores']),
  };
}
