//! Both ledgers in one form, so that they can be compared.

use super::{
    core::Core,
    model::{At, Balance, Book, Kind, Settings},
};
use hearback::loyalty::points::domain::{Allocation, Entry, EntryId, Lot, LotId};

/// An entry by its account and its place there.
pub type Place = (usize, i64);

/// A lot by the entry that made it, and its place among those.
pub type LotPlace = (Place, usize);

/// An entry, without what is no rule's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub place: Place,
    pub kind: String,
    pub amount: i64,
    pub debt_part: i64,
    pub waived: i64,
    pub requested: Option<i64>,
    pub occurred_at: At,
    pub recorded_at: At,
    pub lot: Option<LotPlace>,
    pub hold: Option<usize>,
    pub reverses: Option<Place>,
    /// The other entries that the command made with it.
    pub joined: Vec<Place>,
    /// From where it took, by the place in the order of taking.
    pub taken: Vec<(usize, LotPlace, i64)>,
    /// Where it gave back to.
    pub given: Vec<(LotPlace, i64)>,
}

/// A lot, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotLine {
    pub place: LotPlace,
    pub account: usize,
    pub credit: Place,
    pub original: i64,
    pub remaining: i64,
    pub held: i64,
    pub expired: i64,
    pub available_at: Option<At>,
    pub expires_at: Option<At>,
    pub activated: bool,
}

/// Returns the code of a kind.
pub fn code(kind: Kind) -> &'static str {
    match kind {
        Kind::Earn => "earn",
        Kind::Activate => "activate",
        Kind::Redeem => "redeem",
        Kind::Expire => "expire",
        Kind::AdjustCredit => "adjust_credit",
        Kind::AdjustDebit => "adjust_debit",
        Kind::ReverseEarn => "reverse_earn",
        Kind::ReverseRedeem => "reverse_redeem",
        Kind::TransferIn => "transfer_in",
        Kind::TransferOut => "transfer_out",
        Kind::Debt => "debt",
        Kind::DebtRepay => "debt_repay",
        Kind::MigrateIn => "migrate_in",
    }
}

/// The model's side.
pub mod of_model {
    use super::*;

    /// Returns the place of an entry.
    pub fn place(book: &Book, entry: usize) -> Place {
        (book.entries[entry].account, book.entries[entry].seq)
    }

    fn lot_place(book: &Book, lot: usize) -> LotPlace {
        let source = book.lots[lot].source_entry;
        let before = book.lots[..lot].iter().filter(|other| other.source_entry == source).count();
        (place(book, source), before)
    }

    /// Returns every entry from the one with this number.
    pub fn lines(book: &Book, from: usize) -> Vec<Line> {
        let mut lines: Vec<Line> = (from..book.entries.len()).map(|id| line(book, id)).collect();
        lines.sort_by_key(|line| line.place);
        lines
    }

    fn line(book: &Book, id: usize) -> Line {
        let entry = &book.entries[id];
        let is_joined = |other: &usize| {
            *other != id && entry.group.is_some() && book.entries[*other].group == entry.group
        };
        let mut given: Vec<_> =
            entry.given.iter().map(|(lot, amount)| (lot_place(book, *lot), *amount)).collect();
        given.sort();
        let mut joined: Vec<Place> =
            (0..book.entries.len()).filter(is_joined).map(|other| place(book, other)).collect();
        joined.sort();
        Line {
            place: place(book, id),
            kind: code(entry.kind).to_owned(),
            amount: entry.amount,
            debt_part: entry.debt_part,
            waived: entry.waived,
            requested: entry.requested,
            occurred_at: entry.occurred_at,
            recorded_at: entry.recorded_at,
            lot: entry.lot.map(|lot| lot_place(book, lot)),
            hold: entry.hold,
            reverses: entry.reverses.map(|id| place(book, id)),
            joined,
            taken: entry.taken.iter().map(|p| (p.ordinal, lot_place(book, p.lot), p.amount)).collect(),
            given,
        }
    }

