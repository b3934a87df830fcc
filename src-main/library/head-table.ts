import type { Database } from 'better-sqlite3';
import type { Head } from '../contract/entities.ts';
import type { FoundHead } from '../contract/found-head.ts';
import { parseSettings } from './parse-settings.ts';

type Row = Omit<Head, 'settings' | 'files' | 'scores' | 'views' | 'tags' | 'starred'> & {
  settings: string;
  files: string;
  scores: string;
  views: string;
  tags: string;
  starred: 0 | 1;
};

const COLUMNS = `
  heads.id, heads.project_id AS projectId, heads.photo_id AS photoId, heads.job_id AS jobId, heads.name,
  heads.starred, heads.note, heads.tags, heads.settings, heads.files, heads.scores, heads.views, heads.created_at AS createdAt`;
type FoundRow = Omit<FoundHead, 'tags' | 'starred'> & Pick<Row, 'tags' | 'starred'>;
const FOUND_COLUMNS = `
  heads.id, heads.project_id AS projectId, heads.photo_id AS photoId, heads.name, heads.starred, heads.tags,
  heads.created_at AS createdAt, photos.name AS photoName, photos.thumbnail`;
const JOINED = `
  heads JOIN photos ON photos.id = heads.photo_id JOIN projects ON projects.id = heads.project_id`;
const LIVE = 'heads.trashed_at IS NULL AND photos.trashed_at IS NULL AND projects.trashed_at IS NULL';
const SELECT = `SELECT ${COLUMNS} FROM ${JOINED} WHERE ${LIVE}`;

/** What a search can be narrowed to; a list, newest first, when `query` has no words. */
export type HeadSearch = { query: string; projectId?: string; starred?: boolean; limit: number };

export type HeadTable = {
  /** Newest first. */
  list(projectId: string): Head[];
  listOfPhoto(photoId: string): Head[];
  find(id: string): Head | null;
  /** Also one in the trash. */
  findAny(id: string): Head | null;
  search(search: HeadSearch): FoundHead[];
  insert(head: Head): void;
};

export function createHeadTable(database: Database): HeadTable {
  const newestFirst = 'ORDER BY heads.created_at DESC, heads.rowid DESC';
  const list = database.prepare<[string], Row>(`${SELECT} AND heads.project_id = ? ${newestFirst}`);
  const listOfPhoto = database.prepare<[string], Row>(`${SELECT} AND heads.photo_id = ? ${newestFirst}`);
  const find = database.prepare<[string], Row>(`${SELECT} AND heads.id = ?`);
  const findAny = database.prepare<[string], Row>(`SELECT ${COLUMNS} FROM heads WHERE heads.id = ?`);
  type Narrowed = { projectId: string | null; starred: 0 | 1 | null; limit: number };
  const narrowed = `${LIVE}
    AND (@projectId IS NULL OR heads.project_id = @projectId) AND (@starred IS NULL OR heads.starred = @starred)`;
  // Both choose by what the index holds and read whole rows only of those that are returned.
  const browse = database.prepare<[Narrowed], FoundRow>(`
    WITH chosen AS MATERIALIZED (
      SELECT heads.id, heads.created_at AS made FROM ${JOINED} WHERE ${narrowed} ORDER BY made DESC LIMIT @limit
    )
    SELECT ${FOUND_COLUMNS} FROM chosen JOIN heads ON heads.id = chosen.id JOIN photos ON photos.id = heads.photo_id
    ORDER BY chosen.made DESC`);
  // A word in the name says more than one in the note, the note more than a photo's file name.
  const search = database.prepare<[Narrowed & { match: string }], FoundRow>(`
    WITH found AS MATERIALIZED (
      SELECT head_id, bm25(head_search, 0, 4, 2, 3, 1) AS score FROM head_search WHERE head_search MATCH @match
    ), chosen AS MATERIALIZED (
      SELECT heads.id, found.score, heads.created_at AS made FROM found JOIN ${JOINED.trim()}
      WHERE heads.id = found.head_id AND ${narrowed} ORDER BY found.score, made DESC LIMIT @limit
    )
    SELECT ${FOUND_COLUMNS} FROM chosen JOIN heads ON heads.id = chosen.id JOIN photos ON photos.id = heads.photo_id
    ORDER BY chosen.score, chosen.made DESC`);
  const insert = database.prepare(`
    INSERT INTO heads (id, project_id, photo_id, job_id, name, starred, note, tags, settings, files, scores, views,
      created_at)
    VALUES (@id, @projectId, @photoId, @jobId, @name, @starred, @note, @tags, @settings, @files, @scores, @views, @createdAt)`);
  return {
    list: (projectId) => list.all(projectId).map(toHead),
    listOfPhoto: (photoId) => listOfPhoto.all(photoId).map(toHead),
    find: (id) => {
      const row = find.get(id);
      return row === undefined ? null : toHead(row);
    },
    findAny: (id) => {
      const row = findAny.get(id);
      return row === undefined ? null : toHead(row);
    },
    search: ({ query, projectId, starred, limit }) => {
      const match = toMatch(query);
      const narrow: Narrowed = {
        projectId: projectId ?? null,
        starred: starred === undefined ? null : starred ? 1 : 0,
        limit,
      };
      return (match === '' ? browse.all(narrow) : search.all({ ...narrow, match })).map(toFound);
    },
    insert: (head) =>
      void insert.run({
        ...head,
        starred: head.starred ? 1 : 0,
        tags: JSON.stringify(head.tags),
        settings: JSON.stringify(head.settings),
        files: JSON.stringify(head.files),
        scores: JSON.stringify(head.scores),
        views: JSON.stringify(head.views),
      }),
  };
}

/** Words as FTS5 prefix phrases, all of them required; what is typed is never taken for its query language. */
function toMatch(query: string): string {
  const words = query.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.map((word) => `"${word}"*`).join(' ');
}

function toFound(row: FoundRow): FoundHead {
  return { ...row, starred: row.starred === 1, tags: JSON.parse(row.tags) as Head['tags'] };
}

function toHead(row: Row): Head {
  return {
    ...row,
    starred: row.starred === 1,
    tags: JSON.parse(row.tags) as Head['tags'],
    settings: parseSettings(row.settings),
    files: JSON.parse(row.files) as Head['files'],
    scores: JSON.parse(row.scores) as Head['scores'],
    views: JSON.parse(row.views) as Head['views'],
  };
}
