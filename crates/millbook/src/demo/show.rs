//! What the demo prints: short, readable, and numbers that add up. Everything is asked of the real parts.
//!
//! Not here: what the numbers mean (`book`, `reports`, `plan`).

use std::collections::BTreeMap;

use book::{Book, Content, Day, Document, FeeTarget, Kind, Lot, Role};
use money::Amount;
use plan::journals::Proposal;
use plan::{JournalPlan, JournalState, Subject};
use reports::{Asked, Condition, View, Wrong};

use super::history::{FIRST, LAST};
use super::house::{CODE, House};
use super::play::Played;
use crate::sandbox::Refusal;

/// So many columns between two words.
const GAP: &str = "  ";

/// Before it begins.
pub fn opened(house: &House, seed: u64) -> String {
    let (name, address) = (&house.company.name, &house.address);
    format!("{name} makes bicycles: {FIRST} to {LAST}, from seed {seed}. Its Xero is a stand-in: {address}/")
}

fn section(heading: &str, lines: &[String]) -> String {
    format!("\n{heading}\n{}\n{}\n", "-".repeat(heading.chars().count()), lines.join("\n"))
}

/// The last day, for reports.
fn last() -> Day {
    LAST.to_string().parse().unwrap_or(Day::FIRST)
}

fn amount(amount: Amount, book: &Book) -> String {
    format!("{:#}", amount.display(book.base()))
}

fn plus(left: Amount, right: Amount) -> Amount {
    left.checked_add(right).unwrap_or(Amount::MAX)
}

/// After the last night.
pub async fn all(house: &House, played: &Played) -> Result<String, Refusal> {
    let company = house.view().await?;
    let book = &company.book;
    let mut text = section("What happened", &happened(&company, played));
    text += &section("What every account should hold, by the book", &months(book));
    text += &section("Tonight's journals", &tonight(&company, &played.tonight));
    text += &section("Bills of the carrier that the bookkeeper adopted", &played.adopted);
    text += &section("Book against Xero", &crate::reconcile::lines(&house.reconciled(last()).await?));
    if let Some(lines) = late_freight(book) {
        text += &section("A freight bill that came late", &lines);
    }
    text += &section("One balance, down to its lots", &lots(book)?);
    Ok(text)
}

/// `26 purchase orders, 26 receipts, …`
fn documents(book: &Book) -> String {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    book.documents().for_each(|(_, document)| *counts.entry(document.kind()).or_default() += 1);
    let words = counts.iter().map(|(kind, count)| counted(*count, kind.words()));
    format!("{}.", words.collect::<Vec<_>>().join(", "))
}

fn happened(company: &company::Company, played: &Played) -> Vec<String> {
    let company::Company { book, exchange } = company;
    let summed = exchange.links().filter(|(subject, _)| matches!(subject, Subject::Consolidated(_)));
    let sources = summed.map(|(_, link)| link.ours.as_deref().map_or(0, |ours| ours.sources.len()));
    let sources: Vec<usize> = sources.collect();
    let Played { commands, runs, created, updated, reading, writing, accountant, .. } = played;
    let (approved, paid, banked) = (accountant.approved, accountant.paid, accountant.banked);
    vec![
        documents(book),
        format!("{commands} commands, each in the log before it was answered."),
        format!(
            "Millbook ran {runs} times: {created} things made in Xero, {updated} changed, in {writing} writing calls and {reading} reading ones."
        ),
        format!(
            "Their accountant approved {approved} documents in Xero, paid {paid} bills, and entered {banked} payments of customers."
        ),
        format!(
            "{} invoices of the web shop stand in Xero as {}, one a week.",
            sources.iter().sum::<usize>(),
            sources.len()
        ),
    ]
}

/// `1 stock entry`, `29 invoices`.
fn counted(count: usize, word: &str) -> String {
    match (count, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {word}s"),
    }
}

/// Account by month, and its balance; every column sums to nothing.
fn months(book: &Book) -> Vec<String> {
    let mut moved: BTreeMap<Role, BTreeMap<u32, Amount>> = BTreeMap::new();
    for (key, days) in book.ledger().daily() {
        for (day, amount) in days.iter().filter(|(day, _)| *day <= last()) {
            let sum = moved.entry(key.role).or_default().entry(day.parts().1).or_default();
            *sum = plus(*sum, *amount);
        }
    }
    let columns = [1, 2, 3];
    let row = |name: &str, cells: [String; 4]| {
        let [one, two, three, four] = cells;
        format!("{name:<42}{one:>13}{GAP}{two:>13}{GAP}{three:>13}{GAP}{four:>13}")
    };
    let mut lines = vec![row(
        "NZD, debit; credit is negative",
        ["January", "February", "March", "balance"].map(str::to_owned),
    )];
    let mut sums = [Amount::ZERO; 4];
    for (role, by_month) in &moved {
        let cells = columns.map(|month| by_month.get(&month).copied().unwrap_or_default());
        let balance = cells.into_iter().fold(Amount::ZERO, plus);
        let cells = [cells[0], cells[1], cells[2], balance];
        sums.iter_mut().zip(cells).for_each(|(sum, cell)| *sum = plus(*sum, cell));
        lines.push(row(called(*role), cells.map(|cell| amount(cell, book))));
    }
    lines.push(row("Sum", sums.map(|sum| amount(sum, book))));
    lines
}

