//! Runs the cases in tests/cases: rules as text that an accountant can check.
//!
//! A file holds cases; each begins with `rule: POST-8.1, INV-2  title`, then statements, then `---` and what the book
//! must expect. `refused` before a statement says that it must be refused, and the refusal stands in the expected
//! part. BLESS=1 writes what came out into the files: read every line of the difference before it is committed.

mod support;
mod text_cases;

use std::collections::{BTreeMap, BTreeSet};

use book::{Book, Day, Key, Kind, Role, Rule};
use support::{Failure, Shop, day, journals, lots, purchases, sums, worth};

/// Does the statements of a case; what came out, or why it can't be read.
fn run(statements: &str) -> Result<String, String> {
    let mut shop = Shop::new();
    let mut out = String::new();
    for line in statements.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with("rule: ") {
            continue;
        }
        if line == "show" {
            out += &format!("journals\n{}lots\n{}", journals(&shop.book), lots(&shop.book));
            continue;
        }
        if let Some(order) = line.strip_prefix("purchases ") {
            let order = shop.book.find_document(Kind::PurchaseOrder, order);
            out += &purchases(&shop.book, order.ok_or_else(|| line.to_owned())?);
            continue;
        }
        if let Some(on) = line.strip_prefix("worth ") {
            out += &worth(&shop.book, day(on).map_err(|_| line.to_owned())?);
            continue;
        }
        if let Some(answer) = shop.ask(line).map_err(|why| format!("{line}\n  {why:?}"))? {
            out += &answer;
            continue;
        }
        let (wanted, statement) = match line.strip_prefix("refused ") {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let before = shop.book.digest();
        match (shop.say(statement), wanted) {
            (Ok(()), false) => proven(&shop.book).map_err(|why| format!("{statement}\n  {why}"))?,
            (Ok(()), true) => return Err(format!("not refused: {statement}")),
            (Err(Failure::Refused(refusal)), true) => {
                out += &format!(
                    "refused {} {}\n  {}\n",
                    refusal.code().id(),
                    refusal.message(),
                    refusal.remedy()
                );
                assert!(!refusal.to_string().contains(['{', '}']), "a fact is missing: {refusal}");
                assert_eq!(shop.book.digest(), before, "a refusal changed the book: {statement}");
            }
            (Err(Failure::Refused(refusal)), false) => return Err(format!("{statement}\n  {refusal}")),
            (Err(Failure::Unreadable(why)), _) => return Err(format!("{statement}\n  can't be read: {why}")),
        }
    }
    out += &format!("journals\n{}lots\n{}", journals(&shop.book), lots(&shop.book));
    let differences = shop.book.check();
    if !differences.is_empty() {
        return Err(format!("worked out from nothing it is otherwise: {differences:?}"));
    }
    Ok(out)
}

/// The ledger, kept command by command, says what the documents and takings say from scratch; and stock accounts say
/// what the lots are worth, at the end of every day.
fn proven(book: &Book) -> Result<(), String> {
    let mut ledger: BTreeMap<(Day, Rule, Key), i64> = BTreeMap::new();
    for delta in book.ledger().deltas() {
        for (key, cents) in [(delta.debit, delta.amount.minor()), (delta.credit, -delta.amount.minor())] {
            *ledger.entry((delta.day, delta.rule, book.ledger().name(key).clone())).or_default() += cents;
        }
    }
    ledger.retain(|_, cents| *cents != 0);
    let all = book.contributions();
    let scratch = sums(all.iter().map(|one| ((one.day, one.rule, one.key.clone()), one.amount.minor())));
    if let Some(wrong) = ledger.keys().chain(scratch.keys()).find(|at| ledger.get(at) != scratch.get(at)) {
        let (kept, anew) = (ledger.get(wrong), scratch.get(wrong));
        return Err(format!("the ledger says {kept:?}, from scratch it is {anew:?}: {wrong:?}"));
    }
    let days: BTreeSet<Day> = all.iter().map(|one| one.day).collect();
    for day in days {
        let (mut balances, mut values) = (book.balances_as_of(day), book.valuation(day));
        balances.retain(|role, _| matches!(role, Role::Materials | Role::FinishedGoods));
        values.retain(|role, amount| *role != Role::OffBookExpense && !amount.is_zero());
        if balances != values {
            return Err(format!("on {day} the accounts say {balances:?}, the lots {values:?}"));
        }
        let cents = |role: &Role| book.balances_as_of(day).get(role).map_or(0, |amount| amount.minor());
        let open: i64 = book.in_progress(day).iter().map(|one| one.balance.minor()).sum();
        if open != cents(&Role::WorkInProgress) {
            let balance = cents(&Role::WorkInProgress);
            return Err(format!("on {day} work in progress is {balance}, its orders say {open}"));
        }
        let explained = book.explain(Role::CostOfGoodsSold, day);
        let explained: i64 = explained.iter().map(|one| one.amount.minor()).sum();
        let balance = book.balances_as_of(day).get(&Role::CostOfGoodsSold).map_or(0, |amount| amount.minor());
        if explained != balance {
            return Err(format!("on {day} cost of goods sold is {balance}, explained {explained}"));
        }
    }
    Ok(())
}

#[test]
fn every_case_comes_out_as_written() {
    text_cases::every("tests/cases", run);
}
