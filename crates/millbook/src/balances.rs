//! `millbook balance-sync`: accounts of Xero that show the value of warehouses, without perpetual journals (BAL).
//!
//! ```text
//! Shops   North, South → 632 Stock of shops, every month on day 31 at 22:30   last run 2026-02-28, next 2026-03-31
//! Barn is in no synchronisation: its stock is on no account.
//! ```
//! Not here: what may be paired and what a run does (`plan::balances`).

use book::{Act, Book, Books};
use company::Registered;
use company::xero::Asks;
use money::Currency;
use plan::{
    BalanceState, Command as Wish, FormSynchronisation, Interval, Settings, Switch, TimeOfDay, Weight,
};
use serde_json::json;
use sync::{Cause, Until};

use crate::place::{Place, failed};
use crate::said::say;
use crate::sandbox::Refusal;
use crate::sync::on_runtime;
use crate::xero::office::{Office, Open, Who, new_id};
use crate::xero::wishes::one;

/// Keep accounts of Xero at the value of warehouses, without perpetual journals.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook balance-sync set Shops --warehouse NORTH --warehouse SOUTH --account 632 --every 31 --at 22:30 --auto\n  millbook balance-sync now Shops\n  millbook balance-sync agree Shops\n\nA run asks Xero for the account's balance, totals the warehouses' value, and posts one journal for the difference. The first run only shows its amount: `agree` posts it. A day that a month doesn't have is its last: --every 31 runs at each month's end."
)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    who: Who,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Show all, when each ran and what it found (what is shown without a word).
    List,
    /// Make a synchronisation, or change the one of this name; what isn't named stays.
    Set(Box<Set>),
    /// Take a synchronisation away. What it posted stays.
    Remove(Named),
    /// Run one now, for today.
    Now(Named),
    /// Say yes to a first run, and post it.
    Agree(Named),
}

#[derive(clap::Args)]
struct Named {
    /// Its name.
    name: String,
}

#[derive(clap::Args)]
struct Set {
    /// Its name.
    name: String,
    /// Its warehouses, by code.
    #[arg(long = "warehouse", value_name = "CODE")]
    warehouses: Vec<String>,
    /// The current asset that shows their value, by code or name.
    #[arg(long)]
    account: Option<String>,
    /// The other side, by code or name; `none` is the role Balance synchronisation expense.
    #[arg(long)]
    expense: Option<String>,
    /// How often: `day`, a weekday, a day of the month (31), or month and day (02-29).
    #[arg(long)]
    every: Option<Interval>,
    /// At what time of the company's day: 22:30.
    #[arg(long)]
    at: Option<TimeOfDay>,
    /// Run by its interval.
    #[arg(long, conflicts_with = "manual")]
    auto: bool,
    /// Run by `now` only.
    #[arg(long)]
    manual: bool,
}

/// `millbook balance-sync`
pub fn run(arguments: &Arguments) -> Result<(), Refusal> {
    on_runtime(async {
        let Arguments { place, who, command } = arguments;
        match command {
            None | Some(Command::List) => list(place, who).await,
            Some(Command::Set(set)) => save(place, who, |all| change(all, set)).await,
            Some(Command::Remove(named)) => {
                save(place, who, |all| {
                    let before = all.len();
                    all.retain(|one| !is_called(one, &named.name));
                    if all.len() == before { Err(unknown(&named.name)) } else { Ok(()) }
                })
                .await
            }
            Some(Command::Now(named)) => ask(place, who, named, Switch::Off).await,
            Some(Command::Agree(named)) => ask(place, who, named, Switch::On).await,
        }
    })
}

fn is_called(one: &FormSynchronisation, name: &str) -> bool {
    one.name.trim().to_lowercase() == name.trim().to_lowercase()
}

fn unknown(name: &str) -> Refusal {
    Refusal(1, format!("There is no balance synchronisation {name}. `millbook balance-sync` shows them."))
}

