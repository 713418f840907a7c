//! `millbook journals`: what the next run posts, posting it now, and what becomes of journals that were changed in Xero.
//!
//! ```text
//! MB-000007 2 Mar 2026 production: 2 orders
//!   620 Finished goods           774.00 Dr
//!   625 Work in progress         774.00 Cr
//! ```
//! Not here: which journals (`plan::journals`), sending them (`sync`).

use book::{Act, Book, Day};
use company::Company;
use money::Amount;
use plan::journals::{
    Explained, JournalLine, JournalPaper, Kept, KeptBack, Proposal, Target, dispositions, journals_begin,
    mark, marked, plan, sources,
};
use plan::{Command, Decision, Exchange, Guid, Journal, JournalChoice, JournalPlan, JournalState, Subject};
use serde_json::{Value, json};
use sync::{Cause, Until};

use crate::place::{Place, failed, today};
use crate::said::say;
use crate::sandbox::Refusal;
use crate::sync::{ended, on_runtime, run};
use crate::xero::office::{Office, Open, Who};
use crate::xero::wishes::one;

/// Show the journals that the next run posts, post them now, or say what becomes of one that was changed in Xero.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Example:\n  millbook journals --preview\n  millbook journals --post\n  millbook journals again MB-000007\n  millbook journals leave MB-000007 \"the accountant split it\"\n\nWithout --post nothing is sent. Exit code 1: something is blocked; 3: Xero or the database asks to wait."
)]
pub struct Journals {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    who: Who,
    /// Show what the next run posts; that is what it does without --post.
    #[arg(long, conflicts_with = "post")]
    preview: bool,
    /// Post it now.
    #[arg(long)]
    post: bool,
    /// With the documents and lots behind each line.
    #[arg(long, conflicts_with = "post")]
    sources: bool,
    /// What became of all facts: posted, covered, waiting, blocked, excluded, by account and day.
    #[arg(long, conflicts_with_all = ["post", "sources", "preview"])]
    facts: bool,
    #[command(subcommand)]
    choice: Option<Choice>,
}

#[derive(clap::Subcommand)]
enum Choice {
    /// Post again what a journal no longer says in Xero.
    Again {
        /// The journal: MB-000007.
        journal: String,
    },
    /// Leave a journal as it is in Xero.
    Leave {
        /// The journal: MB-000007.
        journal: String,
        /// Why.
        reason: String,
    },
    /// Try again, as it is, what Xero refused.
    Retry {
        /// The journal: MB-000007.
        journal: String,
    },
    /// Say which of several journals in Xero with its mark is ours.
    Choose {
        /// The journal: MB-000007.
        journal: String,
        /// Xero's id of it.
        id: String,
    },
    /// Let go, on the first open day, what belongs to locked days and waits for approval.
    ApproveLocked,
}

/// `millbook journals`
pub fn journals(arguments: &Journals) -> Result<(), Refusal> {
    on_runtime(async {
        match &arguments.choice {
            Some(choice) => choose(arguments, choice).await,
            None if arguments.post => post(arguments).await,
            None => preview(arguments).await,
        }
    })
}

async fn choose(arguments: &Journals, choice: &Choice) -> Result<(), Refusal> {
    let number = |text: &str| {
        marked(text).ok_or_else(|| {
            Refusal(2, format!("\"{text}\" is no journal of ours; they are called like MB-000007."))
        })
    };
    let command = match choice {
        Choice::Again { journal } => {
            Command::DecideJournal { number: number(journal)?, choice: JournalChoice::Again }
        }
        Choice::Leave { journal, reason } => {
            let choice = JournalChoice::Leave(reason.as_str().into());
            Command::DecideJournal { number: number(journal)?, choice }
        }
        Choice::Retry { journal } => {
            let subject = Subject::Journal(number(journal)?);
            Command::Decide { subject, decision: Decision::Retry }
        }
        Choice::Choose { journal, id } => {
            let wrong = || {
                Refusal(2, format!("\"{id}\" is no id of Xero's: `millbook journals --preview` shows them."))
            };
            let (subject, xero) = (Subject::Journal(number(journal)?), Guid::read(id).ok_or_else(wrong)?);
            Command::Link { subject, xero }
        }
        Choice::ApproveLocked => Command::ApproveLocked,
    };
    let office = Office::open(&arguments.place, Open::Writing)?;
    let company = office.company(&arguments.who)?;
    let by = office.person(&arguments.who, &company, Act::Exchange)?;
    one(&office, &company, by, &arguments.who, command).await
}

