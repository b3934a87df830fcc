/**
 * The library's schema as numbered steps; `PRAGMA user_version` says how many were taken. A step that was released is
 * never edited: a change is a new step. JSON columns hold what is only ever read whole.
 */
export const MIGRATIONS: readonly string[] = [
  // 1: projects hold photos, photos hold jobs, a finished job made a head.
  `
  CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE photos (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    blob TEXT NOT NULL,
    thumbnail TEXT NOT NULL,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX photos_by_project ON photos(project_id);
  CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    photo_id TEXT NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
    stages TEXT NOT NULL CHECK (json_valid(stages)),
    warnings TEXT NOT NULL CHECK (json_valid(warnings)),
    error TEXT CHECK (error IS NULL OR json_valid(error)),
    artefacts TEXT NOT NULL CHECK (json_valid(artefacts)),
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX jobs_by_photo ON jobs(photo_id);
  CREATE TABLE heads (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    photo_id TEXT NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    job_id TEXT NOT NULL UNIQUE REFERENCES jobs(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    files TEXT NOT NULL CHECK (json_valid(files)),
    scores TEXT NOT NULL CHECK (json_valid(scores)),
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX heads_by_project ON heads(project_id);
  `,
];
