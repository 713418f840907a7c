//! The item's options on lines of stock, work in progress and liabilities: a setting puts them, and what changes them moves
//! what stands there on its day (POST-25).

#[path = "../../book/tests/support/mod.rs"]
mod book_notation;
mod desk;

use std::collections::BTreeMap;

use book::Day;
use desk::{Desk, day};
use plan::journals::{JournalPaper, plan};

const STOCKED: &str = "tracking Region
option North of Region
option South of Region
item JAM made tracking South
found ST-1 2026-03-02: 10 JAM 100.00
ship SH-1 2026-03-05: 4 JAM";

/// `MB-000003 8 Mar 2026 adjustments: accounts changed | 5 -60.00, 5 60.00 [South]`
fn told(papers: &[JournalPaper]) -> Vec<String> {
    let line = |line: &plan::journals::JournalLine| {
        let id = line.account.to_string();
        let number = id.rsplit('-').next().unwrap_or_default().trim_start_matches('0');
        let names: String = line.names.iter().map(|name| format!(" [{}]", name.option)).collect();
        format!("{number} {}{names}", line.amount.display(money::Currency::NZD))
    };
    let one = |paper: &JournalPaper| {
        let lines: Vec<String> = paper.lines.iter().map(line).collect();
        format!("{} | {}", paper.text, lines.join(", "))
    };
    papers.iter().map(one).collect()
}