async fn post(arguments: &Journals) -> Result<(), Refusal> {
    let office = Office::open(&arguments.place, Open::Writing)?;
    let company = office.company(&arguments.who)?;
    office.person(&arguments.who, &company, Act::Exchange)?;
    let report = run(&office, &company, Cause::PostNow, Until::NothingReady).await?;
    ended(&report, arguments.who.json)
}

async fn preview(arguments: &Journals) -> Result<(), Refusal> {
    let office = Office::open(&arguments.place, Open::Reading)?;
    let company = office.company(&arguments.who)?;
    let today = today(&company.zone);
    let state = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    let shown = Shown { state: &state, today };
    if arguments.facts {
        let rows = dispositions(&state.book, &state.exchange, today);
        if arguments.who.json {
            say(json!({ "facts": rows.iter().map(|row| shown.fact(row)).collect::<Vec<_>>() }));
            return Ok(());
        }
        rows.iter().for_each(|row| say(shown.fact_line(row)));
        return Ok(());
    }
    let plan = plan(&state.book, &state.exchange, today);
    let papers: Vec<&JournalPaper> = plan.journals.iter().map(|one| &one.paper).collect();
    let behind = if arguments.sources { sources(&state.book, &state.exchange, &papers) } else { Vec::new() };
    if arguments.who.json {
        say(shown.json(&plan, &behind));
    } else {
        shown.text(&plan, &behind);
    }
    Ok(())
}

/// A company's journals, for people and programs.
struct Shown<'a> {
    state: &'a Company,
    today: Day,
}

