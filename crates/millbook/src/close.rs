//! `millbook close DATE`: the checks of a month end, then the closing date, and an evidence pack for the auditor (REC-7).
//!
//! ```text
//! ok    no-drafts        No document waits for approval in Xero.
//! open  tie-out          631 Materials differs by 74.00.   `millbook reconcile --as-of 2026-03-31`
//! ```
//! `--check` looks only; without it the month is closed if every check is in order, or if somebody says `--anyway` with a
//! reason. `--pack FOLDER` writes every report, the reconciliation and the checks as CSV and XLSX, and SHA256SUMS over them all,
//! with the place and hash of the log's last entry: the same log gives the same files. Not here: the checks (`plan::month_end`).

use std::path::{Path, PathBuf};

use book::{Act, Day, Text};
use company::{Asked, Wish};
use plan::month_end::{Check, Ground, checks, to_agree};
use plan::{Command, Reconciled};
use reports::{Column, Table, Value};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::place::{Place, failed};
use crate::reconcile::table::{reconciliation, table};
use crate::reconcile::{Held, held_against, hold};
use crate::report::write;
use crate::said::say;
use crate::sandbox::Refusal;
use crate::sync::on_runtime;
use crate::xero::office::{Office, Open, Who, new_id};
use crate::xero::wishes::one;

/// Check a month end, close it, and write the evidence.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  millbook close 2026-03-31 --check\n  millbook close 2026-03-31 --agree received-not-invoiced\n  millbook close 2026-03-31 --pack march\n\nExit code 1: a check is open, and nothing was closed."
)]
pub struct Close {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    who: Who,
    /// The last day to close.
    day: Day,
    /// Check only.
    #[arg(long)]
    check: bool,
    /// Ask Xero anew first.
    #[arg(long)]
    read: bool,
    /// What a check leaves open is as it should be: received-not-invoiced, shipped-not-invoiced.
    #[arg(long, value_name = "CHECK", conflicts_with = "anyway")]
    agree: Vec<String>,
    /// Close it though a check is open, and why.
    #[arg(long, value_name = "REASON", conflicts_with = "check")]
    anyway: Option<String>,
    /// Write the evidence into this folder.
    #[arg(long, value_name = "FOLDER")]
    pack: Option<PathBuf>,
}

/// `millbook close`
pub fn run(arguments: &Close) -> Result<(), Refusal> {
    on_runtime(async {
        let office = Office::open(&arguments.place, Open::Writing)?;
        let company = office.company(&arguments.who)?;
        let by = office.person(&arguments.who, &company, Act::Exchange)?;
        if !arguments.check {
            office.person(&arguments.who, &company, Act::CloseBooks)?;
        }
        let (who, day) = (&arguments.who, arguments.day);
        let mut held = hold(&office, who, (day, arguments.read)).await?;
        for code in &arguments.agree {
            let unknown = || {
                Refusal(
                    2,
                    format!(
                        "\"{code}\" is nothing that is agreed; received-not-invoiced or shipped-not-invoiced."
                    ),
                )
            };
            let amount = to_agree(&held.book, day, code).ok_or_else(unknown)?;
            let said = Reconciled::Agreed { check: Text::from(code.as_str()), day, amount };
            one(&office, &company, by, who, Command::Reconcile(Box::new(said))).await?;
        }
        if !arguments.agree.is_empty() {
            held = held_against(&office, who, held.witness).await?;
        }
        let witness = Some((&held.witness, &held.reconciled));
        let found = checks(Ground { book: &held.book, exchange: &held.exchange, day, witness });
        show(&found, arguments);
        if let Some(folder) = &arguments.pack {
            let tip = office.companies().log(company.company).view(None).await.map_err(failed)?.tip;
            pack(folder, &held, &found, &format!("{} {}", tip.seq, tip.hash))?;
        }
        let open = found.iter().filter(|check| !check.is_done).count();
        match (open, arguments.check, &arguments.anyway) {
            (0, true, _) => Ok(()),
            (0, false, _) => shut(&office, &company, by, arguments, None).await,
            (_, false, Some(why)) => shut(&office, &company, by, arguments, Some(why.as_str())).await,
            (open, ..) => {
                Err(Refusal(1, format!("{open} of {} checks are open; nothing was closed.", found.len())))
            }
        }
    })
}

