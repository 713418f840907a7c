//! One organisation: its records, its ledger, and what it answers to calls.
//!
//! A value: the same calls at the same times on the same seed give the same bytes. Example: `PUT Invoices` of an
//! AUTHORISED invoice stores it, posts DEBTORS, revenue and GST, and leaves a notice for webhooks.
//! One machinery (`resource.rs`) serves all endpoints; a resource is one file and a row in `route.rs`.
//! Invariants: the ledger balances after every call; a refused call changes nothing.
//! Not here: HTTP, sign-in, time.

mod accounts;
mod allocations;
mod amounts;
mod attachments;
mod bank_transactions;
mod batch_payments;
mod by_hand;
mod contact_lists;
mod contacts;
mod credit_notes;
mod credits;
mod document;
mod documents;
mod envelope;
mod field;
mod filter;
mod guid;
mod header;
mod hex;
mod history;
mod input;
mod invoices;
mod items;
mod journals;
mod ledger;
mod lines;
mod lists;
mod manual_journals;
mod numbers;
mod organisation;
mod out;
mod payments;
mod posting;
mod purchase_orders;
mod quotes;
mod records;
mod reports;
mod resource;
mod route;
mod settled;
mod shown;
mod table;
mod tax_rates;
mod tracking;
mod views;
mod writing;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::exchange::{Answer, Call, EventType, Notice};
use document::{Document, Kind};
use guid::{Guid, GuidMaker};
use ledger::Entry;
use records::*;
use resource::Ctx;
use table::Table;

pub(crate) mod making {
    //! What seeds are made with.
    pub(crate) use super::guid::Guid;
    pub(crate) use super::records::*;
}
pub use by_hand::Registration;
pub use views::{LedgerLineView, LockDates, StateError, TrialBalanceRow};

/// One organisation as a value.
#[derive(Clone, Debug)]
pub struct Org {
    pub(crate) state: State,
    before: Option<Meta>,
}

macro_rules! tables {
    ($($name:ident: $row:ty),+ $(,)?) => {
        /// Everything there is; also the form of the state.
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub(crate) struct State {
            pub meta: Meta,
            $(pub $name: Table<$row>,)+
        }

        impl State {
            pub(crate) fn new(meta: Meta) -> State {
                State { meta, $($name: Table::default(),)+ }
            }
            fn begin(&mut self) { $(self.$name.begin();)+ }
            fn commit(&mut self) { $(self.$name.commit();)+ }
            fn rollback(&mut self) { $(self.$name.rollback();)+ }
        }
    };
}

tables! {
    accounts: Account,
    tax_rates: TaxRate,
    tracking: TrackingCategory,
    currencies: Currency,
    users: User,
    themes: BrandingTheme,
    contacts: Contact,
    items: Item,
    invoices: Document,
    credit_notes: Document,
    purchase_orders: Document,
    quotes: Document,
    bank_transactions: Document,
    payments: Payment,
    allocations: Allocation,
    batches: BatchPayment,
    journals: ManualJournal,
    attachments: Attachment,
    history: HistoryRecord,
    ledger: Entry,
}

/// Settings, counters and what waits to be told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Meta {
    pub settings: Settings,
    pub ids: GuidMaker,
    pub calls: u64,
    pub journals: u64,
    /// Next numbers of INV, CN, PO, QU.
    pub next_number: [u64; 4],
    pub notices: Vec<Notice>,
}

/// What `GET Organisation` tells.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub id: Guid,
    pub name: String,
    pub country: String,
    pub version: String,
    pub base: String,
    /// Xero's name of the zone and the one of the tz database.
    pub zone: (String, String),
    /// Day and month on which the financial year ends.
    pub year_end: (i8, i8),
    pub tax_basis: String,
    pub tax_period: String,
    pub short_code: String,
    pub phone_code: String,
    pub created: i64,
    pub locks: LockDates,
    /// The plan the organisation pays for, e.g. `STARTER`, which limits what can be approved.
    #[serde(default = "demo")]
    pub class: String,
    #[serde(default)]
    pub registration: Registration,
}

fn demo() -> String {
    "DEMO".to_owned()
}

/// The document tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Books {
    Invoices,
    CreditNotes,
    PurchaseOrders,
    Quotes,
    BankTransactions,
}

