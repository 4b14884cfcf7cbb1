/**
 * The library's tables, as a list of steps. Step n takes a file from `user_version` n to n + 1;
 * a step that was ever released is never edited, the next change is a new step.
 *
 * The model's verdicts (`model_verdict`) are one layer and can be computed again; what readers
 * decide is another and gets an append-only log of its own, never a column here.
 */
export const SCHEMA_STEPS: readonly string[] = [
  `
  -- 1 while a program has the library open: still 1 at the next opening after a crash.
  CREATE TABLE session (only INTEGER PRIMARY KEY CHECK (only = 1), open INTEGER NOT NULL) STRICT;
  INSERT INTO session VALUES (1, 0);

  CREATE TABLE recording (
    added INTEGER PRIMARY KEY AUTOINCREMENT,  -- order on the list
    id TEXT NOT NULL UNIQUE,                  -- opaque, what the window knows
    path TEXT NOT NULL,
    part TEXT NOT NULL,                       -- which recording of a file with several
    name TEXT NOT NULL,
    folder TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    modified_ms REAL NOT NULL,
    fingerprint TEXT,                         -- of the content; null until the header was read
    status TEXT NOT NULL CHECK (status IN ('waiting', 'needs-choice', 'classified', 'failed')),
    failure_message TEXT,
    failure_detail TEXT,
    removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
    text_choice TEXT,                         -- JSON, a person's answers
    header TEXT,                              -- JSON, null until it was read
    -- What a row of the list needs of the header, so that listing parses none.
    format TEXT,
    duration_s REAL,
    start TEXT,
    patient_id TEXT,
    leads TEXT,                               -- JSON, names
    sampling_hz REAL,
    note_count INTEGER NOT NULL DEFAULT 0,
    synthetic INTEGER NOT NULL DEFAULT 0,
    UNIQUE (path, part)
  ) STRICT;

  CREATE TABLE model_verdict (
    recording TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    lead INTEGER NOT NULL,
    model_sha256 TEXT NOT NULL,
    start_s BLOB NOT NULL,                    -- float64 little-endian
    end_s BLOB NOT NULL,
    probabilities BLOB NOT NULL,              -- float32 little-endian, windows x outputs
    PRIMARY KEY (recording, lead, model_sha256)
  ) STRICT, WITHOUT ROWID;

  -- What the list shows of them, one row for each reading: listing reads no verdicts.
  CREATE TABLE model_summary (
    recording TEXT NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    model_sha256 TEXT NOT NULL,
    reading TEXT NOT NULL,
    threshold REAL NOT NULL,
    lead INTEGER NOT NULL,
    window_count INTEGER NOT NULL,
    composition TEXT NOT NULL,                -- JSON, seconds of each class
    ribbon BLOB NOT NULL,
    PRIMARY KEY (recording, model_sha256, reading)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE recent_folder (
    path TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    opened_ms REAL NOT NULL
  ) STRICT;

  -- A person's answers about a text file, for the next file of the same shape.
  CREATE TABLE text_choice (
    shape TEXT PRIMARY KEY,
    choice TEXT NOT NULL,
    chosen_ms REAL NOT NULL
  ) STRICT;
  `,
  `
  -- Of every sample, for as long as the recording's fingerprint is the one beside it.
  CREATE TABLE content_digest (
    recording TEXT PRIMARY KEY REFERENCES recording (id) ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    digest TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX content_digest_digest ON content_digest (digest);
  `,
  `
  -- float32 little-endian, one a window; null where the model does not tell.
  ALTER TABLE model_verdict ADD COLUMN unlike BLOB;
  `,
  `
  CREATE TABLE watched_folder (
    path TEXT PRIMARY KEY,
    opened_ms REAL NOT NULL,
    -- Whether what arrives is classified as well: until the reader cancels classifying.
    classify INTEGER NOT NULL CHECK (classify IN (0, 1))
  ) STRICT;
  `,
  `
  ALTER TABLE recording ADD COLUMN failure_code TEXT;
  -- Files of opened folders that belong to no recording.
  CREATE TABLE left_alone (path TEXT PRIMARY KEY, reason TEXT NOT NULL) STRICT;
  `,
  `
  -- JSON, what a person said of leads whose unit the file leaves open.
  ALTER TABLE recording ADD COLUMN unit TEXT;
  -- The same for the next recording of the same shape.
  CREATE TABLE unit_choice (
    shape TEXT PRIMARY KEY,
    choice TEXT NOT NULL,
    chosen_ms REAL NOT NULL
  ) STRICT;
  `,
  `
  -- float32 little-endian, windows x the model's evidence; null where the model gives none.
  ALTER TABLE model_verdict ADD COLUMN evidence BLOB;
  `,
  `
  -- The order on the list, which never changes: the first of ten thousand copies is then one look.
  ALTER TABLE content_digest ADD COLUMN added INTEGER NOT NULL DEFAULT 0;
  UPDATE content_digest SET added = (SELECT added FROM recording WHERE id = recording);
  DROP INDEX content_digest_digest;
  CREATE INDEX content_digest_order ON content_digest (digest, added);
  `,
  `
  -- float32 little-endian, windows x outputs: each window by itself; null where the model judges none
  -- in context. From here on, model_sha256 names the network and how windows are read together.
  ALTER TABLE model_verdict ADD COLUMN alone BLOB;
  `,
  `
  -- JSON, probabilities of the recording as a whole; null where it is too long for one verdict.
  ALTER TABLE model_summary ADD COLUMN whole TEXT;
  -- Names the recording head that gave them; null in rows from before, which are summed up anew.
  ALTER TABLE model_summary ADD COLUMN head TEXT;
  `,
];