impl Shown<'_> {
    fn book(&self) -> &Book {
        &self.state.book
    }

    fn exchange(&self) -> &Exchange {
        &self.state.exchange
    }

    fn amount(&self, amount: Amount) -> String {
        amount.display(self.book().base()).to_string()
    }

    /// `774.00 Dr`
    fn side(&self, amount: Amount) -> String {
        let side = if amount < Amount::ZERO { "Cr" } else { "Dr" };
        format!("{:#} {side}", amount.abs().display(self.book().base()))
    }

    fn account(&self, account: &Target) -> String {
        match account {
            Target::Account(id) => {
                self.exchange().lists().account(*id).map_or_else(|| id.to_string(), ToString::to_string)
            }
            Target::Missing(role) => format!("no account for {}", role.name()),
            Target::Unknown(named) => format!("{named}, which Xero doesn't have"),
        }
    }

    fn line(&self, line: &JournalLine, date: Day) -> String {
        let options: String =
            line.names.iter().map(|one| format!(" [{}: {}]", one.category, one.option)).collect();
        let of = if line.day == date { String::new() } else { format!("  of {}", line.day) };
        let account = self.account(&Target::Account(line.account));
        format!("  {account:<34} {:>16}{options}{of}", self.side(line.amount))
    }

    fn source(&self, explained: &Explained) -> Vec<String> {
        let number = |id| self.book().document(id).map_or("", |document| document.number()).to_owned();
        let of = explained.sources.iter().map(|one| {
            format!("      {} {}: {}", number(one.document), one.rule.row().words, self.side(one.amount))
        });
        let rest = (!explained.before.is_zero()).then(|| {
            format!("      posted before, or of days before the cut-over: {}", self.side(explained.before))
        });
        of.chain(rest).collect()
    }

    /// `Region: North`, of options that lines go without.
    fn unnamed(&self, plan: &JournalPlan) -> Vec<String> {
        let book = self.book();
        let option = |id: &book::TrackingOptionId| {
            let option = &book.tracking_options().row(id.number())?.record;
            let category = &book.tracking_categories().row(option.category.number())?.record;
            Some(format!("{}: {}", category.code, option.code))
        };
        plan.unnamed.iter().filter_map(option).collect()
    }

    /// Journals that somebody changed in Xero and nobody has spoken of.
    fn changed(&self) -> impl Iterator<Item = &Journal> {
        let open = |one: &&Journal| matches!(one.state(), JournalState::Edited | JournalState::Gone);
        self.exchange().journals().map(|(_, one)| one).filter(open)
    }

    /// What may be a journal of which nobody knows which it is in Xero.
    fn several(&self) -> impl Iterator<Item = (book::Text, &plan::Candidate)> {
        let open = self.exchange().journals().filter(|(_, one)| one.xero.is_none());
        open.flat_map(|(number, _)| {
            let found = self.exchange().found(&Subject::Journal(number)).unwrap_or_default();
            found.iter().map(move |one| (mark(number), one))
        })
    }

    fn text(&self, plan: &JournalPlan, behind: &[Vec<Explained>]) {
        if let Some(why) = &plan.stopped {
            say(why);
        }
        for (place, one) in plan.journals.iter().enumerate() {
            say(&one.paper.text);
            if !one.closed_year.is_empty() {
                let days: Vec<String> = one.closed_year.iter().map(ToString::to_string).collect();
                say(format!("  of a closed financial year: {}", days.join(", ")));
            }
            for (at, line) in one.paper.lines.iter().enumerate() {
                say(self.line(line, one.paper.date));
                let explained = behind.get(place).and_then(|lines| lines.get(at));
                explained.into_iter().flat_map(|one| self.source(one)).for_each(say);
            }
        }
        for one in &plan.back {
            say(format!("{} of {} {}", one.section.name(), one.day, kept_words(&one.kept)));
        }
        for option in self.unnamed(plan) {
            say(format!(
                "{option} can't be used in Xero (archived, or its category is): what belongs to it goes without it, and is put right once it is restored there."
            ));
        }
        for one in self.changed() {
            let what = if one.state() == JournalState::Gone { "voided or deleted" } else { "edited" };
            let mark = mark(one.paper.number);
            say(format!(
                "{mark} was {what} in Xero. `millbook journals again {mark}`, or `millbook journals leave {mark} REASON`"
            ));
        }
        for (mark, one) in self.several() {
            say(format!(
                "Xero may have {mark} as {} ({}): `millbook journals choose {mark} {}`",
                one.name, one.xero, one.xero
            ));
        }
        journals_begin(self.exchange(), self.today).into_iter().for_each(say);
        match plan.journals.len() {
            0 if plan.back.is_empty() => say("Nothing is to be posted."),
            0 => say("Nothing is posted now."),
            1 => say("1 journal. Nothing was sent."),
            many => say(format!("{many} journals. Nothing was sent.")),
        }
    }

    fn json(&self, plan: &JournalPlan, behind: &[Vec<Explained>]) -> Value {
        let journals: Vec<Value> = plan
            .journals
            .iter()
            .enumerate()
            .map(|(place, one)| self.proposal(one, behind.get(place).map_or(&[][..], Vec::as_slice)))
            .collect();
        let back: Vec<Value> = plan.back.iter().map(|one| self.kept_back(one)).collect();
        let changed: Vec<Value> = self.changed().map(|one| self.changed_in_xero(one)).collect();
        let several: Vec<Value> = self
            .several()
            .map(|(mark, one)| json!({ "journal": &*mark, "xero": one.xero.to_string(), "name": &*one.name }))
            .collect();
        let later = self.exchange().begins_after(self.today).into_iter().flat_map(|(day, sections)| {
            sections.into_iter().map(move |section| (section.name().to_owned(), json!(day.to_string())))
        });
        json!({
            "begin_later": later.collect::<serde_json::Map<_, _>>(),
            "journals": journals, "kept_back": back, "options_left_out": self.unnamed(plan), "changed_in_xero": changed,
            "several_in_xero": several,
            "stopped": plan.stopped.as_ref().map(ToString::to_string),
        })
    }

    fn proposal(&self, one: &Proposal, behind: &[Explained]) -> Value {
        let days = |days: &[Day]| days.iter().map(ToString::to_string).collect::<Vec<_>>();
        let line = |(at, line): (usize, &JournalLine)| {
            let options: Vec<String> =
                line.names.iter().map(|one| format!("{}: {}", one.category, one.option)).collect();
            let mut shown = json!({
                "account": self.account(&Target::Account(line.account)), "amount": self.amount(line.amount),
                "day": line.day.to_string(), "tracking": options,
            });
            if let Some(explained) = behind.get(at) {
                let number =
                    |id| self.book().document(id).map_or("", |document| document.number()).to_owned();
                let sources = explained.sources.iter().map(|one| {
                    json!({ "document": number(one.document), "what": one.rule.row().words, "rule": one.rule.row().id,
                        "amount": self.amount(one.amount) })
                });
                shown["sources"] = sources.collect();
                shown["before"] = self.amount(explained.before).into();
            }
            shown
        };
        let lines: Vec<Value> = one.paper.lines.iter().enumerate().map(line).collect();
        json!({
            "journal": &*mark(one.paper.number), "section": one.section.name(), "date": one.paper.date.to_string(),
            "text": &*one.paper.text, "adjusts": one.adjusts, "of_locked_days": days(&one.locked),
            "of_a_closed_year": days(&one.closed_year), "lines": lines,
        })
    }

    fn kept_back(&self, one: &KeptBack) -> Value {
        let amount = |(account, _, amount): &(Target, book::Tracking, Amount)| json!({ "account": self.account(account), "amount": self.amount(*amount) });
        json!({
            "section": one.section.name(), "day": one.day.to_string(), "why": kept_words(&one.kept),
            "blocked": matches!(one.kept, Kept::Blocked(_)), "amounts": one.amounts.iter().map(amount).collect::<Vec<_>>(),
        })
    }

    fn changed_in_xero(&self, one: &Journal) -> Value {
        let effect: Vec<Value> = one
            .effect()
            .into_iter()
            .map(|(account, amount)| {
                json!({ "account": account.map_or_else(|| "unknown".to_owned(), |id| self.account(&Target::Account(id))),
                    "amount": self.amount(amount) })
            })
            .collect();
        json!({
            "journal": &*mark(one.paper.number), "gone": one.state() == JournalState::Gone, "effect": effect,
            "date": one.now.as_ref().map(|now| now.date.to_string()),
        })
    }

    fn fact(&self, row: &plan::journals::FactSums) -> Value {
        let mut shown = json!({ "account": self.account(&row.account), "day": row.day.to_string(), "total": self.amount(row.total()) });
        for (became, amount) in plan::journals::Became::ALL.iter().zip(row.sums) {
            shown[became.words()] = self.amount(amount).into();
        }
        shown
    }

    fn fact_line(&self, row: &plan::journals::FactSums) -> String {
        let sums = plan::journals::Became::ALL.iter().zip(row.sums).filter(|(_, amount)| !amount.is_zero());
        let sums: Vec<String> =
            sums.map(|(became, amount)| format!("{} {}", became.words(), self.amount(amount))).collect();
        format!(
            "{} {:<34} {:>14} = {}",
            row.day,
            self.account(&row.account),
            self.amount(row.total()),
            sums.join(" + ")
        )
    }
}

fn kept_words(kept: &Kept) -> String {
    match kept {
        Kept::Until(day) => format!("waits until {day}"),
        Kept::Approval => {
            "belongs to a locked day and waits for approval: `millbook journals approve-locked`".to_owned()
        }
        Kept::Blocked(why) => format!("is blocked: {why}"),
    }
}
