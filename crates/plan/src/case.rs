//! One document of the book and all that is known about its counterpart: what the rules of dispositions ask.
//!
//! A purchase order may have two counterparts, a Xero purchase order and a bill; each is a case of its own, and people see
//! the one that needs them most. Not here: the rules (`disposition`, `linked`).

use std::collections::BTreeMap;

use book::{Book, Content, Day, Document, DocumentId, FeeTarget, Kind, Life, PartyId, Terms, Thing};

use crate::consolidated::{self, Summed};
use crate::exchange::{Exchange, Link, Said};
use crate::hold::Hold;
use crate::journals::journals_begin;
use crate::paper::Paper;
use crate::papers;
use crate::settings::{Purchasing, Switch};
use crate::subject::{ConsolidatedId, Subject};
use crate::why::{Because, Reason, Why};

/// What is under way, and in which batch; the documents in consolidated invoices that are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Open(BTreeMap<Subject, u32>, BTreeMap<DocumentId, (Subject, u32)>);

impl Open {
    pub(crate) fn of(exchange: &Exchange) -> Open {
        let open =
            || exchange.open().flat_map(|(batch, intent)| intent.open.iter().map(move |one| (batch, &one.1)));
        let sources = open().flat_map(|(batch, one)| {
            let held = one.paper.iter().flat_map(|paper| &paper.sources);
            held.map(move |held| (held.document, (one.subject.clone(), batch)))
        });
        Open(open().map(|(batch, one)| (one.subject.clone(), batch)).collect(), sources.collect())
    }

    /// The consolidated invoice under way that holds a document, and its batch.
    pub(crate) fn with_source(&self, id: DocumentId) -> Option<&(Subject, u32)> {
        self.1.get(&id)
    }

    /// The batch in which a payment of a document is under way.
    pub(crate) fn payment_of(&self, of: DocumentId) -> Option<u32> {
        let first = Subject::Payment(of, DocumentId::new(0));
        let last = Subject::Payment(of, DocumentId::new(u32::MAX));
        self.0.range(first..=last).next().map(|(_, batch)| *batch)
    }

    /// The batch in which a payment of a consolidated invoice is under way.
    pub(crate) fn payment_of_consolidated(&self, of: ConsolidatedId) -> Option<u32> {
        let first = Subject::ConsolidatedPayment(of, DocumentId::new(0));
        let last = Subject::ConsolidatedPayment(of, DocumentId::new(u32::MAX));
        self.0.range(first..=last).next().map(|(_, batch)| *batch)
    }

    pub(crate) fn batch(&self, subject: &Subject) -> Option<u32> {
        self.0.get(subject).copied()
    }
}

/// Both states, and what is under way.
#[derive(Clone, Copy)]
pub(crate) struct World<'a> {
    pub(crate) book: &'a Book,
    pub(crate) exchange: &'a Exchange,
    pub(crate) open: &'a Open,
    /// What is summed up, if that is known already (CNS).
    pub(crate) summed: Option<&'a Summed>,
    /// The company's date; none: every day is over.
    pub(crate) today: Option<Day>,
}

/// A document by one of its counterparts.
#[derive(Clone)]
pub(crate) struct Case<'a> {
    pub(crate) world: World<'a>,
    pub(crate) id: DocumentId,
    pub(crate) subject: Subject,
    pub(crate) document: &'a Document,
    pub(crate) said: Said,
    pub(crate) link: Option<&'a Link>,
}

/// The counterparts that a document has or should have, by the settings.
pub(crate) fn subjects(world: World<'_>, id: DocumentId, document: &Document) -> Vec<Subject> {
    let purchasing = world.exchange.settings().purchasing;
    let both = [Subject::Order(id), Subject::Document(id)];
    let [order, own] = both.clone();
    let by_setting = match (document.content(), purchasing) {
        (Content::PurchaseOrder(_), Purchasing::Orders) => vec![order],
        (Content::PurchaseOrder(content), Purchasing::OrdersAndBills) if content.invoice.is_some() => {
            vec![order, own]
        }
        (Content::PurchaseOrder(_), Purchasing::OrdersAndBills) => vec![order],
        _ => vec![own],
    };
    // What was linked before a setting changed is still looked at.
    let linked = both.into_iter().filter(|one| world.exchange.link(one).is_some());
    let more: Vec<Subject> = linked.filter(|one| !by_setting.contains(one)).collect();
    by_setting.into_iter().chain(more).collect()
}

