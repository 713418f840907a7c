//! `millbook reconcile`: per account what the book says, what was posted, what Xero has, and why they differ (REC-2).
//!
//! ```text
//! 631 Materials      book 48,216.37   posted 45,828.39   Xero 45,328.39   difference 2,887.98
//!   not yet posted   2,387.98   journals of production
//! ```
//! `explain` writes down what somebody else's entry is, `adopt` makes it a fact of the book (REC-5); `actuals` names the accounts
//! that absorbed costs are compared with, `clearing` shows what would clear them, `clear` does (REC-1); `accrue` moves what is
//! received and not invoiced for a night (REC-8). Exit code 1: something differs without a cause, or nobody read Xero.
//! Not here: the causes (`plan::reconcile`), which entries are made (`plan::adjusting`).

use book::{Act, Book, Day, Text};
use money::Amount;
use plan::reconcile::{Clearing, Reconciliation, Witness, clearings, reconcile};
use plan::{AccountRole, Command, Guid, Reconciled};
use serde_json::{Value, json};
use sync::{Cause, Until};

use crate::entries::{Said, accrue, adopt, clear, disown};
use crate::place::{Place, failed, say};
use crate::sandbox::Refusal;
use crate::sync::on_runtime;
use crate::xero::office::{Office, Open, Who};
use crate::xero::wishes::one;

/// Hold the book against Xero, account by account, and say why they differ.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  millbook reconcile\n  millbook reconcile --as-of 2026-03-31 --read --json\n  millbook reconcile explain 254591b2-… \"provision, goes out in May\"\n\nWithout --read, what Xero last said for that day is used, unless anything was sent or seen since."
)]
pub struct Reconcile {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    who: Who,
    /// At the end of this day; today unless said.
    #[arg(long, value_name = "DAY")]
    as_of: Option<Day>,
    /// Ask Xero anew.
    #[arg(long)]
    read: bool,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Write down what somebody else's entry is, by Xero's id; an empty text takes it back.
    Explain {
        /// Xero's id of the entry.
        entry: String,
        /// What it is.
        text: String,
    },
    /// Name the expense accounts on which an actual cost stands; none takes it back.
    Actuals {
        /// direct_labour, manufacturing_overheads, transfer_liability
        role: String,
        /// Account codes.
        codes: Vec<String>,
    },
    /// Make somebody else's entry a fact of the book, by Xero's id: it counts as ours, and nothing of it is posted.
    Adopt {
        /// Xero's id of the entry.
        entry: String,
        /// Take it back: the entry is somebody else's again.
        #[arg(long)]
        undo: bool,
    },
    /// Clear what labour, overheads or transfers absorbed, at a month's end, against an expense account.
    Clear {
        /// direct_labour, manufacturing_overheads, transfer_liability
        role: String,
        /// The expense account, by code.
        account: String,
        /// A day of the month; without it the last one that is over.
        #[arg(long, value_name = "DAY")]
        month_of: Option<Day>,
        /// Do it; without this it is shown only.
        #[arg(long)]
        confirm: bool,
    },
    /// Show Purchases in two halves at a month's end, and move what is received and not invoiced to Accrued purchases: there on
    /// the last day, back on the next.
    Accrue {
        /// The month's last day.
        day: Day,
        /// Do it; without this it is shown only.
        #[arg(long)]
        confirm: bool,
    },
    /// Show what labour, overheads and transfers were charged with in the month, what they cost, and what would clear them.
    Clearing {
        /// A day of the month; today unless said.
        #[arg(long, value_name = "DAY")]
        month_of: Option<Day>,
    },
}

/// What was read, and what came of it.
pub struct Held {
    /// The book.
    pub book: Book,
    /// What is known of Xero.
    pub exchange: plan::Exchange,
    /// What Xero said.
    pub witness: Witness,
    /// What came of it.
    pub reconciled: Reconciliation,
}

