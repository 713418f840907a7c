//! `millbook xero import`: what is in Xero comes into the book: suppliers, customers, items, tracking, and its lists.
//!
//! Without --all or --choose the rows are shown, a hundred at a time. Progress goes to the standard error, with --json as lines
//! of JSON; Ctrl-C stops between two hundreds, and what has come stays. Not here: what becomes of a row (`plan::imports`).

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use book::{Act, Stocking, UnitId};
use company::Registered;
use company::xero::{Asks, Bringing, Chosen, ImportProgress, Imported, unknown};
use plan::{IfArchived, ImportKind, Incoming, RowState};
use serde_json::{Value, json};
use sync::{Cause, Until};

use super::office::{Office, Open, Who, new_id};
use crate::bundles::{CANCELLED, watch_for_cancelling};
use crate::meter::Meter;
use crate::place::{Place, failed};
use crate::said::say;
use crate::sandbox::Refusal;

#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook xero import suppliers --search nord\n  millbook xero import suppliers --all\n  millbook xero import items --choose JAM --choose STEEL --unit kg\n  millbook xero import items --choose FREIGHT --services\n  millbook xero import accounts\n\nLists (accounts, tax-rates) are fetched whole. Without --all or --choose nothing is imported: the rows are shown, 100 at a time. Ctrl-C stops between two hundreds; the same command goes on from there."
)]
pub struct Import {
    /// What.
    #[arg(value_enum)]
    kind: Kind,
    /// Only rows with this in their name or number.
    #[arg(long, default_value = "")]
    search: String,
    /// From this row on.
    #[arg(long, default_value_t = 0)]
    from: usize,
    /// Import all that are new and fit the search.
    #[arg(long)]
    all: bool,
    /// Import these, by name, code or Xero's id.
    #[arg(long, value_name = "NAME")]
    choose: Vec<String>,
    /// Restore those that are archived in the book.
    #[arg(long)]
    restore: bool,
    /// Items: the stock unit of new ones, which Xero doesn't know; the book's own for pieces unless said.
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    /// Items: new ones are services or consumables, without stock; their lines go on Xero's purchase account of the item.
    #[arg(long)]
    services: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    Accounts,
    TaxRates,
    Tracking,
    Suppliers,
    Customers,
    Items,
}

impl From<Kind> for ImportKind {
    fn from(kind: Kind) -> ImportKind {
        match kind {
            Kind::Accounts => ImportKind::Accounts,
            Kind::TaxRates => ImportKind::TaxRates,
            Kind::Tracking => ImportKind::Tracking,
            Kind::Suppliers => ImportKind::Suppliers,
            Kind::Customers => ImportKind::Customers,
            Kind::Items => ImportKind::Items,
        }
    }
}