impl<'a> Case<'a> {
    pub(crate) fn new(world: World<'a>, id: DocumentId, subject: Subject) -> Option<Case<'a>> {
        let document = world.book.document(id)?;
        // People speak of the document, whichever counterpart they mean.
        let said = world.exchange.said(&Subject::Document(id)).cloned().unwrap_or_default();
        let link = world.exchange.link(&subject);
        Some(Case { world, id, subject, document, said, link })
    }

    pub(crate) fn exchange(&self) -> &'a Exchange {
        self.world.exchange
    }

    /// What people call it in a sentence: `bill 4711 (B-7)`.
    pub(crate) fn it(&self) -> String {
        called(self.document)
    }

    /// Its number here, for commands.
    pub(crate) fn number(&self) -> &'a str {
        self.document.number()
    }

    pub(crate) fn because(&self, reason: Reason) -> Because {
        Because::new(reason).with("number", self.number())
    }

    pub(crate) fn why(&self, reason: Reason) -> Why {
        self.because(reason).why(&self.it())
    }

    /// Xero gets nothing of it but what journals post, and perhaps not yet.
    pub(crate) fn not_for_xero(&self) -> Why {
        let today = self.world.today.unwrap_or_else(|| self.exchange().today());
        let begin = journals_begin(self.exchange(), today);
        let later = begin.map_or_else(String::new, |begin| format!(" {begin}"));
        self.because(Reason::NotForXero).with("later", later).why(&self.it())
    }

    /// What it should look like there.
    pub(crate) fn wanted(&self) -> Result<Option<Paper>, Vec<Hold>> {
        match self.subject {
            Subject::Order(_) => papers::order(self.world.book, self.exchange(), self.id),
            _ => papers::wanted(self.world.book, self.exchange(), self.id),
        }
    }

    /// The version of the book's document.
    pub(crate) fn version(&self) -> u32 {
        self.world.book.changed(self.id)
    }

    pub(crate) fn is_sale(&self) -> bool {
        matches!(self.document.kind(), Kind::Invoice | Kind::Quote)
    }

    /// The switch by which it goes by itself.
    pub(crate) fn switch(&self) -> (Switch, &'static str) {
        let settings = self.exchange().settings();
        match self.document.kind() {
            Kind::Quote => (settings.quotes, "the synchronisation of quotes"),
            Kind::Invoice => (settings.sales, "the synchronisation of sales"),
            _ => (settings.procurement, "the synchronisation of purchases"),
        }
    }

    /// Bills of an order that have their supplier invoice ID.
    pub(crate) fn bills(&self) -> impl Iterator<Item = DocumentId> {
        let book = self.world.book;
        self.document.dependents().iter().copied().filter(move |id| {
            let document = book.document(*id).filter(|one| one.life() == Life::Live);
            matches!(document.map(Document::content), Some(Content::Bill(bill)) if has_text(&bill.terms.reference))
        })
    }

    /// The last entry that saved its content (CON-4): notes, files and approval don't count.
    pub(crate) fn saved(&self) -> u32 {
        self.document.versions().last().map_or(self.document.created(), |version| version.0)
    }

    /// The files on it.
    pub(crate) fn files(&self) -> impl Iterator<Item = &'a book::Attached> {
        self.world.book.attachments(Thing::Document(self.id.number()))
    }

    /// The notes on it: the log entry, the text.
    pub(crate) fn notes(&self) -> &'a [(u32, book::Text)] {
        self.world.book.notes(Thing::Document(self.id.number()))
    }
}

pub(crate) fn has_text(text: &Option<book::Text>) -> bool {
    text.as_ref().is_some_and(|text| !text.trim().is_empty())
}

/// Party, day, currency of a document that Xero may have.
pub(crate) fn terms(content: &Content) -> Option<&Terms> {
    match content {
        Content::PurchaseOrder(c) => Some(&c.terms),
        Content::Bill(c) => Some(&c.terms),
        Content::SupplierCredit(c) => Some(&c.terms),
        Content::Invoice(c) => Some(&c.terms),
        Content::Quote(c) => Some(&c.terms),
        _ => None,
    }
}

pub(crate) fn party(content: &Content) -> Option<PartyId> {
    terms(content).map(|terms| terms.party)
}

