use super::{Facts, Refusal, Standing, StatusExt, Step, after, may};
use crate::{platform::codes::Codes, vocabulary::Status};

fn facts(status: Status) -> Facts {
    Facts {
        status,
        outcome: None,
        round: 1,
        level: 0,
        other_handler: false,
        handler_active: true,
        second_person: true,
        in_department: true,
        answerable: true,
        replied: false,
        replied_rounds: 0,
        reopenable: true,
    }
}

/// Everybody at once, save the proposer: what is refused then is refused by the machine.
fn everybody() -> Standing {
    Standing {
        admin: true,
        service: true,
        handler: true,
        department: true,
        head: true,
        approver: true,
        top: true,
        ..Standing::default()
    }
}

#[test]
fn the_machine_cell_by_cell() {
    let mut grid = String::new();
    for status in Status::ALL {
        let steps: Vec<String> =
            Step::ALL.iter().filter_map(|step| Some(format!("{step}>{}", after(*status, *step)?))).collect();
        grid.push_str(&format!("{status}: {}\n", steps.join(" ")));
    }
    insta::assert_snapshot!(grid);
}

#[test]
fn what_the_machine_lacks_is_an_invalid_transition_for_everybody() {
    for status in Status::ALL {
        for step in Step::ALL {
            let refused = may(*step, everybody(), facts(*status));
            match after(*status, *step) {
                None => assert_eq!(refused, Err(Refusal::InvalidTransition), "{status} {step}"),
                Some(_) => assert_ne!(refused, Err(Refusal::InvalidTransition), "{status} {step}"),
            }
        }
    }
}

#[test]
fn a_stranger_may_do_nothing() {
    for status in Status::ALL {
        for step in Step::ALL {
            let refused = may(*step, Standing::default(), facts(*status));
            assert_eq!(refused, Err(Refusal::NotYours), "{status} {step}");
        }
    }
}

#[test]
fn every_open_status_has_a_way_out_and_every_status_is_reached() {
    for status in Status::ALL {
        let leaves = Step::ALL.iter().any(|step| after(*status, *step).is_some_and(|to| to != *status));
        assert_eq!(leaves, status.is_open() || *status == Status::Closed, "{status}");
    }
}

#[test]
fn nobody_decides_on_their_own_plan_not_even_an_administrator() {
    let proposer = Standing { proposer: true, ..everybody() };
    let refused = may(Step::Approve, proposer, facts(Status::PendingApproval));
    assert_eq!(refused, Err(Refusal::OwnPlan));
    assert_eq!(may(Step::Withdraw, proposer, facts(Status::PendingApproval)), Ok(()));
}
