//! The rule's examples, and walks of payments, deletions and re-entries on both sides.
//!
//! Not here: payments through the real parts (`simulation`).

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
    assert_eq!(changed.moves, Moves::OneToXero(Day::from_number(20_001), Money::new(1_000, NZD), vec![1]));
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
            match below(5) {
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
                // Made larger here: Xero's can't be changed.
                4 if !sides.book.is_empty() => {
                    let at = below(sides.book.len() as u64) as usize;
                    let more = Money::new(100, NZD);
                    sides.book[at].amount = sides.book[at].amount.checked_add(more).expect("small");
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
        Moves::OneToXero(_, amount, stands_for) => {
            for ours in stands_for {
                sides.links.push((*ours, next));
            }
            sides.xero.push(paid(next, *amount));
        }
        Moves::OneToBook(_, amount, stands_for) => {
            for theirs in stands_for {
                sides.links.push((next, *theirs));
            }
            sides.book.push(paid(next, *amount));
        }
        Moves::Nothing | Moves::PersonDecides(..) => {}
    }
}

fn paid(id: u32, amount: Money) -> PaidOn<u32> {
    PaidOn { id, day: Day::from_number(20_000), amount, deleted: false }
}

fn copy_into(sides: &mut BothSides<u32, u32>, from: u32, amount: Money, id: u32, to_xero: bool) {
    if to_xero {
        sides.xero.push(paid(id, amount));
        sides.links.push((from, id));
    } else {
        sides.book.push(paid(id, amount));
        sides.links.push((id, from));
    }
}
