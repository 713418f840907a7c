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
    /// What stands alone, in the book above zero, in Xero below.
    pub standing: Money,
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
        let new_here: Vec<_> = live(&self.book)
            .filter(|one| !pairs.iter().any(|pair| pair.0 == one.id) && !self.had_partner_in_xero(&one.id))
            .collect();
        let new_there: Vec<_> = live(&self.xero)
            .filter(|one| !pairs.iter().any(|pair| pair.1 == one.id) && !self.had_partner_in_book(&one.id))
            .collect();
        let difference = book.checked_sub(xero)?;
        let (mut standing, mut standing_in_book, mut standing_in_xero) =
            (Money::zero(self.currency), Vec::new(), Vec::new());
        for group in self.groups(&pairs) {
            let stands = self.stands(&group)?;
            standing = standing.checked_add(stands)?;
            let alone_here = |id: &&Ours| !pairs.iter().any(|pair| pair.0 == **id);
            let alone_there = |id: &&Theirs| !pairs.iter().any(|pair| pair.1 == **id);
            if stands.minor() > 0 {
                standing_in_book.extend(alone_or_all(self.live_here(&group), alone_here));
            } else if stands.minor() < 0 {
                standing_in_xero.extend(alone_or_all(self.live_there(&group), alone_there));
            }
        }
        if difference.is_zero() {
            (standing_in_book, standing_in_xero) = (Vec::new(), Vec::new());
        }
        let moves = self.moves(difference.checked_sub(cut(standing, difference))?, &new_here, &new_there);
        Ok(Compared { book, xero, pairs, standing, standing_in_book, standing_in_xero, moves })
    }

    /// Payments that hang together by links and pairs: what is the same money.
    fn groups(&self, pairs: &[(Ours, Theirs)]) -> Vec<Group<Ours, Theirs>> {
        let mut groups: Vec<Group<Ours, Theirs>> = Vec::new();
        for (ours, theirs) in self.links.iter().chain(pairs) {
            let (touched, rest): (Vec<_>, Vec<_>) =
                groups.into_iter().partition(|group| group.0.contains(ours) || group.1.contains(theirs));
            groups = rest;
            let mut joined: Group<Ours, Theirs> = (vec![ours.clone()], vec![theirs.clone()]);
            for (here, there) in touched {
                joined.0.extend(here.into_iter().filter(|id| id != ours));
                joined.1.extend(there.into_iter().filter(|id| id != theirs));
            }
            groups.push(joined);
        }
        groups
    }

    fn live_here<'a>(&'a self, group: &'a Group<Ours, Theirs>) -> Vec<&'a PaidOn<Ours>> {
        live(&self.book).filter(|one| group.0.contains(&one.id)).collect()
    }

    fn live_there<'a>(&'a self, group: &'a Group<Ours, Theirs>) -> Vec<&'a PaidOn<Theirs>> {
        live(&self.xero).filter(|one| group.1.contains(&one.id)).collect()
    }

    /// What of a group stands alone: what is more here, if some of it was deleted there; what is more there, if some of it
    /// was deleted here.
    fn stands(&self, group: &Group<Ours, Theirs>) -> Result<Money, Error> {
        let (here, there) = (self.live_here(group), self.live_there(group));
        let sum_here = Money::try_sum(here.iter().map(|one| one.amount), self.currency)?;
        let sum_there = Money::try_sum(there.iter().map(|one| one.amount), self.currency)?;
        let more = sum_here.checked_sub(sum_there)?;
        let deleted = match more.minor() {
            1.. => there.len() < group.1.len(),
            0 => false,
            _ => here.len() < group.0.len(),
        };
        Ok(if deleted { more } else { Money::zero(self.currency) })
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
        // Payments that add up go each by itself, whichever way the sum goes: a refund is below zero.
        if adds_up(here, amount, self.currency) {
            return Moves::EachToXero(ids(here));
        }
        if adds_up(there, -amount, self.currency) {
            return Moves::EachToBook(ids(there));
        }
        match amount.minor() > 0 {
            true => Moves::OneToXero(latest(&self.book), amount),
            false => Moves::OneToBook(latest(&self.xero), -amount),
        }
    }
}

/// Payments of the book and of Xero that are the same money.
type Group<Ours, Theirs> = (Vec<Ours>, Vec<Theirs>);

/// Those that have no live partner; all, if each has one that is smaller.
fn alone_or_all<Id: Clone>(all: Vec<&PaidOn<Id>>, is_alone: impl Fn(&&Id) -> bool) -> Vec<Id> {
    let alone: Vec<Id> = all.iter().map(|one| &one.id).filter(|id| is_alone(id)).cloned().collect();
    if alone.is_empty() { ids(&all) } else { alone }
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
                let mut after = sides.compare().expect("one currency");
                // A difference that goes to a group with deletions may leave a smaller one: it ends all the same.
                for round in 1..8 {
                    if matches!(after.moves, Moves::Nothing | Moves::PersonDecides(..)) {
                        break;
                    }
                    carry_out(&mut sides, &after, 1_000 + step * 20 + round * 1_000);
                    after = sides.compare().expect("one currency");
                }
                if matches!(before.moves, Moves::PersonDecides(..)) {
                    continue;
                }
                assert_eq!(after.moves, Moves::Nothing, "{sides:?}");
                // What still differs is exactly what stands.
                let difference = after.book.minor() - after.xero.minor();
                assert_eq!(difference, after.standing.minor().clamp(difference.min(0), difference.max(0)));
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
            Moves::OneToXero(_, amount) => {
                let from = sides.book.iter().rfind(|one| !one.deleted).map_or(0, |one| one.id);
                copy_into(sides, from, *amount, next, true);
            }
            Moves::OneToBook(_, amount) => {
                let from = sides.xero.iter().rfind(|one| !one.deleted).map_or(0, |one| one.id);
                copy_into(sides, from, *amount, next, false);
            }
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