/// What people call a document: `bill 4711 (B-7)`, `credit invoice I-2`.
pub(crate) fn called(document: &Document) -> String {
    let number = document.number();
    match document.content() {
        Content::Bill(bill) => match &bill.terms.reference {
            Some(reference) if !reference.trim().is_empty() => {
                format!("bill {} ({number})", reference.trim())
            }
            _ => format!("bill {number}"),
        },
        Content::Invoice(invoice) if invoice.kind == book::InvoiceKind::Credit => {
            format!("credit invoice {number}")
        }
        content => format!("{} {number}", content.kind().words()),
    }
}

/// What people call a thing, with whose it is and what it comes to: `bill 4711 (B-7) of Nord, 115.00`.
pub(crate) fn name(book: &Book, subject: &Subject) -> String {
    match subject {
        Subject::Party(id) => {
            book.party(*id).map_or_else(unknown, |row| format!("contact {}", row.record.name))
        }
        Subject::Item(id) => book.item(*id).map_or_else(unknown, |row| format!("item {}", row.record.code)),
        Subject::Tracking(id) => book
            .tracking_categories()
            .row(id.number())
            .map_or_else(unknown, |row| format!("tracking category {}", row.record.code)),
        Subject::Option(id) => book
            .tracking_options()
            .row(id.number())
            .map_or_else(unknown, |row| format!("tracking option {}", row.record.code)),
        Subject::Document(id) if is_order(book, *id) => format!("bill of {}", document_name(book, *id)),
        Subject::Document(id) | Subject::Order(id) => document_name(book, *id),
        Subject::File(id, name) => format!("file {name} on {}", short_name(book, *id)),
        Subject::Note(id, _) => format!("note on {}", short_name(book, *id)),
        Subject::Journal(number) => format!("journal {}", crate::journals::mark(*number)),
        Subject::Payment(of, id) => format!("{} of {}", short_name(book, *id), short_name(book, *of)),
        Subject::Credit(of, id) => format!("{} on {}", short_name(book, *id), short_name(book, *of)),
        Subject::Sent(id) => format!("e-mail of {}", short_name(book, *id)),
        Subject::Allocation(from, to) => {
            format!("{} used on {}", short_name(book, *from), short_name(book, *to))
        }
        Subject::Consolidated(id) => consolidated::called(book, id),
        Subject::ConsolidatedPayment(of, id) => {
            format!("{} of {}", short_name(book, *id), consolidated::called(book, of))
        }
    }
}

fn is_order(book: &Book, id: DocumentId) -> bool {
    book.document(id).is_some_and(|document| document.kind() == Kind::PurchaseOrder)
}

fn unknown() -> String {
    "something that isn't there".to_owned()
}

/// `bill 4711 (B-7)`
pub(crate) fn short_name(book: &Book, id: DocumentId) -> String {
    book.document(id).map_or_else(unknown, called)
}

fn document_name(book: &Book, id: DocumentId) -> String {
    let Some(document) = book.document(id) else { return unknown() };
    let whose = party(document.content()).and_then(|party| book.party(party));
    let whose = whose.map_or(String::new(), |row| format!(" of {}", row.record.name));
    let total = book.totals(id).map_or(String::new(), |totals| format!(", {}", totals.gross));
    format!("{}{whose}{total}", called(document))
}

/// What a command names: `supplier NORD`, `item STEEL`, `B-7`.
pub(crate) fn word(book: &Book, subject: &Subject) -> String {
    match subject {
        Subject::Party(id) => {
            book.party(*id).map_or_else(unknown, |row| format!("party {}", row.record.code))
        }
        Subject::Item(_) | Subject::Tracking(_) | Subject::Option(_) | Subject::Journal(_) => {
            name(book, subject)
        }
        Subject::Document(id)
        | Subject::Order(id)
        | Subject::File(id, _)
        | Subject::Note(id, _)
        | Subject::Payment(id, _)
        | Subject::Allocation(id, _)
        | Subject::Credit(id, _)
        | Subject::Sent(id) => {
            book.document(*id).map_or_else(unknown, |document| document.number().to_owned())
        }
        Subject::Consolidated(id) | Subject::ConsolidatedPayment(id, _) => consolidated::number(book, id),
    }
}

/// Whether a fee is its order's own supplier's (DOC-10).
pub(crate) fn is_own_fee(content: &Content, order: DocumentId) -> bool {
    matches!(content, Content::Fee(fee) if fee.supplier.is_none() && fee.target == FeeTarget::Order(order))
}
