//! The payments of one document on both sides, in the book and in Xero: sums, pairs, and what should move (PAY-1, PAY-2).
//!
//! Paid 100.00 on both sides; somebody deletes 40.00 in Xero. Its partner in the book now *stands* alone: nothing moves, the
//! document shows 100.00 against 60.00. Another 30.00 paid in the book goes to Xero: 130 − 60 − 40. What was deleted
//! is never made again by the rule; "Send again" does it.
//! All amounts are in the document's currency, refunds below zero. Pure: it keeps nothing, each look works it out anew.
//! Not here: allocations of notes, prepayments and overpayments, which count on neither side; carrying it out (`sync`).

use money::{Currency, Error, Money};

use crate::day::Day;

/// A payment on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidOn<Id> {
    /// Its id on its side.
    pub id: Id,
    /// Its day.
    pub day: Day,
    /// How much; a refund is below zero.
    pub amount: Money,
    /// Whether it was deleted there.
    pub deleted: bool,
}

/// A document's payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BothSides<Ours, Theirs> {
    /// The document's currency.
    pub currency: Currency,
    /// In the book.
    pub book: Vec<PaidOn<Ours>>,
    /// In Xero.
    pub xero: Vec<PaidOn<Theirs>>,
    /// Which are the same payment: sent by us, or taken over from there.
    pub links: Vec<(Ours, Theirs)>,
}

/// What should move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moves<Ours, Theirs> {
    /// Nothing.
    Nothing,
    /// These book payments go to Xero, each by itself.
    EachToXero(Vec<Ours>),
    /// One payment goes to Xero, on this day; it is linked to the payments that it is for.
    OneToXero(Day, Money),
    /// These payments of Xero come to the book, each by itself.
    EachToBook(Vec<Theirs>),
    /// One payment comes to the book, on this day; it is linked to the payments that it is for.
    OneToBook(Day, Money),
    /// Both sides have payments that don't match: a person decides.
    PersonDecides(Vec<Ours>, Vec<Theirs>),
}

/// Both sides compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared<Ours, Theirs> {
    /// Sum of the live payments in the book.
    pub book: Money,
    /// Sum of the live payments in Xero.
    pub xero: Money,
    /// Payments that are on both sides: by link, else by equal amount.
    pub pairs: Vec<(Ours, Theirs)>,
    /// Book payments whose partner was deleted in Xero.
    pub standing_in_book: Vec<Ours>,
    /// Payments of Xero whose partner was deleted in the book.
    pub standing_in_xero: Vec<Theirs>,
    /// What should move.
    pub moves: Moves<Ours, Theirs>,
}

impl<Ours: Clone + PartialEq, Theirs: Clone + PartialEq> BothSides<Ours, Theirs> {
    /// Compares both sides (PAY-1, PAY-2).
    ///
    /// Errors: amounts in another currency than the document's, or sums that no money can hold.
    pub fn compare(&self) -> Result<Compared<Ours, Theirs>, Error> {
        let book = Money::try_sum(live(&self.book).map(|one| one.amount), self.currency)?;
        let xero = Money::try_sum(live(&self.xero).map(|one| one.amount), self.currency)?;
        let is_live = |pair: &&(Ours, Theirs)| {
            live(&self.book).any(|one| one.id == pair.0) && live(&self.xero).any(|one| one.id == pair.1)
        };
        let mut pairs: Vec<(Ours, Theirs)> = self.links.iter().filter(is_live).cloned().collect();
        // What lost its partner pairs with an equal payment that never had one, before it counts as standing.
        for one in live(&self.book) {
            let equal = live(&self.xero).find(|other| {
                other.amount == one.amount
                    && !pairs.iter().any(|pair| pair.1 == other.id)
                    && !(self.had_partner_in_book(&other.id) && self.had_partner_in_xero(&one.id))
            });
            if let Some(other) = equal.filter(|_| !pairs.iter().any(|pair| pair.0 == one.id)) {
                pairs.push((one.id.clone(), other.id.clone()));
            }
        }
        let alone_here = live(&self.book).filter(|one| !pairs.iter().any(|pair| pair.0 == one.id));
        let alone_there = live(&self.xero).filter(|one| !pairs.iter().any(|pair| pair.1 == one.id));
        let (standing_here, new_here): (Vec<_>, Vec<_>) =
            alone_here.partition(|one| self.had_partner_in_xero(&one.id));
        let (standing_there, new_there): (Vec<_>, Vec<_>) =
            alone_there.partition(|one| self.had_partner_in_book(&one.id));
        let difference = book.checked_sub(xero)?;
        let standing = Money::try_sum(
            standing_here.iter().map(|one| one.amount).chain(standing_there.iter().map(|one| -one.amount)),
            self.currency,
        )?;
        let moves = self.moves(difference.checked_sub(cut(standing, difference))?, &new_here, &new_there);
        let equal = difference.is_zero();
        Ok(Compared {
            book,
            xero,
            pairs,
            standing_in_book: if equal { Vec::new() } else { ids(&standing_here) },
            standing_in_xero: if equal { Vec::new() } else { ids(&standing_there) },
            moves,
        })
    }