fn change(all: &mut Vec<FormSynchronisation>, set: &Set) -> Result<(), Refusal> {
    let at = all.iter().position(|one| is_called(one, &set.name)).unwrap_or_else(|| {
        all.push(FormSynchronisation {
            name: set.name.trim().to_owned(),
            warehouses: Vec::new(),
            account: String::new(),
            expense: None,
            auto: Switch::Off,
            interval: Interval::Day,
            at: TimeOfDay::default(),
        });
        all.len() - 1
    });
    let one = &mut all[at];
    if !set.warehouses.is_empty() {
        one.warehouses.clone_from(&set.warehouses);
    }
    if let Some(account) = &set.account {
        one.account.clone_from(account);
    }
    if let Some(expense) = &set.expense {
        one.expense = (expense != "none").then(|| expense.clone());
    }
    one.interval = set.every.unwrap_or(one.interval);
    one.at = set.at.unwrap_or(one.at);
    if set.auto || set.manual {
        one.auto = if set.auto { Switch::On } else { Switch::Off };
    }
    match one.account.trim() {
        "" => {
            let name = &one.name;
            Err(Refusal(
                2,
                format!(
                    "{name} is new, and needs its account: `millbook balance-sync set {name} --warehouse CODE --account CODE`."
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// Changes the list of synchronisations in the settings.
async fn save(
    place: &Place,
    who: &Who,
    change: impl FnOnce(&mut Vec<FormSynchronisation>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let office = Office::open(place, Open::Writing)?;
    let company = office.company(who)?;
    let by = office.person(who, &company, Act::Connection)?;
    let mut all = office.xero.settings(&company).await.map_err(failed)?.synchronisations;
    change(&mut all)?;
    let patch = json!({ "synchronisations": all }).to_string();
    let review = office.xero.review(&company, &patch).await.map_err(failed)?;
    if let Some(remark) = review.remarks.iter().find(|remark| remark.weight <= Weight::Question) {
        return Err(Refusal(1, format!("Nothing was saved. {}", remark.says)));
    }
    one(&office, &company, by, who, Wish::SaveSettings(Box::new(review.settings))).await
}

/// Asks for a run, or says yes to what waits, and makes it.
async fn ask(place: &Place, who: &Who, named: &Named, agreed: Switch) -> Result<(), Refusal> {
    let office = Office::open(place, Open::Writing)?;
    let company = office.company(who)?;
    let by = office.person(who, &company, Act::Exchange)?;
    let wish = Wish::SyncBalance { name: named.name.as_str().into(), agreed };
    let asks = Asks { id: new_id(), by, via: "cli".to_owned() };
    office.xero.ask(&company, wish, &asks).await.map_err(failed)?;
    let report = crate::sync::run(&office, &company, Cause::Schedule, Until::NothingReady).await?;
    if report.stopped.is_none() && report.blocked.is_empty() {
        show(&office, &company, who, Some(&named.name)).await?;
    }
    crate::sync::ended(&report, who.json)
}

async fn list(place: &Place, who: &Who) -> Result<(), Refusal> {
    let office = Office::open(place, Open::Reading)?;
    let company = office.company(who)?;
    show(&office, &company, who, None).await
}

/// A synchronisation, or all of them and the warehouses that are in none (BAL-5).
async fn show(office: &Office, company: &Registered, who: &Who, only: Option<&str>) -> Result<(), Refusal> {
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    let (book, exchange) = (&state.book, &state.exchange);
    let base = book.base();
    let rows: Vec<Row> = exchange
        .settings()
        .synchronisations
        .iter()
        .filter(|one| only.is_none_or(|name| one.name.trim().eq_ignore_ascii_case(name.trim())))
        .map(|one| {
            let known = exchange.balance(&one.name);
            Row { form: FormSynchronisation::of(one, book, exchange.lists()), known }
        })
        .collect();
    let unpaired: Vec<String> = unpaired(book, exchange.settings());
    if who.json {
        let rows: Vec<_> = rows.iter().map(|row| row.json(base)).collect();
        say(json!({ "synchronisations": rows, "unpaired": unpaired }));
        return Ok(());
    }
    rows.iter().for_each(|row| say(row.text(base)));
    if rows.is_empty() && only.is_none() {
        say(
            "There is no balance synchronisation. Make one: `millbook balance-sync set NAME --warehouse CODE --account CODE`.",
        );
    }
    if only.is_none() && !unpaired.is_empty() {
        say(format!("In none, so on no account that is kept so: {}.", unpaired.join(", ")));
    }
    Ok(())
}

/// Warehouses that are in no synchronisation; those whose goods journals post aren't meant to be.
fn unpaired(book: &Book, settings: &Settings) -> Vec<String> {
    let in_none = |(id, row): &(u32, &book::Row<book::Warehouse>)| {
        let by_journals = settings.balances == Switch::On && row.record.books == Books::OnBook;
        !row.archived && !by_journals && settings.synchronisation_of(book::WarehouseId::new(*id)).is_none()
    };
    book.warehouses().iter().filter(in_none).map(|(_, row)| row.record.code.to_string()).collect()
}

struct Row {
    form: FormSynchronisation,
    known: BalanceState,
}

impl Row {
    fn json(&self, base: Currency) -> serde_json::Value {
        let found = |found: &plan::BalanceFound| {
            json!({ "day": found.day.to_string(), "book": found.book.display(base).to_string(),
                "xero": found.xero.display(base).to_string(),
                "difference": found.difference().map(|amount| amount.display(base).to_string()) })
        };
        let mut whole = serde_json::to_value(&self.form).unwrap_or_default();
        whole["last"] = json!(self.known.last.map(|day| day.to_string()));
        whole["found"] = json!(self.known.found.as_ref().map(found));
        whole["refused"] = json!(self.known.refused.map(|day| day.to_string()));
        whole["waits"] = json!(self.known.waits.as_ref().map(found));
        whole
    }

    fn text(&self, base: Currency) -> String {
        let FormSynchronisation { name, warehouses, account, interval, at, auto, .. } = &self.form;
        let when = match auto {
            Switch::On => format!("{interval} at {at}"),
            Switch::Off => "only when asked".to_owned(),
        };
        let mut text = format!("{name}\t{} → {account}, {when}", warehouses.join(", "));
        let amount = |amount: money::Amount| amount.display(base).to_string();
        if let Some(found) = &self.known.found {
            let (book, xero) = (amount(found.book), amount(found.xero));
            text += &format!("\n  last run {}: worth {book}, Xero's balance was {xero}", found.day);
        }
        if let Some(day) = self.known.refused {
            text += &format!(
                "\n  Xero refused the journal of {day}: `millbook log` says why. Then: `millbook balance-sync now '{name}'`."
            );
        }
        if let Some(found) = &self.known.waits {
            let difference = found.difference().map(amount).unwrap_or_default();
            let (book, xero) = (amount(found.book), amount(found.xero));
            text += &format!(
                "\n  {} waits for a yes: worth {book}, Xero's balance {xero}, a journal of {difference}. Say it: `millbook balance-sync agree '{name}'`.",
                found.day
            );
        }
        text
    }
}
