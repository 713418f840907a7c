//! `millbook why DOCUMENT` and `millbook log`: why something isn't sent, and what was.
//!
//! Not here: the reasons and sentences (`plan`).

use book::Day;
use company::xero::{Failed, Shown, Wanted, document, subject};
use serde_json::{Value, json};
use world::Moment;

use crate::place::{Place, end_of, failed};
use crate::said::say;
use crate::sandbox::Refusal;
use crate::sync::on_runtime;
use crate::xero::office::{Office, Open, Who};

/// Say why a document is or isn't in Xero, and what to do about it.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook why B-7\n\nWhere several kinds of documents have the number: bill/B-7."
)]
pub struct Why {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    who: Who,
    /// The documents' numbers.
    #[arg(required = true)]
    documents: Vec<String>,
}

/// Show what was sent to Xero, what came of it, and what was seen there.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook log --failed\n  millbook log --document B-7\n  millbook log show 4711\n\n`show` prints what was sent and answered, as long as it is kept (90 days)."
)]
pub struct Log {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    who: Who,
    /// Only entries with all these words.
    #[arg(long, default_value = "")]
    search: String,
    /// Only entries from this day on.
    #[arg(long, value_name = "DAY")]
    since: Option<Day>,
    /// Only what was refused or not done.
    #[arg(long)]
    failed: bool,
    /// Only entries about this document.
    #[arg(long, value_name = "NUMBER")]
    document: Option<String>,
    #[command(subcommand)]
    command: Option<LogCommand>,
}

#[derive(clap::Subcommand)]
enum LogCommand {
    /// Show one entry, with what was sent and answered.
    Show {
        /// Its number.
        number: u64,
    },
}

/// `millbook why`
pub fn why(arguments: &Why) -> Result<(), Refusal> {
    on_runtime(async {
        let office = Office::open(&arguments.place, Open::Reading)?;
        let company = office.company(&arguments.who)?;
        let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
        let today = office.xero.today(&company);
        for number in &arguments.documents {
            let of = subject(&state, number).map_err(|problem| failed(problem.into()))?;
            let found = plan::disposition_of(&state.book, &state.exchange, Some(today), &of);
            let sums =
                of.consolidated().map(|id| plan::consolidated::sources(&state.book, &state.exchange, id));
            let sums: Vec<&str> =
                sums.into_iter().flatten().filter_map(|id| Some(state.book.document(id)?.number())).collect();
            let (words, why) = match &found {
                None => ("not for Xero", None),
                Some(found) => (found.state().words(), found.why()),
            };
            let goes = match &found {
                Some(plan::Disposition::Due(reason)) => Some(format!("It goes with the next run: {reason}.")),
                _ => None,
            };
            if arguments.who.json {
                say(json!({
                    "document": number,
                    "state": words,
                    "code": why.map(|why| why.code),
                    "message": why.map(|why| why.message.clone()).or(goes),
                    "remedy": why.map(|why| why.remedy.clone()),
                    "command": why.and_then(|why| why.command.clone()),
                    "sums_up": sums,
                    "no_command": why.and_then(plan::Why::no_command),
                }));
                continue;
            }
            match (why, goes) {
                (Some(why), _) => {
                    let none = why.no_command().map(|none| format!(" (No command: {none}.)"));
                    say(format!("{number}: {words}. {why}{}", none.unwrap_or_default()));
                }
                (None, Some(goes)) => say(format!("{number}: {words}. {goes}")),
                (None, None) => say(format!("{number}: {words}.")),
            }
            if !sums.is_empty() {
                say(format!("  It sums up {}.", sums.join(", ")));
            }
        }
        Ok(())
    })
}

/// `millbook log`
pub fn log(arguments: &Log) -> Result<(), Refusal> {
    on_runtime(async {
        let office = Office::open(&arguments.place, Open::Reading)?;
        let company = office.company(&arguments.who)?;
        if let Some(LogCommand::Show { number }) = &arguments.command {
            let shown = office.xero.history_of(&company, *number).await.map_err(failed)?;
            let none = || {
                Refusal(1, format!("Entry {number} isn't about Xero. `millbook log` lists those that are."))
            };
            return show(&shown.ok_or_else(none)?, arguments.who.json);
        }
        let book = office.companies().log(company.company).view(None).await.map_err(failed)?.fold.book;
        let about = arguments.document.as_ref().map(|number| document(&book, number)).transpose();
        let since = arguments.since.map(|day| end_of(day.previous(), &company.zone));
        let wanted = Wanted {
            search: arguments.search.clone(),
            since: since.map(|seconds| Moment::from_millis(seconds.saturating_mul(1_000))),
            failed: if arguments.failed { Failed::Only } else { Failed::AsWell },
            document: about.map_err(|problem| failed(problem.into()))?,
        };
        let entries = office.xero.history(&company, &wanted).await.map_err(failed)?;
        for entry in &entries {
            if arguments.who.json {
                say(serde_json::to_string(entry).unwrap_or_default());
            } else {
                say(format!("{}\t{}\t{entry}", entry.seq, at(entry.at)));
            }
        }
        if entries.is_empty() && !arguments.who.json {
            say("No entry.");
        }
        Ok(())
    })
}

fn at(seconds: i64) -> String {
    xero::Stamp::from_millis(seconds.saturating_mul(1_000)).map(|at| at.to_string()).unwrap_or_default()
}

fn show(shown: &Shown, as_json: bool) -> Result<(), Refusal> {
    let value = |bytes: &Option<Vec<u8>>| {
        let bytes = bytes.as_ref()?;
        let text = || Value::from(String::from_utf8_lossy(bytes).into_owned());
        Some(serde_json::from_slice::<Value>(bytes).unwrap_or_else(|_| text()))
    };
    let (request, answer) = (value(&shown.request), value(&shown.answer));
    if as_json {
        say(json!({ "entries": shown.entries, "call": shown.call, "request": request, "answer": answer }));
        return Ok(());
    }
    for entry in &shown.entries {
        say(format!("{}\t{}\t{entry}", entry.seq, at(entry.at)));
        entry.link.iter().for_each(|link| say(format!("in Xero\t{link}")));
    }
    if let Some(call) = &shown.call {
        say(format!("call\t{call}"));
        for (what, body) in [("request", request), ("answer", answer)] {
            match body {
                Some(body) => say(format!("{what}\n{body:#}")),
                None => say(format!("{what}\tnot kept")),
            }
        }
    }
    Ok(())
}
