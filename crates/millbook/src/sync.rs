//! `millbook sync`: one run of a company, or its plan; `millbook work`: the schedules of all companies, until SIGTERM.
//!
//! The last line of a run is `created 3 updated 1 left 0 blocked 1 calls 5`. Not here: what a run does (`sync`).

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use book::Act;
use company::{Claim, Registered};
use serde_json::{Value, json};
use store::{CompanyId, Sheet};
use sync::{Audience, Cause, Phase, Progress, Report, Runner, Stop, Stopping, Terms, Trouble, Until};

use crate::place::{Place, failed};
use crate::said::{note, say, write_over};
use crate::sandbox::Refusal;
use crate::xero::office::{Office, Open, Who};

/// Send to Xero what is due, and look what changed there.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  millbook sync --plan\n  millbook sync\n\nThe last line is: created N updated N left N blocked N calls N. `millbook why DOCUMENT` says why something is blocked or not sent.\nExit code 1: something is blocked; 3: Xero or the database asks to wait."
)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    who: Who,
    /// Say what would be done, and do nothing.
    #[arg(long, conflicts_with_all = ["now", "until_settled"])]
    plan: bool,
    /// As a person who presses "Synchronise": first in line, look at Xero too, once per five minutes.
    #[arg(long)]
    now: bool,
    /// Wait until the outcome of everything that was sent is known.
    #[arg(long)]
    until_settled: bool,
}

/// Synchronise all companies by their schedules until told to stop (SIGTERM, Ctrl-C).
#[derive(clap::Args)]
#[command(
    after_help = "Every five minutes what is due goes to Xero, what changed there is looked for on its timetable, and once a day is the nightly run. A line is printed for each run that did something."
)]
pub struct Work {
    #[command(flatten)]
    place: Place,
    /// A line of JSON for each run.
    #[arg(long)]
    json: bool,
}

/// How often what has had its time is swept away.
const ANEW: Duration = Duration::from_secs(60 * 60);

/// How often it is asked whether other companies are connected by now.
const LOOK: Duration = Duration::from_secs(2);

fn holder() -> String {
    format!("millbook, process {}", std::process::id())
}

/// A runtime of this thread.
pub fn on_runtime<T>(work: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Refusal(3, format!("no runtime: {error}")))?.block_on(work)
}

