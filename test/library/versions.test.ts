/** Versions, search, trash and history on a real file. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createStages } from '../../src-main/app/job-progress.ts';
import {
  HEAD_SETTINGS_DEFAULTS,
  PHOTO_EDITS_DEFAULTS,
  type EditLabel,
  type Head,
} from '../../src-main/contract/entities.ts';
import { HISTORY_LIMIT, type Edit } from '../../src-main/library/history-table.ts';
import { openLibrary, type Library } from '../../src-main/library/library.ts';
import { MIGRATIONS } from '../../src-main/library/migrations.ts';
import { openDatabase } from '../../src-main/library/open-database.ts';
import { madeHead } from '../support/made-head.ts';
import { makeTemporaryFolder } from '../support/studio-host.ts';

const now = '2026-01-01T00:00:00.000Z';
const LABEL: EditLabel = { action: 'rename', kind: 'head', name: 'x', count: 1 };
let folder: ReturnType<typeof makeTemporaryFolder>;
let path: string;
let library: Library;
const open = (): Library => openLibrary(path, { now });

function addPhoto(id: string, name: string, projectId = 'project'): void {
  library.photos.insert({
    id,
    projectId,
    name,
    blob: `${id} blob`,
    thumbnail: `${id} thumbnail`,
    widthPx: 1,
    heightPx: 1,
    currentHeadId: null,
    edits: PHOTO_EDITS_DEFAULTS,
    createdAt: now,
  });
}
let made = 0;
function addHead(id: string, change: Partial<Head> = {}): void {
  const photoId = change.photoId ?? 'photo';
  const createdAt = new Date(Date.parse(now) + ++made * 1000).toISOString();
  library.jobs.save({
    id: `job of ${id}`,
    photoId,
    settings: HEAD_SETTINGS_DEFAULTS,
    task: { kind: 'head', viewSetId: null, takes: [] },
    base: null,
    state: 'done',
    stages: createStages(),
    warnings: [],
    error: null,
    artefacts: {},
    createdAt,
  });
  library.heads.insert(
    madeHead({ id, projectId: 'project', photoId, jobId: `job of ${id}`, name: id, createdAt, ...change }),
  );
}
const edit = (...edits: Edit[]): void => library.history.apply(LABEL, edits, now);
const found = (query: string, narrow = {}): string[] =>
  library.heads.search({ query, limit: 10, ...narrow }).map(({ id }) => id);

beforeEach(() => {
  folder = makeTemporaryFolder();
  path = join(folder.path, 'library.sqlite');
  library = open();
  library.projects.insert({ id: 'project', name: 'One', createdAt: now });
  addPhoto('photo', 'Amélie 01.jpg');
});
afterEach(() => {
  library.close();
  folder.remove();
});

describe('search', () => {
  test('finds words by their beginning in name, note, tags and the photo’s name, all of them, without accents', () => {
    addPhoto('other', 'bruno.png');
    addHead('a', { name: 'Clay study', note: 'Ears too large, nose fine', tags: ['client-x', 'final'] });
    addHead('b', { photoId: 'other', name: 'Second try' });
    expect(found('clay')).toEqual(['a']);
    expect(found('EARS nos')).toEqual(['a']);
    expect(found('ears second')).toEqual([]);
    expect(found('amelie')).toEqual(['a']);
    expect(found('client')).toEqual(['a']);
    expect(found('brun')).toEqual(['b']);
    expect(found('ose')).toEqual([]);
  });

  test('a word in the name comes before one in the note; no words means the newest first', () => {
    addHead('note', { name: 'x', note: 'robot' });
    addHead('name', { name: 'robot', note: 'x' });
    addHead('none', { name: 'x' });
    expect(found('robot')).toEqual(['name', 'note']);
    expect(found('  ')).toEqual(['none', 'name', 'note']);
  });

  test('what is typed is never a query language', () => {
    addHead('a', { name: 'plain' });
    for (const query of [
      '"',
      'a" OR "b',
      'NEAR(',
      'name:plain*',
      '-plain',
      '^',
      '{a b}:',
      "'; DROP TABLE heads",
      '*',
    ]) {
      expect(() => found(query)).not.toThrow();
    }
    expect(found('plain AND nothing')).toEqual([]);
  });

  test('follows edits, new photo names, purges and undo; narrows to a project and to stars', () => {
    library.projects.insert({ id: 'two', name: 'Two', createdAt: now });
    addPhoto('there', 'there.png', 'two');
    addHead('a');
    addHead('b', { photoId: 'there', projectId: 'two', name: 'a', starred: true });
    edit({ kind: 'head', id: 'a', values: { note: 'zebra' } });
    expect(found('zebra')).toEqual(['a']);
    library.history.undo();
    expect(found('zebra')).toEqual([]);
    edit({ kind: 'photo', id: 'photo', values: { name: 'giraffe' } });
    expect([found('giraffe'), found('amelie')]).toEqual([['a'], []]);
    expect([found('a', { projectId: 'two' }), found('a', { starred: false })]).toEqual([['b'], ['a']]);
    edit({ kind: 'photo', id: 'photo', values: { trashedAt: now } });
    expect(found('giraffe')).toEqual([]);
    library.trash.purge([{ kind: 'photo', id: 'photo' }]);
    library.close();
    const file = new Database(path);
    expect(file.prepare('SELECT count(*) AS rows FROM head_search').get()).toEqual({ rows: 1 });
    file.close();
    library = open();
  });
});

describe('history', () => {
  test('undo and redo give back every field exactly, in order, also after a restart', () => {
    addHead('a', { name: 'Zoë “1”', tags: ['x', 'y'], note: '' });
    const states = [library.heads.find('a')];
    const edits: Edit['values'][] = [
      { name: 'New' },
      { starred: true },
      { tags: ['z'], note: 'a\nb' },
      { tags: [] },
      { trashedAt: now },
    ];
    for (const values of edits) {
      edit({ kind: 'head', id: 'a', values } as Edit);
      states.push(library.heads.find('a'));
    }
    expect(states.at(-1)).toBeNull();
    library.close();
    library = open();
    for (const expected of states.slice(0, -1).reverse()) {
      expect(library.history.undo().length).toBe(1);
      expect(library.heads.find('a')).toEqual(expected);
    }
    expect(library.history.undo()).toEqual([]);
    expect(library.history.state()).toEqual({ undo: null, redo: LABEL });
    for (const expected of states.slice(1)) {
      library.history.redo();
      expect(library.heads.find('a')).toEqual(expected);
    }
    expect(library.history.redo()).toEqual([]);
  });

  test('a new edit drops what was undone', () => {
    addHead('a');
    edit({ kind: 'head', id: 'a', values: { name: 'first' } });
    library.history.undo();
    edit({ kind: 'head', id: 'a', values: { name: 'second' } });
    expect(library.history.redo()).toEqual([]);
    expect(library.heads.find('a')?.name).toBe('second');
  });

  test('an edit of several rows is one step, all or nothing, also of the same row twice', () => {
    addHead('a');
    addHead('b');
    edit(
      { kind: 'head', id: 'a', values: { name: 'one' } },
      { kind: 'head', id: 'b', values: { name: 'two' } },
      { kind: 'head', id: 'a', values: { name: 'three' } },
    );
    expect(library.heads.list('project').map(({ name }) => name)).toEqual(['two', 'three']);
    library.history.undo();
    expect(library.heads.list('project').map(({ name }) => name)).toEqual(['b', 'a']);
    expect(() =>
      edit(
        { kind: 'head', id: 'a', values: { name: 'half' } },
        { kind: 'head', id: 'gone', values: { name: 'x' } },
      ),
    ).toThrow(/no head gone/);
    expect(library.heads.find('a')?.name).toBe('a');
  });

  test('does not grow without end', () => {
    addHead('a');
    library.transaction(() => {
      for (let i = 0; i < HISTORY_LIMIT + 20; i++) edit({ kind: 'head', id: 'a', values: { name: `${i}` } });
    });
    let steps = 0;
    library.transaction(() => {
      while (library.history.undo().length > 0) steps++;
    });
    expect(steps).toBe(HISTORY_LIMIT);
  });
});

describe('trash', () => {
  test('hides a thing with everything below it from lists, finds and counts, and gives it back as it was', () => {
    addHead('a');
    addHead('b');
    const before = [library.projects.list(), library.photos.list('project'), library.heads.list('project')];
    edit({ kind: 'head', id: 'a', values: { trashedAt: now } });
    expect(library.heads.list('project').map(({ id }) => id)).toEqual(['b']);
    expect(library.projects.find('project')).toMatchObject({ headCount: 1 });
    edit({ kind: 'photo', id: 'photo', values: { trashedAt: now } });
    expect([library.heads.list('project'), library.photos.find('photo'), library.heads.find('b')]).toEqual([
      [],
      null,
      null,
    ]);
    expect(library.jobs.list('project')).toEqual([]);
    expect(library.projects.find('project')).toMatchObject({ photoCount: 0, headCount: 0 });
    // The head is below a photo that is in the trash itself.
    expect(library.trash.list()).toMatchObject([
      { kind: 'photo', id: 'photo', thumbnail: 'photo thumbnail' },
    ]);
    edit({ kind: 'project', id: 'project', values: { trashedAt: now } });
    expect([library.projects.list(), library.trash.list().map(({ kind }) => kind)]).toEqual([
      [],
      ['project'],
    ]);
    for (let i = 0; i < 3; i++) library.history.undo();
    expect([library.projects.list(), library.photos.list('project'), library.heads.list('project')]).toEqual(
      before,
    );
  });

  test('purges only what is in it, and history forgets what is gone for good', () => {
    addHead('a');
    addHead('b');
    edit({ kind: 'head', id: 'b', values: { name: 'kept' } });
    edit({ kind: 'head', id: 'a', values: { name: 'gone' } });
    edit({ kind: 'head', id: 'a', values: { trashedAt: now } });
    library.trash.purge([
      { kind: 'head', id: 'a' },
      { kind: 'head', id: 'b' },
      { kind: 'photo', id: 'photo' },
      { kind: 'project', id: 'project' },
    ]);
    library.history.forgetPurged();
    expect([library.heads.findAny('a'), library.jobs.find('job of a')]).toEqual([null, null]);
    expect(library.heads.list('project').map(({ name }) => name)).toEqual(['kept']);
    expect(library.history.undo()).toMatchObject([{ id: 'b' }]);
    expect(library.history.undo()).toEqual([]);
  });
});

test('the current version is the newest one, or the chosen one as long as it is there', () => {
  const current = (): string | null => library.photos.find('photo')!.currentHeadId;
  expect(current()).toBeNull();
  addHead('a');
  addHead('b');
  expect(current()).toBe('b');
  edit({ kind: 'photo', id: 'photo', values: { currentHeadId: 'a' } });
  expect(current()).toBe('a');
  edit({ kind: 'head', id: 'a', values: { trashedAt: now } });
  expect(current()).toBe('b');
  library.history.undo();
  expect(current()).toBe('a');
});

test('a library of the first studio is upgraded with its heads, which can be found then', () => {
  library.close();
  const old = join(folder.path, 'old.sqlite');
  openDatabase(old, { now, migrations: MIGRATIONS.slice(0, 1) })
    .exec(
      `INSERT INTO projects VALUES ('p', 'Old', '');
       INSERT INTO photos VALUES ('f', 'p', 'Ötzi.jpg', 'b', 't', 1, 1, '');
       INSERT INTO jobs VALUES ('j', 'f', '{}', 'done', '[]', '[]', NULL, '{}', '');
       INSERT INTO heads VALUES ('h', 'p', 'f', 'j', 'Ötzi', '{}', '[]', '{}', '');`,
    )
    .close();
  path = old;
  library = open();
  expect(library.heads.find('h')).toMatchObject({ starred: false, note: '', tags: [] });
  expect(library.photos.find('f')).toMatchObject({ currentHeadId: 'h' });
  expect(library.jobs.find('j')).toMatchObject({ base: null, headId: 'h' });
  expect(found('otzi')).toEqual(['h']);
});
