//! Taking back what was given, and giving back what was taken.

use super::{
    ReversalPolicy,
    book::{Book, Entry, Kind, Lot, MOST, Part, Refusal, sum},
};

impl Book {
    /// Reverses an entry; without an amount, all that is left of it.
    pub fn reverse(&mut self, entry: usize, amount: Option<i64>) -> Result<Vec<usize>, Refusal> {
        for member in self.members(entry) {
            let account = self.entries[member].account;
            self.settle(&self.group(account), self.now);
        }
        match self.entries[entry].kind {
            Kind::Earn | Kind::MigrateIn | Kind::AdjustCredit => self.take_back(entry, amount),
            Kind::Redeem | Kind::AdjustDebit => self.give_back(entry, amount),
            _ => Err("not_reversible"),
        }
    }

    /// Returns the entries that one command made with this one, itself included.
    fn members(&self, entry: usize) -> Vec<usize> {
        let group = self.entries[entry].group;
        (0..self.entries.len())
            .filter(|&other| other == entry || (group.is_some() && self.entries[other].group == group))
            .collect()
    }

    /// Gives back what a debit took, what it took last first.
    fn give_back(&mut self, entry: usize, amount: Option<i64>) -> Result<Vec<usize>, Refusal> {
        let mut parts: Vec<(usize, Part)> = Vec::new();
        for member in self.members(entry) {
            parts.extend(self.entries[member].taken.iter().map(|part| (member, *part)));
        }
        parts.sort_by_key(|(_, part)| std::cmp::Reverse(part.ordinal));
        let left = parts.iter().map(|(_, part)| part.amount - part.restored).sum();
        let mut wanted = asked(amount, left)?;
        let mut returns: Vec<(usize, Part)> = Vec::new();
        for (member, part) in parts {
            let back = wanted.min(part.amount - part.restored);
            if back > 0 {
                wanted -= back;
                returns.push((member, Part { amount: back, restored: 0, ..part }));
            }
        }
        let flat: Vec<Part> = returns.iter().map(|(_, part)| *part).collect();
        let mut posted = Vec::new();
        for (account, own) in self.by_account(&flat) {
            let mut reversal = self.entry(account, Kind::ReverseRedeem, sum(&own));
            let of_account = |(member, _): &&(usize, Part)| self.entries[*member].account == account;
            reversal.reverses = returns.iter().find(of_account).map(|(member, _)| *member);
            posted.push(self.post(reversal));
        }
        for &reversal in &posted {
            let Entry { account, kind, amount, .. } = self.entries[reversal];
            self.find_room(account, kind, amount)?;
            let of_account = |(member, _): &&(usize, Part)| {
                self.entries[*member].account == self.entries[reversal].account
            };
            for (member, part) in returns.iter().filter(of_account).copied().collect::<Vec<_>>() {
                self.return_part(member, part, reversal);
            }
        }
        self.join(&posted);
        for &reversal in &posted {
            self.settle(&[self.entries[reversal].account], self.now);
        }
        for &reversal in &posted {
            self.repay(self.entries[reversal].account, self.now);
        }
        Ok(posted)
    }

    /// Gives one part back to its lot; to a new one where that has ended.
    fn return_part(&mut self, debit: usize, part: Part, reversal: usize) {
        let taken = self.entries[debit].taken.iter_mut().find(|p| p.ordinal == part.ordinal).unwrap();
        taken.restored += part.amount;
        let old = self.lots[part.lot].clone();
        let lot = if old.has_ended(self.now) {
            let grace = self.settings.grace(self.now);
            self.add_lot(Lot {
                source_entry: reversal,
                original: part.amount,
                remaining: part.amount,
                held: 0,
                expired: 0,
                expires_at: if old.reinstated { old.expires_at } else { Some(grace) },
                activated: true,
                reinstated: true,
                ..old
            })
        } else {
            self.lots[part.lot].remaining += part.amount;
            part.lot
        };
        self.entries[reversal].given.push((lot, part.amount));
    }

    /// Returns where a reversal takes from, in order: the credit's own lots, then as the policy says.
    fn taken_back_from(&self, own: Vec<usize>, account: usize) -> Vec<usize> {
        let mut sources = self.spend_order(own.clone());
        if self.settings.reversal_policy != ReversalPolicy::LotOnly {
            let others = self.free_lots(&self.group(account), self.now);
            sources.extend(others.into_iter().filter(|lot| !own.contains(lot)));
        }
        sources
    }

    /// Takes back what a credit gave: from its own lots, then as the policy says.
    fn take_back(&mut self, entry: usize, amount: Option<i64>) -> Result<Vec<usize>, Refusal> {
        let credit = self.entries[entry].clone();
        let before: Vec<&Entry> = self.entries.iter().filter(|e| e.reverses == Some(entry)).collect();
        let asked_before: i64 = before.iter().filter_map(|e| e.requested).sum();
        let done_before: i64 = before.iter().map(|e| e.waived - e.amount).sum();
        let requested = asked(amount, credit.amount - asked_before)?;

        let own: Vec<usize> = (0..self.lots.len()).filter(|&lot| self.lots[lot].credit == entry).collect();
        let expired: i64 = own.iter().map(|&lot| self.lots[lot].expired).sum();
        let wanted = asked_before + requested;
        let due = ((wanted - expired).max(0) - done_before).max(0);

        let policy = self.settings.reversal_policy;
        let (parts, lacks) = self.plan(&self.taken_back_from(own, credit.account), due);
        let owed = self.balance(&self.group(credit.account), self.now).debt;
        if policy == ReversalPolicy::AllowNegative && lacks > MOST - owed {
            return Err("amount_out_of_range");
        }
        self.take(&parts);

        let mut posted = Vec::new();
        let by_account = self.by_account(&parts);
        for account in 0..self.linked.len() {
            let taken = by_account.iter().find(|(a, _)| *a == account).map(|(_, parts)| parts.clone());
            if taken.is_none() && account != credit.account {
                continue;
            }
            let taken = taken.unwrap_or_default();
            let mut reversal = self.entry(account, Kind::ReverseEarn, -sum(&taken));
            reversal.reverses = Some(entry);
            reversal.taken = taken;
            if account == credit.account {
                reversal.requested = Some(requested);
                if policy == ReversalPolicy::AllowNegative {
                    reversal.debt_part = lacks;
                    reversal.amount -= lacks;
                } else {
                    reversal.waived = lacks;
                }
            }
            let owes = reversal.debt_part;
            posted.push(self.post(reversal));
            if owes > 0 {
                self.debts[account] += owes;
                self.post(self.entry(account, Kind::Debt, 0));
            }
        }
        self.join(&posted);
        Ok(posted)
    }
}

/// Returns how much a reversal is to take of what is left.
fn asked(amount: Option<i64>, left: i64) -> Result<i64, Refusal> {
    let amount = amount.unwrap_or(left);
    if left == 0 || amount > left { Err("over_reversal") } else { Ok(amount) }
}
