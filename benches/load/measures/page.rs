//! The first page of the list of feedback.

use super::{Arguments, Ask, Measure, Request, Running, Server};
use crate::scripts;

pub fn of_feedback(arguments: &Arguments, cluster: &Running, server: &Server) -> Measure {
    let list = server.at("/api/v1/feedback?limit=50");
    let ask: Ask = std::rc::Rc::new(move |_| Request::get(list.clone()));
    let statements = scripts::statements(cluster, server, &ask);
    let values = ["ARRAY['confirmation', 'progress']", "now()", "'replied'", "now()", "51"];
    Measure {
        name: "page of 50 feedback",
        floors: [Some(0.5), None],
        script: scripts::reading(&statements, arguments.customers, &values),
        ask,
        statements,
        verify: None,
    }
}
