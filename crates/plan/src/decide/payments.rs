//! What a look at payments found (PAY-1).
//!
//! ```text
//! whole: invoice I-1      named: 60.00      known: 60.00, 40.00   →   the 40.00 was deleted in Xero
//! ```
//! Not here: what follows from it.

use crate::command::Decided;
use crate::decide::nothing;
use crate::event::Event;
use crate::exchange::Exchange;
use crate::paid::{HeldPayment, SeenPayment};
use crate::refusal::Refusal;
use crate::subject::Subject;

/// What is new of it; of a document whose payments are all named, what isn't named is deleted.
pub(super) fn see(
    exchange: &Exchange,
    whole: &[Subject],
    payments: &[SeenPayment],
) -> Result<Decided, Refusal> {
    let is_new = |one: &SeenPayment| {
        let known = exchange.paid(&one.subject).and_then(|paid| paid.payment(one.payment.id));
        match known {
            Some(known) => *known != one.payment && known.updated <= one.payment.updated,
            // What was deleted before anybody knew it has never been anything.
            None => !one.payment.deleted,
        }
    };
    let mut seen: Vec<SeenPayment> = payments.iter().filter(|one| is_new(one)).cloned().collect();
    for subject in whole {
        let known = exchange.paid(subject).into_iter().flat_map(|paid| paid.live());
        let named = |one: &HeldPayment| {
            payments.iter().any(|seen| seen.subject == *subject && seen.payment.id == one.id)
        };
        let gone = known.filter(|one| !named(one)).map(|one| SeenPayment {
            subject: subject.clone(),
            payment: HeldPayment { deleted: true, ..one.clone() },
        });
        seen.extend(gone);
    }
    Ok(if seen.is_empty() { nothing() } else { vec![Event::XeroPaymentsSeen(seen)].into() })
}
