//! Every migration goes up, down and up again, and `src/schema.rs` says what the database is.

use crate::support::postgres::Database;
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    migration::{Migration, MigrationSource},
    pg::Pg,
    sql_query,
    sql_types::Text,
};
use diesel_migrations::MigrationHarness;
use hearback::platform::db::migrate::{self, MIGRATIONS, MigrateError};
use std::{fs, path::Path, thread};

/// Everything that a migration can make, one line each.
const CATALOGUE: &str = "
    WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname = 'public')
    SELECT format('column %s.%s %s %s default %s comment %s', c.relname, a.attname,
               format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
               pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)) AS line
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN ours ON ours.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'm', 'p')
    UNION ALL SELECT format('%s %s %s %s %s', c.relkind, c.relname, 
               coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN \"char\" 's' ELSE 'r' END, c.relowner)), c.reloptions, obj_description(c.oid, 'pg_class'))
    FROM pg_class c JOIN ours ON ours.oid = c.relnamespace
    UNION ALL SELECT format('constraint %s %s', x.conname, pg_get_constraintdef(x.oid))
    FROM pg_constraint x JOIN ours ON ours.oid = x.connamespace
    UNION ALL SELECT pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN ours ON ours.oid = c.relnamespace
    UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT t.tgisinternal
    UNION ALL SELECT pg_get_functiondef(p.oid)
    FROM pg_proc p JOIN ours ON ours.oid = p.pronamespace WHERE p.prokind IN ('f', 'p')
    UNION ALL SELECT format('type %s', t.typname) FROM pg_type t JOIN ours ON ours.oid = t.typnamespace
    UNION ALL SELECT format('extension %s', extname) FROM pg_extension
    ORDER BY 1";

#[test]
fn every_migration_goes_up_and_down_and_up_again() {
    let database = Database::empty();
    let mut connection = database.connect();
    // diesel's own table is made by the first look at it
    connection.applied_migrations().unwrap();

    while connection.has_pending_migration(MIGRATIONS).unwrap() {
        let before = catalogue(&mut connection);
        let name = connection.run_next_migration(MIGRATIONS).unwrap().to_string();
        let after = catalogue(&mut connection);
        connection.revert_last_migration(MIGRATIONS).unwrap();
        assert_same(&before, &catalogue(&mut connection), &format!("{name} down"));
        connection.run_next_migration(MIGRATIONS).unwrap();
        assert_same(&after, &catalogue(&mut connection), &format!("{name} up again"));
    }

    connection.revert_all_migrations(MIGRATIONS).unwrap();
    let left: Vec<_> = catalogue(&mut connection)
        .into_iter()
        .filter(|line| !line.contains("__diesel") && !line.contains("plpgsql"))
        .collect();
    assert!(left.is_empty(), "left behind: {left:#?}");
}

#[test]
fn schema_rs_says_what_the_database_is() {
    let database = Database::new();
    let rows: Vec<Line> = sql_query(
        "SELECT format('%s.%s -> %s', c.relname, a.attname, CASE WHEN a.attnotnull THEN t.typname
             ELSE format('Nullable<%s>', t.typname) END) AS line
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
         JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
         JOIN pg_type t ON t.oid = a.atttypid
         WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relname NOT LIKE '\\_\\_diesel%'
         ORDER BY c.relname COLLATE \"C\", a.attnum",
    )
    .load(&mut database.connect())
    .unwrap();
    let migrated: Vec<String> = rows.into_iter().map(|row| row.line).collect();

    let written = columns(&fs::read_to_string(root().join("src/schema.rs")).unwrap());

    assert_same(&migrated, &written, "src/schema.rs");
}

#[test]
fn no_constraint_has_a_number_for_a_name() {
    let database = Database::new();
    let rows: Vec<Line> = sql_query(
        "SELECT conname::text AS line FROM pg_constraint x JOIN pg_namespace n ON n.oid = x.connamespace
         WHERE n.nspname = 'public' AND (conname ~ '[0-9]$' OR length(conname) > 62)",
    )
    .load(&mut database.connect())
    .unwrap();

    let numbered: Vec<String> = rows.into_iter().map(|row| row.line).collect();

    assert!(numbered.is_empty(), "name these by hand: {numbered:#?}");
}

