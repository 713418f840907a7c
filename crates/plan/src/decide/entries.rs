//! Adjusting entries that belong together become facts of the book in one entry of the log, or none of them does (INV-11).
//!
//! The opening is two: the evening as Xero had it, and the journal. One without the other would be a wrong opening. Not here:
//! what is proposed (`adjusting`), what a single entry is refused for (`book`).

use book::{AdjustingEntry, Book, Content};

use crate::command::{Asking, Decided};
use crate::refusal::Refusal;
use crate::take::Fork;

pub(super) fn enter(book: &Book, entries: &[AdjustingEntry], asking: Asking) -> Result<Decided, Refusal> {
    let mut fork = Fork { book: book.clone(), events: Vec::new(), asking, name: String::new() };
    for entry in entries {
        fork.name = format!("The entry of {}", entry.day);
        fork.save(None, Content::from(entry.clone()))?;
    }
    Ok(Decided { book: fork.events, exchange: Vec::new() })
}

#[cfg(test)]
mod tests {
    use book::{AdjustingLine, Adjustment, Day, Role, Tracking};
    use money::Amount;

    use super::*;

    fn entry(day: u32, amounts: [i64; 2]) -> AdjustingEntry {
        let roles = [Role::DirectLabour, Role::OpeningBalances];
        let line = |(role, minor): (Role, i64)| AdjustingLine {
            role: Some(role),
            account: None,
            tracking: Tracking::default(),
            amount: Amount::from_minor(minor),
        };
        AdjustingEntry {
            kind: Adjustment::Opening,
            day: Day::new(2026, 3, day).expect("a day"),
            reversed: None,
            source: None,
            text: None,
            lines: roles.into_iter().zip(amounts).map(line).collect(),
        }
    }

    // rule: INV-11
    #[test]
    fn entries_that_belong_together_are_made_together_or_not_at_all() {
        let book = Book::new(money::Currency::NZD);
        let asking = Asking { today: Day::new(2026, 3, 31).expect("a day"), by: 0, at: 0 };
        let good = [entry(1, [100, -100]), entry(2, [-40, 40])];
        let decided = enter(&book, &good, asking).expect("both");
        let saved = decided.book.iter().filter(|event| matches!(event, book::Event::Saved { .. }));
        assert_eq!((saved.count(), decided.exchange.len()), (2, 0));
        let refused =
            enter(&book, &[entry(1, [100, -100]), entry(2, [-40, 41])], asking).expect_err("unbalanced");
        assert_eq!(refused.code().id(), "S403");
        assert!(refused.message().starts_with("The entry of 2026-03-02 can't"), "{}", refused.message());
    }
}
