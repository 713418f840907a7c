//! Why a command was not carried out: a stable code, the facts, and what to do next.
//!
//! `E301 "Only 3 of 5 kg SUGAR are free in Main on 2026-03-02."`, remedy: "Receive more, …". All texts are made here,
//! from one table; docs/refusals.md is generated from it. A refused command has changed nothing.
//! Codes are never reused: 1xx shape and values, 2xx things and documents, 3xx stock and cost, 4xx limits, 5xx money and
//! approval.

use std::fmt;

/// A command that was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    code: Code,
    facts: Vec<(&'static str, String)>,
}

macro_rules! refusals {
    ($($name:ident $id:literal $message:literal $remedy:literal)*) => {
        /// Which refusal; the table below has each one's text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {$(
            #[doc = concat!($id, ": ", $message)]
            $name,
        )*}

        impl Code {
            /// All codes, in order.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// The stable code: `E301`.
            pub const fn id(self) -> &'static str {
                match self { $(Code::$name => $id),* }
            }

            /// The message with its facts in braces.
            pub const fn message(self) -> &'static str {
                match self { $(Code::$name => $message),* }
            }

            /// What to do next, with facts in braces.
            pub const fn remedy(self) -> &'static str {
                match self { $(Code::$name => $remedy),* }
            }
        }
    };
}

