import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Imports, the pieces of their files, what they found, and what accounts were before them.
 *
 * `accounts.import_id` names the import that wrote a row last, and is emptied by whoever changes the account later: an undo leaves
 * alone what is no longer its own.
 */
export class MakeImports1764250000000 implements MigrationInterface {
  name = 'MakeImports1764250000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE accounts ADD COLUMN import_id text;

      CREATE TABLE imports (
        id text CONSTRAINT imports_pkey PRIMARY KEY,
        key_id text NOT NULL,
        caller jsonb NOT NULL,
        group_id text,
        dry_run boolean NOT NULL,
        shape jsonb NOT NULL,
        pieces int NOT NULL DEFAULT 0,
        bytes bigint NOT NULL DEFAULT 0,
        line_bytes int NOT NULL DEFAULT 0,
        begun boolean NOT NULL DEFAULT false,
        status text NOT NULL DEFAULT 'queued',
        total bigint,
        processed bigint NOT NULL DEFAULT 0,
        created bigint NOT NULL DEFAULT 0,
        updated bigint NOT NULL DEFAULT 0,
        unchanged bigint NOT NULL DEFAULT 0,
        rejected bigint NOT NULL DEFAULT 0,
        code text,
        detail text,
        group_ids text[] NOT NULL DEFAULT '{}',
        made_group_ids text[] NOT NULL DEFAULT '{}',
        undo_wanted boolean NOT NULL DEFAULT false,
        fence bigint NOT NULL DEFAULT 0,
        claimed_until timestamptz NOT NULL DEFAULT '-infinity',
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        finished_at timestamptz
      );
      CREATE INDEX imports_waiting ON imports (id) WHERE begun AND (status IN ('queued', 'running') OR undo_wanted);

      CREATE TABLE import_pieces (
        import_id text NOT NULL,
        number int NOT NULL,
        bytes bytea NOT NULL,
        CONSTRAINT import_pieces_pkey PRIMARY KEY (import_id, number)
      );
      ALTER TABLE import_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;

      CREATE TABLE import_rejects (
        import_id text NOT NULL,
        number bigint NOT NULL,
        line bigint NOT NULL,
        code text NOT NULL,
        message text NOT NULL,
        raw bytea NOT NULL,
        CONSTRAINT import_rejects_pkey PRIMARY KEY (import_id, number)
      );

      CREATE TABLE import_changes (
        import_id text NOT NULL,
        group_key text NOT NULL,
        email_key text COLLATE "C" NOT NULL,
        line bigint NOT NULL,
        change jsonb NOT NULL,
        wanted bytea NOT NULL,
        CONSTRAINT import_changes_pkey PRIMARY KEY (import_id, group_key, email_key)
      );
      CREATE INDEX import_changes_line ON import_changes (import_id, line);

      CREATE TABLE import_befores (
        import_id text NOT NULL,
        account_id text NOT NULL,
        email text NOT NULL,
        password bytea NOT NULL,
        proxy bytea,
        proxy_shown text,
        session bytea,
        session_etag text,
        session_bytes int,
        session_saved_at timestamptz,
        session_expires_at timestamptz,
        session_saved_by text,
        before_import_id text,
        CONSTRAINT import_befores_pkey PRIMARY KEY (import_id, account_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE import_befores, import_changes, import_rejects, import_pieces, imports;
      ALTER TABLE accounts DROP COLUMN import_id`);
  }
}
