import type { Database } from 'better-sqlite3';
import type { Head } from '../contract/entities.ts';

type Row = Omit<Head, 'settings' | 'files' | 'scores'> & { settings: string; files: string; scores: string };

const SELECT = `
  SELECT id, project_id AS projectId, photo_id AS photoId, job_id AS jobId, name, settings, files, scores,
    created_at AS createdAt
  FROM heads`;

export type HeadTable = {
  /** Newest first. */
  list(projectId: string): Head[];
  find(id: string): Head | null;
  insert(head: Head): void;
};

export function createHeadTable(database: Database): HeadTable {
  const list = database.prepare<[string], Row>(
    `${SELECT} WHERE project_id = ? ORDER BY created_at DESC, rowid DESC`,
  );
  const find = database.prepare<[string], Row>(`${SELECT} WHERE id = ?`);
  const insert = database.prepare(`
    INSERT INTO heads (id, project_id, photo_id, job_id, name, settings, files, scores, created_at)
    VALUES (@id, @projectId, @photoId, @jobId, @name, @settings, @files, @scores, @createdAt)`);
  return {
    list: (projectId) => list.all(projectId).map(toHead),
    find: (id) => {
      const row = find.get(id);
      return row === undefined ? null : toHead(row);
    },
    insert: (head) =>
      void insert.run({
        ...head,
        settings: JSON.stringify(head.settings),
        files: JSON.stringify(head.files),
        scores: JSON.stringify(head.scores),
      }),
  };
}

function toHead(row: Row): Head {
  return {
    ...row,
    settings: JSON.parse(row.settings) as Head['settings'],
    files: JSON.parse(row.files) as Head['files'],
    scores: JSON.parse(row.scores) as Head['scores'],
  };
}
