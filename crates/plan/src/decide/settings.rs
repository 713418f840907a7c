//! Saving settings, holding all sending, what a look at the lists found (SEL, ACC, TAX-2).

use book::Book;

use crate::command::{Asking, Decided};
use crate::decide::nothing;
use crate::event::Event;
use crate::exchange::Exchange;
use crate::lists::ListsSeen;
use crate::refusal::{Code, Refusal, Remark, Weight};
use crate::settings::{Settings, Switch, new_cut_over, review};
use crate::take::Fork;
use crate::tax::lost_by_company;

pub(super) fn save(
    book: &Book,
    exchange: &Exchange,
    (wanted, agreed): (&Settings, Switch),
    asking: Asking,
) -> Result<Decided, Refusal> {
    if wanted == exchange.settings() {
        return Ok(nothing());
    }
    let stops = |remark: &Remark| match remark.weight {
        Weight::Refused => true,
        Weight::Question => agreed == Switch::Off,
        Weight::Warning | Weight::Note => false,
    };
    match review(book, exchange, wanted, asking.today).into_iter().find(stops) {
        Some(remark) => Err(remark.says),
        None => {
            let mut events = vec![Event::XeroSettingsSaved(Box::new(wanted.clone()))];
            let moved = new_cut_over(exchange, wanted, asking.today);
            events.extend(moved.map(|(sections, day)| Event::XeroCutOver {
                sections,
                day,
                after: (day <= asking.today).then(|| book.seq()),
            }));
            with_lost_tax(book, exchange, events, asking)
        }
    }
}

/// What Xero's rates and the preferred ones say of tax that can't be reclaimed becomes what new purchases are filled in with
/// (TAX-6).
fn with_lost_tax(
    book: &Book,
    exchange: &Exchange,
    events: Vec<Event>,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let mut after = exchange.clone();
    for (seq, event) in (exchange.seq() + 1..).zip(&events) {
        after.apply(event, seq, asking.at);
    }
    let lost_tax = lost_by_company(&after, asking.today);
    let mut fork = Fork { book: book.clone(), events: Vec::new(), asking, name: "the settings".to_owned() };
    if book.settings().lost_tax != lost_tax {
        fork.command(book::Command::SaveSettings(book::Settings { lost_tax, ..book.settings() }))?;
    }
    Ok(Decided { book: fork.events, exchange: events })
}

pub(super) fn hold(exchange: &Exchange, held: Switch) -> Result<Decided, Refusal> {
    if (held == Switch::On) == exchange.is_held() {
        return Ok(nothing());
    }
    Ok(vec![Event::XeroHeld(held)].into())
}

pub(super) fn see_lists(
    book: &Book,
    exchange: &Exchange,
    seen: &ListsSeen,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let (before, now) = (exchange.lists().organisation.as_ref(), seen.organisation.as_ref());
    if let Some((before, now)) = before.zip(now).filter(|(before, now)| before.id != now.id) {
        let refusal = Refusal::new(Code::OtherAnswers).with("ours", &before.name);
        return Err(refusal.with("theirs", &now.name));
    }
    match seen.clone().new_to(exchange.lists()) {
        Some(seen) => with_lost_tax(book, exchange, vec![Event::XeroListsSeen(Box::new(seen))], asking),
        None => Ok(nothing()),
    }
}