fn show(found: &[Check], arguments: &Close) {
    if arguments.who.json {
        let rows: Vec<_> = found
            .iter()
            .map(|check| {
                json!({
                    "check": check.code, "done": check.is_done, "says": check.says, "command": check.command,
                })
            })
            .collect();
        say(json!({ "day": arguments.day.to_string(), "checks": rows }));
        return;
    }
    let widest = found.iter().map(|check| check.code.len()).max().unwrap_or(0);
    for check in found {
        let state = if check.is_done { "ok  " } else { "open" };
        let command = check.command.as_ref().map_or(String::new(), |command| format!(" `{command}`"));
        say(format!("{state}  {:<widest$}  {}{command}", check.code, check.says));
    }
}

/// Closes the book up to the day; why it is closed though a check is open stands in the log before it.
async fn shut(
    office: &Office,
    company: &company::Registered,
    by: u32,
    arguments: &Close,
    overruled: Option<&str>,
) -> Result<(), Refusal> {
    let today = company::today(&company.zone, office.xero.world().clock.now());
    let log = office.companies().log(company.company);
    if let Some(why) = overruled {
        let said = Reconciled::Overruled { day: arguments.day, why: Text::from(why.trim()) };
        one(office, company, by, &arguments.who, Command::Reconcile(Box::new(said))).await?;
    }
    let wish = Wish::Outside(json!({ "close_books": { "until": arguments.day.to_string() } }));
    let asked = Asked { id: new_id(), by, via: "cli".to_owned(), today, wish };
    log.ask(asked).await.map_err(failed)?;
    say(format!("Closed up to {}: nothing new is dated on or before it.", arguments.day));
    Ok(())
}

fn checklist(held: &Held, found: &[Check]) -> Table {
    let columns = vec![
        Column::text("check", "Check"),
        Column::text("state", "State"),
        Column::text("says", "What was found"),
    ];
    let state = |check: &Check| if check.is_done { "ok" } else { "open" };
    let rows = found
        .iter()
        .map(|check| vec![Value::text(check.code), Value::text(state(check)), Value::text(&*check.says)]);
    table(
        held,
        "checks",
        format!("Checks of the month end, {}", held.reconciled.day),
        columns,
        rows.collect(),
    )
}

/// Every report, the reconciliation and the checks as CSV and one workbook, and their hashes.
fn pack(folder: &Path, held: &Held, found: &[Check], tip: &str) -> Result<(), Refusal> {
    let asked = reports::Asked::on(held.reconciled.day);
    let mut tables = reports::all(&held.book, &asked).map_err(|wrong| Refusal(1, wrong.to_string()))?;
    tables.extend([reconciliation(held), checklist(held, found)]);
    let mut files: Vec<(String, Vec<u8>)> =
        tables.iter().map(|table| (format!("{}.csv", table.file_name()), reports::csv(table))).collect();
    files.push(("ties.csv".to_owned(), reports::ties_csv(&tables)));
    files.push(("month-end.xlsx".to_owned(), reports::xlsx(&tables)));
    files.push(("log.txt".to_owned(), format!("{tip}\n").into_bytes()));
    files.sort();
    let mut sums = String::new();
    for (name, bytes) in &files {
        let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        sums += &format!("{hash}  {name}\n");
        write(&folder.join(name), bytes)?;
    }
    write(&folder.join("SHA256SUMS"), sums.as_bytes())?;
    say(format!("{} files and SHA256SUMS in {}", files.len(), folder.display()));
    Ok(())
}
