//! Who e-mails an invoice: the book's users, who are done with it, or Xero (DOC-16).
//!
//! ```text
//! emails users   I-1 is seen approved → it is marked as sent, nothing else of it changes
//! emails xero    I-1 is seen approved → Xero is asked to e-mail it
//! ```
//! Once for each invoice, at the first look after its approval; what was approved before somebody chose is left alone. Not here: who
//! chose (`settings`), when it was approved (`exchange`).

use book::{Content, InvoiceKind};

use crate::case::Case;
use crate::disposition::{Disposition, Look};
use crate::operation::{Basis, Body, Operation, Verb};
use crate::parts::standing;
use crate::rules::switch_off;
use crate::settings::Emails;
use crate::subject::Subject;
use crate::why::{Reason, explained};

/// Adds what is to be done about an invoice's e-mail to what becomes of it.
pub(crate) fn with_email(case: &Case<'_>, mut look: Look) -> Look {
    let Some(operation) = operation(case) else { return look };
    let subject = Subject::Sent(case.id);
    if let Some(problem) = standing(case.world.book, case.exchange(), &subject) {
        let (meaning, remedy, words) = explained(&problem.messages);
        let because = case.because(Reason::EmailRefused).with("meaning", meaning).with("remedy", remedy);
        if matches!(look.disposition, Disposition::Sent(..)) {
            look.disposition = Disposition::Blocked(because.with("words", words).why(&case.it()));
        }
        return look;
    }
    if case.world.open.batch(&subject).is_some() {
        look.is_unsure = true;
        return look;
    }
    look.operations.push(operation);
    look
}

fn operation(case: &Case<'_>) -> Option<Operation> {
    let exchange = case.exchange();
    let subject = Subject::Sent(case.id);
    let is_invoice =
        matches!(case.document.content(), Content::Invoice(one) if one.kind == InvoiceKind::Invoice);
    let link = case.link.filter(|_| is_invoice && exchange.link(&subject).is_none())?;
    let held = link.now.as_deref().filter(|held| held.status.posts() && !held.sent_to_contact)?;
    let is_new = link.approved.is_some_and(|at| at > exchange.emails_since());
    if !is_new || switch_off(case).is_some() || case.said.excluded.is_some() {
        return None;
    }
    let (verb, body, name, reason) = match exchange.settings().emails {
        Emails::Nobody => return None,
        Emails::Users => {
            (Verb::Update, crate::bodies::sent_to_contact(held), "mark", "users here e-mail invoices")
        }
        Emails::Xero => (Verb::Create, Body::Email(link.xero), "e-mail", "Xero e-mails invoices"),
    };
    Some(Operation {
        name: format!("{name} of {} to its customer", case.it()),
        subject,
        verb,
        reason: format!("it is approved, and {reason}"),
        waits_for: Vec::new(),
        body,
        mark: case.number().into(),
        xero: Some(link.xero),
        paper: None,
        payment: None,
        allocation: None,
        credit: None,
        journal: None,
        basis: Basis { version: case.version(), link: link.approved.unwrap_or(0) },
    })
}
