//! `millbook xero settings|propose|budget`: a company's settings for Xero, accounts for them, what they cost in calls.
//!
//! Not here: what settings mean and refuse (`plan`).

use book::Act;
use company::xero::{Asks, NamedEffect, Review};
use plan::propose::Proposed;
use plan::{Command as Wish, Remark, Weight};
use serde_json::{Map, Value, json};

use super::office::{Office, Open, Who, new_id};
use super::wishes::one;
use crate::place::{Place, failed};
use crate::said::say;
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
        after_help = "Example:\n  millbook xero settings set procurement=on new.bill=approved\n  millbook xero settings set '{\"accounts\": [{\"role\": \"purchases\", \"account\": \"630\"}]}'\n\nA list is replaced whole; null is the default. --preview says what each document would do. `-` reads JSON from the standard input."
    )]
    Set {
        /// FIELD=VALUE, or JSON.
        #[arg(required = true, value_name = "FIELD=VALUE|JSON")]
        changes: Vec<String>,
        /// Say what it would mean, for each document too, and save nothing.
        #[arg(long, visible_alias = "dry-run")]
        preview: bool,
        /// Save it though it asks something: accounts that will no longer clear.
        #[arg(long, conflicts_with = "preview")]
        agree: bool,
    },
}

#[derive(clap::Args)]
#[command(after_help = "Example:\n  millbook xero propose\n  millbook xero propose --save")]
pub struct Propose {
    /// Save what needs nothing made in Xero first.
    #[arg(long)]
    save: bool,
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
            SettingsCommand::Set { changes, preview, agree } => {
                let patch = patch(changes)?;
                let office = Office::open(place, if *preview { Open::Reading } else { Open::Writing })?;
                let company = office.company(who)?;
                let by = office.person(who, &company, Act::Connection)?;
                let review = office.xero.review(&company, &patch).await.map_err(failed)?;
                let first = review.remarks.iter().find(|remark| remark.weight == Weight::Refused);
                let effects = match (preview, first) {
                    (true, None) => office.xero.effects(&company, &review.settings).await.map_err(failed)?,
                    _ => Vec::new(),
                };
                if !who.json {
                    show(&review, &effects);
                } else if *preview {
                    say(shown(&review, &effects));
                }
                let asks = review.remarks.iter().find(|remark| remark.weight == Weight::Question);
                if let Some(remark) = first.or(asks.filter(|_| !preview && !agree)) {
                    return Err(Refusal(1, format!("Nothing was saved. {}", remark.says)));
                }
                match preview {
                    true if who.json => Ok(()),
                    true => {
                        say("Nothing was saved.");
                        Ok(())
                    }
                    false => {
                        let settings = Box::new(review.settings);
                        let wish =
                            if *agree { Wish::AgreeSettings(settings) } else { Wish::SaveSettings(settings) };
                        one(&office, &company, by, who, wish).await
                    }
                }
            }
        }
    }
}

const fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::Refused => "refused",
        Weight::Question => "question",
        Weight::Warning => "warning",
        Weight::Note => "note",
    }
}

fn show(review: &Review, effects: &[NamedEffect]) {
    for change in &review.changes {
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".into());
        say(format!("{}: {} → {}", change.field, text(&change.before), text(&change.after)));
    }
    review.remarks.iter().for_each(|remark| say(format!("{}: {}", weight(remark.weight), remark.says)));
    effects.iter().for_each(say);
}

fn shown(review: &Review, effects: &[NamedEffect]) -> Value {
    let remark = |one: &Remark| {
        let says = &one.says;
        json!({ "weight": weight(one.weight), "code": says.code().id(), "field": says.field(), "says": says.to_string() })
    };
    let remarks: Vec<Value> = review.remarks.iter().map(remark).collect();
    json!({ "changes": review.changes, "remarks": remarks, "effects": effects })
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
