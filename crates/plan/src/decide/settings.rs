//! Saving settings, holding all sending, what a look at the lists found (SEL, ACC, TAX-2).

use book::{Book, Section};

use crate::command::{Asking, Decided};
use crate::decide::nothing;
use crate::event::Event;
use crate::exchange::Exchange;
use crate::lists::ListsSeen;
use crate::refusal::{Code, Refusal, Remark, Weight};
use crate::settings::{SECTIONS, Settings, Switch, review};

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
            Ok(events.into())
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

pub(super) fn hold(exchange: &Exchange, held: Switch) -> Result<Decided, Refusal> {
    if (held == Switch::On) == exchange.is_held() {
        return Ok(nothing());
    }
    Ok(vec![Event::XeroHeld(held)].into())
}

pub(super) fn see_lists(exchange: &Exchange, seen: &ListsSeen) -> Result<Decided, Refusal> {
    let (before, now) = (exchange.lists().organisation.as_ref(), seen.organisation.as_ref());
    if let Some((before, now)) = before.zip(now).filter(|(before, now)| before.id != now.id) {
        let refusal = Refusal::new(Code::OtherAnswers).with("ours", &before.name);
        return Err(refusal.with("theirs", &now.name));
    }
    match seen.clone().new_to(exchange.lists()) {
        Some(seen) => Ok(vec![Event::XeroListsSeen(Box::new(seen))].into()),
        None => Ok(nothing()),
    }
}