impl Import {
    pub async fn run(&self, place: &Place, who: &Who) -> Result<(), Refusal> {
        if self.kind != Kind::Items && (self.unit.is_some() || self.services) {
            let which = if self.services { "--services" } else { "--unit" };
            return Err(Refusal(
                2,
                format!("{which} is for items only: `millbook xero import items {which} …`."),
            ));
        }
        let office = Office::open(place, Open::Writing)?;
        let company = office.company(who)?;
        let by = office.person(who, &company, Act::Exchange)?;
        let kind = ImportKind::from(self.kind);
        if matches!(self.kind, Kind::Accounts | Kind::TaxRates | Kind::Tracking) {
            let log = office.companies().log(company.company);
            let before = log.view(None).await.map_err(failed)?.fold.exchange;
            let report = crate::sync::run(&office, &company, Cause::Refresh, Until::NothingReady).await?;
            if report.stopped.is_some() {
                return crate::sync::ended(&report, who.json);
            }
            if self.kind != Kind::Tracking {
                let after = log.view(None).await.map_err(failed)?.fold.exchange;
                let result = plan::fetched(kind, before.lists(), after.lists());
                say(if who.json { json!(result).to_string() } else { result.words() });
                return Ok(());
            }
        }
        let how = Bringing {
            if_archived: if self.restore { IfArchived::Restore } else { IfArchived::Report },
            unit: self.unit(&office, &company).await?,
            stocking: if self.services { Stocking::NonInventory } else { Stocking::Stocked },
        };
        watch_for_cancelling();
        let mut meter = Meter::new();
        let mut watch = |at: ImportProgress| {
            meter.look(|| if who.json { json!({ "progress": at }).to_string() } else { at.to_string() });
            if CANCELLED.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let rows = office.xero.fetch(&company, kind, &mut watch).await.map_err(failed)?;
        if CANCELLED.load(Ordering::Relaxed) {
            meter.clear();
            return Err(Refusal(3, "Cancelled; nothing was imported.".to_owned()));
        }
        if !self.all && self.choose.is_empty() {
            meter.clear();
            return self.show(&office, &company, &rows, who).await;
        }
        if let Some(name) = unknown(&rows, &self.choose) {
            return Err(Refusal(1, format!("Xero has no \"{name}\" among them; nothing was imported.")));
        }
        let which = match self.choose.is_empty() {
            true => Chosen::All(self.search.clone()),
            false => Chosen::Named(self.choose.clone()),
        };
        let chosen = office.xero.chosen(&company, kind, &rows, &which).await.map_err(failed)?;
        let asks = Asks { id: new_id(), by, via: "cli".to_owned() };
        let came = office.xero.import(&company, (kind, chosen, how), &asks, &mut watch).await;
        meter.clear();
        told(&came.map_err(failed)?, who)
    }

    /// The unit that was named.
    async fn unit(&self, office: &Office, company: &Registered) -> Result<Option<UnitId>, Refusal> {
        let Some(code) = &self.unit else { return Ok(None) };
        let book = office.companies().log(company.company).view(None).await.map_err(failed)?.fold.book;
        let units = || {
            let live = book.units().iter().filter(|(_, row)| !row.archived);
            live.map(|(_, row)| row.record.code.to_string()).collect::<Vec<_>>().join(", ")
        };
        let found = book.units().find(code).map(UnitId::new);
        let none = || Refusal(1, format!("The book has no unit \"{code}\". Its units: {}.", units()));
        found.map(Some).ok_or_else(none)
    }

    /// The rows to choose from.
    async fn show(
        &self,
        office: &Office,
        company: &Registered,
        rows: &[Incoming],
        who: &Who,
    ) -> Result<(), Refusal> {
        let page = (self.search.as_str(), self.from);
        let found = office.xero.choices(company, self.kind.into(), rows, page).await.map_err(failed)?;
        for row in &found.rows {
            let state = match row.state {
                RowState::New => "new",
                RowState::Imported => "imported",
                RowState::Here => "in the book",
                RowState::Archived => "archived in the book: --restore",
                RowState::Impossible => "can't be imported",
            };
            let says = row.says.as_ref().or(row.warning.as_ref()).map(ToString::to_string);
            let says = says.unwrap_or_default();
            let (name, code, xero) = (&*row.incoming.name, &*row.incoming.code, row.incoming.xero);
            match who.json {
                true => {
                    say(json!({ "xero": xero, "name": name, "code": code, "state": state, "says": says }))
                }
                false => say(format!("{name}\t{code}\t{state}\t{says}")),
            }
        }
        if !who.json {
            say(format!(
                "{} fit, {} of them new. Import them with --all, or some with --choose NAME.",
                found.found, found.new
            ));
            if let Some(next) = found.next {
                say(format!("More: --from {next}"));
            }
        }
        Ok(())
    }
}

/// Says what came of it.
fn told(Imported { result, left }: &Imported, who: &Who) -> Result<(), Refusal> {
    if who.json {
        let mut shown = json!(result);
        if *left > 0 {
            shown["left"] = Value::from(*left);
        }
        say(shown);
    } else {
        say(result.words());
        for (name, _, why) in result.skipped.iter().chain(&result.warnings) {
            say(format!("  {name}: {why}"));
        }
    }
    match left {
        0 => Ok(()),
        left => {
            Err(Refusal(3, format!("Cancelled: {left} rows are left. The same command goes on from there.")))
        }
    }
}