/// The journals of the last evening as they were previewed, each with its lines by account, and what became of them.
fn tonight(company: &company::Company, plan: &JournalPlan) -> Vec<String> {
    let (book, exchange) = (&company.book, &company.exchange);
    let mut lines = Vec::new();
    for proposal in &plan.journals {
        lines.push(proposal.paper.text.to_string());
        let mut accounts: BTreeMap<String, Amount> = BTreeMap::new();
        for line in &proposal.paper.lines {
            let name = exchange.lists().account(line.account).map(ToString::to_string).unwrap_or_default();
            let sum = accounts.entry(name).or_default();
            *sum = plus(*sum, line.amount);
        }
        accounts.retain(|_, amount| !amount.is_zero());
        lines
            .extend(accounts.iter().map(|(name, moved)| format!("  {name:<40}{:>13}", amount(*moved, book))));
    }
    let posted = |proposal: &&Proposal| {
        let sent = exchange.journal(proposal.paper.number);
        sent.is_some_and(|sent| {
            sent.paper.lines == proposal.paper.lines && sent.state() == JournalState::Posted
        })
    };
    let (count, done) = (plan.journals.len(), plan.journals.iter().filter(posted).count());
    lines.push(format!(
        "{done} of {count} were posted as previewed. {} in the three months.",
        exchange.journals().count()
    ));
    lines
}

/// What an account is called here: the book knows of suppliers and customers only what its documents post.
fn called(role: Role) -> &'static str {
    match role {
        Role::Payables => "Suppliers, before tax and payments",
        Role::Receivables => "Customers, before tax and payments",
        role => role.name(),
    }
}

/// Where the money of a freight bill went that came after its goods were used.
fn late_freight(book: &Book) -> Option<Vec<String>> {
    let of_order = |document: &Document| match document.content() {
        Content::Fee(fee) => match fee.target {
            FeeTarget::Order(order) => Some((fee.clone(), order)),
            FeeTarget::Receipts(_) | FeeTarget::Transfer(_) => None,
        },
        _ => None,
    };
    let found = book.documents().find_map(|(_, document)| Some((document, of_order(document)?)));
    let (document, (content, order)) = found?;
    let order = book.document(order)?;
    let Content::PurchaseOrder(ordered) = order.content() else { return None };
    let items = ordered.lines.iter().filter_map(|line| book.item(line.item));
    let items: Vec<String> = items.map(|item| item.record.name.to_string()).collect();
    let mut lines = vec![format!(
        "{} of {}: {} for {} ({}), ordered {}.",
        document.number(),
        content.day,
        content.amount,
        items.join(", "),
        order.number(),
        ordered.terms.day
    )];
    let mut roles: BTreeMap<Role, Amount> = BTreeMap::new();
    let entry = document.created();
    for delta in book.ledger().deltas_from(entry).take_while(|delta| delta.seq == entry) {
        for (key, moved) in [(delta.debit, delta.amount), (delta.credit, -delta.amount)] {
            let sum = roles.entry(book.ledger().name(key).role).or_default();
            *sum = plus(*sum, moved);
        }
    }
    roles.retain(|_, amount| !amount.is_zero());
    lines.extend(
        roles.iter().map(|(role, moved)| format!("  {:<24}{:>12}", role.name(), amount(*moved, book))),
    );
    lines.push(
        "Whatever was made of them carries its share, down to what was sold; nobody reposted anything."
            .to_owned(),
    );
    Some(lines)
}

/// Finished goods by lot, and which bills stand behind one of them.
fn lots(book: &Book) -> Result<Vec<String>, Refusal> {
    let wrong = |wrong: Wrong| Refusal(4, wrong.to_string());
    let only = |column: &str, text: &str| View {
        conditions: vec![Condition::Is(column.into(), text.into())],
        ..View::default()
    };
    let valuation = reports::find("valuation").and_then(|report| report.of(book, &Asked::on(last())));
    let mut valuation = valuation
        .and_then(|table| table.viewed(&only("account", Role::FinishedGoods.name())))
        .map_err(wrong)?;
    valuation.ties.retain(|tie| &*tie.name == Role::FinishedGoods.name());
    let mut lines = vec![valuation.to_string()];
    let is_bicycle = |lot: &Lot| book.item(lot.item()).is_some_and(|item| &*item.record.code == "CITY");
    let here = book.lots().filter(|(_, lot)| is_bicycle(lot) && !lot.free().is_zero());
    if let Some((lot, _)) = here.last() {
        let bills = reports::trace(book, lot).viewed(&only("what", "billed")).map_err(wrong)?;
        lines.push(format!("The bills behind the last of them. {}", bills.to_string().trim_end()));
    }
    Ok(lines)
}

/// While its pages are open.
pub fn open_doors(house: &House) -> String {
    let (address, file) = (&house.address, house.file.display());
    let mut lines = vec![
        format!("Xero's side: {address}/  (documents, journals, trial balance; be the accountant)"),
        format!("Millbook's side, in another terminal, after `export MILLBOOK_DB={file}`:"),
    ];
    for command in
        ["reconcile", "report margin --by customer", "explain cost_of_goods_sold", "report ledger --by rule"]
    {
        lines.push(format!("  millbook {command} --company {CODE} --as-of {LAST}"));
    }
    lines.push(format!("  millbook journals --facts --company {CODE}"));
    lines.push("  millbook log --search freight".to_owned());
    lines.push("Ctrl-C ends it; nothing is left behind.".to_owned());
    section("Look around", &lines)
}
