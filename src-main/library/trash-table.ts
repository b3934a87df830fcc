import type { Database } from 'better-sqlite3';
import type { ItemRef, TrashItem } from '../contract/entities.ts';

/** What is in the trash by itself: something below a thing in the trash comes back with that. */
const SELECT = `
  SELECT 'project' AS kind, id, name, id AS projectId, NULL AS thumbnail, trashed_at AS trashedAt
    FROM projects WHERE trashed_at IS NOT NULL
  UNION ALL
  SELECT 'photo', photos.id, photos.name, project_id, thumbnail, photos.trashed_at
    FROM photos JOIN projects ON projects.id = project_id
    WHERE photos.trashed_at IS NOT NULL AND projects.trashed_at IS NULL
  UNION ALL
  SELECT 'head', heads.id, heads.name, heads.project_id, thumbnail, heads.trashed_at
    FROM heads JOIN photos ON photos.id = photo_id JOIN projects ON projects.id = heads.project_id
    WHERE heads.trashed_at IS NOT NULL AND photos.trashed_at IS NULL AND projects.trashed_at IS NULL`;

export type TrashTable = {
  /** Newest first. */
  list(): TrashItem[];
  /** Removes rows for good, with everything below them; a head goes with the job that made it. */
  purge(items: readonly ItemRef[]): void;
};

export function createTrashTable(database: Database): TrashTable {
  const list = database.prepare<[], TrashItem>(`SELECT * FROM (${SELECT}) ORDER BY trashedAt DESC, name`);
  const remove = {
    project: database.prepare('DELETE FROM projects WHERE id = ? AND trashed_at IS NOT NULL'),
    photo: database.prepare('DELETE FROM photos WHERE id = ? AND trashed_at IS NOT NULL'),
    head: database.prepare(
      'DELETE FROM jobs WHERE id = (SELECT job_id FROM heads WHERE id = ? AND trashed_at IS NOT NULL)',
    ),
  };
  return {
    list: () => list.all(),
    purge: (items) =>
      database.transaction(() => {
        for (const { kind, id } of items) remove[kind].run(id);
      })(),
  };
}
