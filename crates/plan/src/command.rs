//! What people and the runner ask of a company's life with Xero.
//!
//! A command may change the book and the exchange at once: an import saves a supplier and links it, taking a bill over
//! changes it and its link. Not here: what is refused (`decide`).

use book::{AdjustingEntry, Day, DocumentId, Text};
use serde::{Deserialize, Serialize};

use crate::balances::BalanceSeen;
use crate::credited::SeenCredit;
use crate::event::{App, Decision, Event, Found, Intent, SeenDocument, SeenJournal, Settlement};
use crate::imports::Import;
use crate::journals::JournalChoice;
use crate::lists::{ListsSeen, Organisation};
use crate::paid::SeenPayment;
use crate::reconciled::Reconciled;
use crate::settings::{Settings, Switch};
use crate::subject::{Guid, Subject};

/// Whether somebody has agreed to connect another organisation than before (CON-5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Another {
    /// Nobody has: it is asked first.
    #[default]
    Refused,
    /// It starts with no links.
    Agreed,
}

/// What a person says of a document's payments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PaymentsChoice {
    /// These of the book and these of Xero are the same money, though their amounts differ.
    Same(Vec<DocumentId>, Vec<Guid>),
    /// All that don't match are different money: each goes to the other side.
    Different,
    /// What stands here alone is paid anew in Xero (PAY-2).
    SendAgain(DocumentId),
    /// What stands in Xero alone is entered anew here.
    TakeAgain(Guid),
    /// What is paid beyond what is due in Xero, or an advance that Xero takes as nothing else, goes as an overpayment.
    Overpay,
}

/// A wish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Xero has said yes: this organisation is connected.
    Connect {
        /// The organisation, as just read.
        organisation: Box<Organisation>,
        /// By which app.
        app: App,
        /// Another cut-over date than today (CON-4).
        cut_over: Option<Day>,
        /// Whether another organisation than before may be connected.
        another: Another,
    },
    /// Disconnect; links stay.
    Disconnect,
    /// Xero doesn't let us in any more.
    LoseSignIn {
        /// What Xero said.
        why: Text,
    },
    /// Decide the settings.
    SaveSettings(Box<Settings>),
    /// The same, by somebody who has agreed to what they ask (SEL-10).
    AgreeSettings(Box<Settings>),
    /// Hold all sending, or release it.
    Hold(Switch),
    /// What a look at Xero's lists found.
    SeeLists(Box<ListsSeen>),
    /// Link a thing to one of the candidates found for it, or to any id of its kind.
    Link {
        /// The thing.
        subject: Subject,
        /// Xero's id.
        xero: Guid,
    },
    /// Forget a link.
    Unlink(Subject),
    /// Answers to questions.
    Find(Vec<Found>),
    /// About to send.
    Intend(Box<Intent>),
    /// Sent, or settled.
    Settle(Box<Settlement>),
    /// What a look found.
    See(Vec<SeenDocument>),
    /// What a look at payments found.
    SeePayments {
        /// The documents whose payments are all named: what isn't named is deleted.
        whole: Vec<Subject>,
        /// The payments.
        payments: Vec<SeenPayment>,
    },
    /// What a look at advances and overpayments found.
    SeeCredits(Vec<SeenCredit>),
    /// Find which payments of both sides of a document are the same, and take from Xero what comes from there (PAY-1).
    TakePayments(Subject),
    /// A person decides about the payments of a document that don't match (PAY-1, PAY-2).
    ChoosePayments(Subject, PaymentsChoice),
    /// What a look at our journals found.
    SeeJournals(Vec<SeenJournal>),
    /// What a run of a balance synchronisation found, where no journal follows.
    SeeBalance(BalanceSeen),
    /// Run a balance synchronisation now; agreed: say yes to what waits (BAL-2).
    SyncBalance {
        /// The synchronisation.
        name: Text,
        /// On: it is a yes.
        agreed: Switch,
    },
    /// What is to become of a journal that somebody changed in Xero (POST-24).
    DecideJournal {
        /// Its number.
        number: u32,
        /// What.
        choice: JournalChoice,
    },
    /// A day has come: if journals were to begin on it, the log says so before anything else happens (CON-4).
    SeeDay,
    /// What belongs to locked days may go on the first open one, as the book has it now (POST-16).
    ApproveLocked,
    /// A person's decision.
    Decide {
        /// About what.
        subject: Subject,
        /// What.
        decision: Decision,
    },
    /// Take Xero's version of a document into the book (DOC-23).
    TakeOver(DocumentId),
    /// Make what nobody gives back of a purchase's tax part of its cost (TAX-6).
    CountTax(DocumentId),
    /// Make the correcting pair of a document that is frozen in Xero and was changed here (DOC-20): a credit for the old, a new
    /// one for the new.
    Correct(DocumentId),
    /// Import what a person chose from Xero (IMP).
    Import(Box<Import>),
    /// Make these adjusting entries facts of the book, all of them or none (INV-11).
    Enter(Vec<AdjustingEntry>),
    /// Say something while reconciling: an answer of the checklist, a note on an entry (RDY, REC).
    Reconcile(Box<Reconciled>),
}

/// Who asks, and on which day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// The company's date.
    pub today: Day,
    /// The person's number; 0 is whoever has the machine.
    pub by: u32,
    /// Seconds since 1970 in UTC: when it is recorded.
    pub at: i64,
}

/// The events of a wish, for both folds, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decided {
    /// The book's, first.
    pub book: Vec<book::Event>,
    /// The exchange's, after them.
    pub exchange: Vec<Event>,
}

impl From<Vec<Event>> for Decided {
    fn from(exchange: Vec<Event>) -> Decided {
        Decided { book: Vec::new(), exchange }
    }
}