/// What stands on finished goods by option at the end of a day, by the journals that were sent.
fn stands(sent: &[JournalPaper], until: Day) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for line in sent.iter().flat_map(|paper| &paper.lines) {
        if line.account == desk::account(5) && line.day <= until {
            let name = line.names.first().map_or("none", |name| &*name.option);
            *sums.entry(name.to_owned()).or_default() += line.amount.minor();
        }
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

fn sums<const N: usize>(of: [(&str, i64); N]) -> BTreeMap<String, i64> {
    of.into_iter().map(|(name, minor)| (name.to_owned(), minor)).collect()
}

fn stocked() -> Desk {
    let mut desk = Desk::new();
    desk.say(STOCKED);
    desk.track(&[]);
    desk
}

// rule: POST-25
#[test]
fn a_setting_puts_the_items_options_from_a_day_on_and_takes_them_off_again() {
    let mut desk = stocked();
    let mut sent = desk.run("2026-03-31");
    let said = desk.put_options("on", Some("2026-03-08"));
    assert_eq!(
        said,
        [
            "From 2026-03-08 on lines of stock, work in progress and liabilities carry the items' tracking options; what stands there by then is moved to them: South 60.00 Dr."
        ]
    );
    let moved = desk.run("2026-03-31");
    assert_eq!(
        told(&moved),
        ["MB-000003 8 Mar 2026 adjustments: accounts changed | 5 -60.00, 5 60.00 [South]"]
    );
    sent.extend(moved);
    // Later corrections of older days follow; the item gets another option; new lines carry it.
    desk.say("change found ST-1 2026-03-02: 10 JAM 120.00\ntoday 2026-03-12\nchange item JAM made tracking North\nship SH-2 2026-03-13: 1 JAM");
    let moved = desk.run("2026-03-31");
    assert_eq!(
        told(&moved),
        [
            "MB-000004 5 Mar 2026 sales, adjusted: 1 stock entry | 5 -8.00, 10 8.00 [South]",
            "MB-000005 13 Mar 2026 sales: 1 shipment | 5 -12.00 [North], 10 12.00 [North]",
            "MB-000006 2 Mar 2026 stock, adjusted: 1 stock entry | 5 20.00, 11 -20.00 [South]",
            "MB-000007 8 Mar 2026 adjustments, adjusted: accounts changed | 5 -12.00, 5 12.00 [South]",
            "MB-000008 12 Mar 2026 adjustments: 1 change of records | 5 72.00 [North], 5 -72.00 [South]",
        ]
    );
    sent.extend(moved);
    assert_eq!(stands(&sent, day("2026-03-11")), sums([("South", 7200)]));
    assert_eq!(stands(&sent, day("2026-03-31")), sums([("North", 6000)]));
    // Off again from a later day: what stood there goes back to no option, older lines keep theirs.
    let said = desk.put_options("off", Some("2026-03-20"));
    assert_eq!(
        said,
        [
            "From 2026-03-20 on lines of stock, work in progress and liabilities carry no tracking options; what stands on them by then is moved off: North 60.00 Cr."
        ]
    );
    sent.extend(desk.run("2026-03-31"));
    desk.say("ship SH-3 2026-03-21: 1 JAM");
    sent.extend(desk.run("2026-03-31"));
    assert_eq!(stands(&sent, day("2026-03-19")), sums([("North", 6000)]));
    assert_eq!(stands(&sent, day("2026-03-31")), sums([("none", 4800)]));
    // Never on at all: as if nothing had been said, every move is taken back.
    desk.put_options("on", Some("2026-03-08"));
    desk.put_options("off", Some("2026-03-08"));
    sent.extend(desk.run("2026-03-31"));
    assert_eq!(stands(&sent, day("2026-03-19")), sums([("none", 6000)]));
    assert!(desk.exchange.settings().item_options.is_empty());
}

// rule: POST-25, CON-4
#[test]
fn the_opening_is_moved_to_its_options_on_the_cut_over_date() {
    let mut desk = Desk::new();
    desk.say(STOCKED);
    desk.track(&[]);
    desk.connect("2026-03-06");
    desk.track(&[]);
    desk.put_options("on", Some("2026-03-06"));
    assert_eq!(
        told(&desk.run("2026-03-31")),
        ["MB-000001 6 Mar 2026 adjustments: accounts changed | 5 -60.00, 5 60.00 [South]"]
    );
    // Somebody says that Xero's opening had them already.
    let mut desk = Desk::new();
    desk.say(STOCKED);
    desk.connect("2026-03-06");
    desk.track(&[]);
    desk.put_options("on", Some("2026-03-01"));
    assert_eq!(desk.due("2026-03-31"), []);
    desk.say("ship SH-2 2026-03-07: 1 JAM");
    assert_eq!(
        told(&desk.run("2026-03-31")),
        ["MB-000001 7 Mar 2026 sales: 1 shipment | 5 -10.00 [South], 10 10.00 [South]"]
    );
}

// rule: POST-25
#[test]
fn what_xero_has_archived_is_left_out_and_put_right_once_it_is_back() {
    let mut desk = stocked();
    desk.put_options("on", Some("2026-03-01"));
    let mut sent = desk.run("2026-03-31");
    assert_eq!(stands(&sent, day("2026-03-31")), sums([("South", 6000)]));
    desk.track(&["South"]);
    desk.say("change found ST-1 2026-03-02: 10 JAM 120.00\nship SH-2 2026-03-13: 1 JAM");
    let unnamed = plan(&desk.shop.book, &desk.exchange, day("2026-03-31")).unnamed;
    assert_eq!(unnamed.len(), 1, "the preview names it");
    sent.extend(desk.run("2026-03-31"));
    assert_eq!(stands(&sent, day("2026-03-31")), sums([("South", 6000)]));
    // The option that is chosen in its place takes what stands there as far as Xero can be told.
    desk.say("today 2026-03-15\nchange item JAM made tracking North");
    sent.extend(desk.run("2026-03-31"));
    assert_eq!(stands(&sent, day("2026-03-31")), sums([("South", 6000), ("North", 6000), ("none", -6000)]));
    // Restored in Xero for one run: every line is put right on its own day.
    desk.track(&[]);
    sent.extend(desk.run("2026-03-31"));
    assert_eq!(stands(&sent, day("2026-03-12")), sums([("South", 7200)]));
    assert_eq!(stands(&sent, day("2026-03-31")), sums([("North", 6000)]));
    assert!(plan(&desk.shop.book, &desk.exchange, day("2026-03-31")).unnamed.is_empty());
}
