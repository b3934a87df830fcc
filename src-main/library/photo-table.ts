import type { Database } from 'better-sqlite3';
import type { Photo } from '../contract/entities.ts';

const SELECT = `
  SELECT id, project_id AS projectId, name, blob, thumbnail, width_px AS widthPx, height_px AS heightPx,
    created_at AS createdAt
  FROM photos`;

export type PhotoTable = {
  /** Newest first. */
  list(projectId: string): Photo[];
  find(id: string): Photo | null;
  insert(photo: Photo): void;
};

export function createPhotoTable(database: Database): PhotoTable {
  const list = database.prepare<[string], Photo>(
    `${SELECT} WHERE project_id = ? ORDER BY created_at DESC, rowid DESC`,
  );
  const find = database.prepare<[string], Photo>(`${SELECT} WHERE id = ?`);
  const insert = database.prepare(`
    INSERT INTO photos (id, project_id, name, blob, thumbnail, width_px, height_px, created_at)
    VALUES (@id, @projectId, @name, @blob, @thumbnail, @widthPx, @heightPx, @createdAt)`);
  return {
    list: (projectId) => list.all(projectId),
    find: (id) => find.get(id) ?? null,
    insert: (photo) => void insert.run(photo),
  };
}
