//! What the runner is about to send, what became of it, and what a look found (DOC-14).

use book::Book;

use crate::command::Decided;
use crate::consolidated;
use crate::decide::connection::must_be_connected;
use crate::decide::nothing;
use crate::disposition::StillSo;
use crate::event::{Event, Intended, Intent, SeenDocument, Settlement};
use crate::exchange::{Exchange, OpenIntent};
use crate::journals::{self, JournalPaper};
use crate::operation::Verb;
use crate::refusal::{Code, Refusal};
use crate::subject::Subject;

pub(super) fn intend(book: &Book, exchange: &Exchange, intent: &Intent) -> Result<Decided, Refusal> {
    must_be_connected(exchange)?;
    if exchange.is_held() {
        return Err(Refusal::new(Code::IsHeld));
    }
    let still = StillSo::of(book, exchange);
    for one in &intent.operations {
        let name = || format!("{:?}", one.subject);
        let under_way =
            |(_, open): &(u32, &OpenIntent)| open.open.iter().any(|(_, other)| other.subject == one.subject);
        if let Some((batch, _)) = exchange.open().find(under_way) {
            return Err(Refusal::new(Code::UnderWay).with("subject", name()).with("batch", batch));
        }
        let is_money = one.payment.is_some() || one.allocation.is_some() || one.credit.is_some();
        if is_money && !still.is_so(one) {
            return Err(Refusal::new(Code::Outdated).with("subject", name()));
        }
        if let Some(paper) = &one.journal
            && !(is_own_number(one, paper) && journals::is_still_so(book, exchange, paper))
        {
            return Err(Refusal::new(Code::Outdated).with("subject", name()));
        }
        let link = exchange.link(&one.subject);
        let fits = match one.verb {
            Verb::Create => link.is_none(),
            Verb::Update | Verb::Attach | Verb::Annotate => true,
        };
        // A document that somebody changed or took back meanwhile is planned again.
        let is_new = match (one.verb, &one.subject) {
            (Verb::Create, Subject::Document(id) | Subject::Order(id)) => book.changed(*id) == one.version,
            (_, Subject::Consolidated(_)) => {
                let sources = one.paper.as_ref().map_or(&[][..], |paper| &paper.sources);
                let alone = |held: &book::Held| exchange.link(&Subject::Document(held.document)).is_some();
                consolidated::version(book, sources) == one.version && !sources.iter().any(alone)
            }
            _ => true,
        };
        if !fits || !is_new {
            return Err(Refusal::new(Code::Outdated).with("subject", name()));
        }
    }
    let mut intent = intent.clone();
    intent.batch = exchange.next_batch();
    Ok(vec![Event::XeroIntended(Box::new(intent))].into())
}

/// Whether an operation is about the journal that it sends, and no other of the batch has its number.
fn is_own_number(one: &Intended, paper: &JournalPaper) -> bool {
    one.subject == Subject::Journal(paper.number)
}

pub(super) fn settle(exchange: &Exchange, settlement: &Settlement) -> Result<Decided, Refusal> {
    let open = exchange.open().find(|(batch, _)| *batch == settlement.batch);
    for (place, _) in &settlement.outcomes {
        let is_open = open.is_some_and(|(_, intent)| intent.open.iter().any(|(at, _)| at == place));
        if !is_open {
            let refusal = Refusal::new(Code::NotOpen).with("batch", settlement.batch);
            return Err(refusal.with("place", place));
        }
    }
    Ok(vec![Event::XeroSettled(Box::new(settlement.clone()))].into())
}

pub(super) fn see(exchange: &Exchange, seen: &[SeenDocument]) -> Result<Decided, Refusal> {
    let is_new = |one: &&SeenDocument| {
        let link = exchange.link(&one.subject);
        link.is_some_and(|link| link.now.as_deref() != Some(&one.held))
    };
    let seen: Vec<_> = seen.iter().filter(is_new).cloned().collect();
    if seen.is_empty() {
        return Ok(nothing());
    }
    Ok(vec![Event::XeroSeen(seen)].into())
}
