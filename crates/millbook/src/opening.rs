//! `millbook opening`: what the book had the evening before the cut-over, held against Xero, account by account (INV-11).
//!
//! ```text
//! as of 2026-02-28                       book          Xero    difference
//! 621 Materials                     10,000.00      9,500.00        500.00
//! 630 Purchases clearing              -200.00          0.00       -200.00
//!   PO-7  received, not invoiced       200.00
//! ```
//! `post` brings accounts in by one journal against the Opening role, `leave` says why one stays as it is.
//! Not here: what is brought in (`plan::adjusting`), showing and confirming entries (`entries`).

use book::{Act, Day, Text};
use plan::adjusting::{OpeningRow, bring_in, opening};
use plan::{AccountRole, Command, Reconciled};
use serde_json::{Value, json};

use crate::entries::{Said, propose, refused};
use crate::place::{Place, failed};
use crate::reconcile::{Held, look};
use crate::said::say;
use crate::sandbox::Refusal;
use crate::sync::on_runtime;
use crate::xero::office::{Office, Open, Who};
use crate::xero::wishes::one;

/// Go through the opening: what the book had the evening before the cut-over, and what Xero had.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  millbook opening\n  millbook opening leave 630 --because \"the accountant clears it in May\"\n  millbook opening post\n  millbook opening post 621 --confirm\n\nWithout --confirm nothing is changed."
)]
pub struct Opening {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    who: Who,
    /// Ask Xero anew.
    #[arg(long, global = true)]
    read: bool,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Show every journal account with what the book had and what Xero had (what is shown without a word).
    Show,
    /// Bring accounts in by one journal against the Opening role: those that are named, else every balance sheet account
    /// that differs and isn't left.
    Post {
        /// Account codes.
        codes: Vec<String>,
        /// Do it; without this it is shown only.
        #[arg(long)]
        confirm: bool,
    },
    /// Leave accounts as they are, and say why; an empty reason takes it back.
    Leave {
        /// Account codes.
        #[arg(required = true)]
        codes: Vec<String>,
        /// Why.
        #[arg(long, value_name = "REASON")]
        because: String,
    },
}

/// `millbook opening`
pub fn run(arguments: &Opening) -> Result<(), Refusal> {
    on_runtime(async {
        match &arguments.what {
            None | Some(What::Show) => show(arguments, &read(arguments).await?.1),
            Some(What::Post { codes, confirm }) => {
                let (mut office, held) = read(arguments).await?;
                let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
                let proposed =
                    bring_in(&held.book, &held.exchange, &held.witness, &codes).map_err(refused)?;
                if *confirm {
                    drop(office);
                    office = Office::open(&arguments.place, Open::Writing)?;
                }
                propose(&office, &arguments.who, &proposed, Said::of(*confirm)).await
            }
            Some(What::Leave { codes, because }) => {
                let office = Office::open(&arguments.place, Open::Writing)?;
                leave(arguments, &office, codes, because).await
            }
        }
    })
}

/// What Xero says; without a connection there is no cut-over.
async fn read(arguments: &Opening) -> Result<(Office, Held), Refusal> {
    let office = Office::open(&arguments.place, Open::Reading)?;
    let company = office.company(&arguments.who)?;
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    if state.exchange.cut_over().is_none() {
        let not = plan::Refusal::new(plan::Code::NotConnected);
        return Err(refused(not));
    }
    drop(office);
    look(&arguments.place, &arguments.who, (None, arguments.read)).await
}

async fn leave(arguments: &Opening, office: &Office, codes: &[String], because: &str) -> Result<(), Refusal> {
    let company = office.company(&arguments.who)?;
    let by = office.person(&arguments.who, &company, Act::Exchange)?;
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    let of = |code: &String| {
        let unknown = || Refusal(1, format!("Xero has no account with the code {code}."));
        state.exchange.lists().account_named(code).map(|account| account.id).ok_or_else(unknown)
    };
    let accounts: Vec<_> = codes.iter().map(of).collect::<Result<_, _>>()?;
    for account in accounts {
        let said = Reconciled::OpeningLeft { account, reason: Text::from(because.trim()) };
        one(office, &company, by, &arguments.who, Command::Reconcile(Box::new(said))).await?;
    }
    Ok(())
}