refusals! {
    Missing "E101" "The {field} is missing." "Fill in the {field}."
    BadValue "E102" "The {field} can't be {value}: {why}." "Correct the {field}."
    TooLong "E103" "The {field} has {length} characters; at most {limit} are kept." "Shorten the {field}."
    TooManyLines "E104" "The document has {count} lines; at most {limit} fit." "Split it into several documents."
    Inexact "E105" "{quantity} {unit} {item} is no exact quantity in its stock unit; the nearest is {nearest}." "Enter a quantity that converts exactly, or enter it in the stock unit."
    NoLines "E106" "The {kind} has no lines." "Add at least one line."
    TakingsDoNotSum "E107" "The lots chosen for {item} add up to {chosen}, the line wants {wanted}." "Choose lots for exactly {wanted}, or leave the choice to the book."

    Unknown "E201" "There is no {kind} with number {id} here." "Use the id of an existing {kind}; ids of another company don't work."
    CodeTaken "E202" "The {kind} {code} exists already." "Use another one, or change {code} instead."
    ExternalTaken "E203" "The external id {external} belongs to {holder} already." "Change {holder} instead of making it anew, or send another external id."
    Archived "E204" "{name} is archived." "Restore {name}, or choose another one."
    NotArchived "E205" "{name} is not archived." "Nothing needs restoring."
    InUse "E206" "{name} can't be archived: {why}." "{remedy}"
    WrongKind "E207" "{name} is {actual}, but {wanted} is needed." "Choose {wanted}."
    DocumentState "E208" "{number} is {state}: {action} is not possible." "{remedy}"
    HasDependents "E209" "{number} can't be {action}: it is named by {dependents}." "Cancel or delete {dependents} first."
    LineInUse "E210" "Line {line} of {number} can't be {action}: {why}." "{remedy}"
    FieldFixed "E211" "{field} of {name} can't be changed any more: {why}." "{remedy}"
    NotOfOrder "E212" "{what} doesn't belong to {number}." "Choose something of {number}."
    NoRate "E213" "There is no exchange rate for {currency} on {day}." "Enter a rate for {currency} on or before {day}, or give the document one."
    CurrencyOff "E214" "{currency} is not among the company's currencies." "Enter an exchange rate for {currency} first."
    NoSuchLine "E215" "{number} has no line {line}." "It has lines 1 to {count}."
    NotStocked "E216" "{item} is not a stocked item: it has no lots." "Use a stocked item, or enter it as an expense."
    LotOfOther "E217" "Lot {lot} holds {actual}, not {wanted}." "Choose a lot of {wanted}."
    TwoTrackingCategories "E218" "There are two tracking categories already: {names}." "Archive one of them; Xero has at most two."
    NoBill "E219" "{item} has neither a bill of materials nor a routing on {day}." "Enter one that holds on {day}, or plan the order by hand."
    BillCycle "E220" "{item} would be made of itself: {chain}." "Take {part} out of the bill of materials, or archive the bill that closes the circle."

    NotEnough "E301" "Only {available} of {wanted} {unit} {item} are free in {warehouse} on {day}{lots}." "{remedy}"
    LotNotThere "E302" "Lot {lot} comes to {warehouse} on {arrival}; it can't be taken on {day}." "Take it on {arrival} or later, or choose another lot."
    LotHasLess "E303" "Lot {lot} has {available} free, {wanted} are wanted." "Take at most {available}, or choose further lots."
    GoodsUsed "E304" "{number} can't be {action}: of its {item}, {used} went to {users}." "Undo {users} first, or rebook to other lots."
    OverReturn "E305" "{wanted} {item} can't come back: {number} has {left} left to return." "Return at most {left}."
    TakenBefore "E306" "{item} of {number} can't arrive on {day}: {users} took from it on {taken}." "Choose a day on or before {taken}, or undo {users} first."
    NoWeight "E307" "The fee is split by weight, and {item} has none." "Enter the weight of {item}, or split by value or quantity."
    NothingToCarry "E308" "Nothing of {number} can carry a fee: it has no stocked lines." "Enter the cost as a line of a non-inventory item."
    NothingReceived "E309" "Line {line} of {number} was never received: its balance can't go into lots." "Close it to Purchase differences, or leave it as expected."
    ValueOutOfRange "E310" "Lot {lot} is worth {value} and cost {cost}: it can't be revalued to {wanted}." "Enter a value from 0 to {cost}."
    Cycle "E311" "{lot} came of {number}: {number} can't take it." "Choose another lot."
    NothingFree "E312" "Lot {lot} has nothing left to revalue on {day}." "Choose a lot that is in stock on {day}."
    OverArrival "E313" "{wanted} {item} can't arrive: of {number}, {left} are on their way." "Receive at most {left}."
    WorkRunning "E314" "{number} can't be ended: work is still running ({records})." "Pause or finish {records} first."
    NothingShort "E315" "Nothing of {item} is short: {available} are available, {expected} expected, {wanted} wanted." "Nothing needs making; plan an order by hand to make more."

    TooLarge "E401" "{what} is too large for the book: {why}." "Check the number; all quantities and amounts of a company together come to at most 4 trillion units, or 4 quintillion cents."
    BeforeOpening "E402" "{day} lies outside the calendar of the book." "Use a day from 1900-01-01 to 2199-12-31."

    NotLeft "E501" "{wanted} can't be {action}: {number} has {left} left." "Use at most {left}."
    NotOutstanding "E502" "{wanted} can't be allocated to {number}: {outstanding} is outstanding." "Allocate at most {outstanding}."
    GivenAway "E503" "{number} would have {missing} less than what {uses} took of it." "Delete {uses} first."
    BilledByOrder "E504" "{number} is its own bill: the supplier's invoice {invoice} stands on it." "Take the supplier's invoice off {number} first, or leave it to the order."
    NotApprover "E505" "{number} comes to {amount}: it is approved by {approvers}." "Ask one of them, or change the rule."
    OwnDocument "E506" "{number} is a document of your own: somebody else approves it." "Ask somebody else, or allow own documents in the rule."
    SupplierPaperTaken "E507" "{party} has a paper {reference} already: {holder}." "Check whether it is the same paper; if both are right, confirm it."
    PaperTotal "E508" "The paper says {paper}, the lines come to {lines}: they are {difference} apart, at most {limit} may be." "Correct the lines or the total, or enter the difference as a line."
    Closed "E509" "{what} would change {day}: the books are closed up to {closed}." "Use {open} or a later day, or ask for the books to be opened."
    NoAttachment "E510" "{thing} has no file {name}." "Choose one of its files."
    Unbalanced "E511" "The lines of the entry don't balance: debits come to {debits}, credits to {credits}." "Correct the lines: debits less credits is {difference}, and must be nothing."
    KeptByDocuments "E512" "No entry stands on {role}: its balance is what lots, orders and papers come to." "Change the document that is wrong; or name the account by its code."
    AdoptedTwice "E513" "The entry {source} is adopted already, by {holder}." "Change {holder}, or delete it."
}

impl Refusal {
    /// A refusal without facts yet.
    pub fn new(code: Code) -> Refusal {
        Refusal { code, facts: Vec::new() }
    }

    /// Adds a fact that the text names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Refusal {
        self.facts.push((name, value.to_string()));
        self
    }

    /// Which refusal it is.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What was found: names and numbers.
    pub fn facts(&self) -> &[(&'static str, String)] {
        &self.facts
    }

    /// One sentence that says what is in the way.
    pub fn message(&self) -> String {
        self.fill(self.code.message())
    }

    /// What to do next.
    pub fn remedy(&self) -> String {
        self.fill(self.code.remedy())
    }

    fn fill(&self, template: &str) -> String {
        let mut text = template.to_owned();
        for (name, value) in &self.facts {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.code.id(), self.message(), self.remedy())
    }
}

impl std::error::Error for Refusal {}

/// A value that `money` refused, in the field it was meant for.
pub(crate) fn bad(field: &'static str, error: &money::Error) -> Refusal {
    let text = error.to_string();
    let why = text.strip_prefix("too large: ").unwrap_or(&text);
    Refusal::new(Code::TooLarge).with("what", field).with("why", why)
}
