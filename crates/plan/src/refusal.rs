//! Why a wish about Xero was not carried out: a stable code, the facts, and what to do next.
//!
//! `S102 "Jam Ltd is connected to Demo Company (NZ); this is Other Ltd."`. All texts are made here, from one table, as the
//! book's are (`book::Code`). S1xx connection, S2xx settings and accounts, S3xx imports and links, S4xx documents, S5xx the
//! runner's own, S7xx what people say while they reconcile.
//!
//! A remark on settings or a connection has the same shape, and a weight: it refuses, warns, or just explains.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A wish that was not carried out, or a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    code: Code,
    facts: Vec<(&'static str, String)>,
    field: Option<String>,
}

/// How much a remark weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It can't be saved so.
    Refused,
    /// It can, once somebody has agreed to what it says.
    Question,
    /// It can, and something will not work, or not yet.
    Warning,
    /// What follows from a choice.
    Note,
}

/// What is to be said about settings or a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// How much it weighs.
    pub weight: Weight,
    /// What it says; its field says about what.
    pub says: Refusal,
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

            /// The stable code: `S101`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Code::$name => $id),* }
            }

            /// The message with its facts in braces.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Code::$name => $message),* }
            }

            /// What to do next, with facts in braces.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Code::$name => $remedy),* }
            }
        }
    };
}

