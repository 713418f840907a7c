//! `millbook xero settings|propose|import`: a company's settings for Xero, accounts for them, and what is taken from there.
//!
//! Not here: what settings mean and refuse (`plan`).

use book::Act;
use company::xero::Asks;
use plan::propose::Proposed;
use plan::{Command as Wish, IfArchived, ImportKind, RowState, Weight};
use serde_json::{Map, Value, json};
use sync::{Cause, Until};

use super::office::{Office, Open, Who, new_id};
use super::wishes::one;
use crate::place::{Place, failed, say};
use crate::sandbox::Refusal;

#[derive(clap::Args)]
pub struct Settings {
    #[command(subcommand)]
    command: SettingsCommand,
}

#[derive(clap::Subcommand)]
enum SettingsCommand {
    /// Print all settings as JSON.
    Get,
    /// Change settings; what isn't named stays.
    #[command(
        after_help = "Example:\n  millbook xero settings set procurement=on new.bill=approved\n  millbook xero settings set '{\"accounts\": [{\"role\": \"purchases\", \"account\": \"630\"}]}'\n\nA list is replaced whole; null is the default. `-` reads JSON from the standard input."
    )]
    Set {
        /// FIELD=VALUE, or JSON.
        #[arg(required = true, value_name = "FIELD=VALUE|JSON")]
        changes: Vec<String>,
        /// Say what it would mean, and save nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(clap::Args)]
#[command(after_help = "Example:\n  millbook xero propose\n  millbook xero propose --save")]
pub struct Propose {
    /// Save what needs nothing made in Xero first.
    #[arg(long)]
    save: bool,
}

#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook xero import suppliers --search nord\n  millbook xero import suppliers --all\n  millbook xero import items --choose JAM --choose STEEL\n  millbook xero import accounts\n\nLists (accounts, tax-rates) are fetched whole. Without --all or --choose nothing is imported: the rows are shown, 100 at a time."
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
}

#[derive(Clone, Copy, clap::ValueEnum)]
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

/// `purchasing=orders new.bill=approved` as JSON; JSON stays as it is.
fn patch(changes: &[String]) -> Result<String, Refusal> {
    if let [one] = changes {
        if one == "-" {
            let read = std::io::read_to_string(std::io::stdin());
            return read.map_err(|error| Refusal(2, format!("The settings can't be read: {error}.")));
        }
        if one.trim_start().starts_with('{') {
            return Ok(one.clone());
        }
    }
    let mut whole = Map::new();
    for change in changes {
        let wrong = || Refusal(2, format!("\"{change}\": write it as FIELD=VALUE, or all of it as JSON."));
        let (field, text) = change.split_once('=').ok_or_else(wrong)?;
        let value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
        let mut at = &mut whole;
        let (path, last) = field.rsplit_once('.').map_or((None, field), |(path, last)| (Some(path), last));
        for part in path.into_iter().flat_map(|path| path.split('.')) {
            let inner = at.entry(part).or_insert_with(|| Value::Object(Map::new()));
            at = inner.as_object_mut().ok_or_else(wrong)?;
        }
        at.insert(last.to_owned(), value);
    }
    Ok(Value::Object(whole).to_string())
}

impl Settings {
    pub async fn run(&self, place: &Place, who: &Who) -> Result<(), Refusal> {
        match &self.command {
            SettingsCommand::Get => {
                let office = Office::open(place, Open::Reading)?;
                let company = office.company(who)?;
                let form = office.xero.settings(&company).await.map_err(failed)?;
                say(serde_json::to_string_pretty(&form).unwrap_or_default());
                Ok(())
            }
            SettingsCommand::Set { changes, dry_run } => {
                let patch = patch(changes)?;
                let office = Office::open(place, if *dry_run { Open::Reading } else { Open::Writing })?;
                let company = office.company(who)?;
                let by = office.person(who, &company, Act::Connection)?;
                let review = office.xero.review(&company, &patch).await.map_err(failed)?;
                let refused = review.remarks.iter().any(|remark| remark.weight == Weight::Refused);
                if !who.json {
                    for change in &review.changes {
                        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".into());
                        say(format!("{}: {} → {}", change.field, text(&change.before), text(&change.after)));
                    }
                    let weight = |weight| match weight {
                        Weight::Refused => "refused",
                        Weight::Warning => "warning",
                        Weight::Note => "note",
                    };
                    review
                        .remarks
                        .iter()
                        .for_each(|remark| say(format!("{}: {}", weight(remark.weight), remark.says)));
                }
                if refused {
                    let first = review.remarks.iter().find(|remark| remark.weight == Weight::Refused);
                    let says = first.map_or_else(String::new, |remark| remark.says.to_string());
                    return Err(Refusal(1, format!("Nothing was saved. {says}")));
                }
                if *dry_run {
                    return Ok(());
                }
                one(&office, &company, by, who, Wish::SaveSettings(Box::new(review.settings))).await
            }
        }
    }
}