fn show(arguments: &Opening, held: &Held) -> Result<(), Refusal> {
    let rows = opening(&held.book, &held.exchange, &held.witness);
    let first = held.exchange.cut_over().unwrap_or(Day::FIRST);
    // A cut-over that lies ahead has no evening before yet: it is shown as things stand.
    let eve = first.previous().min(held.witness.day);
    let lies_ahead = held.witness.day < first;
    let base = held.book.base();
    if arguments.who.json {
        let text = |amount: money::Amount| amount.display(base).to_string();
        let row = |row: &OpeningRow| {
            json!({
                "account": row.name, "roles": row.roles.iter().map(|role| role.name()).collect::<Vec<_>>(),
                "book": text(row.book), "xero": text(row.xero), "difference": text(row.difference),
                "of_year": row.of_year, "left": row.left.as_deref(),
                "orders": orders(held, row, eve).iter().map(|(name, what, amount)| json!({ "order": name, "what": what, "amount": text(*amount) })).collect::<Vec<Value>>(),
            })
        };
        say(
            json!({ "as_of": eve.to_string(), "cut_over": first.to_string(), "lies_ahead": lies_ahead, "currency": base.code(), "accounts": rows.iter().map(row).collect::<Vec<_>>() }),
        );
        return Ok(());
    }
    let text = |amount: money::Amount| format!("{:#}", amount.display(base));
    say(format!(
        "{:<34} {:>14} {:>14} {:>14}",
        format!("as of {eve} ({base})"),
        "book",
        "Xero",
        "difference"
    ));
    for row in &rows {
        let name: String = row.name.chars().take(34).collect();
        let (book, xero, difference) = (text(row.book), text(row.xero), text(row.difference));
        let note = match &row.left {
            Some(why) => format!("  left: {why}"),
            None if row.of_year && !row.difference.is_zero() => {
                "  profit and loss: brought in only if named".to_owned()
            }
            None => String::new(),
        };
        say(format!("{name:<34} {book:>14} {xero:>14} {difference:>14}{note}"));
        for (order, what, amount) in orders(held, row, eve) {
            say(format!("  {:<32} {:>14}", format!("{order}  {what}"), text(amount)));
        }
    }
    for (role, amount) in held.reconciled.unmapped.iter().filter(|(_, amount)| !amount.is_zero()) {
        say(format!("{} has {} and no account: `millbook xero propose`.", role.name(), text(*amount)));
    }
    if rows.is_empty() {
        say("No journal account is mapped yet: `millbook xero propose` suggests some.");
        return Ok(());
    }
    if lies_ahead {
        say(plan::Refusal::new(plan::Code::OpeningAhead).with("day", first));
        return Ok(());
    }
    let open = rows.iter().filter(|row| !row.difference.is_zero() && row.left.is_none()).count();
    say(match open {
        0 => "The opening agrees, or somebody said why it is left.".to_owned(),
        _ => "`millbook opening post` brings in what differs; `millbook opening leave CODE --because …` says why not."
            .to_owned(),
    });
    Ok(())
}

/// What stands on Purchases and in progress, order by order.
fn orders(held: &Held, row: &OpeningRow, eve: Day) -> Vec<(String, &'static str, money::Amount)> {
    if row.roles.contains(&AccountRole::WorkInProgress) {
        let name = |id| held.book.document(id).map_or_else(String::new, |one| one.number().to_owned());
        let open = held.book.in_progress(eve).into_iter().filter(|one| !one.balance.is_zero());
        return open.map(|one| (name(one.order), "in progress", one.balance)).collect();
    }
    if !row.roles.contains(&AccountRole::Purchases) {
        return Vec::new();
    }
    let number = |what: book::Bought| {
        let id = match what {
            book::Bought::Goods { at, .. } => at.document,
            book::Bought::Fee(fee) => fee,
        };
        held.book.document(id).map_or_else(String::new, |document| document.number().to_owned())
    };
    let lines = held.book.on_purchases(eve);
    let parts = lines.iter().flat_map(|line| {
        [
            (number(line.what), "received, not invoiced", -line.bills_to_come.amount),
            (number(line.what), "invoiced, not received", line.goods_to_come.amount),
        ]
    });
    parts.filter(|part| !part.2.is_zero()).collect()
}
