//! Feedback with all that hangs on it, beside plain inserts of the same rows in one transaction.

use super::{Arguments, Ask, Measure, Request, Running, Server};
use crate::{data, scripts};

pub fn created(arguments: &Arguments, cluster: &Running, server: &Server) -> Measure {
    let (list, count) = (server.at("/api/v1/feedback"), arguments.customers);
    let ask: Ask = std::rc::Rc::new(move |number| {
        let (customer, text) = (data::any_customer(number, count), data::text(1 + number % 4999));
        Request::post(list.clone(), data::body_of(&customer, &text, "希望更换房间。"))
    });
    Measure {
        name: "feedback created",
        floors: [Some(1.2), Some(1.5)],
        statements: scripts::statements(cluster, server, &ask),
        script: scripts::registering(cluster, server, count),
        ask,
        verify: None,
    }
}
