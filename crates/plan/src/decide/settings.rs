//! Saving settings, holding all sending, what a look at the lists found (SEL, ACC, TAX-2).

use book::Book;

use crate::command::{Asking, Decided};
use crate::decide::nothing;
use crate::event::Event;
use crate::exchange::Exchange;
use crate::lists::ListsSeen;
use crate::refusal::{Code, Refusal, Remark, Weight};
use crate::settings::{Settings, Switch, review};

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
        None => Ok(vec![Event::XeroSettingsSaved(Box::new(wanted.clone()))].into()),
    }
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
