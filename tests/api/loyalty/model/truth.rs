//! What holds of every book, counted from its entries alone.

use super::book::{Book, Kind, sum};

impl Book {
    /// Stops the test where the book contradicts itself.
    pub fn check(&self) {
        self.check_lots();
        self.check_holds();
        self.check_entries();
        for account in 0..self.linked.len() {
            let own = self.entries.iter().filter(|e| e.account == account);
            let amounts: i64 = own.clone().map(|e| e.amount).sum();
            let owed: i64 = own.clone().map(|e| e.debt_part).sum();
            let repayments = own.filter(|e| e.kind == Kind::DebtRepay);
            let repaid: i64 = repayments.map(|e| sum(&e.taken)).sum();
            let lots = self.lots.iter().filter(|l| l.account == account);
            let remaining: i64 = lots.map(|l| l.remaining).sum();
            assert_eq!(self.debts[account], owed - repaid, "debt of account {account}");
            assert_eq!(amounts, remaining - self.debts[account], "sum of account {account}");
            assert!(self.debts[account] >= 0);
            let free = self.free_lots(&[account], self.now);
            assert!(self.debts[account] == 0 || free.is_empty(), "debt beside free points");
        }
    }

    fn check_lots(&self) {
        for (id, lot) in self.lots.iter().enumerate() {
            let taken = self.entries.iter().flat_map(|e| &e.taken).filter(|part| part.lot == id);
            let taken: i64 = taken.map(|part| part.amount).sum();
            // the entry that made the lot gave its original
            let later = self.entries.iter().enumerate().filter(|(entry, _)| *entry != lot.source_entry);
            let given = later.flat_map(|(_, e)| &e.given).filter(|(to, _)| *to == id);
            let given: i64 = given.map(|(_, amount)| amount).sum();
            let open = self.holds.iter().filter(|hold| hold.ended_at.is_none()).flat_map(|hold| &hold.parts);
            let held: i64 = open.filter(|part| part.lot == id).map(|part| part.amount).sum();
            assert_eq!(lot.remaining, lot.original - taken + given, "remaining of lot {id}");
            assert_eq!(lot.held, held, "held of lot {id}");
            assert!(0 <= lot.held && lot.held <= lot.remaining && lot.remaining <= lot.original);
        }
    }

    fn check_holds(&self) {
        for hold in &self.holds {
            assert_eq!(hold.amount, sum(&hold.parts));
            assert!(hold.ended_at.is_none_or(|end| hold.created_at <= end && end <= hold.expires_at));
        }
    }

    fn check_entries(&self) {
        for (id, entry) in self.entries.iter().enumerate() {
            let before: Vec<_> = self.entries[..id].iter().filter(|e| e.account == entry.account).collect();
            assert_eq!(entry.seq, 1 + i64::try_from(before.len()).unwrap());
            assert!(before.last().is_none_or(|last| last.recorded_at <= entry.recorded_at));
            assert!(entry.occurred_at <= entry.recorded_at);
            let is_debit = matches!(
                entry.kind,
                Kind::Redeem | Kind::AdjustDebit | Kind::TransferOut | Kind::Expire | Kind::ReverseEarn
            );
            if is_debit {
                assert_eq!(-entry.amount, sum(&entry.taken) + entry.debt_part, "debit {id}");
            }
            if let Some(original) = entry.reverses {
                assert!(original < id && self.entries[original].reverses.is_none());
            }
        }
    }
}
