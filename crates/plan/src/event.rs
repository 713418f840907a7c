//! What the log keeps of a company's life with Xero: the second family of events beside the book's.
//!
//! `xero_intended` stands in the log before anything leaves, `xero_settled` says what became of it, `xero_seen` what a look
//! found changed. Events hold facts, choices and what was seen, never what follows from them. All names begin with `xero_`,
//! so that the two families never meet.
//!
//! Not here: what they do to the state (`exchange`), the exact bytes that were sent (a table beside the log).

use book::{Day, DocumentId, Section, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::allocated::{Agreed, Allocating};
use crate::balances::BalanceSeen;
use crate::credited::{Crediting, HeldCredit, SeenCredit};
use crate::held::{Held, HeldItem};
use crate::imports::ImportResult;
use crate::journals::{HeldJournal, JournalChoice, JournalPaper};
use crate::lists::{ListsSeen, Organisation};
use crate::operation::Verb;
use crate::paid::{HeldPayment, Pair, Paying, SeenPayment};
use crate::paper::Paper;
use crate::reconciled::Reconciled;
use crate::settings::{Settings, Switch};
use crate::subject::{Guid, Subject};

/// Which Xero app connects a company (CON-3, CON-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum App {
    /// The installation's.
    Installation,
    /// One of its own.
    Own,
    /// A custom connection: client credentials, without a browser.
    Custom,
}

/// A connection that came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Connected {
    /// The organisation.
    pub organisation: Organisation,
    /// By which app.
    pub app: App,
    /// Journals go by the date of the fact from this day on (CON-4).
    pub cut_over: Day,
    /// How many entries the book had: documents saved before go only if somebody says so (CON-4).
    #[serde(default)]
    pub after: u32,
    /// On: the cut-over date lies ahead, and what the book comes to have of earlier days until then is the opening too.
    #[serde(default, skip_serializing_if = "is_off")]
    pub ahead: Switch,
    /// Whether what was linked before is forgotten: another organisation (CON-5).
    pub starts_anew: bool,
}

/// Off is what isn't said.
fn is_off(switch: &Switch) -> bool {
    *switch == Switch::Off
}

/// What a person says about a document, a supplier, an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Decision {
    /// "Add to Xero": send it though its switch is off, or it was saved before the connection (SEL-1, CON-4).
    Add,
    /// Never send it, with a reason (SEL-9).
    Exclude(#[schemars(with = "String")] Text),
    /// Take the exclusion back.
    Include,
    /// Make it again: it was removed or voided in Xero (DOC-15).
    SendAgain,
    /// Send it though Xero has one of its number (DOC-26).
    SendAnyway,
    /// Try again what was refused (LOG-4).
    Retry,
    /// It goes as an overpayment: the rest of a payment that is more than what is due, or an advance that Xero takes as nothing else.
    Overpay,
}

/// How a link came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Linking {
    /// It was imported from Xero (IMP).
    Imported,
    /// It was the only one that fits (DOC-8, IMP-4, SEL-11).
    Matched,
    /// A person chose it.
    Chosen,
    /// We made it.
    Made,
}

/// A thing in Xero that may be a subject's counterpart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Its id.
    #[schemars(with = "crate::number::Id")]
    pub xero: Guid,
    /// What people know it by: `Nord Ltd`, `bill 4711, 115.00`.
    #[schemars(with = "String")]
    pub name: Text,
    /// Why it may be the one.
    pub by: MatchedBy,
    /// Whether it is archived: then nothing can be made with it (DOC-8).
    pub archived: bool,
    /// What it says, if it is a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Box<Held>>,
    /// What it says, if it is an item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<HeldItem>,
}

/// Why a thing in Xero may be a subject's counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// It carries our mark.
    Mark,
    /// Its account number, its code.
    Code,
    /// Its name, in any case.
    Name,
    /// Its number.
    Number,
    /// Its number or reference holds our order's number, or the supplier invoice ID (SEL-11).
    Mentions,
    /// It is an item that Xero tracks (TRK-1).
    Tracked,
}

/// What a question to Xero found for a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// For what.
    pub subject: Subject,
    /// What fits; nothing is an answer too.
    pub candidates: Vec<Candidate>,
}

