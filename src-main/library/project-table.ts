import type { Database } from 'better-sqlite3';
import type { Project } from '../contract/entities.ts';

const SELECT = `
  SELECT id, name, created_at AS createdAt,
    (SELECT count(*) FROM photos WHERE project_id = projects.id AND trashed_at IS NULL) AS photoCount,
    (SELECT count(*) FROM heads JOIN photos ON photos.id = heads.photo_id
      WHERE heads.project_id = projects.id AND heads.trashed_at IS NULL AND photos.trashed_at IS NULL) AS headCount
  FROM projects WHERE trashed_at IS NULL`;

/** Made as an edit, so that it can be undone: what is in the trash at first comes out of it by the edit. */
export type NewProject = Pick<Project, 'id' | 'name' | 'createdAt'> & { trashedAt?: string };

export type ProjectTable = {
  /** Newest first. */
  list(): Project[];
  /** null for one in the trash, as everywhere. */
  find(id: string): Project | null;
  insert(project: NewProject): void;
};

export function createProjectTable(database: Database): ProjectTable {
  const list = database.prepare<[], Project>(`${SELECT} ORDER BY created_at DESC, rowid DESC`);
  const find = database.prepare<[string], Project>(`${SELECT} AND id = ?`);
  const insert = database.prepare(
    'INSERT INTO projects (id, name, created_at, trashed_at) VALUES (@id, @name, @createdAt, @trashedAt)',
  );
  return {
    list: () => list.all(),
    find: (id) => find.get(id) ?? null,
    insert: ({ trashedAt, ...project }) => void insert.run({ ...project, trashedAt: trashedAt ?? null }),
  };
}
