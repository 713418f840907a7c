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
    /// One payment goes to Xero, on this day, for these, to which it is linked: none of them stands alone.
    OneToXero(Day, Money, Vec<Ours>),
    /// These payments of Xero come to the book, each by itself.
    EachToBook(Vec<Theirs>),
    /// One payment comes to the book, on this day, for these, to which it is linked: none of them stands alone.
    OneToBook(Day, Money, Vec<Theirs>),
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
        // Whose payments are for more than their partners, though nothing was deleted: what a difference is paid for.
        let (mut more_here, mut more_there) = (new_here.clone(), new_there.clone());
        for group in self.groups(&pairs) {
            let (more, stands) = self.stands(&group)?;
            standing = standing.checked_add(stands)?;
            match more.minor() {
                1.. if stands.is_zero() => more_here.extend(self.live_here(&group)),
                0 => {}
                _ if stands.is_zero() => more_there.extend(self.live_there(&group)),
                _ => {}
            }
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
        let amount = difference.checked_sub(cut(standing, difference))?;
        let moves = self.moves(amount, (&new_here, &new_there), (&more_here, &more_there));
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

    fn live_here<'a>(&'a self, group: &Group<Ours, Theirs>) -> Vec<&'a PaidOn<Ours>> {
        live(&self.book).filter(|one| group.0.contains(&one.id)).collect()
    }

    fn live_there<'a>(&'a self, group: &Group<Ours, Theirs>) -> Vec<&'a PaidOn<Theirs>> {
        live(&self.xero).filter(|one| group.1.contains(&one.id)).collect()
    }

    /// What of a group stands alone: what is more here, if some of it was deleted there; what is more there, if some of it
    /// was deleted here. First what is more in the book (in Xero: below zero), whether it stands or not.
    fn stands(&self, group: &Group<Ours, Theirs>) -> Result<(Money, Money), Error> {
        let (here, there) = (self.live_here(group), self.live_there(group));
        let sum_here = Money::try_sum(here.iter().map(|one| one.amount), self.currency)?;
        let sum_there = Money::try_sum(there.iter().map(|one| one.amount), self.currency)?;
        let more = sum_here.checked_sub(sum_there)?;
        let deleted = match more.minor() {
            1.. => there.len() < group.1.len(),
            0 => false,
            _ => here.len() < group.0.len(),
        };
        Ok((more, if deleted { more } else { Money::zero(self.currency) }))
    }

    fn had_partner_in_xero(&self, id: &Ours) -> bool {
        self.links.iter().any(|link| link.0 == *id)
    }

    fn had_partner_in_book(&self, id: &Theirs) -> bool {
        self.links.iter().any(|link| link.1 == *id)
    }

    /// What moves of an amount: new payments where they add up, else one for what is more on its side.
    fn moves(
        &self,
        amount: Money,
        (here, there): Both<'_, Ours, Theirs>,
        (more_here, more_there): Both<'_, Ours, Theirs>,
    ) -> Moves<Ours, Theirs> {
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
            true => Moves::OneToXero(latest(&self.book), amount, ids(more_here)),
            false => Moves::OneToBook(latest(&self.xero), -amount, ids(more_there)),
        }
    }
}

/// Payments of the book and of Xero that are the same money.
type Group<Ours, Theirs> = (Vec<Ours>, Vec<Theirs>);

/// Payments here, payments there.
type Both<'a, Ours, Theirs> = (&'a [&'a PaidOn<Ours>], &'a [&'a PaidOn<Theirs>]);

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
mod tests;