    pub fn lots(book: &Book) -> Vec<LotLine> {
        let line = |id: usize| {
            let lot = &book.lots[id];
            LotLine {
                place: lot_place(book, id),
                account: lot.account,
                credit: place(book, lot.credit),
                original: lot.original,
                remaining: lot.remaining,
                held: lot.held,
                expired: lot.expired,
                available_at: lot.available_at,
                expires_at: lot.expires_at,
                activated: lot.activated,
            }
        };
        let mut lines: Vec<LotLine> = (0..book.lots.len()).map(line).collect();
        lines.sort_by_key(|line| line.place);
        lines
    }
}

/// The side of the real ledger.
pub mod of_core {
    use super::*;
    use hearback::platform::codes::Codes;

    fn entry(core: &Core, id: EntryId) -> &Entry {
        core.entries.iter().find(|entry| entry.id == id).unwrap()
    }

    fn place(core: &Core, entry: &Entry) -> Place {
        (core.number(entry.account), entry.seq)
    }

    fn lot_place(core: &Core, id: LotId) -> LotPlace {
        let source = core.lots[&id].source;
        let before = core.lots.values().filter(|other| other.source == source && other.id < id).count();
        (place(core, entry(core, source)), before)
    }

    /// Returns every entry from the one with this number.
    pub fn lines(core: &Core, from: usize) -> Vec<Line> {
        let mut lines: Vec<Line> = core.entries[from..].iter().map(|entry| line(core, entry)).collect();
        lines.sort_by_key(|line| line.place);
        lines
    }

    fn line(core: &Core, one: &Entry) -> Line {
        let taken = core.allocations.iter().filter(|taken| taken.entry == one.id);
        let place_of = |taken: &Allocation| {
            (usize::try_from(taken.ordinal - 1).unwrap(), lot_place(core, taken.lot), taken.amount)
        };
        let given = core.restorations.iter().filter(|given| given.entry == one.id);
        let mut given: Vec<_> = given.map(|given| (lot_place(core, given.lot), given.amount)).collect();
        given.sort();
        // a transfer's two sides are joined too
        let is_joined = |other: &&Entry| {
            other.id != one.id && one.group.is_some() && other.group == one.group && other.kind == one.kind
        };
        let joined = core.entries.iter().filter(is_joined).map(|other| place(core, other));
        let mut joined: Vec<Place> = joined.collect();
        joined.sort();
        Line {
            place: place(core, one),
            kind: one.kind.code().to_owned(),
            amount: one.amount,
            debt_part: one.debt_part,
            waived: one.waived,
            requested: one.requested,
            occurred_at: one.occurred_at,
            recorded_at: one.recorded_at,
            lot: one.lot.map(|lot| lot_place(core, lot)),
            hold: one.hold.map(|id| core.holds.iter().position(|hold| hold.id == id).unwrap()),
            reverses: one.reverses.map(|id| place(core, entry(core, id))),
            joined,
            taken: taken.map(place_of).collect(),
            given,
        }
    }

    pub fn lots(core: &Core) -> Vec<LotLine> {
        let line = |lot: &Lot| LotLine {
            place: lot_place(core, lot.id),
            account: core.number(lot.account),
            credit: place(core, entry(core, lot.credit)),
            original: lot.original,
            remaining: lot.remaining,
            held: lot.held,
            expired: lot.expired,
            available_at: lot.available_at,
            expires_at: lot.expires_at,
            activated: lot.activated,
        };
        let mut lines: Vec<LotLine> = core.lots.values().map(line).collect();
        lines.sort_by_key(|line| line.place);
        lines
    }

    /// Returns what an account and those linked with it have.
    pub fn balance(core: &Core, now: At, settings: &Settings, account: usize) -> Balance {
        let book = core.view(now, settings, account);
        let id = core.accounts[account].id;
        let balance = book.balance(id);
        Balance {
            available: balance.available,
            pending: balance.pending,
            held: balance.held,
            debt: balance.debt,
            lifetime_earned: book.lifetime_earned(id),
        }
    }
}