/// What Xero said for a day; it is asked if it never was, if anything was sent or seen since, or if that is wanted.
pub async fn hold(
    office: &Office,
    place: &Place,
    who: &Who,
    (day, anew): (Day, bool),
) -> Result<Held, Refusal> {
    let company = office.company(who)?;
    let desk = office.xero.desk(&company, "");
    let log = office.companies().log(company.company);
    let seq = log.view(None).await.map_err(failed)?.fold.exchange.seq();
    // What was sent or seen since isn't in what Xero said before.
    let mut known = if anew { None } else { sync::witness(&desk, day).await.filter(|one| one.known == seq) };
    if known.is_none() {
        office.person(who, &company, Act::Exchange)?;
        office.bury(place, &company).await?;
        let runner = office.xero.runner(&company, "millbook reconcile").await.map_err(failed)?;
        let report = runner.with_balances_of(day).run(Cause::Refresh, Until::NothingReady).await;
        if let Some(stop) = &report.stopped {
            return Err(Refusal(3, format!("Xero can't be read now: {stop}")));
        }
        known = sync::witness(&desk, day).await;
    }
    let missing = || Refusal(3, format!("Xero's balances of {day} could not be read. Try again."));
    let witness = known.ok_or_else(missing)?;
    held_against(office, who, witness).await
}

/// The book as it is now, held against what Xero said.
pub async fn held_against(office: &Office, who: &Who, witness: Witness) -> Result<Held, Refusal> {
    let company = office.company(who)?;
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    let reconciled = reconcile(&state.book, &state.exchange, &witness);
    Ok(Held { book: state.book, exchange: state.exchange, witness, reconciled })
}

/// `millbook reconcile`
pub fn run(arguments: &Reconcile) -> Result<(), Refusal> {
    on_runtime(async {
        let office = Office::open(&arguments.place, Open::Writing)?;
        let who = &arguments.who;
        match &arguments.what {
            None => show(arguments, &office).await,
            Some(What::Clearing { month_of }) => clearing(arguments, &office, *month_of).await,
            Some(What::Adopt { entry, undo: true }) => disown(&office, who, id(entry)?).await,
            Some(What::Adopt { entry, undo: false }) => {
                adopt(&office, &arguments.place, who, id(entry)?).await
            }
            Some(What::Clear { role, account, month_of, confirm }) => {
                let (role, said) = (absorbed(role)?, Said::of(*confirm));
                clear(&office, who, (role, account), *month_of, said).await
            }
            Some(What::Accrue { day, confirm }) => accrue(&office, who, *day, Said::of(*confirm)).await,
            Some(What::Explain { entry, text }) => {
                let entry = id(entry)?;
                wish(arguments, &office, Reconciled::Explained { entry, note: Text::from(text.trim()) }).await
            }
            Some(What::Actuals { role, codes }) => {
                let said = actuals(arguments, &office, role, codes).await?;
                wish(arguments, &office, said).await
            }
        }
    })
}

fn id(entry: &str) -> Result<Guid, Refusal> {
    let wrong = || Refusal(2, format!("\"{entry}\" is no id of Xero's: `millbook reconcile` shows them."));
    Guid::read(entry).ok_or_else(wrong)
}

fn absorbed(role: &str) -> Result<AccountRole, Refusal> {
    let wrong = |_| {
        Refusal(
            2,
            format!(
                "\"{role}\" is no role; one of direct_labour, manufacturing_overheads, transfer_liability."
            ),
        )
    };
    serde_json::from_value(Value::from(role.replace('-', "_"))).map_err(wrong)
}

async fn wish(arguments: &Reconcile, office: &Office, said: Reconciled) -> Result<(), Refusal> {
    let company = office.company(&arguments.who)?;
    let by = office.person(&arguments.who, &company, Act::Exchange)?;
    one(office, &company, by, &arguments.who, Command::Reconcile(Box::new(said))).await
}

