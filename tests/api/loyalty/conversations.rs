//! A server and the model, asked the same: the answers, every entry, every balance, now and as of then.

use super::{
    agreement::{START, same, story},
    lines::of_model,
    model::{Command, Model, Settings},
    random::{ACCOUNTS, Draw, Drawn, draw, settings},
    served::Served,
};
use crate::support::App;
use chrono::TimeDelta;
use proptest::{
    collection::vec,
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// How many commands one conversation has.
const LONG: usize = 100;
/// After how many commands all entries are compared.
const OFTEN: usize = 10;

/// Talks about one random history.
async fn converse(seed: u8) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let drawn = (settings(), vec(draw(), LONG)).new_tree(&mut runner).unwrap();
    let (settings, draws): (Settings, Vec<Draw>) = drawn.current();
    let app = App::start().await;
    app.set_time(START);
    let mut model = Model::new(settings, app.now(), ACCOUNTS);
    let mut served = Served::new(&app, ACCOUNTS).await;
    served.change(&settings).await;
    for (at, draw) in draws.iter().enumerate() {
        let mut said = exchange(draw, &mut model, &mut served, &app).await;
        if said.is_ok() && (at % OFTEN == 0 || at + 1 == LONG) {
            said = same(&of_model::lines(&model.book, 0), &served.lines(), "entries");
        }
        if said.is_ok() {
            said = compare_balances(at, &model, &served).await;
        }
        if let Err(reason) = said {
            panic!("seed {seed}: {reason}\nafter {}", story(settings, &draws[..=at]));
        }
    }
}

/// Asks both the same.
async fn exchange(draw: &Draw, model: &mut Model, served: &mut Served<'_>, app: &App) -> Result<(), String> {
    match draw.resolve(&model.book) {
        Drawn::Command(Command::MigrateIn { account, amount, source, occurred_at }) => {
            let command = Command::Earn { account, amount, source, occurred_at };
            same(&outcome(model, command), &served.run(command).await, "the outcome")
        }
        Drawn::Command(Command::Settle { .. }) => {
            if served.settle() {
                for account in 0..ACCOUNTS {
                    model.run(Command::Settle { account }).unwrap();
                }
            }
            Ok(())
        }
        Drawn::Command(command @ (Command::Link { .. } | Command::Unlink { .. })) => {
            link(command, model, served);
            Ok(())
        }
        Drawn::Command(command @ (Command::Reverse { entry, .. } | Command::Activate { entry })) => {
            let (place, action) = match command {
                Command::Reverse { .. } => (of_model::place(&model.book, entry), "reverse"),
                _ => (of_model::place(&model.book, entry), "activate"),
            };
            let expected = outcome(model, command);
            same(&expected, &served.step(place, action, command.amount()).await, "the outcome")
        }
        Drawn::Command(command) => {
            let expected = outcome(model, command);
            same(&expected, &served.run(command).await, "the outcome")
        }
        Drawn::SetTime(now) => {
            model.set_time(now);
            app.parts.clock.set(now);
            Ok(())
        }
        Drawn::Change(settings) => {
            model.book.settings = settings;
            served.change(&settings).await;
            Ok(())
        }
        Drawn::Nothing => Ok(()),
    }
}

/// Links or separates two accounts that have entries, all that is due posted before.
fn link(command: Command, model: &mut Model, served: &Served<'_>) {
    let has_entries = |account: usize| model.book.entries.iter().any(|entry| entry.account == account);
    let is_possible = match command {
        Command::Link { account, into } => has_entries(account) && has_entries(into),
        _ => true,
    };
    if !is_possible || !served.settle() {
        return;
    }
    for account in 0..ACCOUNTS {
        model.run(Command::Settle { account }).unwrap();
    }
    if model.run(command).is_ok() {
        served.link(&(0..ACCOUNTS).map(|account| model.book.root(account)).collect::<Vec<_>>());
    }
}

fn outcome(model: &mut Model, command: Command) -> Result<(), String> {
    model.run(command).map(drop).map_err(str::to_owned)
}

/// Compares what one customer has now, and had at some past instant.
async fn compare_balances(step: usize, model: &Model, served: &Served<'_>) -> Result<(), String> {
    let account = step % ACCOUNTS;
    let group = model.book.group(account);
    let now = model.book.now;
    let expected = (model.balance(&group), model.expiring_at(&group, now));
    same(&expected, &served.balance(account, None).await, &format!("what {account} has"))?;
    let Some(entry) = model.book.entries.get(step * 7 % model.book.entries.len().max(1)) else {
        return Ok(());
    };
    // at a command, just before it, or between what happened and when that was recorded
    let then = match step % 3 {
        0 => entry.recorded_at,
        1 => entry.recorded_at - TimeDelta::milliseconds(1),
        _ => entry.occurred_at + (entry.recorded_at - entry.occurred_at) / 2,
    };
    let then = chrono::SubsecRound::trunc_subsecs(then, 3);
    let expected = (model.balance_at(&group, then), model.expiring_at(&group, then));
    same(&expected, &served.balance(account, Some(then)).await, &format!("what {account} had at {then}"))
}

/// Holds conversations from this one on: more on request.
async fn converse_from(first: u8) {
    let more: u8 = std::env::var("TEST_LEDGER_CONVERSATIONS").map_or(3, |text| text.parse().unwrap());
    for seed in first..first + more {
        converse(seed).await;
    }
}

#[actix_web::test]
async fn a_server_and_the_model_agree() {
    converse_from(10).await;
}

#[actix_web::test]
async fn another_server_and_the_model_agree() {
    converse_from(100).await;
}
