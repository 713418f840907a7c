//! What a call that has nothing to show means for its operations and for the run.
//!
//! | what | its operations | the run |
//! |---|---|---|
//! | 400, 404 for all | tried in halves; alone: refused | goes on |
//! | a right was never granted, the user may not | refused, and all of the kind | goes on |
//! | 500, an unreadable answer | stay open | goes on, ends at the second |
//! | 429, 503, no connection, a lost answer | not done, or stay open | ends, and says when to come back |
//! | nobody lets us in | not done | ends: somebody must connect again |
//!
//! Not here: what each cause means for whether it happened (`xero::outcome`).

use std::time::Duration;

use book::Text;
use world::Moment;
use xero::outcome::Cause;
use xero_client::failure::{Failure, Reason};
use xero_client::oauth::SignInError;

use crate::report::Stop;

/// What a failed call means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Something about what was sent: in halves, until the one that is wrong stands alone.
    Wrong(Vec<Text>),
    /// The connected user, or the connection, may not do this kind of thing.
    MayNot(Text),
    /// Xero failed at it; others may go well.
    Failed(String),
    /// It may have been done: look.
    Look,
    /// Nothing goes now.
    Ends(Stop),
    /// Xero turns us away: a read of the organisation tells whether altogether.
    TurnedAway(String),
}

/// When to come back if Xero doesn't say.
const SOON: Duration = Duration::from_secs(60);

/// Which right a kind needs (API-FACTS 1.5).
const RIGHTS: &[(&str, &str)] = &[
    ("Attachments", "accounting.attachments"),
    ("Contacts", "accounting.contacts"),
    ("Items", "accounting.settings"),
    ("Options", "accounting.settings"),
    ("TrackingCategories", "accounting.settings"),
    ("Organisation", "accounting.settings"),
    ("Accounts", "accounting.settings"),
    ("TaxRates", "accounting.settings"),
    ("Currencies", "accounting.settings"),
    ("Payments", "accounting.payments"),
    ("Prepayments", "accounting.payments"),
    ("Overpayments", "accounting.payments"),
    ("BankTransactions", "accounting.banktransactions"),
    ("ManualJournals", "accounting.manualjournals"),
];

/// The right that calls to this path need.
pub(crate) fn right(path: &str) -> &'static str {
    let kind = crate::kinds::kind(path);
    RIGHTS.iter().find(|(name, _)| *name == kind).map_or("accounting.invoices", |(_, right)| right)
}

/// What a failure means for a call to this path.
pub(crate) fn verdict(path: &str, failure: &Failure, now: Moment) -> Verdict {
    let said = failure.to_string();
    let wait =
        |why: String| Verdict::Ends(Stop::Wait { why, until: failure.again_at.unwrap_or(now.plus(SOON)) });
    match &failure.reason {
        Reason::Busy => wait(said),
        Reason::KeyOver => Verdict::Look,
        Reason::NotSendable(why) => Verdict::Wrong(vec![why.to_string().into()]),
        Reason::SignIn(SignInError::Later(_) | SignInError::Store(_)) => wait(said),
        Reason::SignIn(_) => Verdict::Ends(Stop::SignIn(failure.cause())),
        Reason::Xero(cause) => match cause {
            Cause::Invalid { messages, .. } if !messages.is_empty() => {
                Verdict::Wrong(messages.iter().map(|message| message.text.as_str().into()).collect())
            }
            Cause::Invalid { .. } | Cause::TooManyRecords | Cause::NotFound | Cause::NotBuilt => {
                Verdict::Wrong(vec![said.into()])
            }
            Cause::Rejected(_) | Cause::Unexpected(_) => Verdict::Wrong(vec![said.into()]),
            Cause::KeyReused => Verdict::Look,
            Cause::MissingRight => {
                let right = right(path);
                let why = format!("The connection has no right {right}. Connect again and agree to it.");
                Verdict::MayNot(why.into())
            }
            Cause::SignedOut | Cause::Forbidden => Verdict::TurnedAway(failure.cause()),
            Cause::ServerFault(_) | Cause::Unreadable(_) => Verdict::Failed(said),
            Cause::Limited { .. } | Cause::Unavailable { .. } | Cause::NotConnected(_) | Cause::Lost(_) => {
                wait(said)
            }
        },
    }
}
