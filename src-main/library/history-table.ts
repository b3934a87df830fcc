/**
 * Edits as data: each says which fields of which rows get which values, and is stored with its inverse, the values that
 * were there before. Undo and redo apply one or the other, also after a restart. A new edit drops what was undone.
 */
import type { Database } from 'better-sqlite3';
import type { EditLabel, HistoryState, PhotoEdits } from '../contract/entities.ts';

/** One row's new values. Making something and throwing it away are edits of `trashedAt`. */
export type Edit =
  | { kind: 'project'; id: string; values: { name?: string; trashedAt?: string | null } }
  | {
      kind: 'photo';
      id: string;
      values: {
        name?: string;
        trashedAt?: string | null;
        currentHeadId?: string | null;
        edits?: PhotoEdits;
      };
    }
  | {
      kind: 'head';
      id: string;
      values: { name?: string; starred?: boolean; note?: string; tags?: string[]; trashedAt?: string | null };
    }
  | { kind: 'view-set'; id: string; values: { choice?: string[]; locked?: boolean[] } }
  | { kind: 'view-take'; id: string; values: { trashedAt?: string | null } };

export type HistoryTable = {
  /** Applies and remembers. Throws when a row does not exist. */
  apply(label: EditLabel, edits: readonly Edit[], now: string): void;
  /** The edits that were made; none when there was nothing to undo. */
  undo(): Edit[];
  redo(): Edit[];
  state(): HistoryState;
  /** Forgets edits of rows that are gone for good. */
  forgetPurged(): void;
};

/** Deeper than anyone presses Ctrl+Z; keeps the table small. */
export const HISTORY_LIMIT = 1000;

type Row = { id: number; label: string; forward: string; inverse: string };
type Column = { name: string; write(value: unknown): unknown; read(value: unknown): unknown };

const json = (name: string): Column => ({
  name,
  write: JSON.stringify,
  read: (value) => JSON.parse(String(value)),
});
const plain = (name: string): Column => ({ name, write: (value) => value, read: (value) => value });
const TABLES: Record<Edit['kind'], string> = {
  project: 'projects',
  photo: 'photos',
  head: 'heads',
  'view-set': 'view_sets',
  'view-take': 'view_takes',
};
const COLUMNS: Record<string, Column> = {
  name: plain('name'),
  note: plain('note'),
  trashedAt: plain('trashed_at'),
  currentHeadId: plain('current_head_id'),
  starred: { name: 'starred', write: (value) => (value ? 1 : 0), read: (value) => value === 1 },
  tags: json('tags'),
  edits: json('edits'),
  choice: json('choice'),
  locked: json('locked'),
};

export function createHistoryTable(database: Database): HistoryTable {
  const lastDone = database.prepare<[], Row>(
    'SELECT * FROM history WHERE undone = 0 ORDER BY id DESC LIMIT 1',
  );
  const firstUndone = database.prepare<[], Row>('SELECT * FROM history WHERE undone = 1 ORDER BY id LIMIT 1');
  const mark = database.prepare<[number, number]>('UPDATE history SET undone = ? WHERE id = ?');
  const dropUndone = database.prepare('DELETE FROM history WHERE undone = 1');
  const dropOldest = database.prepare(
    `DELETE FROM history WHERE id <= (SELECT max(id) FROM history) - ${HISTORY_LIMIT}`,
  );
  const insert = database.prepare(
    'INSERT INTO history (label, forward, inverse, created_at) VALUES (@label, @forward, @inverse, @createdAt)',
  );
  const forgetPurged = database.prepare(`
    DELETE FROM history WHERE EXISTS (
      SELECT 1 FROM json_each(forward) AS edit WHERE edit.value ->> 'id' NOT IN (
        SELECT id FROM projects UNION ALL SELECT id FROM photos UNION ALL SELECT id FROM heads
        UNION ALL SELECT id FROM view_sets UNION ALL SELECT id FROM view_takes))`);

  const write = (edit: Edit): Edit => {
    const columns = Object.keys(edit.values).map((key) => [key, COLUMNS[key]!] as const);
    const table = TABLES[edit.kind];
    const names = columns.map(([, { name }]) => name);
    const before = database
      .prepare<[string], Record<string, unknown>>(`SELECT ${names.join(', ')} FROM ${table} WHERE id = ?`)
      .get(edit.id);
    if (before === undefined) throw new Error(`there is no ${edit.kind} ${edit.id} to edit`);
    database
      .prepare(`UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`)
      .run(
        ...columns.map(([key, column]) => column.write(edit.values[key as keyof typeof edit.values])),
        edit.id,
      );
    const values = Object.fromEntries(columns.map(([key, { name, read }]) => [key, read(before[name])]));
    return { kind: edit.kind, id: edit.id, values } as Edit;
  };
  const step = (row: Row | undefined, edits: 'forward' | 'inverse', undone: 0 | 1): Edit[] => {
    if (row === undefined) return [];
    const list = JSON.parse(row[edits]) as Edit[];
    database.transaction(() => {
      for (const edit of list) write(edit);
      mark.run(undone, row.id);
    })();
    return list;
  };
  const labelOf = (row: Row | undefined): EditLabel | null =>
    row === undefined ? null : (JSON.parse(row.label) as EditLabel);

  return {
    apply: (label, edits, now) =>
      database.transaction(() => {
        // The inverse runs backwards, so that two edits of one field end where they began.
        const inverse = edits.map(write).reverse();
        dropUndone.run();
        insert.run({
          label: JSON.stringify(label),
          forward: JSON.stringify(edits),
          inverse: JSON.stringify(inverse),
          createdAt: now,
        });
        dropOldest.run();
      })(),
    undo: () => step(lastDone.get(), 'inverse', 1),
    redo: () => step(firstUndone.get(), 'forward', 0),
    state: () => ({ undo: labelOf(lastDone.get()), redo: labelOf(firstUndone.get()) }),
    forgetPurged: () => void forgetPurged.run(),
  };
}
