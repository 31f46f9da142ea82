//! Points earned and redeemed, beside plain inserts and updates of the same rows in one transaction.

use super::{Arguments, Ask, Measure, Running, Server};
use crate::{points, scripts};
use std::rc::Rc;

pub fn earned(arguments: &Arguments, cluster: &Running, server: &Server) -> Measure {
    let (at, accounts) = (server.at(""), accounts(arguments));
    let ask: Ask = Rc::new(move |number| points::earning(&at, points::ours(number, accounts)));
    Measure {
        name: "points earned",
        floors: [Some(1.3), Some(1.4)],
        statements: scripts::statements(cluster, server, &ask),
        script: scripts::earning(cluster, server, accounts),
        ask,
        verify: None,
    }
}

pub fn earned_by_one(_: &Arguments, cluster: &Running, server: &Server) -> Measure {
    let at = server.at("");
    let ask: Ask = Rc::new(move |_| points::earning(&at, points::OURS));
    Measure {
        name: "earned by one account",
        floors: [Some(1.0), Some(2.0)],
        statements: scripts::statements(cluster, server, &ask),
        script: scripts::earning(cluster, server, 1),
        ask,
        verify: Some(points::verify_first),
    }
}

pub fn redeemed(arguments: &Arguments, cluster: &Running, server: &Server) -> Measure {
    let (at, accounts) = (server.at(""), accounts(arguments));
    let ask: Ask = Rc::new(move |number| points::redeeming(&at, points::ours(number, accounts)));
    Measure {
        name: "points redeemed",
        floors: [None, None],
        statements: scripts::statements(cluster, server, &ask),
        script: scripts::redeeming(cluster, server, accounts),
        ask,
        verify: None,
    }
}

/// Returns how many accounts each side has that have earned before.
fn accounts(arguments: &Arguments) -> i64 {
    arguments.customers.min(arguments.earnings) / 2
}
