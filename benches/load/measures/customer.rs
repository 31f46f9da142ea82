//! A customer by id, another one each time.

use super::{Arguments, Ask, Measure, Request, Running, Server};
use crate::{data, scripts};

pub fn by_id(arguments: &Arguments, cluster: &Running, server: &Server) -> Measure {
    let (list, count) = (server.at("/api/v1/customers/"), arguments.customers);
    let ask: Ask =
        std::rc::Rc::new(move |number| Request::get(format!("{list}{}", data::any_customer(number, count))));
    let statements = scripts::statements(cluster, server, &ask);
    let id = data::customer_id(":i::bigint");
    Measure {
        name: "customer by id",
        floors: [Some(0.5), Some(0.6)],
        // a batch of one: the same statement, whose parameter is a list
        script: scripts::reading(&statements, count, &[&format!("ARRAY[{id}]")]),
        ask,
        statements,
        verify: None,
    }
}
