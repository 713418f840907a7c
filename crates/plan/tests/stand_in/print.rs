//! Papers as a bookkeeper reads them.
//!
//! ```text
//! bill 4711 Nord 2026-03-02 due 2026-03-22 NZD ref "B-1, PO-1"
//!   10 STEEL @ 10.00 = 100.00 630 INPUT2 15.00 "Steel"
//!   net 100.00 tax 15.00 total 115.00
//! ```

use std::fmt::Write;

use plan::*;
use xero::statuses::LineAmountTypes;

pub fn paper(paper: &Paper, lists: &Lists, contact: &str) -> String {
    let mut out = format!("{} {} {contact} {}", paper.kind.words(), paper.number, paper.date);
    if let Some(due) = paper.due {
        let _ = write!(out, " due {due}");
    }
    let _ = write!(out, " {}", paper.currency);
    if let Some(rate) = paper.rate {
        let _ = write!(out, " at {rate}");
    }
    match paper.amounts {
        LineAmountTypes::Exclusive => {}
        ref other => {
            let _ = write!(out, " {}", other.as_str().to_lowercase());
        }
    }
    if !paper.reference.is_empty() {
        let _ = write!(out, " ref {:?}", paper.reference);
    }
    out.push('\n');
    for line in &paper.lines {
        let _ = writeln!(out, "  {}", self::line(line, lists));
    }
    let sums = sums(paper).expect("sums");
    let [net, tax, total] = [sums.net, sums.tax, sums.total].map(|sum| sum.trimmed(2));
    let _ = writeln!(out, "  net {net} tax {tax} total {total}");
    out
}

fn line(line: &PaperLine, lists: &Lists) -> String {
    let mut out = String::new();
    if let (Some(quantity), Some(price)) = (line.quantity, line.price) {
        let item = line.item.as_ref().map(|item| format!(" {item}")).unwrap_or_default();
        let _ = write!(out, "{}{item} @ {}", quantity.trimmed(0), price.trimmed(2));
    }
    if let Some(off) = line.discount_amount {
        let _ = write!(out, " less {}", off.trimmed(2));
    }
    if let Some(discount) = line.discount {
        let _ = write!(out, " less {}%", discount.trimmed(0));
    }
    let account = line.account.and_then(|id| lists.account(id)).map_or("no account", |account| &account.code);
    let _ = write!(out, " = {} {account}", line.amount.trimmed(2));
    if !line.tax_type.is_empty() {
        let tax = line.tax.map_or_else(|| "?".to_owned(), |tax| tax.trimmed(2).to_string());
        let _ = write!(out, " {} {tax}", line.tax_type);
    }
    for one in &line.tracking {
        let _ = write!(out, " [{} {}]", one.category, one.option);
    }
    let length = line.description.chars().count();
    let _ = match length > 100 {
        true => write!(out, " \"…\" ({length} characters)"),
        false => write!(out, " \"{}\"", line.description),
    };
    out.trim_start().to_owned()
}

/// What Xero holds: its life and amounts.
pub fn held(held: &Held, lists: &Lists, contact: &str) -> String {
    let [due, paid, credited] = [held.due, held.paid, held.credited].map(|amount| amount.trimmed(2));
    let status = format!("{:?}", held.status).to_lowercase();
    format!("{}  {status} due {due} paid {paid} credited {credited}\n", paper(&held.paper, lists, contact))
}

/// Words of a line, with `_` for a blank inside one.
pub fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(|word| word.replace('_', " ")).collect()
}
