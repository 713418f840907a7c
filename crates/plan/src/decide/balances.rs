//! What a run of a balance synchronisation found, and what people ask of one (BAL-2, BAL-3).

use book::Text;

use crate::balances::BalanceSeen;
use crate::command::Decided;
use crate::decide::connection::must_be_connected;
use crate::event::Event;
use crate::exchange::Exchange;
use crate::refusal::{Code, Refusal};
use crate::settings::Switch;

fn unknown(name: &str) -> Refusal {
    Refusal::new(Code::NoSynchronisation).with("name", name)
}

pub(super) fn see(exchange: &Exchange, seen: &BalanceSeen) -> Result<Decided, Refusal> {
    exchange.settings().synchronisation(&seen.name).ok_or_else(|| unknown(&seen.name))?;
    Ok(vec![Event::XeroBalanceSeen(seen.clone())].into())
}

pub(super) fn ask(exchange: &Exchange, name: &Text, agreed: Switch) -> Result<Decided, Refusal> {
    must_be_connected(exchange)?;
    let one = exchange.settings().synchronisation(name).ok_or_else(|| unknown(name))?;
    if agreed == Switch::On && exchange.balance(&one.name).waits.is_none() {
        return Err(Refusal::new(Code::NothingToAgree).with("name", &one.name));
    }
    Ok(vec![Event::XeroBalanceAsked { name: one.name.clone(), agreed }].into())
}