    fn had_partner_in_xero(&self, id: &Ours) -> bool {
        self.links.iter().any(|link| link.0 == *id)
    }

    fn had_partner_in_book(&self, id: &Theirs) -> bool {
        self.links.iter().any(|link| link.1 == *id)
    }

    fn moves(&self, amount: Money, here: &[&PaidOn<Ours>], there: &[&PaidOn<Theirs>]) -> Moves<Ours, Theirs> {
        if amount.is_zero() {
            return Moves::Nothing;
        }
        if !here.is_empty() && !there.is_empty() {
            return Moves::PersonDecides(ids(here), ids(there));
        }
        let to_xero = !here.is_empty() || (there.is_empty() && amount.minor() > 0);
        if to_xero {
            match adds_up(here, amount, self.currency) {
                true => Moves::EachToXero(ids(here)),
                false => Moves::OneToXero(latest(&self.book), amount),
            }
        } else {
            match adds_up(there, -amount, self.currency) {
                true => Moves::EachToBook(ids(there)),
                false => Moves::OneToBook(latest(&self.xero), -amount),
            }
        }
    }
}

fn live<Id>(side: &[PaidOn<Id>]) -> impl Iterator<Item = &PaidOn<Id>> {
    side.iter().filter(|one| !one.deleted)
}

fn ids<Id: Clone>(payments: &[&PaidOn<Id>]) -> Vec<Id> {
    payments.iter().map(|one| one.id.clone()).collect()
}

fn adds_up<Id>(payments: &[&PaidOn<Id>], amount: Money, currency: Currency) -> bool {
    !payments.is_empty() && Money::try_sum(payments.iter().map(|one| one.amount), currency) == Ok(amount)
}

fn latest<Id>(side: &[PaidOn<Id>]) -> Day {
    live(side).map(|one| one.day).max().unwrap_or(Day::FIRST)
}

/// What stands, cut to lie between nothing and the difference.
fn cut(standing: Money, difference: Money) -> Money {
    let (low, high) = (difference.minor().min(0), difference.minor().max(0));
    Money::new(standing.minor().clamp(low, high), difference.currency())
}

