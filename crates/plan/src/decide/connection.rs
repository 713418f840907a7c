//! Connecting, disconnecting, being shut out (CON-4, CON-5, CON-9).

use book::{Book, Text};

use crate::command::{Another, Asking, Command, Decided};
use crate::decide::nothing;
use crate::event::{Connected, Event};
use crate::exchange::{Connection, Exchange};
use crate::refusal::{Code, Refusal};
use crate::settings::Switch;

pub(super) fn connect(
    book: &Book,
    exchange: &Exchange,
    command: &Command,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let Command::Connect { organisation, app, cut_over, another } = command else { return Ok(nothing()) };
    let base = book.base();
    if organisation.base != base {
        let refusal = Refusal::new(Code::OtherCurrency).with("organisation", &organisation.name);
        return Err(refusal.with("theirs", organisation.base).with("ours", base));
    }
    let before = exchange.lists().organisation.as_ref();
    let starts_anew = before.is_some_and(|before| before.id != organisation.id);
    if let (Some(before), true, Another::Refused) = (before, starts_anew, another) {
        let refusal = Refusal::new(Code::AnotherOrganisation).with("before", &before.name);
        return Err(refusal.with("now", &organisation.name));
    }
    let kept = exchange.cut_over().filter(|_| !starts_anew);
    let cut_over = cut_over.or(kept).unwrap_or(asking.today);
    let same = exchange.connection() == &Connection::Connected
        && before == Some(&**organisation)
        && (exchange.app(), exchange.cut_over()) == (Some(*app), Some(cut_over));
    if same {
        return Ok(nothing());
    }
    let connected = Connected {
        organisation: (**organisation).clone(),
        app: *app,
        cut_over,
        after: book.seq(),
        ahead: if cut_over > asking.today { Switch::On } else { Switch::Off },
        starts_anew,
    };
    Ok(vec![Event::XeroConnected(Box::new(connected))].into())
}

pub(super) fn disconnect(exchange: &Exchange) -> Result<Decided, Refusal> {
    must_be_connected(exchange)?;
    Ok(vec![Event::XeroDisconnected { why: "a person disconnected it".into() }].into())
}

pub(super) fn lose_sign_in(exchange: &Exchange, why: &Text) -> Result<Decided, Refusal> {
    match exchange.connection() {
        Connection::Connected => Ok(vec![Event::XeroSignInLost { why: why.clone() }].into()),
        _ => Ok(nothing()),
    }
}

pub(super) fn must_be_connected(exchange: &Exchange) -> Result<(), Refusal> {
    match exchange.connection() {
        Connection::Connected => Ok(()),
        _ => Err(Refusal::new(Code::NotConnected)),
    }
}
