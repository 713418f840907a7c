//! The log's entries about money: payments that were seen or found to be the same, credit that is used on both sides.
//!
//! Not here: all other entries (`log`).

use crate::allocated::Agreed;
use crate::case::{name, short_name};
use crate::credited::SeenCredit;
use crate::linked::words;
use crate::log::{About, Came, Log, LogEntry};
use crate::paid::{Pair, PaymentPaper, SeenPayment};
use crate::subject::Subject;

impl Log<'_> {
    pub(crate) fn of_payment(&self, subject: &Subject, came: Came, verb: &str, text: String) -> LogEntry {
        let mut entry = self.about(subject, came, verb, text);
        entry.about = About::Payment;
        entry.what = format!("{verb} payment of {}", name(self.book, subject));
        entry
    }

    pub(crate) fn payment_seen(&self, one: &SeenPayment) -> LogEntry {
        let SeenPayment { subject, payment } = one;
        let known = self.before.paid(subject).and_then(|paid| paid.payment(payment.id));
        let said = match (known, payment.deleted) {
            (_, true) => "deleted in Xero",
            (None, _) => "found in Xero",
            (Some(_), _) => "changed in Xero",
        };
        let PaymentPaper { amount, day, .. } = &payment.paper;
        self.of_payment(subject, Came::Seen, "look at", format!("{said}: {amount} of {day}"))
    }

    pub(crate) fn paired(&self, subject: &Subject, pair: &Pair) -> LogEntry {
        let paid = self.before.paid(subject).and_then(|paid| paid.payment(pair.theirs));
        let theirs =
            paid.map_or_else(String::new, |one| format!(", {} of {}", one.paper.amount, one.paper.day));
        let text = format!("{} is the payment in Xero{theirs}", short_name(self.book, pair.ours));
        LogEntry { xero: Some(pair.theirs), link: None, ..self.of_payment(subject, Came::Done, "pair", text) }
    }

    pub(crate) fn credit_seen(&self, one: &SeenCredit) -> LogEntry {
        let SeenCredit { subject, credit } = one;
        let (left, total) = (credit.left.trimmed(2), credit.total.trimmed(2));
        let text = format!("{} {total}, {}, {left} left", credit.kind.words(), words(&credit.status));
        let mut entry = self.about(subject, Came::Seen, "look at", text);
        (entry.about, entry.xero) = (About::Payment, Some(credit.id));
        entry
    }

    pub(crate) fn agreed(&self, one: &Agreed) -> LogEntry {
        let to = self
            .before
            .subject(one.to)
            .map_or_else(|| "what isn't here".to_owned(), |to| name(self.book, to));
        let text = format!("{} is used on {to} on both sides", one.amount.trimmed(2));
        let mut entry = self.about(&one.credit, Came::Done, "compare credit of", text);
        entry.about = About::Payment;
        entry
    }
}
