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
  // 2: heads as versions, trash, history of edits, an order of the queue, settings, full-text search.
  `
  ALTER TABLE projects ADD COLUMN trashed_at TEXT;
  ALTER TABLE photos ADD COLUMN trashed_at TEXT;
  ALTER TABLE photos ADD COLUMN current_head_id TEXT;
  ALTER TABLE jobs ADD COLUMN base TEXT CHECK (base IS NULL OR json_valid(base));
  ALTER TABLE jobs ADD COLUMN queue_position INTEGER;
  ALTER TABLE heads ADD COLUMN trashed_at TEXT;
  ALTER TABLE heads ADD COLUMN starred INTEGER NOT NULL DEFAULT 0 CHECK (starred IN (0, 1));
  ALTER TABLE heads ADD COLUMN note TEXT NOT NULL DEFAULT '';
  ALTER TABLE heads ADD COLUMN tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags));
  CREATE INDEX heads_by_photo ON heads(photo_id);
  -- Everything that lists and searches decide by, so that they do not read the files column of rows they leave out.
  CREATE INDEX heads_narrowed ON heads(id, trashed_at, starred, project_id, photo_id, created_at);
  CREATE INDEX heads_counted ON heads(project_id, photo_id, trashed_at);
  CREATE INDEX jobs_by_state ON jobs(state, created_at);
  CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    label TEXT NOT NULL CHECK (json_valid(label)),
    forward TEXT NOT NULL CHECK (json_valid(forward)),
    inverse TEXT NOT NULL CHECK (json_valid(inverse)),
    undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
  ) STRICT;

  -- Not joined by rowid: VACUUM renumbers the rows of tables whose key is text.
  CREATE VIRTUAL TABLE head_search USING fts5(
    head_id UNINDEXED, name, note, tags, photo, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
  );
  CREATE VIEW head_words AS
    SELECT heads.id AS head_id, heads.name, heads.note, heads.tags, photos.name AS photo, heads.photo_id
    FROM heads JOIN photos ON photos.id = heads.photo_id;
  INSERT INTO head_search SELECT head_id, name, note, tags, photo FROM head_words;
  CREATE TRIGGER head_search_insert AFTER INSERT ON heads BEGIN
    INSERT INTO head_search SELECT head_id, name, note, tags, photo FROM head_words WHERE head_id = new.id;
  END;
  CREATE TRIGGER head_search_update AFTER UPDATE OF name, note, tags ON heads BEGIN
    DELETE FROM head_search WHERE head_id = old.id;
    INSERT INTO head_search SELECT head_id, name, note, tags, photo FROM head_words WHERE head_id = new.id;
  END;
  CREATE TRIGGER head_search_delete AFTER DELETE ON heads BEGIN
    DELETE FROM head_search WHERE head_id = old.id;
  END;
  CREATE TRIGGER head_search_photo AFTER UPDATE OF name ON photos BEGIN
    DELETE FROM head_search WHERE head_id IN (SELECT id FROM heads WHERE photo_id = new.id);
    INSERT INTO head_search SELECT head_id, name, note, tags, photo FROM head_words WHERE photo_id = new.id;
  END;
  `,
  // 3: the artist's corrections of a photo.
  `
  ALTER TABLE photos ADD COLUMN edits TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(edits));
  `,
  // 4: single views: what a job is for, views of heads with scores, takes and which of them are in use.
  `
  ALTER TABLE jobs ADD COLUMN task TEXT NOT NULL DEFAULT '{"kind":"head","viewSetId":null,"takes":[]}'
    CHECK (json_valid(task));
  ALTER TABLE heads ADD COLUMN views TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(views));
  CREATE TABLE view_sets (
    id TEXT PRIMARY KEY,
    photo_id TEXT NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    -- The job that generated the views; its results are where edits start from, while they are there.
    job_id TEXT UNIQUE REFERENCES jobs(id) ON DELETE SET NULL,
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    rig TEXT NOT NULL CHECK (json_valid(rig)),
    choice TEXT NOT NULL CHECK (json_valid(choice)),
    locked TEXT NOT NULL CHECK (json_valid(locked)),
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX view_sets_by_photo ON view_sets(photo_id);
  CREATE TABLE view_takes (
    id TEXT PRIMARY KEY,
    view_set_id TEXT NOT NULL REFERENCES view_sets(id) ON DELETE CASCADE,
    view INTEGER NOT NULL,
    origin TEXT NOT NULL CHECK (json_valid(origin)),
    image TEXT NOT NULL,
    data TEXT,
    scores TEXT CHECK (scores IS NULL OR json_valid(scores)),
    created_at TEXT NOT NULL,
    trashed_at TEXT
  ) STRICT;
  CREATE INDEX view_takes_by_set ON view_takes(view_set_id);
  `,
];
