//! The three months, day by day: people enter, Millbook sends and looks, the accountant works, the night comes.
//!
//! 09:00 the day's commands · 12:00 a run by schedule · 16:00 the accountant · 22:00 the nightly run. Not here: what is
//! shown of it (`show`).

use book::{Content, FeeTarget};
use jiff::civil::{Date, Weekday};
use plan::journals::{self, JournalPlan};
use sync::{Cause, Report, Until};

use super::accountant::Done;
use super::history::{Days, FIRST, LAST};
use super::house::House;
use super::records::records;
use crate::sandbox::Refusal;

/// What came of it, in numbers.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// Commands that people entered.
    pub commands: usize,
    /// Runs.
    pub runs: u32,
    /// Things made in Xero, and changed there.
    pub created: u32,
    /// Things changed in Xero.
    pub updated: u32,
    /// Calls that read.
    pub reading: u32,
    /// Calls that wrote.
    pub writing: u32,
    /// What the accountant did.
    pub accountant: Done,
    /// What the bookkeeper adopted on the last evening, line by line.
    pub adopted: Vec<String>,
    /// What the last night was to post, as the preview of that evening says.
    pub tonight: JournalPlan,
}

/// Plays all days.
pub async fn play(house: &mut House, days: &Days) -> Result<Played, Refusal> {
    let mut played = Played::default();
    let records = records();
    played.commands += records.len();
    house.enter(records).await?;
    for day in FIRST.series(jiff::Span::new().days(1)).take_while(|day| *day <= LAST) {
        let free = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        if free && !days.contains_key(&day) {
            continue;
        }
        one_day(house, day, days, &mut played).await?;
    }
    Ok(played)
}

async fn one_day(house: &mut House, day: Date, days: &Days, played: &mut Played) -> Result<(), Refusal> {
    house.set(day, 9);
    if let Some(commands) = days.get(&day) {
        played.commands += commands.len();
        house.enter(commands.clone()).await?;
    }
    run(house, day, 12, played).await?;
    house.set(day, 16);
    let carried = carried(&house.view().await?.book, house.today());
    let entered = carried
        .iter()
        .try_for_each(|(fee, amount)| house.accountant.carried(house.now(), day, (fee, amount)));
    entered.map_err(|error| Refusal(3, format!("{day}: the carrier's bill can't be entered: {error}")))?;
    let done = house.accountant.work(house.now(), day);
    let done = done.map_err(|error| Refusal(3, format!("{day}: the accountant can't go on: {error}")))?;
    played.accountant.approved += done.approved;
    played.accountant.paid += done.paid;
    played.accountant.banked += done.banked;
    if day == LAST {
        let company = house.view().await?;
        played.tonight = journals::plan(&company.book, &company.exchange, house.today());
    }
    run(house, day, 22, played).await?;
    if day == LAST {
        played.adopted = house.adopt(house.today()).await?;
    }
    Ok(())
}

/// What the carrier asks for transfers of a day: number and amount of each fee.
fn carried(book: &book::Book, today: book::Day) -> Vec<(String, String)> {
    let fees = book.documents().filter_map(|(_, document)| match document.content() {
        Content::Fee(fee) if fee.day == today && matches!(fee.target, FeeTarget::Transfer(_)) => {
            let amount =
                money::Amount::from_minor(fee.amount.minor()).display(fee.amount.currency()).to_string();
            Some((document.number().to_owned(), amount))
        }
        _ => None,
    });
    fees.collect()
}

/// A run; whatever is wrong ends the demo.
async fn run(house: &mut House, day: Date, hour: i8, played: &mut Played) -> Result<(), Refusal> {
    house.set(day, hour);
    let cause = if hour == 22 { Cause::Nightly } else { Cause::Schedule };
    let report: Report = house.runner.run(cause, Until::NothingReady).await;
    played.runs += 1;
    played.created += report.created;
    played.updated += report.updated;
    played.reading += report.calls.reading;
    played.writing += report.calls.writing;
    if report.stopped.is_some() || !report.blocked.is_empty() {
        return Err(Refusal(3, format!("{day}: the run did not end well:\n{report}")));
    }
    Ok(())
}
