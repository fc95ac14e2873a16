import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Groups, their accounts with session and lease, and the audit lines that wait to be passed on.
 *
 * - `free_at` alone says when an account may be leased: `-infinity` never used, the future while it is leased or cooling,
 *   `infinity` out of service. The head of its index is always the account that has been free for the longest.
 * - `account_counts` holds signed changes that are folded now and then: nobody counts a million rows, nobody waits for a counter.
 * - `accounts.group_id` has no foreign key, which would cost an import a look at the group for each row: writers lock the group.
 */
export class MakeAccounts1764060000000 implements MigrationInterface {
  name = 'MakeAccounts1764060000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE account_groups (
        id text CONSTRAINT account_groups_pkey PRIMARY KEY,
        name text NOT NULL,
        site text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz
      );
      CREATE UNIQUE INDEX account_groups_name_site ON account_groups (name, site) WHERE deleted_at IS NULL;

      CREATE TABLE accounts (
        id text CONSTRAINT accounts_pkey PRIMARY KEY,
        group_id text NOT NULL,
        email text NOT NULL,
        email_key text COLLATE "C" NOT NULL,
        password bytea NOT NULL,
        proxy bytea,
        proxy_shown text,
        created_at timestamptz NOT NULL DEFAULT now(),
        session bytea,
        session_etag text,
        session_bytes int,
        session_saved_at timestamptz,
        session_expires_at timestamptz,
        session_saved_by text,
        free_at timestamptz NOT NULL DEFAULT '-infinity',
        lease_id text,
        outcome text
      );
      ALTER TABLE accounts ALTER COLUMN session SET STORAGE EXTERNAL;
      CREATE UNIQUE INDEX accounts_group_email ON accounts (group_id, email_key);
      CREATE INDEX accounts_group_free ON accounts (group_id, free_at, id);
      CREATE INDEX accounts_group_email_saved ON accounts (group_id, email_key) WHERE session_saved_at IS NOT NULL;
      CREATE INDEX accounts_group_free_saved ON accounts (group_id, free_at, id) WHERE session_saved_at IS NOT NULL;

      CREATE TABLE account_leases (
        id text CONSTRAINT account_leases_pkey PRIMARY KEY,
        account_id text NOT NULL,
        key_id text NOT NULL,
        leased_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        request_key text,
        request_hash text
      );
      CREATE UNIQUE INDEX account_leases_request ON account_leases (key_id, request_key) WHERE request_key IS NOT NULL;
      CREATE INDEX account_leases_account ON account_leases (account_id, key_id);
      CREATE INDEX account_leases_expires_at ON account_leases (expires_at);

      CREATE TABLE account_counts (
        group_id text NOT NULL,
        accounts bigint NOT NULL,
        sessions bigint NOT NULL
      );
      CREATE INDEX account_counts_group ON account_counts (group_id);

      CREATE TABLE audit_lines (
        id text CONSTRAINT audit_lines_pkey PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        actor text NOT NULL,
        action text NOT NULL,
        target text,
        address text
      )`);
    await runner.query(COUNT_CHANGES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE audit_lines, account_counts, account_leases, accounts, account_groups;
      DROP FUNCTION count_new_accounts, count_gone_accounts, count_changed_account`);
  }
}

/** Whole statements are counted as one, COPY too; changes row by row, and only those that matter: a lease is none of them. */
const COUNT_CHANGES = `
  CREATE FUNCTION count_new_accounts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO account_counts SELECT group_id, count(*), count(session_saved_at) FROM added GROUP BY group_id;
    RETURN NULL;
  END $$;
  CREATE TRIGGER accounts_added AFTER INSERT ON accounts REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION count_new_accounts();

  CREATE FUNCTION count_gone_accounts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO account_counts SELECT group_id, -count(*), -count(session_saved_at) FROM gone GROUP BY group_id;
    RETURN NULL;
  END $$;
  CREATE TRIGGER accounts_gone AFTER DELETE ON accounts REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION count_gone_accounts();

  CREATE FUNCTION count_changed_account() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO account_counts VALUES
      (OLD.group_id, -1, -(OLD.session_saved_at IS NOT NULL)::int),
      (NEW.group_id, 1, (NEW.session_saved_at IS NOT NULL)::int);
    RETURN NULL;
  END $$;
  CREATE TRIGGER accounts_changed AFTER UPDATE ON accounts FOR EACH ROW
    WHEN (OLD.group_id <> NEW.group_id OR (OLD.session_saved_at IS NULL) <> (NEW.session_saved_at IS NULL))
    EXECUTE FUNCTION count_changed_account()`;
