//! `millbook xero hold|release|refresh|add|exclude|…`: what people decide about what goes to Xero, one thing or many.
//!
//! Not here: what a decision means (`plan`).

use book::{Act, Text};
use company::xero::{Asks, subjects};
use company::{Event, Registered};
use plan::{Command, Decision, Guid, Recorded, Subject, Switch, log_entries};
use serde_json::json;
use sync::{Cause, Until};

use super::office::{Office, Open, Who, new_id};
use crate::place::{Place, failed};
use crate::said::say;
use crate::sandbox::Refusal;

#[derive(clap::Args)]
pub struct Things {
    /// Documents by number; `party CODE`, `item CODE`.
    #[arg(required = true, value_name = "DOCUMENT")]
    words: Vec<String>,
}

#[derive(clap::Args)]
pub struct Excluded {
    #[command(flatten)]
    things: Things,
    /// Why it never goes.
    #[arg(long, value_name = "REASON")]
    because: String,
}

#[derive(clap::Args)]
pub struct Linked {
    /// A document's number, `party CODE` or `item CODE`; then Xero's id of it.
    #[arg(required = true, num_args = 2.., value_name = "DOCUMENT ID")]
    words: Vec<String>,
}

/// What is decided about things.
#[derive(Clone)]
enum Wish {
    Decide(Decision),
    Link(Guid),
    Unlink,
    TakeOver,
    Correct,
}

#[derive(clap::Subcommand)]
pub enum Ask {
    /// Hold all sending; work goes on.
    Hold,
    /// Release what is held.
    Release,
    /// Look at Xero now: its lists, and what changed there.
    Refresh,
    /// Send documents though their switch is off, or they were saved before the connection.
    Add(Things),
    /// Never send documents, with a reason.
    Exclude(Excluded),
    /// Take an exclusion back.
    Include(Things),
    /// Make documents again that were removed or voided in Xero.
    SendAgain(Things),
    /// Send documents though Xero has one of their number.
    SendAnyway(Things),
    /// Try again what Xero refused.
    Retry(Things),
    /// Say which thing of Xero's something is.
    Link(Linked),
    /// Forget which it is.
    Unlink(Things),
    /// Take Xero's version of documents into the book.
    TakeOver(Things),
    /// Correct documents in Xero that can't be changed there: a credit for all of it, and a new one.
    Correct(Things),
}

impl Ask {
    pub async fn run(&self, place: &Place, who: &Who) -> Result<(), Refusal> {
        let office = Office::open(place, Open::Writing)?;
        let company = office.company(who)?;
        let by = office.person(who, &company, Act::Exchange)?;
        let (things, wish) = match self {
            Ask::Hold => return one(&office, &company, by, who, Command::Hold(Switch::On)).await,
            Ask::Release => return one(&office, &company, by, who, Command::Hold(Switch::Off)).await,
            Ask::Refresh => {
                let report = crate::sync::run(&office, &company, Cause::Refresh, Until::NothingReady).await?;
                return crate::sync::ended(&report, who.json);
            }
            Ask::Add(things) => (things.words.clone(), Wish::Decide(Decision::Add)),
            Ask::Exclude(Excluded { things, because }) => {
                (things.words.clone(), Wish::Decide(Decision::Exclude(Text::from(because.as_str()))))
            }
            Ask::Include(things) => (things.words.clone(), Wish::Decide(Decision::Include)),
            Ask::SendAgain(things) => (things.words.clone(), Wish::Decide(Decision::SendAgain)),
            Ask::SendAnyway(things) => (things.words.clone(), Wish::Decide(Decision::SendAnyway)),
            Ask::Retry(things) => (things.words.clone(), Wish::Decide(Decision::Retry)),
            Ask::Link(linked) => {
                let (id, words) =
                    linked.words.split_last().unwrap_or_else(|| unreachable!("two words at least"));
                let wrong = || {
                    Refusal(
                        2,
                        format!(
                            "\"{id}\" is no id of Xero's: write it as 254591b2-0d3c-4f2b-9a45-5c6b2f3a1e07."
                        ),
                    )
                };
                (words.to_vec(), Wish::Link(Guid::read(id).ok_or_else(wrong)?))
            }
            Ask::Unlink(things) => (things.words.clone(), Wish::Unlink),
            Ask::TakeOver(things) => (things.words.clone(), Wish::TakeOver),
            Ask::Correct(things) => (things.words.clone(), Wish::Correct),
        };
        let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
        let things = subjects(&state, &things).map_err(|problem| failed(problem.into()))?;
        for thing in things {
            one(&office, &company, by, who, command(&wish, thing)?).await?;
        }
        Ok(())
    }
}

fn command(wish: &Wish, subject: Subject) -> Result<Command, Refusal> {
    let document = subject
        .document()
        .ok_or_else(|| Refusal(2, "Only a document can be taken over or corrected.".to_owned()));
    Ok(match wish {
        Wish::Decide(decision) => Command::Decide { subject, decision: decision.clone() },
        Wish::Link(xero) => Command::Link { subject, xero: *xero },
        Wish::Unlink => Command::Unlink(subject),
        Wish::TakeOver => Command::TakeOver(document?),
        Wish::Correct => Command::Correct(document?),
    })
}

/// Asks, and says what happened.
pub async fn one(
    office: &Office,
    company: &Registered,
    by: u32,
    who: &Who,
    command: Command,
) -> Result<(), Refusal> {
    let log = office.companies().log(company.company);
    let before = log.view(None).await.map_err(failed)?.fold;
    let asks = Asks { id: new_id(), by, via: "cli".to_owned() };
    let done = office.xero.ask(company, command, &asks).await.map_err(failed)?;
    let after = log.view(Some(done.last)).await.map_err(failed)?.fold;
    if who.json {
        let events: Vec<_> = done.events.iter().map(|event| company::event_shown(&after, event)).collect();
        say(json!({ "first": done.first, "last": done.last, "events": events }));
        return Ok(());
    }
    if done.events.is_empty() {
        say("Nothing changes: it is so already.");
    }
    for (seq, event) in (done.first..).zip(&done.events) {
        match event {
            Event::Exchange(event) => {
                let recorded = Recorded { seq, at: 0, by, via: "cli".to_owned() };
                log_entries(&after.book, &before.exchange, event, &recorded).iter().for_each(say);
            }
            Event::Book(event) => say(wire::event_shown(&after.book, event)),
        }
    }
    Ok(())
}
