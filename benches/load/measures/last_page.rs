//! The last page beside the first: a list costs the same wherever one is in it.

use super::{Request, Server};
use crate::http;

/// How many pages are turned at most.
const PAGES: usize = 10_000;
/// How often a page is asked for.
const TIMES: usize = 300;

pub fn compare(server: &Server) {
    let authorization = server.authorization();
    let first = server.at("/api/v1/feedback?limit=50");
    let (last, pages) = http::turn(&authorization, &first, PAGES);
    let time = |url: &str| {
        http::repeat(&authorization, TIMES, &move |_: usize| Request::get(url.to_owned())).within(0.5)
    };
    time(&first);
    let (near, far) = (time(&first), time(&last));
    println!("\npage {pages} / page 1: {far:.2} ms / {near:.2} ms = {:.2} (floor 1.5)", far / near);
}
