//! Records of work on a manufacturing order's operations (POST-4.2, POST-4.3b): started, paused, finished, with the time it took.
//!
//! A record that runs has no hours yet; while one does, the order can't be finished.
//! Not here: what labour and overhead come to (`manufacturing_order.rs`).

use money::Quantity;

use crate::content::{Progress, Work};
use crate::refusal::{Code, Refusal};

use super::check::{CODE_LENGTH, text};
use super::{Checked, manufacturing_order, plan};

/// Hours that one record can have: ten years.
const HOURS: i32 = 87_600;

pub(crate) fn check(at: Checked<'_>, work: Work) -> Result<Work, Refusal> {
    at.day(work.day)?;
    manufacturing_order::takes_fact(at, work.order, work.day, "recording work")?;
    if work.progress == Progress::Running {
        manufacturing_order::is_open(at.book, work.order, "work that goes on")?;
    }
    let document = &at.book.documents[work.order.index()];
    let Some(order) = manufacturing_order::content(at.book, work.order) else { return Ok(work) };
    let Some(operation) = order.operations.get(usize::from(work.operation)) else {
        let refusal = Refusal::new(Code::NoSuchLine).with("number", &document.number);
        return Err(refusal
            .with("line", u32::from(work.operation) + 1)
            .with("count", order.operations.len()));
    };
    if let Some(person) = &work.person {
        text("person", person, CODE_LENGTH)?;
    }
    let bad = |field: &'static str, value: String, why: &str| {
        Err(Refusal::new(Code::BadValue).with("field", field).with("value", value).with("why", why))
    };
    if work.people == 0 {
        return bad("people", "0".into(), "somebody worked");
    }
    if let Some(hours) = work.hours {
        if hours < Quantity::ZERO {
            return bad("hours", hours.to_string(), "it is below zero");
        }
        if hours > Quantity::units(HOURS) {
            return bad("hours", hours.to_string(), "no record takes ten years");
        }
        if work.progress == Progress::Running {
            return bad(
                "hours",
                hours.to_string(),
                "the work goes on; its hours come when it is paused or finished",
            );
        }
        let too_much = |error: money::Error| crate::refusal::bad("The cost of the work", &error);
        let people = plan::times(hours, work.people).map_err(too_much)?;
        for (time, rate) in
            [(people, operation.labour_rate), (hours, operation.overhead_rate.unwrap_or_default())]
        {
            let cost = time.at(rate, at.book.base).map_err(too_much)?;
            at.book.fits(i128::from(cost.minor()))?;
        }
        at.book.fits(i128::from(people.millionths()))?;
    }
    Ok(work)
}