/// A batch that is about to be sent: stands in the log before anything leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// Its number.
    pub batch: u32,
    /// Method and path: `PUT Invoices`.
    #[schemars(with = "String")]
    pub call: Text,
    /// The idempotency key.
    #[schemars(with = "String")]
    pub key: Text,
    /// SHA-256 of the bytes, which lie beside the log.
    #[schemars(with = "String")]
    pub body: Text,
    /// What it is about, in the order sent.
    pub operations: Vec<Intended>,
}

/// One operation of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Intended {
    /// About what.
    pub subject: Subject,
    /// What is done.
    pub verb: Verb,
    /// What we look for if the answer is lost (DESIGN, "Our markers").
    #[schemars(with = "String")]
    pub mark: Text,
    /// Xero's id of what is changed; none for what is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::number::Id>")]
    pub xero: Option<Guid>,
    /// The version of the book's document that it was made from.
    #[serde(default)]
    pub version: u32,
    /// What we say of a document: ours-then, once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Box<Paper>>,
    /// The payment that is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Box<Paying>>,
    /// The allocation that is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocation: Option<Box<Allocating>>,
    /// The journal that is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<Box<JournalPaper>>,
    /// The advance or overpayment that is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<Box<Crediting>>,
}

/// What became of the operations of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// Which batch.
    pub batch: u32,
    /// One each, for those that are known now: place in the batch, outcome.
    pub outcomes: Vec<(u16, Outcome)>,
    /// Xero's number for the exchange, for its support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub correlation: Option<Text>,
}

/// What became of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    /// Xero did it.
    Done {
        /// Xero's id.
        #[schemars(with = "crate::number::Id")]
        xero: Guid,
        /// What Xero holds now: theirs-then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held: Option<Box<Held>>,
        /// What Xero remarked.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[schemars(with = "Vec<String>")]
        warnings: Vec<Text>,
        /// Where Xero took it and holds something else than was asked, a sentence each: a problem that people see.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        altered: Vec<Text>,
        /// What Xero holds now, if it is a payment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payment: Option<Box<HeldPayment>>,
        /// What Xero holds now, if it is a journal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        journal: Option<Box<HeldJournal>>,
        /// What Xero holds now, if it is an advance or overpayment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        credit: Option<Box<HeldCredit>>,
    },
    /// Xero refused it; nothing was done.
    Refused {
        /// Xero's words.
        #[schemars(with = "Vec<String>")]
        messages: Vec<Text>,
    },
    /// It was not done, and may be tried again: no connection, a limit, not found when it counted.
    NotDone {
        /// Why.
        #[schemars(with = "String")]
        why: Text,
    },
    /// Several things carry our mark: a person must say which.
    Several {
        /// They.
        candidates: Vec<Candidate>,
    },
}

/// A document that a look found changed, or gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenDocument {
    /// Which.
    pub subject: Subject,
    /// What Xero holds.
    pub held: Held,
}

/// A journal of ours that a look found changed, or gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenJournal {
    /// Its number.
    pub number: u32,
    /// What Xero holds.
    pub held: HeldJournal,
}

