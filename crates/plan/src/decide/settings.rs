//! Saving settings, holding all sending, what a look at the lists found (SEL, ACC, TAX-2).

use book::{Book, Section};

use crate::command::{Asking, Decided};
use crate::decide::nothing;
use crate::event::Event;
use crate::exchange::Exchange;
use crate::lists::ListsSeen;
use crate::refusal::{Code, Refusal, Remark, Weight};
use crate::settings::{SECTIONS, Settings, Switch, review};
use crate::take::Fork;
use crate::tax::lost_by_company;

pub(super) fn save(
    book: &Book,
    exchange: &Exchange,
    wanted: &Settings,
    asking: Asking,
) -> Result<Decided, Refusal> {
    if wanted == exchange.settings() {
        return Ok(nothing());
    }
    let refused = |remark: &Remark| remark.weight == Weight::Refused;
    match review(book, exchange, wanted, asking.today).into_iter().find(refused) {
        Some(remark) => Err(remark.says),
        None => {
            let mut events = vec![Event::XeroSettingsSaved(Box::new(wanted.clone()))];
            events.extend(cut_over(book, exchange, wanted, asking));
            with_lost_tax(book, exchange, events, asking)
        }
    }
}

/// Sections that go on with another day than they had: a day that somebody chose, or today where they are turned on once
/// journals have gone (CON-9). When Balances are first turned on, they begin with the cut-over of the connection (CON-4).
fn cut_over(book: &Book, exchange: &Exchange, wanted: &Settings, asking: Asking) -> Option<Event> {
    let chosen = wanted.journals.from.filter(|from| exchange.settings().journals.from != Some(*from));
    let has_begun = SECTIONS.into_iter().any(|section| exchange.has_posted(section));
    let moves = |section: &Section| {
        let is_on_again = has_begun && !exchange.settings().posts(*section);
        wanted.posts(*section) && (chosen.is_some() || is_on_again)
    };
    let sections: Vec<Section> = SECTIONS.into_iter().filter(moves).collect();
    let day = chosen.unwrap_or(asking.today);
    (!sections.is_empty()).then(|| Event::XeroCutOver { sections, day, after: book.seq() })
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