async fn actuals(
    arguments: &Reconcile,
    office: &Office,
    role: &str,
    codes: &[String],
) -> Result<Reconciled, Refusal> {
    let role = absorbed(role)?;
    let company = office.company(&arguments.who)?;
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    let lists = state.exchange.lists();
    let of = |code: &String| {
        let unknown = || {
            Refusal(
                1,
                format!(
                    "Xero has no account with the code {code}. `millbook xero refresh` reads them again."
                ),
            )
        };
        lists.account_of_code(code).map(|account| account.id).ok_or_else(unknown)
    };
    Ok(Reconciled::Actuals { role, accounts: codes.iter().map(of).collect::<Result<_, _>>()? })
}

/// The company's date.
pub fn today(office: &Office, who: &Who) -> Result<Day, Refusal> {
    let company = office.company(who)?;
    Ok(company::today(&company.zone, office.xero.world().clock.now()))
}

async fn show(arguments: &Reconcile, office: &Office) -> Result<(), Refusal> {
    let who = &arguments.who;
    let day = arguments.as_of.map_or_else(|| today(office, who), Ok)?;
    let held = hold(office, &arguments.place, who, (day, arguments.read)).await?;
    if who.json {
        say(as_json(&held));
    } else {
        lines(&held).iter().for_each(say);
    }
    let open = held.reconciled.rows.iter().filter(|row| !row.unexplained.is_zero()).count();
    match open {
        0 => Ok(()),
        1 => Err(Refusal(1, "One account has a difference that nothing explains.".to_owned())),
        many => Err(Refusal(1, format!("{many} accounts have a difference that nothing explains."))),
    }
}

/// A reconciliation as JSON: amounts as text.
pub fn as_json(held: &Held) -> Value {
    let base = held.book.base();
    let text = |amount: Amount| amount.display(base).to_string();
    let number = |id: Option<book::DocumentId>| {
        id.and_then(|id| held.book.document(id)).map(|document| document.number().to_owned())
    };
    let rows: Vec<Value> = held.reconciled.rows.iter().map(|row| {
        let causes: Vec<Value> = row.causes.iter().map(|cause| json!({
            "cause": cause.kind.words(), "amount": text(cause.amount), "what": cause.words,
            "document": number(cause.document), "xero": cause.xero.map(|id| id.to_string()),
            "note": cause.note.as_ref().map(|note| note.to_string()), "command": cause.command,
        })).collect();
        json!({
            "account": row.account.to_string(), "name": row.name,
            "roles": row.roles.iter().map(|role| role.name()).collect::<Vec<_>>(),
            "from": row.from.map(|day| day.to_string()), "book": text(row.book), "posted": text(row.posted),
            "xero": text(row.xero), "difference": text(row.difference), "causes": causes,
            "unexplained": text(row.unexplained),
        })
    }).collect();
    let entries: Vec<Value> = held
        .reconciled
        .entries
        .iter()
        .map(|entry| {
            json!({
                "xero": entry.id.to_string(), "kind": entry.kind.words(), "name": entry.name.to_string(),
                "day": entry.day.to_string(),
            })
        })
        .collect();
    let unmapped: Vec<Value> = held
        .reconciled
        .unmapped
        .iter()
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(role, amount)| json!({ "role": role.name(), "amount": text(*amount) }))
        .collect();
    json!({
        "as_of": held.reconciled.day.to_string(), "currency": base.code(), "read": held.reconciled.read,
        "tied_out": held.reconciled.is_tied_out(), "whole": held.witness.whole, "accounts": rows,
        "entries": entries, "unmapped": unmapped,
    })
}

