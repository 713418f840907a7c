//! Random walks of payments, refunds, credits and allocations: whatever was taken or refused, the money adds up.
//!
//! For each document paid + outstanding − left = gross, nothing gives more than it has, nothing is settled by money that
//! wasn't paid; refusals change nothing; replay is the same book. And PAY-2's examples on payments of the book's own.

mod support;

use book::*;
use money::Money;
use support::{Failure, STAMP, Shop};

/// A small generator of numbers (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    fn of<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len() as u64) as usize]
    }
}

const MASTER: &str = "\
rate USD 0.6 from 2026-01-01
item JAM made
item SUGAR bought
customer Inn terms 5 days
invoice D-1 2026-03-01: 10 JAM @ 9.99 tax 15
invoice D-2 2026-03-01 proforma: 3 JAM @ 10.00
invoice D-3 2026-03-01 in USD: 4 JAM @ 10.00
creditinvoice D-4 2026-03-01: 5 JAM @ 9.00 tax 15
creditinvoice D-5 2026-03-01 in USD: 1 JAM @ 9.00
invoice D-6 2026-03-01 for Inn: 1 JAM @ 30.00
order D-7 2026-03-01 invoice X-1 on 2026-03-02: 10 SUGAR @ 5.00
bill D-8 2026-03-01 proforma: account 400 @ 40.00
credit D-9 2026-03-01: other 610 25.00";

const DOCUMENTS: [&str; 9] = ["D-1", "D-2", "D-3", "D-4", "D-5", "D-6", "D-7", "D-8", "D-9"];

fn statement(chance: &mut Chance, made: &mut u64) -> String {
    let one = chance.of(&DOCUMENTS);
    let cents = match chance.below(3) {
        0 => 1 + chance.below(500),
        1 => 100 * (1 + chance.below(60)),
        _ => 1 + chance.below(13_000),
    };
    let amount = format!("{}.{:02}", cents / 100, cents % 100);
    let money = chance.of(&["", "", "", " in NZD", " in NZD at 0.7", " account 091"]);
    let earlier = chance.below(*made + 1);
    match chance.below(12) {
        0..4 => {
            *made += 1;
            format!("pay M-{made} 2026-03-10 of {one} {amount}{money}")
        }
        4 | 5 => {
            *made += 1;
            format!("refund M-{made} 2026-03-11 of {one} {amount}{money}")
        }
        6..9 => {
            *made += 1;
            format!("allocate M-{made} 2026-03-12 {one} to {} {amount}", chance.of(&DOCUMENTS))
        }
        9 => format!("{} M-{earlier}", chance.of(&["delete", "cancel", "reinstate"])),
        10 => format!("change pay M-{earlier} 2026-03-10 of {one} {amount}"),
        _ => chance
            .of(&[
                "change invoice D-2 2026-03-05: 3 JAM @ 10.00",
                "change invoice D-2 2026-03-05: 1 JAM @ 10.00",
                "change bill D-8 2026-03-05: account 400 @ 40.00",
                "change invoice D-1 2026-03-01: 4 JAM @ 9.99 tax 15",
                "change creditinvoice D-4 2026-03-01: 2 JAM @ 9.00 tax 15",
                "change order D-7 2026-03-01 invoice X-1 on 2026-03-02: 12 SUGAR @ 5.00",
                "cancel D-6",
                "reinstate D-6",
            ])
            .to_owned(),
    }
}