/// Tells it when the process is told to stop.
fn stop_when_told(stopping: Stopping) {
    tokio::spawn(async move {
        #[cfg(unix)]
        {
            let term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
            let Ok(mut term) = term else { return };
            tokio::select! {
                _ = term.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        stopping.tell();
    });
}

/// `millbook sync`
pub fn sync(arguments: &Arguments) -> Result<(), Refusal> {
    on_runtime(async {
        if arguments.plan {
            return plan(arguments).await;
        }
        let office = Office::open(&arguments.place, Open::Writing)?;
        let company = office.company(&arguments.who)?;
        office.person(&arguments.who, &company, Act::Exchange)?;
        let cause = if arguments.now { Cause::ByHand } else { Cause::Schedule };
        let until = if arguments.until_settled { Until::Settled } else { Until::NothingReady };
        let report = run(&office, &company, cause, until).await?;
        ended(&report, arguments.who.json)
    })
}

async fn plan(arguments: &Arguments) -> Result<(), Refusal> {
    let office = Office::open(&arguments.place, Open::Reading)?;
    let company = office.company(&arguments.who)?;
    let lines = office.xero.plan(&company).await.map_err(failed)?;
    if arguments.who.json {
        say(json!({ "plan": lines }));
        return Ok(());
    }
    lines.iter().for_each(say);
    match lines.len() {
        0 => say("Nothing is to be done."),
        1 => say("1 line. Nothing was sent."),
        many => say(format!("{many} lines. Nothing was sent.")),
    }
    Ok(())
}

/// One run, with its progress on a terminal.
pub async fn run(
    office: &Office,
    company: &Registered,
    cause: Cause,
    until: Until,
) -> Result<Report, Refusal> {
    let stopping = Stopping::default();
    stop_when_told(stopping.clone());
    let mut terms = Terms::default();
    if std::io::stderr().is_terminal() {
        terms.watcher = Some(Arc::new(|progress| write_over(progress_words(progress))));
    }
    let runner = office.xero.runner(company, &holder()).await.map_err(failed)?;
    let report = runner.with_terms(terms).with_stopping(stopping).run(cause, until).await;
    if std::io::stderr().is_terminal() {
        write_over("");
    }
    Ok(report)
}

fn progress_words(Progress { phase, done, of }: Progress) -> String {
    match phase {
        Phase::Settling => "finding out what became of what was sent".to_owned(),
        Phase::Lists(list) => format!("reading Xero's {}", list.words()),
        Phase::Looking => "asking what changed in Xero".to_owned(),
        Phase::Asking => "asking what Xero has".to_owned(),
        Phase::Sending => format!("sending: {done} of {of}"),
    }
}

/// A report as JSON.
fn shown(report: &Report) -> Value {
    let blocked: Vec<Value> =
        report.blocked.iter().map(|one| json!({ "what": one.name, "why": one.why })).collect();
    let open: Vec<Value> =
        report.open.iter().map(|one| json!({ "batch": one.batch, "things": one.things })).collect();
    let lists: serde_json::Map<String, Value> =
        report.lists.iter().map(|(list, count)| (list.words().replace(' ', "_"), json!(count))).collect();
    json!({
        "read": lists,
        "created": report.created,
        "updated": report.updated,
        "left": report.left,
        "blocked": blocked,
        "calls": { "reading": report.calls.reading, "writing": report.calls.writing },
        "linked": report.linked,
        "seen": report.seen,
        "open": open,
        "stopped": report.stopped.as_ref().map(ToString::to_string),
    })
}

/// Prints a report; its exit code. Why it stopped goes to the standard error, with the code, and is part of the JSON.
pub fn ended(report: &Report, as_json: bool) -> Result<(), Refusal> {
    if as_json {
        say(shown(report))
    } else {
        say(report)
    }
    if report.stopped == Some(Stop::Told) {
        note(format!("millbook: {}", Stop::Told));
    }
    let refusal =
        |code| Err(Refusal(code, report.stopped.as_ref().map_or_else(blocked_words, Stop::to_string)));
    match &report.stopped {
        None if report.blocked.is_empty() => Ok(()),
        None | Some(Stop::SignIn(_) | Stop::NotConnected) | Some(Stop::Desk(Trouble::Refused { .. })) => {
            refusal(1)
        }
        Some(Stop::Desk(Trouble::Damaged(_))) => refusal(4),
        Some(Stop::Wait { .. } | Stop::Elsewhere | Stop::TooEarly(_) | Stop::Desk(Trouble::NotNow(_))) => {
            refusal(3)
        }
        Some(Stop::Told) => Ok(()),
    }
}

fn blocked_words() -> String {
    "Something is blocked; what isn't has gone. `millbook why DOCUMENT` says more.".to_owned()
}

/// Prints a line for each run that did something.
struct Lines {
    codes: Vec<String>,
    json: bool,
}

impl Audience for Lines {
    fn ran(&self, company: usize, cause: Cause, report: &Report) {
        let code = self.codes.get(company).map_or("", String::as_str);
        let quiet = report.calls.all() == 0
            && matches!(report.stopped, None | Some(Stop::NotConnected | Stop::Elsewhere | Stop::Told));
        if quiet {
            return;
        }
        if self.json {
            let mut shown = shown(report);
            shown["company"] = code.into();
            shown["cause"] = format!("{cause:?}").to_lowercase().into();
            say(shown);
            return;
        }
        for line in report.to_string().lines() {
            say(format!("{code}\t{line}"));
        }
        if let Some(stop) = &report.stopped {
            say(format!("{code}\t{stop}"));
        }
    }
}

/// `millbook work`
pub fn work(arguments: &Work) -> Result<(), Refusal> {
    on_runtime(async {
        let office = Office::open(&arguments.place, Open::Hosting)?;
        let stopping = Stopping::default();
        stop_when_told(stopping.clone());
        note("millbook: working until told to stop");
        while !stopping.is_told() {
            for_a_while(&office, &stopping, arguments.json).await?;
        }
        note("millbook: stopped in order");
        Ok(())
    })
}

/// The companies that are connected, and what to.
async fn served(office: &Office) -> Result<Vec<(Registered, Claim)>, Refusal> {
    let state = office.companies().installation().view(None).await.map_err(failed)?;
    let company = |claim: &Claim| Some((state.fold.numbered(claim.company)?.clone(), claim.clone()));
    Ok(state.fold.claims().filter_map(company).collect())
}

/// The schedules of the companies that there are now; then what has had its time is swept away.
async fn for_a_while(office: &Office, stopping: &Stopping, json: bool) -> Result<(), Refusal> {
    let companies = served(office).await?;
    let (mut runners, mut codes): (Vec<Runner>, Vec<String>) = (Vec::new(), Vec::new());
    for (company, _) in &companies {
        runners.push(office.xero.runner(company, &holder()).await.map_err(failed)?);
        codes.push(company.code.clone());
    }
    note(format!(
        "millbook: at work for {}",
        if codes.is_empty() { "nobody".to_owned() } else { codes.join(", ") }
    ));
    let round = Stopping::default();
    let clock = office.xero.world().clock.clone();
    let until = clock.now().plus(ANEW);
    let watch = async {
        tokio::select! {
            () = stopping.told() => {}
            () = clock.sleep_until(until) => {}
            () = others_come(office, &companies) => {}
        }
        round.tell();
    };
    let audience = Lines { codes, json };
    let ((), ()) = tokio::join!(sync::work(&mut runners, &audience, &round), watch);
    let now = clock.now();
    for sheet in [Sheet::Body, Sheet::Secret] {
        let swept = office.companies().store().sweep(sheet, now).await;
        swept.map_err(crate::place::stored)?;
    }
    Ok(())
}

/// Until other companies are connected than these, whoever connected them: here, through us, on another node. What is
/// asked again and again is only where the installation's log ends.
async fn others_come(office: &Office, companies: &[(Registered, Claim)]) {
    let (store, clock) = (office.companies().store(), office.xero.world().clock.clone());
    let mut read = None;
    loop {
        // A database that is away is told of by whoever runs.
        let tip = store.tip(CompanyId(0)).await.ok();
        if tip.is_some() && tip != read {
            if served(office).await.is_ok_and(|now| now != companies) {
                return;
            }
            read = tip;
        }
        clock.sleep_until(clock.now().plus(LOOK)).await;
    }
}
