//! What a wish about Xero means, or why it is refused. Nothing changes here.
//!
//! The log is the arbiter: an intent about a thing that is under way, or that was planned from an older state, is refused, on
//! whatever node it was made. So a thing is sent once, whoever plans it (DOC-14).

use book::Book;

use crate::command::{Another, Asking, Command, Decided};
use crate::event::{Connected, Event, Intent, Settlement};
use crate::exchange::{Connection, Exchange};
use crate::operation::Verb;
use crate::refusal::{Code, Refusal};
use crate::settings::Switch;

/// What a wish means for the log.
///
/// # Errors
/// Why it is refused.
pub fn decide(
    book: &Book,
    exchange: &Exchange,
    command: &Command,
    asking: Asking,
) -> Result<Decided, Refusal> {
    let event = match command {
        Command::Connect { organisation, app, cut_over, another } => {
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
            Event::XeroConnected(Box::new(Connected {
                organisation: (**organisation).clone(),
                app: *app,
                cut_over: cut_over.or(kept).unwrap_or(asking.today),
                starts_anew,
            }))
        }
        Command::Disconnect => {
            connected(exchange)?;
            Event::XeroDisconnected { why: "a person disconnected it".into() }
        }
        Command::LoseSignIn { why } => match exchange.connection() {
            Connection::Connected => Event::XeroSignInLost { why: why.clone() },
            _ => return Ok(Decided::default()),
        },
        Command::SaveSettings(settings) if **settings == *exchange.settings() => {
            return Ok(Decided::default());
        }
        Command::SaveSettings(settings) => Event::XeroSettingsSaved(settings.clone()),
        Command::Hold(held) if (*held == Switch::On) == exchange.is_held() => return Ok(Decided::default()),
        Command::Hold(held) => Event::XeroHeld(*held),
        Command::SeeLists(seen) => match (**seen).clone().new_to(exchange.lists()) {
            Some(seen) => Event::XeroListsSeen(Box::new(seen)),
            None => return Ok(Decided::default()),
        },
        Command::Link { .. }
        | Command::Unlink(_)
        | Command::Decide { .. }
        | Command::TakeOver(_)
        | Command::Import(_) => return Ok(Decided::default()),
        Command::Find(found) => Event::XeroFound(found.clone()),
        Command::Intend(intent) => intend(exchange, intent)?,
        Command::Settle(settlement) => settle(exchange, settlement)?,
        Command::See(seen) => {
            let is_new = |one: &&crate::event::SeenDocument| {
                let link = exchange.link(&one.subject);
                link.is_some_and(|link| link.now.as_deref() != Some(&one.held))
            };
            let seen: Vec<_> = seen.iter().filter(is_new).cloned().collect();
            if seen.is_empty() {
                return Ok(Decided::default());
            }
            Event::XeroSeen(seen)
        }
    };
    Ok(vec![event].into())
}

fn connected(exchange: &Exchange) -> Result<(), Refusal> {
    match exchange.connection() {
        Connection::Connected => Ok(()),
        _ => Err(Refusal::new(Code::NotConnected)),
    }
}

fn intend(exchange: &Exchange, intent: &Intent) -> Result<Event, Refusal> {
    connected(exchange)?;
    if exchange.is_held() {
        return Err(Refusal::new(Code::IsHeld));
    }
    for one in &intent.operations {
        let name = || format!("{:?}", one.subject);
        let under_way = |(_, open): &(u32, &crate::exchange::OpenIntent)| {
            open.open.iter().any(|(_, other)| other.subject == one.subject)
        };
        if let Some((batch, _)) = exchange.open().find(under_way) {
            return Err(Refusal::new(Code::UnderWay).with("subject", name()).with("batch", batch));
        }
        let link = exchange.link(&one.subject);
        let fits = match one.verb {
            Verb::Create => link.is_none(),
            Verb::Update | Verb::Attach | Verb::Annotate => true,
        };
        if !fits {
            return Err(Refusal::new(Code::Outdated).with("subject", name()));
        }
    }
    let mut intent = intent.clone();
    intent.batch = exchange.next_batch();
    Ok(Event::XeroIntended(Box::new(intent)))
}

fn settle(exchange: &Exchange, settlement: &Settlement) -> Result<Event, Refusal> {
    let open = exchange.open().find(|(batch, _)| *batch == settlement.batch);
    for (place, _) in &settlement.outcomes {
        let is_open = open.is_some_and(|(_, intent)| intent.open.iter().any(|(at, _)| at == place));
        if !is_open {
            let refusal = Refusal::new(Code::NotOpen).with("batch", settlement.batch);
            return Err(refusal.with("place", place));
        }
    }
    Ok(Event::XeroSettled(Box::new(settlement.clone())))
}