/// At most what Xero says is due; the rest waits, or becomes an overpayment by a person's click (PAY-1).
pub fn at_most_due(amount: Money, due: Money) -> Result<(Money, Money), Error> {
    let sent = Money::new(amount.minor().min(due.minor().max(0)), amount.currency());
    Ok((sent, amount.checked_sub(sent)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NZD: Currency = Currency::NZD;

    /// Payments as `100` or, deleted, `-100x`: id, dollars.
    fn side(payments: &[(u32, i64)], deleted: &[u32]) -> Vec<PaidOn<u32>> {
        let paid = |(id, dollars): &(u32, i64)| PaidOn {
            id: *id,
            day: Day::from_number(20_000 + id.cast_signed()),
            amount: Money::new(dollars * 100, NZD),
            deleted: deleted.contains(id),
        };
        payments.iter().map(paid).collect()
    }

    fn look(
        book: &[(u32, i64)],
        gone_here: &[u32],
        xero: &[(u32, i64)],
        gone_there: &[u32],
        links: &[(u32, u32)],
    ) -> Compared<u32, u32> {
        let (book, xero) = (side(book, gone_here), side(xero, gone_there));
        BothSides { currency: NZD, book, xero, links: links.to_vec() }.compare().expect("one currency")
    }

    /// rule: PAY-2
    #[test]
    fn the_examples_of_the_rule() {
        let links = [(1, 11), (2, 12)];
        let (paid, seen) = ([(1, 60), (2, 40)], [(11, 60), (12, 40)]);
        let deleted = look(&paid, &[], &seen, &[12], &links);
        assert_eq!((deleted.moves, deleted.standing_in_book), (Moves::Nothing, vec![2]));
        let entered_again = look(&paid, &[], &[(11, 60), (12, 40), (13, 40)], &[12], &links);
        assert_eq!((entered_again.moves, entered_again.pairs), (Moves::Nothing, vec![(1, 11), (2, 13)]));
        let deleted_too = look(&paid, &[2], &seen, &[12], &links);
        assert_eq!((deleted_too.moves, deleted_too.standing_in_book), (Moves::Nothing, vec![]));
        let more = look(&[(1, 60), (2, 40), (3, 30)], &[], &seen, &[12], &links);
        assert_eq!(more.moves, Moves::EachToXero(vec![3]));
        let there = look(&paid, &[2], &[(11, 60), (12, 40), (13, 25)], &[12], &links);
        assert_eq!(there.moves, Moves::EachToBook(vec![13]));
    }

    /// rule: PAY-1
    #[test]
    fn payments_go_each_by_itself_where_they_add_up() {
        assert_eq!(look(&[(1, 60), (2, 40)], &[], &[], &[], &[]).moves, Moves::EachToXero(vec![1, 2]));
        assert_eq!(look(&[], &[], &[(11, 60)], &[], &[]).moves, Moves::EachToBook(vec![11]));
        // Equal amounts are the same payment, entered on both sides.
        let equal = look(&[(1, 60)], &[], &[(11, 60)], &[], &[]);
        assert_eq!((equal.moves, equal.pairs), (Moves::Nothing, vec![(1, 11)]));
        let decides = look(&[(1, 60)], &[], &[(11, 50)], &[], &[]);
        assert_eq!(decides.moves, Moves::PersonDecides(vec![1], vec![11]));
        // A refund is below zero.
        assert_eq!(
            look(&[(1, 60), (2, -10)], &[], &[(11, 60)], &[], &[(1, 11)]).moves,
            Moves::EachToXero(vec![2])
        );
    }

    /// rule: PAY-1
    #[test]
    fn one_payment_of_the_difference_where_they_do_not_add_up() {
        // The 40 stands; of the new 50 the standing part is not asked for again, so only the rest differs.
        let links = [(1, 11), (2, 12)];
        let partly = look(&[(1, 60), (2, 40)], &[1], &[(11, 60), (12, 40), (13, 5)], &[], &links);
        // Book 40, Xero 105, standing in Xero 60: 40 − 105 + 60 = −5 comes to the book.
        assert_eq!(partly.moves, Moves::EachToBook(vec![13]));
        let changed = look(&[(1, 70)], &[], &[(11, 60)], &[], &[(1, 11)]);
        assert_eq!(changed.moves, Moves::OneToXero(Day::from_number(20_001), Money::new(1_000, NZD)));
    }

    #[test]
    fn never_more_than_is_due() {
        let money = |dollars: i64| Money::new(dollars * 100, NZD);
        assert_eq!(at_most_due(money(100), money(70)), Ok((money(70), money(30))));
        assert_eq!(at_most_due(money(50), money(70)), Ok((money(50), money(0))));
        assert_eq!(at_most_due(money(50), money(-1)), Ok((money(0), money(50))));
    }

    /// rule: PAY-2, PAY-8
    #[test]
    fn after_a_walk_of_payments_and_deletions_carrying_out_what_moves_ends_it() {
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut below = |limit: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % limit
        };
        for _ in 0..2_000 {
            let mut sides: BothSides<u32, u32> =
                BothSides { currency: NZD, book: Vec::new(), xero: Vec::new(), links: Vec::new() };
            for step in 0..12_u32 {
                let paid = |id, dollars: u64| side(&[(id, 1 + dollars.cast_signed())], &[]).remove(0);
                match below(4) {
                    0 => sides.book.push(paid(step, below(4))),
                    1 => sides.xero.push(paid(step, below(4))),
                    2 if !sides.book.is_empty() => {
                        let at = below(sides.book.len() as u64) as usize;
                        sides.book[at].deleted = true;
                    }
                    3 if !sides.xero.is_empty() => {
                        let at = below(sides.xero.len() as u64) as usize;
                        sides.xero[at].deleted = true;
                    }
                    _ => {}
                }
                let before = sides.compare().expect("one currency");
                carry_out(&mut sides, &before, 1_000 + step * 20);
                let after = sides.compare().expect("one currency");
                if matches!(before.moves, Moves::PersonDecides(..)) {
                    continue;
                }
                assert_eq!(after.moves, Moves::Nothing, "{sides:?}");
                // What still differs is exactly what stands.
                let standing = |ids: &[u32], side: &[PaidOn<u32>]| -> i64 {
                    side.iter().filter(|one| ids.contains(&one.id)).map(|one| one.amount.minor()).sum()
                };
                let here = standing(&after.standing_in_book, &sides.book);
                let there = standing(&after.standing_in_xero, &sides.xero);
                let difference = after.book.minor() - after.xero.minor();
                assert_eq!(difference, (here - there).clamp(difference.min(0), difference.max(0)));
            }
        }
    }

    /// Links what was found to be the same, and makes the payments that should move.
    fn carry_out(sides: &mut BothSides<u32, u32>, found: &Compared<u32, u32>, next: u32) {
        let new: Vec<_> = found.pairs.iter().filter(|pair| !sides.links.contains(pair)).copied().collect();
        sides.links.extend(new);
        let amount = |side: &[PaidOn<u32>], id| {
            side.iter().find(|one| one.id == id).map_or(Money::zero(NZD), |one: &PaidOn<u32>| one.amount)
        };
        match &found.moves {
            Moves::EachToXero(all) => {
                for (id, ours) in (next..).zip(all) {
                    let amount = amount(&sides.book, *ours);
                    copy_into(sides, *ours, amount, id, true);
                }
            }
            Moves::EachToBook(all) => {
                for (id, theirs) in (next..).zip(all) {
                    let amount = amount(&sides.xero, *theirs);
                    copy_into(sides, *theirs, amount, id, false);
                }
            }
            Moves::OneToXero(_, amount) => copy_into(sides, u32::MAX, *amount, next, true),
            Moves::OneToBook(_, amount) => copy_into(sides, u32::MAX, *amount, next, false),
            Moves::Nothing | Moves::PersonDecides(..) => {}
        }
    }

    fn copy_into(sides: &mut BothSides<u32, u32>, from: u32, amount: Money, id: u32, to_xero: bool) {
        let paid = PaidOn { id, day: Day::from_number(20_000), amount, deleted: false };
        if to_xero {
            sides.xero.push(paid);
            sides.links.push((from, id));
        } else {
            sides.book.push(paid);
            sides.links.push((id, from));
        }
    }
}
