//! A customer by id, another one each time.

use super::{Arguments, Ask, Measure, Running, Server, get};
use crate::{data, scripts};

pub fn by_id(arguments: &Arguments, cluster: &Running, server: &Server) -> Measure {
    let (list, count) = (server.at("/api/v1/customers/"), arguments.customers);
    let ask: Ask = std::rc::Rc::new(move |number| get(format!("{list}{}", scattered(number, count))));
    let statements = scripts::statements(cluster, server, &ask);
    let id = data::customer_id(":i::bigint");
    Measure {
        name: "customer by id",
        floors: [Some(0.5), Some(0.6)],
        // a batch of one: the same statement, whose parameter is a list
        script: scripts::reading(&statements, count, &[&format!("ARRAY[{id}]")]),
        ask,
        statements,
    }
}

/// Returns the id of a generated customer, another one each time.
pub fn scattered(number: usize, count: i64) -> String {
    let count = usize::try_from(count).unwrap();
    let chosen = 1 + number.wrapping_mul(2_654_435_761) % count;
    format!("00000000-0000-7000-8000-{chosen:012x}")
}
