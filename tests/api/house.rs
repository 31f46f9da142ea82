//! The rules of the house that no compiler checks: who may import whom, who may ask for the time, sizes.

use crate::support::source::{Source, sources, tests};

/// Slices, from the ground up: each may knock at the doors of those before it, and everybody may name ids.
const FLOORS: &[&str] = &[
    "vocabulary",
    "calendars",
    "staff",
    "departments",
    "api_keys",
    "sla",
    "routing",
    "settings",
    "customers",
    "loyalty",
    "orders",
    "feedback",
    "sessions",
    "track",
    "work",
    "audits",
    "profiles",
    "imports",
    "jobs",
    "operations",
    "demo",
    "labels",
    "openapi",
];

/// The rooms behind a slice's front door.
const ROOMS: &[&str] = &["api", "wire", "domain", "actions", "store"];

/// Files that may break one rule, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("src/platform/codes.rs", "diesel", "codes travel to columns by a macro"),
    ("src/platform/ids.rs", "diesel", "ids travel to columns by a macro"),
    ("src/platform/text.rs", "diesel", "bounded text travels to columns by a macro"),
    ("src/platform/http/asked.rs", "ids", "ids of requests are not ids of rows"),
    ("src/operations/readiness.rs", "time", "the age of an answer is no date"),
    ("src/operations/readiness.rs", "instant", "how long an answer holds is no rule of anybody's"),
];

#[test]
fn the_database_is_spoken_to_in_stores_alone() {
    forbid("diesel", &["diesel::", "diesel_migrations"], |file| {
        file.is_room("store") || file.within("platform/db") || file.path == "src/schema.rs"
    });
}

#[test]
fn http_is_spoken_at_the_edge_alone() {
    forbid(
        "actix",
        // `utoipa_actix_web` is how every slice says its routes
        &[" actix_web::", "(actix_web::", "actix_multipart", "HttpResponse"],
        |file| {
            file.is_room("api")
                || ["platform/http", "platform/auth", "serve"].iter().any(|room| file.within(room))
                || ["src/app.rs", "src/main.rs"].contains(&file.path.as_str())
        },
    );
}

#[test]
fn the_rules_of_a_slice_know_nobody() {
    let never = ["diesel::", "actix", "serde_json::Value", "platform/db", "PgConnection"];
    forbid("domain", &never, |file| !file.is_room("domain"));
    // a role is a code like others
    let outside = |path: &&String| {
        *path != "crate::platform::auth::Role"
            && ["crate::schema", "crate::platform::db", "crate::platform::auth"]
                .iter()
                .any(|no| path.starts_with(no))
    };
    let found = sources().into_iter().filter(|file| file.is_room("domain")).flat_map(|file| {
        let bad: Vec<String> = file.imports().into_iter().filter(|p| outside(&p)).collect();
        bad.into_iter().map(move |path| format!("{}: {path}", file.path))
    });
    nothing(found.collect());
}

#[test]
fn the_ground_floor_knows_no_slice() {
    let mut found = Vec::new();
    for file in sources().iter().filter(|file| file.within("platform")) {
        let named = file.imports().into_iter().filter(|path| slice_of(path).is_some());
        found.extend(named.map(|path| format!("{}: {path}", file.path)));
    }
    nothing(found);
}

#[test]
fn slices_meet_at_their_front_doors() {
    let mut found = Vec::new();
    for file in sources() {
        let own = file.slice();
        for path in file.imports() {
            let room = path.split("::").nth(2).unwrap_or_default();
            let other = slice_of(&path).filter(|slice| Some(*slice) != own);
            if other.is_some_and(|slice| ROOMS.contains(&room) && !is_door(slice, room)) {
                found.push(format!("{}: {path}", file.path));
            }
        }
    }
    nothing(found);
}

#[test]
fn doors_form_no_cycle() {
    let floor = |slice: &str| FLOORS.iter().position(|s| *s == slice);
    let mut found = Vec::new();
    for file in sources() {
        let Some(own) = file.slice() else { continue };
        assert!(floor(own).is_some(), "the slice {own} needs a floor in FLOORS");
        for path in file.imports() {
            let up = slice_of(&path).is_some_and(|slice| floor(slice) > floor(own));
            if up && !path.ends_with("Id") {
                found.push(format!("{}: {path}", file.path));
            }
        }
    }
    nothing(found);
}