/// What each document's own payments come to, worked out here: statement by statement, not by the book's sums.
fn adds_up(book: &Book, name: &str) -> Result<(), String> {
    let kinds = [Kind::Invoice, Kind::PurchaseOrder, Kind::Bill, Kind::SupplierCredit];
    let id = kinds.iter().find_map(|kind| book.find_document(*kind, name));
    let Some(document) = id.and_then(|id| book.document(id)) else { return Ok(()) };
    let Some(found) = id.and_then(|id| book.settlement(id)) else { return Ok(()) };
    let (mut came, mut went) = (0_i64, 0_i64);
    for one in document.dependents().iter().filter_map(|one| book.document(*one)) {
        match one.content() {
            _ if one.life() != Life::Live => {}
            Content::Payment(payment) => {
                let minor = payment.amount.minor();
                // Cents of both currencies are cents; a rate is foreign units per 1 of base, rounded half away from zero.
                let rate = payment.rate.map_or(1_000_000, |rate| rate.millionths());
                let same = payment.amount.currency() == found.gross.currency();
                let minor = if same { minor } else { (minor * rate * 2 + 1_000_000) / 2_000_000 };
                if payment.kind == PaymentKind::Payment { came += minor } else { went += minor }
            }
            Content::Allocation(c) if Some(c.to) == id => came += c.amount.minor(),
            Content::Allocation(c) => went += c.amount.minor(),
            _ => {}
        }
    }
    let credit = matches!(document.content(), Content::SupplierCredit(_))
        || matches!(document.content(), Content::Invoice(c) if c.kind == InvoiceKind::Credit);
    let paid = if credit { went - came } else { came - went };
    if found.paid.minor() != paid || paid < 0 {
        return Err(format!("{name}: the book says {} is paid, the documents {paid}", found.paid));
    }
    let (gross, outstanding, left) = (found.gross.minor(), found.outstanding.minor(), found.left.minor());
    let over = match (credit, found.status) {
        // A credit's rest is what is outstanding of it.
        (true, _) => 0,
        (false, PaidStatus::ProForma | PaidStatus::Draft) => (paid - gross).max(0),
        (false, _) => left,
    };
    if paid + outstanding - over != gross || outstanding < 0 || left < 0 || (credit && paid > gross) {
        return Err(format!("{name}: {found:?}"));
    }
    Ok(())
}

// rule: PAY-8, DOC-17, DOC-19
#[test]
fn whatever_is_paid_refunded_and_allocated_adds_up() {
    let (walks, steps) =
        if std::env::var_os("MILLBOOK_FULL").is_some() { (2_000_u64, 120) } else { (30, 60) };
    let (mut taken, mut refused) = (0, 0);
    for seed in 1..=walks {
        let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let (mut shop, mut made) = (Shop::new(), 0);
        MASTER.lines().for_each(|line| shop.say(line).expect("the documents"));
        let journals = support::journals(&shop.book);
        for _ in 0..steps {
            let line = statement(&mut chance, &mut made);
            let before = shop.book.digest();
            match shop.say(&line) {
                Ok(()) => taken += 1,
                Err(Failure::Unreadable(_)) => {}
                Err(Failure::Refused(refusal)) => {
                    refused += 1;
                    assert_eq!(shop.book.digest(), before, "seed {seed}: {line}: {refusal}");
                }
            }
            for name in DOCUMENTS {
                adds_up(&shop.book, name).unwrap_or_else(|why| panic!("seed {seed}: {line}\n{why}"));
            }
        }
        let mut again = Book::new(shop.book.base());
        shop.events.iter().for_each(|event| again.apply(event, STAMP));
        assert_eq!(again.digest(), shop.book.digest(), "seed {seed}: replayed, it is another book");
        assert!(!journals.is_empty());
    }
    println!("{taken} taken, {refused} refused");
    assert!(taken > walks * 10 && refused > walks * 10, "{taken} taken, {refused} refused");
}

