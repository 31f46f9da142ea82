//! The real rules and the model, command by command.

use super::{
    core::Core,
    lines::{of_core, of_model},
    model::{Model, Settings},
    random::{ACCOUNTS, Draw, Drawn, draw, settings},
};
use proptest::{
    collection::vec,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};

/// When every history begins: clocks change soon after, in three of the zones.
pub const START: &str = "2026-03-20T10:00:00Z";
/// How many commands one history has at most.
const LONG: usize = 100;

/// Compares histories, so many commands in all, until both ledgers differ; then says the shortest that does.
fn compare(seed: u8, commands: usize, is_narrow: bool) {
    // a history has half as many on average
    let cases = u32::try_from(commands.div_ceil(LONG / 2)).unwrap();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let found = runner.run(&(settings(), vec(draw(), 1..=LONG)), |(settings, draws)| {
        agree(settings, &draws, is_narrow).map_err(|(_, reason)| TestCaseError::fail(reason))
    });
    if let Err(TestError::Fail(reason, (settings, draws))) = found {
        let (at, _) = agree(settings, &draws, is_narrow).unwrap_err();
        panic!("{reason}\nafter {}", story(settings, &draws[..=at]));
    }
    found.unwrap();
}

/// Plays one history on both sides; says at which draw they part.
fn agree(settings: Settings, draws: &[Draw], is_narrow: bool) -> Result<(), (usize, String)> {
    let mut model = Model::new(settings, START.parse().unwrap(), ACCOUNTS);
    let mut core = Core::new(model.book.now, ACCOUNTS, is_narrow);
    for (at, draw) in draws.iter().enumerate() {
        play(draw, &mut model, &mut core).map_err(|reason| (at, reason))?;
    }
    model.book.check();
    Ok(())
}

/// Lets both sides do the same, and looks whether they then stand alike.
fn play(draw: &Draw, model: &mut Model, core: &mut Core) -> Result<(), String> {
    let known = model.book.entries.len();
    match draw.resolve(&model.book) {
        Drawn::Command(command) => {
            let settings = model.book.settings;
            let expected = model.run(command).map(drop);
            // accounts are linked by others; the ledger itself refuses nothing there
            if expected != Err("open_holds") {
                same(&expected, &core.run(model.book.now, &settings, command), "the outcome")?;
            }
            let roots: Vec<usize> = (0..ACCOUNTS).map(|account| model.book.root(account)).collect();
            core.link(&roots);
        }
        Drawn::SetTime(now) => model.set_time(now),
        Drawn::Change(settings) => model.book.settings = settings,
        Drawn::Nothing => return Ok(()),
    }
    same(&of_model::lines(&model.book, known), &of_core::lines(core, known), "entries")?;
    same(&of_model::lots(&model.book), &of_core::lots(core), "lots")?;
    let (now, settings) = (model.book.now, model.book.settings);
    for account in 0..ACCOUNTS {
        let expected = model.balance(&model.book.group(account));
        same(&expected, &of_core::balance(core, now, &settings, account), "the balance")?;
    }
    Ok(())
}

/// Says where two sides differ.
pub fn same<T: PartialEq + std::fmt::Debug>(expected: &T, got: &T, what: &str) -> Result<(), String> {
    if expected == got {
        return Ok(());
    }
    Err(format!("{what}:\nexpected {expected:?}\n     got {got:?}"))
}

/// Returns a history as commands.
pub fn story(settings: Settings, draws: &[Draw]) -> String {
    let mut model = Model::new(settings, START.parse().unwrap(), ACCOUNTS);
    let mut lines = vec![format!("{settings:?}")];
    for draw in draws {
        match draw.resolve(&model.book) {
            Drawn::Command(command) => lines.push(format!("{command:?}: {:?}", model.run(command))),
            Drawn::SetTime(now) => {
                lines.push(now.to_string());
                model.set_time(now);
            }
            Drawn::Change(settings) => {
                lines.push(format!("{settings:?}"));
                model.book.settings = settings;
            }
            Drawn::Nothing => (),
        }
    }
    lines.join("\n")
}

/// Returns how many commands each test draws: more on request.
fn commands() -> usize {
    std::env::var("TEST_LEDGER_COMMANDS").map_or(80_000, |text| text.parse().unwrap())
}

#[test]
fn the_ledger_and_the_model_agree() {
    compare(1, commands(), false);
}

#[test]
fn the_ledger_and_the_model_agree_where_books_hold_little() {
    compare(2, commands(), true);
}
