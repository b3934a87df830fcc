import type { Database } from 'better-sqlite3';
import type { Project } from '../contract/entities.ts';

const SELECT = `
  SELECT id, name, created_at AS createdAt,
    (SELECT count(*) FROM photos WHERE project_id = projects.id) AS photoCount,
    (SELECT count(*) FROM heads WHERE project_id = projects.id) AS headCount
  FROM projects`;

export type ProjectTable = {
  /** Newest first. */
  list(): Project[];
  find(id: string): Project | null;
  insert(project: Pick<Project, 'id' | 'name' | 'createdAt'>): void;
};

export function createProjectTable(database: Database): ProjectTable {
  const list = database.prepare<[], Project>(`${SELECT} ORDER BY created_at DESC, rowid DESC`);
  const find = database.prepare<[string], Project>(`${SELECT} WHERE id = ?`);
  const insert = database.prepare(
    'INSERT INTO projects (id, name, created_at) VALUES (@id, @name, @createdAt)',
  );
  return {
    list: () => list.all(),
    find: (id) => find.get(id) ?? null,
    insert: ({ id, name, createdAt }) => void insert.run({ id, name, createdAt }),
  };
}
