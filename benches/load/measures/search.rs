//! A rare Chinese word of two characters, beside what a database without an index must do for it.

use super::{Arguments, Request, Running, Server};
use crate::{data::RARE, http, pgbench};

/// How often the search is asked for.
const TIMES: usize = 300;

pub fn compare(arguments: &Arguments, cluster: &Running, server: &Server) {
    let authorization = server.authorization();
    let word: String = RARE.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let url = server.at(&format!("/api/v1/feedback?limit=50&q={word}"));
    let ask = move |_: usize| Request::get(url.clone());
    http::repeat(&authorization, TIMES, &ask);
    let ours = http::repeat(&authorization, TIMES, &ask).within(0.5);
    let script = format!(
        "SELECT f.id, f.number, f.status, d.description FROM feedback f JOIN feedback_detail d ON d.feedback_id = f.id
         WHERE concat_ws(' ', d.subject, d.description, d.demand) ILIKE '%{RARE}%'
         ORDER BY f.registered_at DESC, f.id DESC LIMIT 50;"
    );
    let theirs = 1000.0 / pgbench::run(cluster, &script, 1, arguments.seconds.max(4));
    println!(
        "rare word, ILIKE / search: {theirs:.1} ms / {ours:.2} ms = {:.0} (floor 200 at 2M rows)",
        theirs / ours
    );
}
