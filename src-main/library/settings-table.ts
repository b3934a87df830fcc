import type { Database } from 'better-sqlite3';

/** What the studio remembers about itself: a name, and any JSON. Whoever reads it checks it. */
export type SettingsTable = {
  /** undefined when it was never set. */
  get(name: string): unknown;
  set(name: string, value: unknown): void;
};

export function createSettingsTable(database: Database): SettingsTable {
  const get = database.prepare<[string], { value: string }>('SELECT value FROM settings WHERE name = ?');
  const set = database.prepare(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    get: (name) => {
      const row = get.get(name);
      return row === undefined ? undefined : JSON.parse(row.value);
    },
    set: (name, value) => void set.run(name, JSON.stringify(value)),
  };
}
