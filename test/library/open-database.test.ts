import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MIGRATIONS } from '../../src-main/library/migrations.ts';
import { openDatabase } from '../../src-main/library/open-database.ts';
import { makeTemporaryFolder, untilGone } from '../support/studio-host.ts';

let folder: ReturnType<typeof makeTemporaryFolder>;
let path: string;
const now = '2026-01-02T03:04:05.678Z';

beforeEach(() => {
  folder = makeTemporaryFolder();
  path = join(folder.path, 'library.sqlite');
});
afterEach(() => folder.remove());

const thrownBy = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
};

test('a new library has the newest format, foreign keys and a write-ahead log', () => {
  const database = openDatabase(path, { now });
  expect(database.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(() =>
    database.exec(`INSERT INTO photos (id, project_id, name, blob, thumbnail, width_px, height_px, created_at)
      VALUES ('p', 'no such project', 'n', 'b', 't', 1, 1, '')`),
  ).toThrow(/FOREIGN KEY/);
  database.close();
  expect(readdirSync(folder.path)).toEqual(['library.sqlite']);
});

test('an older library is upgraded step by step, keeps its rows, and is copied first', () => {
  openDatabase(path, { now })
    .exec(`INSERT INTO projects (id, name, created_at) VALUES ('id', 'Kept', '')`)
    .close();
  const migrations = [
    ...MIGRATIONS,
    `ALTER TABLE projects ADD COLUMN colour TEXT NOT NULL DEFAULT 'none'`,
    `UPDATE projects SET colour = 'blue'`,
  ];
  const upgraded = openDatabase(path, { now, migrations });
  expect(upgraded.prepare('SELECT name, colour FROM projects').get()).toEqual({
    name: 'Kept',
    colour: 'blue',
  });
  expect(upgraded.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length + 2);
  upgraded.close();
  const copy = new Database(join(folder.path, 'library.before-upgrade-2026-01-02T03-04-05-678Z.sqlite'));
  expect(copy.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
  expect(copy.prepare('SELECT name FROM projects').all()).toEqual([{ name: 'Kept' }]);
  copy.close();
  // Nothing to do the next time, and no further copy.
  openDatabase(path, { now, migrations }).close();
  expect(readdirSync(folder.path).length).toBe(2);
});

test('a step that fails leaves the library as the step before left it', () => {
  openDatabase(path, { now }).close();
  const migrations = [
    ...MIGRATIONS,
    'CREATE TABLE good (x)',
    'CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)',
  ];
  expect(() => openDatabase(path, { now, migrations })).toThrow(/nowhere/);
  const database = new Database(path);
  expect(database.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length + 1);
  const tables = database
    .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
    .all();
  expect(tables.map(({ name }) => name)).toContain('good');
  expect(tables.map(({ name }) => name)).not.toContain('half');
  database.close();
});

test('a library of a newer studio is refused and not touched', () => {
  openDatabase(path, { now, migrations: [...MIGRATIONS, 'CREATE TABLE future (x)'] }).close();
  const before = readFileSync(path);
  expect(() => openDatabase(path, { now })).toThrow(/newer studio/);
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(folder.path)).toEqual(['library.sqlite']);
});

const DAMAGES: [string, () => void][] = [
  [
    'is not a database at all',
    () => writeFileSync(path, 'a text file that someone put here, long enough to be read'),
  ],
  [
    'has a torn page',
    () => {
      const file = openSync(path, 'r+');
      writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, 4096);
      closeSync(file);
    },
  ],
  ['was cut off', () => truncateSync(path, 4096 * 3 + 100)],
];

test.each(DAMAGES)(
  'a library that %s is left as it is, and copied each time under a new name',
  (_, damage) => {
    const database = openDatabase(path, { now });
    const insert = database.prepare('INSERT INTO projects (id, name, created_at) VALUES (?, ?, ?)');
    database.transaction(() => {
      for (let i = 0; i < 500; i++) insert.run(`id-${i}`, `Project ${i}`, now);
    })();
    database.close();
    damage();
    const before = readFileSync(path);
    for (const copyName of ['', '-2']) {
      const error = thrownBy(() => openDatabase(path, { now }));
      const copy = join(folder.path, `library.damaged-2026-01-02T03-04-05-678Z${copyName}.sqlite`);
      expect(error).toMatchObject({ code: 'library-damaged', message: expect.stringContaining(copy) });
      expect(readFileSync(path).equals(before)).toBe(true);
      expect(readFileSync(copy).equals(before)).toBe(true);
    }
  },
);

test('a second studio on the same library is refused, also from this process', () => {
  const database = openDatabase(path, { now });
  expect(() => openDatabase(path, { now })).toThrow(expect.objectContaining({ code: 'library-in-use' }));
  database.exec(`INSERT INTO projects (id, name, created_at) VALUES ('id', 'Still mine', '')`);
  database.close();
  openDatabase(path, { now }).close();
});

test('a studio that was killed leaves no lock and loses nothing that was written', async () => {
  const script = join(folder.path, 'holder.ts');
  const opener = join(import.meta.dirname, '../../src-main/library/open-database.ts');
  writeFileSync(
    script,
    `import { openDatabase } from ${JSON.stringify(opener)};
     openDatabase(${JSON.stringify(path)}, { now: '' }).exec("INSERT INTO projects (id, name, created_at) VALUES ('id', 'Written', '')");
     process.send('open');
     setInterval(() => undefined, 1000);`,
  );
  const holder = fork(script, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(holder, 'message');
  expect(() => openDatabase(path, { now })).toThrow(expect.objectContaining({ code: 'library-in-use' }));
  holder.kill('SIGKILL');
  await untilGone(holder.pid!);
  const database = openDatabase(path, { now });
  expect(database.prepare('SELECT name FROM projects').all()).toEqual([{ name: 'Written' }]);
  database.close();
  expect(existsSync(`${path}-wal`)).toBe(false);
});
