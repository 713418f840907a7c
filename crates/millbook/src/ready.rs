//! `millbook ready`: whether everything is in place before anything is posted (RDY-1), and what only a person can answer.
//!
//! ```text
//! pass  bank-codes     Bank accounts with a code: 2.
//! warn  who-approves   Documents wait in Xero for approval, and nobody has said who approves them. …
//! ```
//! Exit code 1: something fails. Not here: the checks (`plan::ready`).

use book::{Act, Text};
use plan::ready::{Choice, Ground, Readiness, ready};
use plan::{Command, Reconciled};
use serde_json::json;

use crate::place::{Place, failed};
use crate::said::say;
use crate::sandbox::Refusal;
use crate::sync::on_runtime;
use crate::xero::office::{Office, Open, Who};
use crate::xero::wishes::one;

/// Check that everything is in place for Xero: each item pass, warn or fail.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Example:\n  millbook ready\n  millbook ready answer who-approves \"Mia, every Friday\"\n\nExit code 1: something fails. `millbook xero refresh` looks at Xero first."
)]
pub struct Ready {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    who: Who,
    #[command(subcommand)]
    answer: Option<Given>,
}

#[derive(clap::Subcommand)]
enum Given {
    /// Write down what was decided about an item; an empty text takes it back.
    Answer {
        /// The item: who-approves, reports, consolidate-invoices, …
        item: String,
        /// What was decided.
        text: String,
    },
}

/// `millbook ready`
pub fn run(arguments: &Ready) -> Result<(), Refusal> {
    on_runtime(async {
        match &arguments.answer {
            Some(Given::Answer { item, text }) => answer(arguments, item, text).await,
            None => show(arguments).await,
        }
    })
}

async fn answer(arguments: &Ready, item: &str, text: &str) -> Result<(), Refusal> {
    let unknown = || {
        let all = Choice::ALL.map(Choice::id).join(", ");
        Refusal(2, format!("\"{item}\" is nothing that is answered; there are: {all}."))
    };
    let choice = Choice::of(item).ok_or_else(unknown)?;
    let office = Office::open(&arguments.place, Open::Writing)?;
    let company = office.company(&arguments.who)?;
    let by = office.person(&arguments.who, &company, Act::Exchange)?;
    let said = Reconciled::Answered { choice, answer: Text::from(text.trim()) };
    one(&office, &company, by, &arguments.who, Command::Reconcile(Box::new(said))).await
}

async fn show(arguments: &Ready) -> Result<(), Refusal> {
    let office = Office::open(&arguments.place, Open::Reading)?;
    let company = office.company(&arguments.who)?;
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    // Without an app nothing can be said of its rights; the item "connected" says the rest.
    let rights = office.xero.app(&company).await.ok().map(|(app, _)| app.app.rights.scope(&app.app.kind));
    let today = company::today(&company.zone, office.xero.world().clock.now());
    let (book, exchange) = (&state.book, &state.exchange);
    let ground = Ground { book, exchange, zone: &company.zone, rights: rights.as_deref(), today };
    let items = ready(ground);
    let count = |wanted| items.iter().filter(|item| item.readiness == wanted).count();
    let counts = [Readiness::Pass, Readiness::Warn, Readiness::Fail].map(count);
    if arguments.who.json {
        say(json!({
            "company": company.code, "as_of": today.to_string(), "items": items,
            "pass": counts[0], "warn": counts[1], "fail": counts[2],
        }));
    } else {
        let widest = items.iter().map(|item| item.code.len()).max().unwrap_or(0);
        for item in &items {
            let remedy = if item.remedy.is_empty() { String::new() } else { format!(" {}", item.remedy) };
            let command = item.command.as_ref().map_or(String::new(), |command| format!(" `{command}`"));
            say(format!("{}  {:<widest$}  {}{remedy}{command}", item.readiness.word(), item.code, item.says));
        }
        say(format!("pass {} warn {} fail {}", counts[0], counts[1], counts[2]));
    }
    match counts[2] {
        0 => Ok(()),
        _ => Err(Refusal(1, "Something isn't ready; each line says what helps.".to_owned())),
    }
}
