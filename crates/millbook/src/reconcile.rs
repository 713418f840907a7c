//! `millbook reconcile`: per account what the book says, what was posted, what Xero has, and why they differ (REC-2).
//!
//! ```text
//! 631 Materials      book 48,216.37   posted 45,828.39   Xero 45,328.39   difference 2,887.98
//!   not yet posted   2,387.98   journals of production
//! ```
//! `explain` writes down what somebody else's entry is, `adopt` makes it a fact of the book (REC-5); `actuals` names the accounts
//! that absorbed costs are compared with, `clearing` shows what would clear them, `clear` does (REC-1); `accrue` moves what is
//! received and not invoiced for a night (REC-8). Exit code 1: something differs without a cause, or nobody read Xero.
//! `--csv FILE` and `--xlsx FILE` write it as a table (`table`), `--json` says it (`json`). Not here: the causes
//! (`plan::reconcile`), which entries are made (`plan::adjusting`).

pub mod json;
pub mod table;

use std::path::PathBuf;

use book::{Act, Book, Day, Text};
use money::Amount;
use plan::reconcile::{Reconciliation, Row, Witness, clearings, reconcile};
use plan::{AccountRole, Command, Guid, Reconciled};
use serde_json::{Value, json};
use sync::{Cause, Until};

use crate::entries::{Said, accrue, adopt, clear, disown};
use crate::place::{Place, failed};
use crate::said::say;
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
    /// Into a CSV file.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    csv: Option<PathBuf>,
    /// Into an Excel workbook.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "csv"])]
    xlsx: Option<PathBuf>,
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
    #[command(after_help = crate::entries::CLEARED)]
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

/// What Xero said for a day before, unless anything was sent or seen since: that isn't in it.
async fn known(office: &Office, who: &Who, day: Day) -> Result<Option<Witness>, Refusal> {
    let company = office.company(who)?;
    let log = office.companies().log(company.company);
    let seq = log.view(None).await.map_err(failed)?.fold.exchange.seq();
    let said = sync::witness(&office.xero.desk(&company, ""), day).await;
    Ok(said.filter(|one| one.known == seq))
}

/// What Xero said for a day; it is asked if it never was, if anything was sent or seen since, or if that is wanted.
pub async fn hold(office: &Office, who: &Who, (day, anew): (Day, bool)) -> Result<Held, Refusal> {
    let company = office.company(who)?;
    let mut known = if anew { None } else { known(office, who, day).await? };
    if known.is_none() {
        office.person(who, &company, Act::Exchange)?;
        let runner = office.xero.runner(&company, "millbook reconcile").await.map_err(failed)?;
        let report = runner.with_balances_of(day).run(Cause::Refresh, Until::NothingReady).await;
        if let Some(stop) = &report.stopped {
            return Err(Refusal(3, format!("Xero can't be read now: {stop}")));
        }
        known = sync::witness(&office.xero.desk(&company, ""), day).await;
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
        let (place, who) = (&arguments.place, &arguments.who);
        let office = match &arguments.what {
            None => {
                let (_, held) = look(place, who, (arguments.as_of, arguments.read)).await?;
                return show(arguments, &held);
            }
            Some(What::Clearing { month_of }) => return clearing(arguments, *month_of).await,
            // A proposal that nobody has confirmed changes nothing.
            Some(What::Clear { confirm: false, .. } | What::Accrue { confirm: false, .. }) => {
                Office::open(place, Open::Reading)?
            }
            Some(_) => Office::open(place, Open::Writing)?,
        };
        match &arguments.what {
            None | Some(What::Clearing { .. }) => Ok(()),
            Some(What::Adopt { entry, undo: true }) => disown(&office, who, id(entry)?).await,
            Some(What::Adopt { entry, undo: false }) => adopt(&office, who, id(entry)?).await,
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

/// The same for whoever only looks: beside a program that has the file, unless Xero has to be asked.
pub async fn look(
    place: &Place,
    who: &Who,
    (day, anew): (Option<Day>, bool),
) -> Result<(Office, Held), Refusal> {
    let office = Office::open(place, Open::Reading)?;
    let day = day.map_or_else(|| today(&office, who), Ok)?;
    let before = if anew { None } else { known(&office, who, day).await? };
    if let Some(witness) = before {
        let held = held_against(&office, who, witness).await?;
        return Ok((office, held));
    }
    drop(office);
    let office = Office::open(place, Open::Writing)?;
    let held = hold(&office, who, (day, anew)).await?;
    Ok((office, held))
}

fn show(arguments: &Reconcile, held: &Held) -> Result<(), Refusal> {
    let who = &arguments.who;
    match (&arguments.csv, &arguments.xlsx) {
        (Some(file), _) => written(file, &reports::csv(&table::reconciliation(held)))?,
        (_, Some(file)) => written(file, &reports::xlsx(&[table::reconciliation(held)]))?,
        _ if who.json => say(json::whole(held)),
        _ => lines(held).iter().for_each(say),
    }
    let open = held.reconciled.rows.iter().filter(|row| !row.unexplained.is_zero()).count();
    match open {
        0 => Ok(()),
        1 => Err(Refusal(1, "One account has a difference that nothing explains.".to_owned())),
        many => Err(Refusal(1, format!("{many} accounts have a difference that nothing explains."))),
    }
}

fn written(file: &std::path::Path, bytes: &[u8]) -> Result<(), Refusal> {
    crate::report::write(file, bytes)?;
    say(format!("{} is written.", file.display()));
    Ok(())
}

/// A reconciliation as lines.
pub fn lines(held: &Held) -> Vec<String> {
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
    lines.extend(held.reconciled.rows.iter().flat_map(|row| row_lines(row, base)));
    if !held.reconciled.earlier.is_empty() {
        lines.push("Of the financial years before, which Xero has carried to retained earnings:".to_owned());
        lines.extend(held.reconciled.earlier.iter().flat_map(|row| row_lines(row, base)));
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

/// An account, and a line for each cause.
fn row_lines(row: &Row, base: money::Currency) -> Vec<String> {
    let text = |amount: Amount| format!("{:#}", amount.display(base));
    let name: String = row.name.chars().take(34).collect();
    let mut lines = vec![format!(
        "{name:<34} {:>14} {:>14} {:>14} {:>14}",
        text(row.book),
        text(row.posted),
        text(row.xero),
        text(row.difference)
    )];
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
    lines
}

async fn clearing(arguments: &Reconcile, month_of: Option<Day>) -> Result<(), Refusal> {
    let (place, who) = (&arguments.place, &arguments.who);
    let today = today(&Office::open(place, Open::Reading)?, who)?;
    let day = month_of.unwrap_or(today);
    // The month's end, or today if it isn't over.
    let (year, month, _) = day.parts();
    let next = if month == 12 { Day::new(year + 1, 1, 1) } else { Day::new(year, month + 1, 1) };
    let last = next.map_or(day, Day::previous).min(today);
    let (_, held) = look(place, who, (Some(last), arguments.read)).await?;
    let found = clearings(&held.book, &held.exchange, &held.witness);
    let base = held.book.base();
    if who.json {
        say(json!(found.iter().map(|one| json::clearing(one, base)).collect::<Vec<_>>()));
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
