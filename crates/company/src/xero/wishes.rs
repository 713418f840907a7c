//! What people ask about a company and Xero: wishes by names, settings by names, suggestions.
//!
//! `retry B-7`, `link party NORD 254591b2-…`, `{"sales": "on"}`. Pages and the command line pass the words on as they are.
//! Not here: imports (`imports`), what a wish means (`plan`), who may (`access`).

use std::fmt;

use book::{Book, DocumentId};
use plan::propose::{Proposal, mappings, propose};
use plan::{Command, Effect, Form, Remark, SettingChange, Settings, Subject, Switch, effects, review};
use serde::Serialize;
use wire::Problem;
use xero_client::limits::Tenant;

use super::Xero;
use crate::access::about_xero;
use crate::fold::{Asked, Done, Failure};
use crate::installation::Registered;
use crate::operations::{Company, Event, Wish, refused};

/// Who asks, and under which id.
#[derive(Clone, Debug)]
pub struct Asks {
    /// The command's id.
    pub id: String,
    /// The person's number.
    pub by: u32,
    /// By which way: `cli`, `page`.
    pub via: String,
}

/// What saving settings would change, and what is to be said about it.
#[derive(Clone, Debug)]
pub struct Review {
    /// The settings.
    pub settings: Settings,
    /// Field by field.
    pub changes: Vec<SettingChange>,
    /// What it means; nothing that is refused is saved.
    pub remarks: Vec<Remark>,
}

/// Documents whose state settings would change in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedEffect {
    /// Their state now: `not due`.
    pub before: &'static str,
    /// Their state with the settings: `waiting`.
    pub after: &'static str,
    /// Their numbers, in order of entry.
    pub documents: Vec<String>,
    /// Why, of the first one.
    pub why: String,
}

/// How many documents an effect names.
const NAMED: usize = 5;

/// `3 documents: not due → waiting (I-1, I-2, I-3): its type and status say so`
impl fmt::Display for NamedEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.documents.len();
        let documents = if count == 1 { "document" } else { "documents" };
        let names = self.documents.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() };
        write!(f, "{count} {documents}: {} → {} ({names}{more})", self.before, self.after)?;
        if self.why.is_empty() { Ok(()) } else { write!(f, ": {}", self.why) }
    }
}

type MakeSubject = fn(u32) -> Subject;

/// A thing by the words that messages use: a document's number, `party NORD`, `item STEEL`, `tracking category Site`, a
/// consolidated invoice's number.
///
/// # Errors
/// There is no such thing.
pub fn subject(state: &Company, words: &str) -> Result<Subject, Problem> {
    let (book, words) = (&state.book, words.trim());
    let kinds: [(&str, &str, MakeSubject); 6] = [
        ("party ", "party", |id| Subject::Party(book::PartyId::new(id))),
        ("supplier ", "party", |id| Subject::Party(book::PartyId::new(id))),
        ("customer ", "party", |id| Subject::Party(book::PartyId::new(id))),
        ("item ", "item", |id| Subject::Item(book::ItemId::new(id))),
        ("tracking category ", "tracking_category", |id| {
            Subject::Tracking(book::TrackingCategoryId::new(id))
        }),
        ("tracking option ", "tracking_option", |id| Subject::Option(book::TrackingOptionId::new(id))),
    ];
    for (word, kind, make) in kinds {
        if let Some(code) = words.strip_prefix(word) {
            return wire::id(book, kind, code.trim()).map(make).ok_or_else(|| unknown(words));
        }
    }
    document(book, words).map(Subject::Document).or_else(|problem| {
        let found = plan::consolidated::find(book, &state.exchange, words);
        found.map(Subject::Consolidated).ok_or(problem)
    })
}

/// Things by such words, one after another: `B-7 party NORD item STEEL`.
///
/// # Errors
/// There is no such thing.
pub fn subjects(state: &Company, words: &[String]) -> Result<Vec<Subject>, Problem> {
    let (mut found, mut rest) = (Vec::new(), words);
    while let Some(first) = rest.first() {
        let many = match first.as_str() {
            "party" | "supplier" | "customer" | "item" => 2,
            "tracking" => 3,
            _ => 1,
        };
        let (these, others) = rest.split_at(many.min(rest.len()));
        found.push(subject(state, &these.join(" "))?);
        rest = others;
    }
    Ok(found)
}

/// A document by its number; `bill/17` where several kinds have the number.
///
/// # Errors
/// There is none.
pub fn document(book: &Book, number: &str) -> Result<DocumentId, Problem> {
    wire::id(book, "document", number.trim()).map(DocumentId::new).ok_or_else(|| unknown(number))
}

fn unknown(words: &str) -> Problem {
    let message = format!("There is no \"{words}\".");
    let remedy = "Name a document by its number (bill/17 where several kinds have it), or a `party CODE`, an `item CODE`, a `tracking category CODE`.";
    Problem::new("no-such-thing", message, remedy).with("what", words)
}

impl Xero {
    pub(super) async fn state(&self, company: &Registered) -> Result<Company, Failure> {
        Ok(self.companies.log(company.company).view(None).await?.fold)
    }