impl Books {
    const ALL: [Books; 5] =
        [Books::Invoices, Books::CreditNotes, Books::BankTransactions, Books::PurchaseOrders, Books::Quotes];

    pub(crate) fn table(self, state: &State) -> &Table<Document> {
        match self {
            Books::Invoices => &state.invoices,
            Books::CreditNotes => &state.credit_notes,
            Books::PurchaseOrders => &state.purchase_orders,
            Books::Quotes => &state.quotes,
            Books::BankTransactions => &state.bank_transactions,
        }
    }

    fn table_mut(self, state: &mut State) -> &mut Table<Document> {
        match self {
            Books::Invoices => &mut state.invoices,
            Books::CreditNotes => &mut state.credit_notes,
            Books::PurchaseOrders => &mut state.purchase_orders,
            Books::Quotes => &mut state.quotes,
            Books::BankTransactions => &mut state.bank_transactions,
        }
    }
}

impl Org {
    pub(crate) fn new(settings: Settings, seed: u64) -> Org {
        let meta = Meta {
            settings,
            ids: GuidMaker::new(seed),
            calls: 0,
            journals: 0,
            next_number: [1; 4],
            notices: Vec::new(),
        };
        Org { state: State::new(meta), before: None }
    }

    /// Answers one call at the time given. Never panics; whatever the bytes, never a 500.
    pub fn call(&mut self, call: &Call, now: Timestamp) -> Answer {
        self.state.meta.calls += 1;
        let ctx = Ctx { call, now: now.as_millisecond(), today: self.local_day(now) };
        route::answer(self, &ctx)
    }

    /// The day it is where the organisation is.
    #[must_use]
    pub fn local_day(&self, now: Timestamp) -> Date {
        let zone = TimeZone::get(&self.state.meta.settings.zone.1).unwrap_or(TimeZone::UTC);
        now.to_zoned(zone).date()
    }

    pub(crate) fn begin(&mut self) {
        if self.before.is_none() {
            self.before = Some(self.state.meta.clone());
        }
        self.state.begin();
    }

    pub(crate) fn commit(&mut self) {
        self.before = None;
        self.state.commit();
    }

    pub(crate) fn rollback(&mut self) {
        self.state.rollback();
        if let Some(meta) = self.before.take() {
            self.state.meta = meta;
        }
    }

    pub(crate) fn new_id(&mut self) -> Guid {
        self.state.meta.ids.make()
    }

    /// The id of an answer's envelope.
    pub(crate) fn answer_id(&self, ctx: &Ctx<'_>) -> Guid {
        GuidMaker::new(self.state.meta.calls ^ ctx.now.unsigned_abs().rotate_left(20)).make()
    }

    pub(crate) fn base_currency(&self) -> &str {
        &self.state.meta.settings.base
    }

    /// A document of any table, with the table it lies in.
    pub(crate) fn document(&self, id: Guid) -> Option<(Document, Books)> {
        Books::ALL.into_iter().find_map(|books| books.table(&self.state).get(id).map(|d| (d.clone(), books)))
    }

    pub(crate) fn put_document(&mut self, document: Document, books: Books) {
        books.table_mut(&mut self.state).put(document);
    }

    /// Leaves a notice about a document, if webhooks tell of its kind.
    pub(crate) fn notify(&mut self, document: &Document, event: EventType, now: i64) {
        use crate::exchange::Category;
        let category = match document.kind {
            Kind::AccRec | Kind::AccPay => Category::Invoice,
            Kind::AccRecCredit | Kind::AccPayCredit => Category::CreditNote,
            kind if kind.prepaid() => Category::Prepayment,
            kind if kind.overpaid() => Category::Overpayment,
            _ => return,
        };
        let about = (document.kind.shown().to_owned(), document.status.shown().to_owned());
        let kind_and_status = (category == Category::CreditNote).then_some(about);
        let at = Timestamp::from_millisecond(now).unwrap_or_default();
        let resource_id = document.id.to_string();
        self.state.meta.notices.push(Notice { category, event, resource_id, at, kind_and_status });
    }

    pub(crate) fn notify_contact(&mut self, id: Guid, event: EventType, now: i64) {
        let at = Timestamp::from_millisecond(now).unwrap_or_default();
        self.state.meta.notices.push(Notice {
            category: crate::exchange::Category::Contact,
            event,
            resource_id: id.to_string(),
            at,
            kind_and_status: None,
        });
    }
}