refusals! {
    NotConnected "S101" "The company is not connected to Xero." "Connect it: `millbook xero connect`."
    AnotherOrganisation "S102" "The company was connected to {before}; this is {now}." "Connect {before} again, or agree to begin anew with {now}: links to {before} are then forgotten."
    OtherCurrency "S103" "{organisation} keeps its accounts in {theirs}, the company in {ours}." "Connect an organisation that keeps its accounts in {ours}."

    OrganisationUnclear "S104" "Xero doesn't say the {field} of the organisation {organisation}." "Try again; if it stays so, tell us: an answer of Xero's has changed."
    OtherAnswers "S105" "{theirs} answered in the place of {ours}." "Connect again; nothing was taken over from {theirs}."
    CutOverLocked "S110" "The cut-over date {day} lies in a period that is locked in Xero until {locked}." "Choose a day after {locked}, or expect the first journals on the first open day."
    ZoneDiffers "S111" "The company's days are those of {ours}, the organisation's those of {theirs}: near midnight they are not on the same date." "Set the same time zone in both, unless you mean it."
    ZoneUnknown "S112" "The organisation's time zone is {theirs}, the company's {ours}: whether they agree can't be told." "Check that they agree."
    RightMissing "S113" "The connected user may not do this in Xero: {right}. Then {consequence}." "Let an Adviser connect, or give the user the right in Xero (Settings, Users), or raise the organisation's plan."
    WrongUserRole "S114" "The connected user is {role} in {organisation}: reports can't be read." "Connect as an Adviser, or as Standard with the reports permission."
    NoInvoicing "S115" "{organisation} has the plan {plan}, which knows no invoices and bills." "Connect an organisation with a business plan."
    DemoCompany "S116" "{organisation} is a demo company: Xero resets it after 28 days, and everything we linked is gone then." "Use it to try things out only."
    NotRegistered "S117" "{organisation} is not registered for tax: documents get no tax, and tax on bills is part of the cost." "Nothing, if that is so; otherwise set it up in Xero (Settings, Financial settings)."
    AdviserNeeded "S118" "Manual journals are seen by Advisers only." "Give whoever looks after the accounts the Adviser role in Xero."

    WrongAccountType "S201" "{role} can't be {account}: it is of type {type}, and {role} takes {allowed}." "Choose an account of type {allowed}, or change the account's type in Xero."
    TrackedInventoryAccount "S202" "{role} can't be {account}: its type, Inventory, is reserved for Xero's own tracked inventory; journals on it are refused, and our items are not tracked there." "Choose or make an account of type {allowed}."
    SystemAccount "S203" "{role} can't be {account} (type {type}): Xero itself posts to it, as {system}." "Choose another account of type {allowed}."
    BankAccount "S204" "{role} can't be {account}: it is a bank account (type {type}), which only Bank takes." "Choose an account of type {allowed}."
    BankWithoutCode "S205" "Bank can't be {account} (type {type}): it has no code, and payments need one." "Give it a code in Xero (Accounting, Chart of accounts), then fetch the lists again."
    NotForPayments "S206" "Bank can't be {account}: it is of type {type}, and payments to it aren't enabled." "Choose a bank account, or tick \"Enable payments to this account\" in Xero."
    BankCurrency "S207" "Bank{for} can't be {account}: it keeps {theirs}, and {allowed} is needed." "Choose a bank account that keeps {allowed}."
    SharedAccount "S208" "{account} (type {type}) can't be both {role} and {other}." "Choose another account for one of them; only Materials with Finished goods, and Inventory gain with Inventory loss, may share one."
    RoleMissing "S209" "{role} has no account; it is needed because {why}." "Map an account of type {allowed}; `millbook xero propose` suggests one."
    NotRefinable "S210" "{role} can't be mapped by {what}." "Map it for the whole company; {allowed} can be refined."
    MappedTwice "S211" "{role}{for} is mapped twice from {day} on: to {account} and to {other}." "Keep one of the two, or give one a later day."
    AccountOutOfUse "S212" "{role} can't be {account}: it is {state} in Xero." "Restore it in Xero, or choose another account of type {allowed}."
    AccountUnknown "S213" "{role}: there is no account {account} in Xero's chart of accounts." "Use the code, name or id of an account; `millbook xero import accounts` fetches the chart again."
    RefinementUnknown "S214" "There is no {kind} {name}." "Use the code of an existing {kind}."
    BadSetting "S215" "The {field} can't be {value}: {why}." "Correct the {field}."
    UnreadableSettings "S216" "The settings can't be read{place}: {why}." "Correct it; `millbook xero settings get` shows the form."
    NotOne "S217" "{name} could be any of {candidates}." "Use the code or the id."
    TaxUnknown "S221" "There is no tax rate {tax} in Xero." "Use one of the organisation's tax types; `millbook xero import tax-rates` fetches them again."
    TaxGone "S222" "The tax rate {tax} is {state} in Xero." "Choose an active one."
    TaxWrongSide "S223" "The tax rate {tax} is not for {side}." "Choose a rate that applies to {side}."
    TaxWrongPercent "S224" "The tax rate {tax} comes to {actual}%, and it is preferred for {wanted}." "Choose a rate of {wanted}."
    TaxTwice "S225" "Two rates are preferred for {wanted} on {side}{for}: {tax} and {other}." "Keep one of the two."
    ProcurementOff "S231" "Balances are on and Procurement is off: goods received stay on {account} until bills are sent." "Turn Procurement on, or add each bill by hand."
    NoPurchasePayments "S232" "Purchases go as Xero purchase orders, so payments of purchases are not synchronised: Xero keeps them on bills." "Send purchases as bills, if payments should come and go."
    BillsFromOrders "S233" "Purchases go as Xero purchase orders: the bill that somebody makes from one in Xero is looked for and linked; without it an order stays \"received, not invoiced\"." "Nothing, if bills are made in Xero; otherwise send orders and bills."
    SeveralBills "S234" "Purchase invoices go as bills, several for an order if there are; purchase orders themselves are not sent." "Nothing, if that is meant."
    OrderIsBill "S235" "Each purchase order goes as a bill; a second invoice for an order can't be sent." "Choose bills, if orders are invoiced in parts."
    BothSent "S236" "Purchase orders and bills are both sent: an order is set to Billed when its bill goes, so that nobody copies it to a second bill." "Nothing, if that is meant."
    ApprovalFirst "S237" "Purchases are approved here: a document goes when it is Approved." "Nothing, if that is meant."
    MeaninglessChoice "S238" "{field} has no effect: {why}." "Nothing, or change {other}."
    AllAutomatic "S239" "All switches are on: documents go by themselves, nobody has to press anything." "Nothing."
    FreeInXero "S240" "Balances are off: the accounts of documents may be changed freely in Xero." "Nothing."
    PurchasesStay "S241" "Balances are on: lines on {account} must keep that account in Xero, on bills and on purchase orders; other lines may be moved." "Tell whoever approves bills in Xero."
    TrackingNotLinked "S242" "The tracking category {name} has no counterpart in Xero: lines go without it." "Import tracking categories, or archive {name}."
    NoLongerClear "S243" "Journals of {section} are turned off: {accounts} will no longer clear, for what {others} put there stays." "Leave them on; or agree: `millbook xero settings set … --agree`."
    JournalsBegin "S244" "Journals of {sections} begin on {day}: what the book has of earlier days is their opening." "Another day: `millbook xero settings set journals.from=DAY`."
    JournalsPause "S245" "Journals of {sections} go already. Until {day} nothing of theirs is posted; what the book has by then is the opening, and never goes." "Choose a day that has come, unless somebody posts these days by hand."
    ItemOptionsPut "S246" "From {day} on lines of stock, work in progress and liabilities carry the items' tracking options; what stands there by then is moved to them: {moved}." "Another day: `millbook xero settings set item_options_from=DAY`."
    ItemOptionsLeft "S247" "From {day} on lines of stock, work in progress and liabilities carry no tracking options; what stands on them by then is moved off: {moved}." "Another day: `millbook xero settings set item_options_from=DAY`."
    AccountTrouble "S251" "{role} is mapped to {account}, which {what}: {stopped} wait." "{remedy}"
    SynchronisesNothing "S261" "{name} has no warehouse." "Name at least one."
    WarehousePairedTwice "S262" "The warehouse {warehouse} can't be in {name}: it is in {other}." "Take it out of one of the two."
    WarehouseOnBook "S263" "The warehouse {warehouse} can't be in {name} while Balances are on: journals post its goods already." "Make it off-book first, or leave it out."
    AccountOfJournals "S264" "{name} can't use {account}: it is the account of {role}, which journals and documents post to." "Choose another current asset, or map {role} to another account."
    AccountPairedTwice "S265" "{name} can't use {account}: {other} does." "Choose another current asset, or put the warehouses into {other}."
    NoSynchronisation "S266" "There is no balance synchronisation {name}." "`millbook balance-sync` shows them."
    NothingToAgree "S267" "Nothing of {name} waits for a yes." "Run it: `millbook balance-sync now {name}`."

    NothingChosen "S301" "Nothing was chosen." "Choose at least one row."
    ImportedBefore "S302" "{name} was imported before, as {ours}." "Nothing needs doing."
    ExistsHere "S303" "{name} is here already, as {ours} (same {by})." "Nothing needs doing: it is linked from now on."
    ArchivedHere "S304" "{name} is here as {ours} (same {by}), and archived." "Restore it."
    LinkedToAnother "S305" "{name} is {ours} (same {by}), which is linked to something else in Xero." "Merge the two in Xero, or unlink {ours} first."
    SeveralHere "S306" "{name} could be any of {ours}: they have the same name." "Give one of them the account number {number}, or rename one."
    ArchivedThere "S307" "{name} is archived in Xero." "Restore it in Xero, then import it."
    NoName "S308" "It has no {field} in Xero." "Give it one in Xero."
    TooManyCategories "S309" "{name} can't be imported: two tracking categories are here already ({names})." "Archive one of them here."
    TrackedItem "S310" "{name} is tracked by Xero's own inventory: documents that use it are held, as Xero would keep its stock a second time." "Make it untracked in Xero, or make a new item there."
    BookRefuses "S311" "{name} can't be imported: {why}" "{remedy}"
    WrongList "S312" "{kind} are lists: they are fetched whole, nothing of them is chosen." "Fetch them: `millbook xero import {kind}`."

    NothingHere "S320" "There is no {what} here." "Check the number."
    LinkedAlready "S321" "{name} is linked already, to {xero}." "Unlink it first: `millbook xero unlink {subject}`."
    TakenElsewhere "S322" "{candidate} stands for {other} already." "Unlink {other} first, or choose another one."
    WrongPaper "S323" "{name} can't be linked to {candidate}: it is of another kind, or somebody else's." "Choose another one; `millbook why` lists what fits."
    ArchivedCandidate "S324" "{candidate} is archived in Xero." "Restore it there, then link it."
    TrackedCandidate "S325" "{candidate} is tracked in Xero: its stock would be counted there a second time." "Make it an untracked item in Xero, then link it."
    NotLinked "S326" "{name} is not linked to anything in Xero." "Nothing needs doing."
    NoReason "S327" "{name} is to be left out for good, and no reason is given." "Say why."
    StillThere "S328" "{name} stands in Xero as {status}." "Void or delete it there first, or unlink it."
    NotForXero "S329" "{name} is nothing that Xero gets." "Choose an order, bill, credit, invoice or quote."
    NotReadYet "S330" "Xero hasn't been asked yet what {candidate} says." "Try again after the next look: `millbook sync`."

    NothingToTake "S401" "{document} was not changed in Xero: there is nothing to take over." "Nothing needs doing."
    CannotTake "S402" "The {field} of {document} can't be taken over: {why}." "Change it back in Xero, or change the document here."
    BookRefusesIt "S403" "{document} can't follow Xero: {why}" "{remedy}"
    NotFrozen "S404" "{document} needs no correcting pair: {why}." "Nothing needs doing."
    NoPair "S405" "No correcting pair can be made for {document}: {why}." "{remedy}"
    PaymentsNotSo "S406" "That can't be said of the payments of {document}: {why}." "See how they stand: `millbook payments`."

    JournalNotSo "S410" "That can't be said of the journal {journal}: {why}." "See how the journals stand: `millbook journals --preview`."
    NotAbsorbed "S701" "{role} is no absorbed cost: nothing is compared with it." "Name the accounts of one of: {roles}."
    NotAnExpense "S702" "{account} is of type {type}; actual cost stands on expense accounts." "Name the expense accounts on which wages, workshop costs or carriers stand."

    NotOverYet "S703" "{day} is still to come." "Ask again on {day} or later."
    NothingToClear "S704" "Nothing of {role} stands on {day}: there is nothing to clear." "See what was charged: `millbook reconcile clearing`."
    NotAdoptable "S705" "The entry {entry} can't be adopted: {why}." "{remedy}"
    NoMonthEnd "S706" "{day} is no month's end." "Use {last}."
    NothingToAccrue "S707" "Nothing changes on {day}: {why}." "See what is open: `millbook report received-not-invoiced`."
    NothingToBringIn "S708" "On {day} Xero had what the book had, or it is left." "See it account by account: `millbook opening`."
    NoOpening "S709" "{account} is no journal account that can be brought in." "`millbook opening` shows them; the Opening role itself is the other side."
    OpeningAhead "S710" "Journals go from {day} on: until the evening before, the opening is whatever the book comes to have." "Bring it in on {day} or later, or choose a nearer day: `millbook xero connect --cut-over DAY`."

    UnderWay "S501" "{subject} is under way already, in batch {batch}." "Wait for its outcome."
    Outdated "S502" "The plan for {subject} is out of date." "Nothing needs doing: it is planned again."
    NotOpen "S503" "Batch {batch} has no open operation at place {place}." "Nothing needs doing: its outcome is known."
    IsHeld "S504" "All sending is held." "Release it: `millbook xero release`."
}

