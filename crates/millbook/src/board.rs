//! `millbook board`: all companies at a glance, for people who look after several (REC-6). It makes no call.
//!
//! ```text
//! company  last run          differs  unexplained  blocked  changed  locked until   state
//! jam      2026-03-31 22:00     74.00         0.00        1        0  2026-02-28     It is connected to Demo Company (NZ).
//! ```
//! Differences are those of Xero's last reading. Not here: one company's reconciliation (`reconcile`).

use book::{Act, Day};
use money::Amount;
use plan::reconcile::{Row, reconcile};
use plan::{Planner, State};
use serde_json::{Value, json};
use sync::Desk as _;

use crate::place::{Place, failed};
use crate::said::say;
use crate::sandbox::Refusal;
use crate::sync::on_runtime;
use crate::xero::office::{Office, Open, Who};

/// Show all companies: last run, differences, what is blocked or changed in Xero, lock dates.
#[derive(clap::Args)]
pub struct Board {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    who: Who,
}

/// A company's line.
struct Line {
    code: String,
    state: String,
    /// When a run last asked Xero anything, and when one looked what changed there.
    ran: Option<i64>,
    looked: Option<i64>,
    read: Option<(Day, Vec<Row>)>,
    /// Something was sent or seen since Xero's balances were read.
    moved_on: bool,
    blocked: u32,
    changed: u32,
    locked: Option<Day>,
    closed: Option<Day>,
    base: money::Currency,
}

/// `millbook board`
pub fn run(arguments: &Board) -> Result<(), Refusal> {
    on_runtime(async {
        let office = Office::open(&arguments.place, Open::Reading)?;
        let state = office.companies().installation().view(None).await.map_err(failed)?;
        let mut lines = Vec::new();
        for company in state.fold.companies() {
            let wanted = arguments.who.company.as_ref().is_none_or(|code| *code == company.code);
            // Whoever may not see a company's exchange doesn't see its line.
            if wanted && office.person(&arguments.who, company, Act::Exchange).is_ok() {
                lines.push(line(&office, company).await?);
            }
        }
        if arguments.who.json {
            say(Value::from(lines.iter().map(shown).collect::<Vec<_>>()));
            return Ok(());
        }
        if lines.is_empty() {
            say("There is no company that you may see.");
        }
        lines.iter().for_each(|line| say(text(line)));
        Ok(())
    })
}

async fn line(office: &Office, company: &company::Registered) -> Result<Line, Refusal> {
    let fold = office.companies().log(company.company).view(None).await.map_err(failed)?.fold;
    let desk = office.xero.desk(company, "");
    let mut moments = Vec::new();
    for key in [sync::RAN, sync::LOOKED] {
        let note = desk.note(key.to_owned()).await.ok().flatten();
        moments.push(note.and_then(|text| text.parse::<i64>().ok()));
    }
    let witness = sync::last_witness(&desk).await;
    let moved_on = witness.as_ref().is_some_and(|witness| witness.known != fold.exchange.seq());
    let read = witness.map(|witness| (witness.day, reconcile(&fold.book, &fold.exchange, &witness).rows));
    let mut planner = Planner::default();
    planner.plan(&fold.book, &fold.exchange);
    let counts = planner.counts();
    let count = |state| counts.get(&state).copied().unwrap_or(0);
    let today = company::today(&company.zone, office.xero.world().clock.now());
    let summary = plan::connection::summary(&fold.book, &fold.exchange, &company.zone, today);
    Ok(Line {
        code: company.code.clone(),
        state: summary.state,
        ran: moments[0],
        looked: moments[1],
        read,
        moved_on,
        blocked: count(State::Blocked),
        changed: count(State::Changed),
        locked: summary.organisation.and_then(|organisation| organisation.locked_until()),
        closed: fold.book.closed_until(),
        base: company.base,
    })
}

/// The accounts that differ.
fn differing(line: &Line) -> impl Iterator<Item = &Row> {
    line.read.iter().flat_map(|(_, rows)| rows).filter(|row| !row.difference.is_zero())
}

fn moment(millis: i64) -> String {
    let stamp = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{stamp:.0}")
}

fn shown(line: &Line) -> Value {
    let text = |amount: Amount| amount.display(line.base).to_string();
    let rows: Vec<Value> = differing(line)
        .map(|row| json!({ "account": row.name, "difference": text(row.difference), "unexplained": text(row.unexplained) }))
        .collect();
    json!({
        "company": line.code, "state": line.state, "last_run": line.ran.map(moment), "looked": line.looked.map(moment),
        "moved_on_since": line.moved_on, "as_of": line.read.as_ref().map(|(day, _)| day.to_string()), "differs": rows, "blocked": line.blocked,
        "changed_in_xero": line.changed, "locked_until": line.locked.map(|day| day.to_string()),
        "closed_until": line.closed.map(|day| day.to_string()),
    })
}

fn text(line: &Line) -> String {
    let day = |day: Option<Day>| day.map_or_else(|| "never".to_owned(), |day| day.to_string());
    let when = |at: Option<i64>| at.map_or_else(|| "never".to_owned(), moment);
    let differs: Vec<String> =
        differing(line).map(|row| format!("{} {:#}", row.name, row.difference.display(line.base))).collect();
    let differs = match (&line.read, differs.is_empty()) {
        (None, _) => "Xero's balances were never read".to_owned(),
        (Some((day, _)), true) => format!("every account agreed on {day}"),
        (Some((day, _)), false) => format!("differs on {day}: {}", differs.join(", ")),
    };
    let differs =
        if line.moved_on { format!("{differs}, as last read; work went on since") } else { differs };
    format!(
        "{}: {} Last run {}, looked at documents {}. Blocked {}, changed in Xero {}, locked until {}, closed until {}; {differs}.",
        line.code,
        line.state,
        when(line.ran),
        when(line.looked),
        line.blocked,
        line.changed,
        day(line.locked),
        day(line.closed),
    )
}