/// A fact of a company's life with Xero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// An organisation was connected.
    XeroConnected(Box<Connected>),
    /// It was disconnected; links stay (CON-5).
    XeroDisconnected {
        /// Who or what ended it.
        #[schemars(with = "String")]
        why: Text,
    },
    /// Xero doesn't let us in any more: somebody has to reconnect (CON-6).
    XeroSignInLost {
        /// What Xero said.
        #[schemars(with = "String")]
        why: Text,
    },
    /// The company decided its settings.
    XeroSettingsSaved(Box<Settings>),
    /// All sending was held, or released (SEL-9).
    XeroHeld(Switch),
    /// Xero's lists are now so.
    XeroListsSeen(Box<ListsSeen>),
    /// A thing of the book stands for a thing in Xero.
    XeroLinked {
        /// The thing.
        subject: Subject,
        /// Xero's id.
        #[schemars(with = "crate::number::Id")]
        xero: Guid,
        /// How it came about.
        how: Linking,
        /// What Xero holds, if it is a document.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held: Option<Box<Held>>,
        /// What we say of a document at this moment: what changes later is sent, what is different now is not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paper: Option<Box<Paper>>,
        /// The version of the book's document at this moment.
        #[serde(default)]
        version: u32,
    },
    /// It doesn't any more.
    XeroUnlinked {
        /// The thing.
        subject: Subject,
    },
    /// What Xero has that may fit.
    XeroFound(Vec<Found>),
    /// A batch is about to be sent.
    XeroIntended(Box<Intent>),
    /// What became of it.
    XeroSettled(Box<Settlement>),
    /// Documents are now so in Xero.
    XeroSeen(Vec<SeenDocument>),
    /// Payments are now so in Xero.
    XeroPaymentsSeen(Vec<SeenPayment>),
    /// Payments of the book and of Xero are the same money: equal amounts, or a person said so, or one was made from the other.
    XeroPaymentsPaired {
        /// The document that they pay.
        subject: Subject,
        /// Which.
        pairs: Vec<Pair>,
    },
    /// They aren't any more: what stood alone goes anew (PAY-2).
    XeroPaymentsParted {
        /// The document that they pay.
        subject: Subject,
        /// The book's and Xero's, of each pair.
        #[schemars(with = "Vec<(DocumentId, crate::number::Id)>")]
        pairs: Vec<(DocumentId, Guid)>,
    },
    /// Advances and overpayments are now so in Xero.
    XeroCreditsSeen(Vec<SeenCredit>),
    /// So much of a credit is used on an invoice or bill on both sides (DOC-19), or a person said so: what is more on one side
    /// goes to the other.
    XeroAllocationsAgreed(Vec<Agreed>),
    /// From which day sections' facts go: Balances or they were turned on again, or somebody chose another day (CON-9); or the
    /// day that lay ahead has come.
    XeroCutOver {
        /// Which.
        sections: Vec<Section>,
        /// The cut-over date.
        day: Day,
        /// How many entries the book had; none if the day lies ahead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<u32>,
    },
    /// Journals of ours are now so in Xero.
    XeroJournalsSeen(Vec<SeenJournal>),
    /// A run of a balance synchronisation found this, and no journal follows: nothing differs, or it waits for a yes (BAL-2).
    XeroBalanceSeen(BalanceSeen),
    /// Somebody asks for a run now, or says yes to what waits.
    XeroBalanceAsked {
        /// The synchronisation.
        #[schemars(with = "String")]
        name: Text,
        /// On: it is a yes.
        agreed: Switch,
    },
    /// A person said what is to become of a journal that somebody changed in Xero (POST-24).
    XeroJournalDecided {
        /// Its number.
        number: u32,
        /// What.
        choice: JournalChoice,
    },
    /// The bookkeeper approved what belongs to locked days, as the book had it then (POST-16).
    XeroLockedApproved {
        /// How many entries the book had.
        after: u32,
    },
    /// A person decided something.
    XeroDecided {
        /// About what.
        subject: Subject,
        /// What.
        decision: Decision,
    },
    /// Somebody imported from Xero: what came is records and links beside this; what was left out, and why (IMP-3).
    XeroImported(Box<ImportResult>),
    /// A person took Xero's version over into the book (DOC-23): from now on it is what both say.
    XeroTakenOver {
        /// The document.
        subject: Subject,
        /// What we say of it now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paper: Option<Box<Paper>>,
        /// Its version now.
        version: u32,
        /// What was left as it is in Xero: the book has no place for it, or it isn't its business.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        left: Vec<Text>,
    },
    /// Somebody said something while reconciling (RDY, REC).
    XeroReconciled(Box<Reconciled>),
}

impl Event {
    /// The names of all events as the log has them.
    pub const NAMES: &'static [&'static str] = &[
        "xero_connected",
        "xero_disconnected",
        "xero_sign_in_lost",
        "xero_settings_saved",
        "xero_held",
        "xero_lists_seen",
        "xero_linked",
        "xero_unlinked",
        "xero_found",
        "xero_intended",
        "xero_settled",
        "xero_seen",
        "xero_payments_seen",
        "xero_payments_paired",
        "xero_payments_parted",
        "xero_credits_seen",
        "xero_allocations_agreed",
        "xero_cut_over",
        "xero_journals_seen",
        "xero_balance_seen",
        "xero_balance_asked",
        "xero_journal_decided",
        "xero_locked_approved",
        "xero_decided",
        "xero_imported",
        "xero_taken_over",
        "xero_reconciled",
    ];
}
