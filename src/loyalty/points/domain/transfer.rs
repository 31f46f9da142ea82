use super::{AccountId, Book, EntryId, EntryKind, Lot, LotId, Origin, Refusal, post::Draft};

impl Book {
    /// Moves free points to another customer, who gets them with the ends that they have; refuses
    /// `transfer_to_self`, `insufficient_points`, `amount_out_of_range`. Returns what went out.
    pub fn transfer(
        &mut self,
        from: AccountId,
        to: AccountId,
        amount: i64,
        origin: Origin,
    ) -> Result<EntryId, Refusal> {
        if self.are_linked(from, to) {
            return Err(Refusal::TransferToSelf);
        }
        let parts = self.plan(from, amount)?;
        self.check_credit(to, amount, 0)?;
        let (at, group) = (self.at(), Some(self.next_id()));
        let draft = Draft { group, ..Draft::new(EntryKind::TransferOut, at, origin.clone()) };
        let out = self.debit(&parts, draft);
        let entry = EntryId(self.next_id());
        let mut moved = Vec::new();
        for part in parts {
            let Some(old) = self.lot(part.lot).cloned() else { continue };
            let lot = Lot {
                id: LotId(self.next_id()),
                account: to,
                source: entry,
                credit: entry,
                original: part.amount,
                remaining: part.amount,
                held: 0,
                expired: 0,
                reversal_requested: 0,
                reversal_done: 0,
                ..old
            };
            moved.push(lot.id);
            self.open_lot(lot);
        }
        let draft = Draft { amount, group, ..Draft::new(EntryKind::TransferIn, at, origin) };
        self.post_as(entry, to, draft);
        self.repay(&moved, at);
        Ok(out)
    }
}