impl Refusal {
    /// A refusal without facts yet.
    #[must_use]
    pub fn new(code: Code) -> Refusal {
        Refusal { code, facts: Vec::new(), field: None }
    }

    /// Adds a fact that the text names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Refusal {
        self.facts.push((name, value.to_string()));
        self
    }

    /// The same about something else than a role: a synchronisation by its name.
    #[must_use]
    pub fn about(mut self, name: impl fmt::Display) -> Refusal {
        for (fact, value) in &mut self.facts {
            if *fact == "role" {
                *value = name.to_string();
            }
        }
        self
    }

    /// Names the field that it is about: `accounts[3].account`.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Refusal {
        self.field = Some(field.into());
        self
    }

    /// The field that it is about.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// Which refusal it is.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// What was found: names and numbers.
    #[must_use]
    pub fn facts(&self) -> &[(&'static str, String)] {
        &self.facts
    }

    /// One sentence that says what is in the way.
    #[must_use]
    pub fn message(&self) -> String {
        self.fill(self.code.message())
    }

    /// What to do next.
    #[must_use]
    pub fn remedy(&self) -> String {
        self.fill(self.code.remedy())
    }

    fn fill(&self, text: &str) -> String {
        let fill = |text: String, (name, value): &(&str, String)| text.replace(&format!("{{{name}}}"), value);
        self.facts.iter().fold(text.to_owned(), fill)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.code.id(), self.message(), self.remedy())
    }
}

impl std::error::Error for Refusal {}