/// Sums of the source documents and of what they were consolidated to, cent by cent, with changes after each approval.
// rule: CNS-1, CNS-3
#[test]
fn consolidated_is_the_sum_of_the_sources_whatever_changes_after_approval() {
    for seed in 1..=60_u64 {
        let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut shop = Shop::new();
        for line in ["item JAM made", "item TEA bought", "channel WEB consolidate week"] {
            shop.say(line).expect("records");
        }
        let mut made = 0;
        for step in 0..30 {
            let number = 1 + chance.below(made + 2).min(made);
            let verb = chance.of(&["invoice", "invoice", "creditinvoice"]);
            let (item, tax) = (chance.of(&["JAM", "TEA"]), chance.of(&["", " tax 15", " tax 12.5"]));
            let prices = chance.of(&["", " inclusive"]);
            let (day, cents) = (1 + chance.below(28), 1 + chance.below(3_000));
            let channel = chance.of(&[" channel WEB", " channel WEB", " channel WEB", ""]);
            let said = format!(
                "I-{number} 2026-03-{day:02}{channel}{prices}: 3 {item} @ {}.{:02}{tax}",
                cents / 100,
                cents % 100
            );
            let line = match chance.below(6) {
                0 if made > 0 => format!("cancel I-{number}"),
                _ if number <= made => format!("change {verb} {said}"),
                _ => format!("{verb} {said}"),
            };
            if shop.say(&line).is_ok() && number > made {
                made = number;
            }
            if step % 7 == 6 {
                shop.freeze(&format!("2026-03-{:02}", 7 + chance.below(21))).expect("a day");
            }
            let last = Day::new(2026, 12, 31).expect("a day");
            let sources = shop.book.consolidation_sources(last);
            let open = consolidate(&sources, &shop.frozen).expect("cents");
            let held = shop.frozen.iter().flat_map(|one| &one.sources).flat_map(|held| &held.parts);
            let frozen: i64 = held.map(|(_, part)| part.gross.minor()).sum();
            let opened: i64 = open
                .iter()
                .map(|one| match one.kind {
                    InvoiceKind::Invoice => one.total.minor(),
                    InvoiceKind::Credit => -one.total.minor(),
                })
                .sum();
            let said: i64 = shop
                .book
                .documents()
                .filter(|(_, document)| document.life() == Life::Live)
                .filter_map(|(id, document)| match document.content() {
                    Content::Invoice(c) if c.channel.is_some() => Some((shop.book.totals(id)?, c.kind)),
                    _ => None,
                })
                .map(|(totals, kind)| match kind {
                    InvoiceKind::Invoice => totals.gross.minor(),
                    InvoiceKind::Credit => -totals.gross.minor(),
                })
                .sum();
            assert_eq!(frozen + opened, said, "seed {seed} step {step}: {line}");
            for one in &open {
                let lines: i64 = one.lines.iter().map(|line| line.part.gross.minor()).sum();
                assert_eq!(lines, one.total.minor(), "seed {seed}: {one:?}");
                let apart = |frozen: &Frozen| frozen.last < one.first || one.last < frozen.first;
                assert!(shop.frozen.iter().all(apart), "seed {seed}: {one:?}");
                let corrects = one.lines.iter().any(|line| line.corrects.is_some());
                let is_next = shop.frozen.iter().all(|frozen| frozen.last < one.first);
                assert!(is_next || !corrects, "seed {seed}: {one:?}");
            }
        }
    }
}

// rule: CNS-2
#[test]
fn what_is_spread_is_the_payment() {
    let nzd = money::Currency::NZD;
    let mut chance = Chance(0x2545_f491_4f6c_dd1d);
    for _ in 0..2_000 {
        let open: Vec<(DocumentId, Day, Money)> = (0..1 + chance.below(6))
            .map(|number| {
                let minor = chance.below(400).cast_signed() - 100;
                let day = Day::from_number(20_000 + chance.below(5) as i32);
                (DocumentId::new(number as u32), day, Money::new(minor, nzd))
            })
            .collect();
        let amount = Money::new(1 + chance.below(900).cast_signed(), nzd);
        let (parts, over) = spread(amount, &open).expect("cents");
        let sum: i64 = parts.iter().map(|(_, part)| part.minor()).sum();
        assert_eq!(sum + over.minor(), amount.minor());
        let all: i64 = open.iter().map(|(_, _, open)| open.minor()).sum();
        assert_eq!(over.minor(), (amount.minor() - all).max(0), "{open:?} {amount}");
        // Nobody gets more than is open, and nobody younger gets anything before the older is settled.
        for (id, part) in &parts {
            let (_, day, wanted) = open.iter().find(|one| one.0 == *id).expect("a source");
            assert!(
                part.minor().abs() <= wanted.minor().abs()
                    && part.minor().signum() == wanted.minor().signum()
            );
            let settled = |other: &(DocumentId, Day, Money)| parts.contains(&(other.0, other.2));
            let older = open.iter().filter(|other| other.2.minor() > 0 && (other.1, other.0) < (*day, *id));
            assert!(part.minor() < 0 || older.clone().all(settled), "{open:?} {parts:?}");
        }
    }
}