#[test]
fn one_room_reads_the_environment() {
    forbid("environment", &["std::env", "env::var", "option_env!"], |file| {
        file.path.starts_with("src/platform/config")
    });
}

#[test]
fn one_room_asks_what_time_it_is() {
    let never = ["Utc::now", "Local::now", "SystemTime::now", "dsl::now", "CURRENT_TIMESTAMP", " now()"];
    forbid("time", &never, |file| file.path == "src/platform/clock.rs" || file.within("platform/db"));
    // a monotonic clock measures how long something takes, which no rule may depend on
    forbid("instant", &["Instant::now"], |file| {
        file.within("platform") || file.within("serve") || file.path.contains("/tests/")
    });
    forbid("ids", &["Uuid::now_v7"], |file| file.path == "src/platform/ids.rs");
}

#[test]
fn every_handler_knows_its_caller() {
    let mut found = Vec::new();
    for file in sources() {
        for annotated in file.code.split("#[utoipa::path(").skip(1) {
            let Some((annotation, rest)) = annotated.split_once("async fn ") else {
                continue;
            };
            let (name, arguments) = rest.split_once('(').unwrap();
            let first = arguments.split([',', ')']).next().unwrap();
            let public = annotation.contains("security(())");
            if public == first.trim_end().ends_with(": Caller") {
                found.push(format!("{} {name}", file.path));
            }
        }
    }
    nothing(found);
}

#[test]
fn actions_build_no_answers() {
    forbid("answers", &["Reply<", "Reply::", "StatusCode"], |file| !file.is_room("actions"));
}

#[test]
fn nothing_is_printed_or_hushed() {
    forbid("prints", &["println!", "print!(", "#[allow(", "#![allow("], |_| false);
}

#[test]
fn files_and_functions_stay_small() {
    let mut found = Vec::new();
    for file in sources().into_iter().chain(tests()) {
        let lines: Vec<&str> = file.text.lines().collect();
        if file.path == "src/schema.rs" {
            continue;
        }
        // tests are sentences, of which there may be more
        let most = if file.path.starts_with("tests/") { 500 } else { 300 };
        if lines.len() > most && !excepted(&file, "size") {
            found.push(format!("{} has {} lines", file.path, lines.len()));
        }
        for (start, line) in lines.iter().enumerate() {
            let head = line.trim_start();
            let indent = &line[..line.len() - head.len()];
            let is_function = head.starts_with("fn ") || (head.contains(" fn ") && !head.starts_with("//"));
            if !is_function || head.ends_with('}') || head.ends_with(';') {
                continue;
            }
            let end = format!("{indent}}}");
            let length = lines[start..].iter().position(|line| *line == end).unwrap_or(0) + 1;
            if length > 50 {
                found.push(format!("{}:{} {head} has {length} lines", file.path, start + 1));
            }
        }
    }
    nothing(found);
}

#[test]
fn every_exception_is_needed() {
    let all = sources();
    for (path, rule, _) in EXCEPTIONS {
        assert!(all.iter().any(|file| file.path == *path), "{path} is gone: {rule}");
    }
}

fn forbid(rule: &str, never: &[&str], may: impl Fn(&Source) -> bool) {
    let mut found = Vec::new();
    for file in sources().iter().filter(|file| !may(file) && !excepted(file, rule)) {
        for (number, line) in file.code.lines().enumerate() {
            let bad = never.iter().filter(|text| line.contains(*text));
            found.extend(bad.map(|text| format!("{}:{} {text}", file.path, number + 1)));
        }
    }
    nothing(found);
}

/// Returns whether the slice itself opens that room to all.
fn is_door(slice: &str, room: &str) -> bool {
    let front = format!("src/{slice}/mod.rs");
    let all = sources();
    let front = all.iter().find(|file| file.path == front);
    front.is_some_and(|file| file.code.contains(&format!("pub mod {room};")))
}

fn excepted(file: &Source, rule: &str) -> bool {
    EXCEPTIONS.iter().any(|(path, broken, _)| *broken == rule && file.path == *path)
}

#[track_caller]
fn nothing(found: Vec<String>) {
    assert!(found.is_empty(), "{found:#?}");
}

/// Returns the slice that a path leads to.
fn slice_of(path: &str) -> Option<&str> {
    path.split("::").nth(1).filter(|name| FLOORS.contains(name))
}