#[test]
fn every_foreign_key_has_an_index_and_says_what_a_deletion_does() {
    let database = Database::new();
    let rows: Vec<Line> = sql_query(
        "SELECT format('%s of %s', x.conname, x.conrelid::regclass) AS line FROM pg_constraint x
         JOIN pg_namespace n ON n.oid = x.connamespace AND n.nspname = 'public'
         WHERE x.contype = 'f' AND (x.confdeltype = 'a' OR NOT EXISTS (
             SELECT FROM pg_index i WHERE i.indrelid = x.conrelid AND i.indkey[0] = ANY (x.conkey)))",
    )
    .load(&mut database.connect())
    .unwrap();

    let bare: Vec<String> = rows.into_iter().map(|row| row.line).collect();

    assert!(bare.is_empty(), "no index, or no ON DELETE: {bare:#?}");
}

#[test]
fn six_servers_migrate_one_empty_database() {
    let database = Database::empty();
    let known: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().unwrap();
    assert!(
        matches!(migrate::check(&database.url), Err(MigrateError::Older(names)) if names.len() == known.len())
    );

    let racers: Vec<_> = (0..6)
        .map(|_| {
            let url = database.url.clone();
            thread::spawn(move || migrate::run(&url).unwrap())
        })
        .collect();
    let ran: Vec<String> = racers.into_iter().flat_map(|racer| racer.join().unwrap()).collect();

    assert_eq!(ran.len(), known.len());
    migrate::check(&database.url).unwrap();
}

#[test]
fn a_database_that_is_newer_than_the_program_is_named() {
    let database = Database::new();
    sql_query("INSERT INTO __diesel_schema_migrations VALUES ('2099', now())")
        .execute(&mut database.connect())
        .unwrap();

    let newer = migrate::check(&database.url).unwrap_err();

    assert!(matches!(newer, MigrateError::Newer(names) if names == ["2099"]));
    assert!(migrate::run(&database.url).unwrap().is_empty());
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn catalogue(connection: &mut PgConnection) -> Vec<String> {
    let rows: Vec<Line> = sql_query(CATALOGUE).load(connection).unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

#[track_caller]
fn assert_same(wanted: &[String], found: &[String], what: &str) {
    let lost: Vec<_> = wanted.iter().filter(|line| !found.contains(line)).collect();
    let gained: Vec<_> = found.iter().filter(|line| !wanted.contains(line)).collect();
    assert!(lost.is_empty() && gained.is_empty(), "{what}: lost {lost:#?}, gained {gained:#?}");
    assert_eq!(wanted, found, "{what}: the order differs");
}

/// Returns `table.column -> type` for each line of the `table!`s, with PostgreSQL's names of the types.
fn columns(source: &str) -> Vec<String> {
    let mut table = String::new();
    let mut found = Vec::new();
    for line in source.lines().map(str::trim) {
        if let Some(name) = line.strip_suffix(") {").and_then(|head| head.split(" (").next()) {
            table = name.to_owned();
        } else if let Some((column, of)) = line.strip_suffix(',').and_then(|l| l.split_once(" -> ")) {
            // diesel's name for a column that is called as a keyword of Rust
            let column = column.trim_end_matches('_');
            found.push(format!("{table}.{column} -> {}", postgres_name(of)));
        }
    }
    found
}

fn postgres_name(of: &str) -> String {
    let inside = |name: &str| of.strip_prefix(name)?.strip_prefix('<')?.strip_suffix('>');
    if let Some(inner) = inside("Nullable") {
        return format!("Nullable<{}>", postgres_name(inner));
    }
    if let Some(inner) = inside("Array") {
        return format!("_{}", postgres_name(inner));
    }
    of.to_lowercase()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
