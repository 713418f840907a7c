//! A web shop's sales of many days, each day one invoice in Xero, all paid: how many calls that takes (CNS-1, CNS-2).
//!
//! 33 sales a day, each paid the day after. A call takes 50 invoices, or 50 payments. ORDERS=12039 plays as many orders as a shop
//! of 2,500 bicycles a quarter has in a year; without it a tenth of them. Not here: what each invoice says (`cases/consolidation.txt`).

mod scenario;

use scenario::Scene;

const A_DAY: usize = 33;

fn day(number: usize) -> String {
    let first = jiff::civil::date(2025, 3, 1);
    let span = jiff::Span::new().days(i64::try_from(number).expect("small"));
    first.checked_add(span).expect("a day").to_string()
}

// rule: CNS-1, CNS-2
#[test]
fn a_year_of_a_web_shop_goes_in_calls_of_fifty_days() {
    let orders: usize = std::env::var("ORDERS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_204);
    let mut scene = Scene::new();
    let mut say = |line: &str| scene.say(line).unwrap_or_else(|why| panic!("{line}: {why}"));
    say("connect cut-over 2025-01-01");
    say("usual accounts");
    say("settings: sales on; payments both; new.invoice approved");
    say("book: item JAM made");
    say("book: channel WEB consolidate day");
    for number in 0..orders {
        let sold = day(number / A_DAY);
        let paid = day(number / A_DAY + 1);
        say(&format!("book: invoice I-{number} {sold} channel WEB: 1 JAM @ 10.00 tax 15"));
        say(&format!("book: pay PY-{number} {paid} of I-{number} 11.50"));
    }
    say("calls <= 20");
    say("sync");
    let days = orders.div_ceil(A_DAY);
    // A contact, an item, and 50 days of invoices or payments in a call.
    say(&format!("writes {}", 2 + 2 * days.div_ceil(50)));
    say(&format!("xero has {days} invoices"));
    say(&format!("xero has {days} payments"));
    say("plan is empty");
    say("wait 20m");
    say("sync");
    say("writes 0");
}