/// Shows a company's calls (SCH-6).
pub async fn budget(place: &Place, who: &Who) -> Result<(), Refusal> {
    let office = Office::open(place, Open::Reading)?;
    let company = office.company(who)?;
    let budget = office.xero.budget(&company).await.map_err(failed)?;
    if who.json {
        let costs: Vec<Value> =
            budget.costs.iter().map(|cost| json!({ "what": cost.what, "calls": cost.calls })).collect();
        say(json!({ "used": budget.used, "left": budget.left(), "limit": budget.limit, "costs": costs }));
        return Ok(());
    }
    say(format!(
        "{} of {} calls of this day are used, {} are left.",
        budget.used,
        budget.limit,
        budget.left()
    ));
    budget.costs.iter().for_each(|cost| say(format!("{}\tup to {} a day", cost.what, cost.calls)));
    Ok(())
}

impl Propose {
    pub async fn run(&self, place: &Place, who: &Who) -> Result<(), Refusal> {
        let office = Office::open(place, Open::Writing)?;
        let company = office.company(who)?;
        let by = office.person(who, &company, Act::Connection)?;
        let (found, state) = office.xero.propose(&company).await.map_err(failed)?;
        let lists = state.exchange.lists();
        if who.json {
            let rows: Vec<Value> = found
                .iter()
                .map(|one| {
                    let what = match &one.proposed {
                        Proposed::Keep(_) => "keep",
                        Proposed::Use(_) => "use",
                        Proposed::Make { .. } => "make",
                    };
                    json!({ "role": one.role, "do": what, "words": one.words(lists), "needed": one.needed })
                })
                .collect();
            say(json!({ "proposals": rows }));
        } else {
            for one in &found {
                let needed = if one.needed.is_some() { "*" } else { " " };
                say(format!("{needed} {:<24} {}", one.role.words(), one.words(lists)));
            }
            say("* is needed once Balances are on.");
        }
        if !self.save {
            return Ok(());
        }
        let asks = Asks { id: new_id(), by, via: "cli".to_owned() };
        let done = office.xero.take_proposals(&company, &found, &asks).await.map_err(failed)?;
        if !who.json {
            say(if done.events.is_empty() { "Nothing changes: it is so already." } else { "Saved." });
        }
        Ok(())
    }
}

impl Import {
    pub async fn run(&self, place: &Place, who: &Who) -> Result<(), Refusal> {
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
            if !matches!(self.kind, Kind::Tracking) {
                let after = log.view(None).await.map_err(failed)?.fold.exchange;
                let result = plan::fetched(kind, before.lists(), after.lists());
                say(if who.json { json!(result).to_string() } else { result.words() });
                return Ok(());
            }
        }
        let rows = office.xero.fetch(&company, kind).await.map_err(failed)?;
        if !self.all && self.choose.is_empty() {
            let found = office
                .xero
                .choices(&company, kind, &rows, (&self.search, self.from))
                .await
                .map_err(failed)?;
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
                let (name, code) = (&row.incoming.name, &row.incoming.code);
                match who.json {
                    true => say(
                        json!({ "xero": row.incoming.xero, "name": &**name, "code": &**code, "state": state, "says": says }),
                    ),
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
            return Ok(());
        }
        let search = self.search.to_lowercase();
        let is_named = |row: &plan::Incoming, name: &String| {
            row.name.eq_ignore_ascii_case(name)
                || row.code.eq_ignore_ascii_case(name)
                || row.xero.to_string() == *name
        };
        for name in &self.choose {
            if !rows.iter().any(|row| is_named(row, name)) {
                return Err(Refusal(1, format!("Xero has no \"{name}\" among them; nothing was imported.")));
            }
        }
        let fits = |row: &plan::Incoming| {
            row.name.to_lowercase().contains(&search) || row.code.to_lowercase().contains(&search)
        };
        let mut chosen = Vec::new();
        let mut from = Some(0);
        while let Some(at) = from {
            // What belongs to this kind and is not the book's already is the judge's to say.
            let found = office.xero.choices(&company, kind, &rows, ("", at)).await.map_err(failed)?;
            from = found.next;
            chosen.extend(found.rows.into_iter().filter(|row| match self.choose.is_empty() {
                true => {
                    matches!(row.state, RowState::New | RowState::Here | RowState::Archived)
                        && fits(&row.incoming)
                }
                false => self.choose.iter().any(|name| is_named(&row.incoming, name)),
            }));
        }
        let chosen = chosen.into_iter().map(|row| row.incoming).collect();
        let if_archived = if self.restore { IfArchived::Restore } else { IfArchived::Report };
        let asks = Asks { id: new_id(), by, via: "cli".to_owned() };
        let result =
            office.xero.import(&company, (kind, chosen), if_archived, &asks).await.map_err(failed)?;
        match result {
            Some(result) if who.json => say(json!(result)),
            Some(result) => {
                say(result.words());
                for (name, _, why) in result.skipped.iter().chain(&result.warnings) {
                    say(format!("  {name}: {why}"));
                }
            }
            None => say("Nothing was imported."),
        }
        Ok(())
    }
}