/// A look at a document's payments on both sides; Xero's are given as (id, dollars), deleted ones below zero.
fn look(shop: &Shop, xero: &[(u32, i64)], links: &[(&str, u32)]) -> Compared<DocumentId, DocumentId> {
    let id = shop.any("I-1").expect("the invoice");
    let mut sides = shop.book.payments_of(id).expect("it is paid");
    let theirs = xero.iter().map(|(id, dollars)| PaidOn {
        id: DocumentId::new(*id),
        day: support::day("2026-03-20").expect("a day"),
        amount: Money::new(dollars.abs() * 100, sides.currency),
        deleted: *dollars < 0,
    });
    sides.xero = theirs.collect();
    let ours = |name: &str| shop.book.find_document(Kind::Payment, name).expect("a payment");
    sides.links = links.iter().map(|(name, id)| (ours(name), DocumentId::new(*id))).collect();
    sides.compare().expect("one currency")
}

/// The rule's examples: 100 paid in the book as 60 and 40, both in Xero; the 40 deleted in Xero.
// rule: PAY-1, PAY-2
#[test]
fn the_examples_of_pay_2_with_the_books_own_payments() {
    let mut start = Shop::new();
    for line in [
        "item JAM made",
        "invoice I-1 2026-03-01: 20 JAM @ 10.00",
        "pay PY-1 2026-03-10 of I-1 60.00",
        "pay PY-2 2026-03-11 of I-1 40.00",
    ] {
        start.say(line).expect("taken");
    }
    let links = [("PY-1", 901), ("PY-2", 902)];
    let payment = |shop: &Shop, name: &str| shop.book.find_document(Kind::Payment, name).expect("there");
    let both = look(&start, &[(901, 60), (902, 40)], &links);
    assert_eq!((both.moves, both.standing_in_book.len()), (Moves::Nothing, 0));
    // S = D = 40, moves 0.
    let deleted = [(901, 60), (902, -40)];
    let found = look(&start, &deleted, &links);
    assert_eq!((&found.moves, &found.standing_in_book), (&Moves::Nothing, &vec![payment(&start, "PY-2")]));
    // Re-entered there: sums equal, done.
    let entered = look(&start, &[(901, 60), (902, -40), (903, 40)], &links);
    assert_eq!((entered.moves, entered.standing_in_book), (Moves::Nothing, vec![]));
    // 30 more paid in the book: 130 − 60 − 40 = 30 goes to Xero.
    let mut more = start.clone();
    more.say("pay PY-3 2026-03-12 of I-1 30.00").expect("taken");
    assert_eq!(look(&more, &deleted, &links).moves, Moves::EachToXero(vec![payment(&more, "PY-3")]));
    // Deleted in the book too: S = 0. A deleted document keeps its id, so the link still finds it.
    let mut gone = start.clone();
    let second = payment(&gone, "PY-2");
    gone.say("cancel PY-2").expect("taken");
    let found = look(&gone, &deleted, &links);
    assert_eq!((found.moves, found.standing_in_book), (Moves::Nothing, vec![]));
    // 25 paid in Xero and the book's 40 deleted: 60 − 85 − 0: 25 comes to the book.
    let found = look(&gone, &[(901, 60), (902, -40), (904, 25)], &links);
    assert_eq!(found.moves, Moves::EachToBook(vec![DocumentId::new(904)]));
    // The payment that comes is one of the book's, and the sums are equal.
    gone.say("pay PY-4 2026-03-20 of I-1 25.00").expect("taken");
    let mut linked = links.to_vec();
    linked.push(("PY-4", 904));
    let found = look(&gone, &[(901, 60), (902, -40), (904, 25)], &linked);
    assert_eq!((found.book, found.xero, found.moves), (found.xero, found.xero, Moves::Nothing));
    // Taken back, the payment stands as before; a refund counts below zero.
    gone.say("reinstate PY-2").expect("taken");
    let found = look(&gone, &[(901, 60), (902, -40), (904, 25)], &linked);
    assert_eq!((found.moves, found.standing_in_book), (Moves::Nothing, vec![second]));
    gone.say("refund PY-5 2026-03-21 of I-1 5.00").expect("taken");
    let found = look(&gone, &[(901, 60), (902, -40), (904, 25)], &linked);
    // Book 120, Xero 85: the standing 40 are cut to the difference of 35, so the rule moves nothing.
    assert_eq!((found.book.minor(), found.xero.minor(), found.moves), (12_000, 8_500, Moves::Nothing));
}
