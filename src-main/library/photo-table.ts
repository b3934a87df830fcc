import type { Database } from 'better-sqlite3';
import { PHOTO_EDITS_DEFAULTS, type Photo, type PhotoEdits } from '../contract/entities.ts';

type Row = Omit<Photo, 'edits'> & { edits: string };

/** The chosen version, unless it is in the trash or gone: then the newest one. */
const CURRENT_HEAD = `
  (SELECT heads.id FROM heads WHERE heads.photo_id = photos.id AND heads.trashed_at IS NULL
    ORDER BY heads.id = photos.current_head_id DESC, heads.created_at DESC, heads.rowid DESC LIMIT 1)`;

const HEAD_COUNT = `
  (SELECT count(*) FROM heads WHERE heads.photo_id = photos.id AND heads.trashed_at IS NULL)`;

const SELECT = `
  SELECT photos.id, photos.project_id AS projectId, photos.name, blob, thumbnail, width_px AS widthPx,
    height_px AS heightPx, ${CURRENT_HEAD} AS currentHeadId, ${HEAD_COUNT} AS headCount, edits, photos.created_at AS createdAt
  FROM photos JOIN projects ON projects.id = photos.project_id`;
const LIVE = 'photos.trashed_at IS NULL AND projects.trashed_at IS NULL';

/** In the trash at first where it is made as an edit, which takes it out. */
export type NewPhoto = Omit<Photo, 'headCount'> & { trashedAt?: string };

export type PhotoTable = {
  /** Newest first. */
  list(projectId: string): Photo[];
  find(id: string): Photo | null;
  /** Also one in the trash. */
  findAny(id: string): Photo | null;
  insert(photo: NewPhoto): void;
  /** Without history: what a finished job does. */
  setCurrentHead(photoId: string, headId: string): void;
};

export function createPhotoTable(database: Database): PhotoTable {
  const list = database.prepare<[string], Row>(
    `${SELECT} WHERE ${LIVE} AND photos.project_id = ? ORDER BY photos.created_at DESC, photos.rowid DESC`,
  );
  const find = database.prepare<[string], Row>(`${SELECT} WHERE ${LIVE} AND photos.id = ?`);
  const findAny = database.prepare<[string], Row>(`${SELECT} WHERE photos.id = ?`);
  const insert = database.prepare(`
    INSERT INTO photos (id, project_id, name, blob, thumbnail, width_px, height_px, current_head_id, edits,
      created_at, trashed_at)
    VALUES (@id, @projectId, @name, @blob, @thumbnail, @widthPx, @heightPx, @currentHeadId, @edits,
      @createdAt, @trashedAt)`);
  const setCurrentHead = database.prepare('UPDATE photos SET current_head_id = ? WHERE id = ?');
  return {
    list: (projectId) => list.all(projectId).map(toPhoto),
    find: (id) => toPhotoOrNull(find.get(id)),
    findAny: (id) => toPhotoOrNull(findAny.get(id)),
    insert: ({ trashedAt, edits, ...photo }) =>
      void insert.run({ ...photo, edits: JSON.stringify(edits), trashedAt: trashedAt ?? null }),
    setCurrentHead: (photoId, headId) => void setCurrentHead.run(headId, photoId),
  };
}

function toPhotoOrNull(row: Row | undefined): Photo | null {
  return row === undefined ? null : toPhoto(row);
}

/** A library of an older studio knew fewer corrections. */
function toPhoto({ edits, ...photo }: Row): Photo {
  return { ...photo, edits: { ...PHOTO_EDITS_DEFAULTS, ...(JSON.parse(edits) as Partial<PhotoEdits>) } };
}