/// A reconciliation as lines.
fn lines(held: &Held) -> Vec<String> {
    let base = held.book.base();
    let text = |amount: Amount| format!("{:#}", amount.display(base));
    let mut lines = vec![format!(
        "{:<34} {:>14} {:>14} {:>14} {:>14}",
        format!("as of {} ({base})", held.reconciled.day),
        "book",
        "posted",
        "Xero",
        "difference"
    )];
    for row in &held.reconciled.rows {
        let name: String = row.name.chars().take(34).collect();
        lines.push(format!(
            "{name:<34} {:>14} {:>14} {:>14} {:>14}",
            text(row.book),
            text(row.posted),
            text(row.xero),
            text(row.difference)
        ));
        for cause in &row.causes {
            let note = cause.note.as_ref().map_or(String::new(), |note| format!(" ({note})"));
            let command = cause.command.as_ref().map_or(String::new(), |command| format!("  `{command}`"));
            lines.push(format!(
                "  {:<30} {:>14}  {}{note}{command}",
                cause.kind.words(),
                text(cause.amount),
                cause.words
            ));
        }
        if !row.unexplained.is_zero() {
            lines.push(format!("  {:<30} {:>14}", "unexplained", text(row.unexplained)));
        }
    }
    for (role, amount) in held.reconciled.unmapped.iter().filter(|(_, amount)| !amount.is_zero()) {
        lines.push(format!("{} has {} and no account.", role.name(), text(*amount)));
    }
    if !held.witness.whole {
        lines.push(
            "Xero has more entries than could be read at once: some stand under \"unexplained\".".to_owned(),
        );
    }
    let state = match held.reconciled.is_tied_out() {
        true => "Xero has what the book says, on every account.",
        false => "Not every account agrees.",
    };
    lines.push(state.to_owned());
    lines
}

async fn clearing(arguments: &Reconcile, office: &Office, month_of: Option<Day>) -> Result<(), Refusal> {
    let who = &arguments.who;
    let today = today(office, who)?;
    let day = month_of.unwrap_or(today);
    // The month's end, or today if it isn't over.
    let (year, month, _) = day.parts();
    let next = if month == 12 { Day::new(year + 1, 1, 1) } else { Day::new(year, month + 1, 1) };
    let last = next.map_or(day, Day::previous).min(today);
    let held = hold(office, &arguments.place, who, (last, arguments.read)).await?;
    let found = clearings(&held.book, &held.exchange, &held.witness);
    let base = held.book.base();
    if who.json {
        say(json!(found.iter().map(|one| clearing_json(one, base)).collect::<Vec<_>>()));
        return Ok(());
    }
    if found.is_empty() {
        say("Nothing was charged, and nothing is left to clear.");
        return Ok(());
    }
    let text = |amount: Amount| format!("{:#}", amount.display(base));
    for one in &found {
        let (first, last) = one.days;
        say(format!("{}, {first} to {last}: charged to products {}", one.role.name(), text(one.applied)));
        match (one.actual, one.under()) {
            (Some(actual), Some(under)) => {
                let way = if under.sign().is_lt() { "over-absorbed" } else { "under-absorbed" };
                let rates = one.rates_off().map_or(String::new(), |off| {
                    let (way, off) = if off < 0 { ("high", -off) } else { ("low", off) };
                    format!("; the rates are {}.{} % too {way}", off / 10, off % 10)
                });
                say(format!("  paid {}, {way} {}{rates}", text(actual), text(under.abs())));
            }
            _ => say("  paid: nobody has named its accounts. `millbook reconcile actuals ROLE CODE`"),
        }
        let name = held.exchange.lists().account(one.account).map_or_else(String::new, ToString::to_string);
        let (debit, credit) =
            if one.balance.sign().is_lt() { ("expense", name.as_str()) } else { (name.as_str(), "expense") };
        say(format!(
            "  would clear it on {last}: debit {debit}, credit {credit}, {}",
            text(one.balance.abs())
        ));
    }
    say("`millbook reconcile clear ROLE ACCOUNT` clears it. Ask your accountant about local rules.");
    Ok(())
}

fn clearing_json(one: &Clearing, base: money::Currency) -> Value {
    let text = |amount: Amount| amount.display(base).to_string();
    json!({
        "role": one.role.name(), "account": one.account.to_string(), "from": one.days.0.to_string(),
        "to": one.days.1.to_string(), "applied": text(one.applied), "actual": one.actual.map(text),
        "under_absorbed": one.under().map(text), "rates_low_by_tenths_of_percent": one.rates_off(),
        "balance": text(one.balance),
    })
}