    /// Has a person's wish about Xero decided and made durable.
    ///
    /// # Errors
    /// They may not; it is refused; the store's.
    pub async fn ask(
        &self,
        company: &Registered,
        command: Command,
        asks: &Asks,
    ) -> Result<Done<Event>, Failure> {
        if let Some(act) = about_xero(&command) {
            self.allowed(company, asks.by, act).await?;
        }
        let today = crate::today(&company.zone, self.world.clock.now());
        let Asks { id, by, via } = asks.clone();
        let asked = Asked { id, by, via, today, wish: Wish::from(command) };
        self.companies.log(company.company).ask(asked).await
    }

    /// Holds all sending, or releases it (SEL-9).
    ///
    /// # Errors
    /// It is refused; the store's.
    pub async fn hold(
        &self,
        company: &Registered,
        held: Switch,
        asks: &Asks,
    ) -> Result<Done<Event>, Failure> {
        self.ask(company, Command::Hold(held), asks).await
    }

    /// The settings by names.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn settings(&self, company: &Registered) -> Result<Form, Failure> {
        let Company { book, exchange } = self.state(company).await?;
        let today = crate::today(&company.zone, self.world.clock.now());
        Ok(Form::of(exchange.settings(), &book, exchange.lists(), today))
    }

    /// What settings with some fields changed (`{"sales": "on"}`) would mean.
    ///
    /// # Errors
    /// What can't be read, a name that nothing has.
    pub async fn review(&self, company: &Registered, patch: &str) -> Result<Review, Failure> {
        let Company { book, exchange } = self.state(company).await?;
        let (lists, before) = (exchange.lists(), exchange.settings());
        let today = crate::today(&company.zone, self.world.clock.now());
        let form = Form::of(before, &book, lists, today);
        let wanted = form.patched(patch).map_err(|refusal| refused(&refusal))?;
        let settings = wanted.settings(&book, lists, before, today).map_err(|refusal| refused(&refusal))?;
        let changes = form.changes(&Form::of(&settings, &book, lists, today));
        let remarks = review(&book, &exchange, &settings, today);
        Ok(Review { settings, changes, remarks })
    }

    /// What settings would do to documents, in groups of those whose state changes alike; nothing is saved.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn effects(
        &self,
        company: &Registered,
        settings: &Settings,
    ) -> Result<Vec<NamedEffect>, Failure> {
        let Company { book, exchange } = self.state(company).await?;
        let number = |id: &DocumentId| book.document(*id).map(|one| one.number().to_owned());
        let named = |effect: Effect| NamedEffect {
            before: effect.before.words(),
            after: effect.after.words(),
            documents: effect.documents.iter().filter_map(number).collect(),
            why: effect.why,
        };
        Ok(effects(&book, &exchange, settings).into_iter().map(named).collect())
    }

    /// An account for every role, with reasons. What items of Xero use counts, if it can be asked.
    ///
    /// # Errors
    /// The log can't be read; Xero refuses or can't be reached.
    pub async fn propose(&self, company: &Registered) -> Result<(Vec<Proposal>, Company), Failure> {
        let state = self.state(company).await?;
        let today = crate::today(&company.zone, self.world.clock.now());
        let items = match state.exchange.connection() {
            plan::Connection::Connected => self.all::<xero::Item>(company, &state, &mut |_, _| ()).await?,
            // Without a chart every account would have to be made, which nobody can mean.
            _ if state.exchange.lists().accounts.is_empty() => {
                return Err(refused(&plan::Refusal::new(plan::Code::NotConnected)).into());
            }
            _ => Vec::new(),
        };
        let (book, exchange) = (&state.book, &state.exchange);
        let found = propose(book, exchange.settings(), exchange.lists(), &items, today);
        Ok((found, state))
    }

    /// Saves what was suggested and needs nothing made in Xero first.
    ///
    /// # Errors
    /// It is refused; the store's.
    pub async fn take_proposals(
        &self,
        company: &Registered,
        found: &[Proposal],
        asks: &Asks,
    ) -> Result<Done<Event>, Failure> {
        let exchange = self.state(company).await?.exchange;
        let accounts = mappings(found, exchange.settings());
        let settings = Settings { accounts, ..exchange.settings().clone() };
        self.ask(company, Command::SaveSettings(Box::new(settings)), asks).await
    }

    /// The organisation that calls name; a custom connection implies it.
    pub(super) fn tenant(state: &Company) -> Result<Tenant, Failure> {
        let exchange = &state.exchange;
        match (exchange.connection(), &exchange.lists().organisation) {
            (plan::Connection::Connected, _) if exchange.app() == Some(plan::App::Custom) => {
                Ok(Tenant::NOTHING)
            }
            (plan::Connection::Connected, Some(organisation)) => {
                Ok(Tenant::read(&organisation.id.to_string()).unwrap_or_default())
            }
            _ => Err(refused(&plan::Refusal::new(plan::Code::NotConnected)).into()),
        }
    }
}
