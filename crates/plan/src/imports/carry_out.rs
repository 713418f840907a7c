//! Importing what was chosen: records of the book and links, row after row on copies of both states, so that a row sees
//! what came before it and one that can't come spoils no other (IMP-3).
//!
//! Not here: what a row is (`judge`).

use book::{
    Book, Command as Ask, Event as BookEvent, Item, PartyId, Record, Stamp, Thing, Tracking,
    TrackingCategoryId, TrackingOptionId, UnitId,
};
use money::Percent;

use super::judge::{Choice, Known, RowState, kind_of, title};
use super::{IfArchived, Import, ImportKind, ImportResult, Incoming};
use crate::command::{Asking, Decided};
use crate::event::{Candidate, Event, Found, Linking, MatchedBy};
use crate::exchange::Exchange;
use crate::held::HeldItem;
use crate::lists::Standing;
use crate::refusal::{Code, Refusal};
use crate::subject::{Guid, Subject};

/// What an import would do, and what would come of it.
#[must_use]
pub fn carry_out(
    book: &Book,
    exchange: &Exchange,
    import: &Import,
    asking: Asking,
) -> (Decided, ImportResult) {
    let result = ImportResult { kind: import.kind, imported: 0, skipped: Vec::new(), warnings: Vec::new() };
    let mut work = Work {
        book: book.clone(),
        exchange: exchange.clone(),
        known: Known::of(book),
        import,
        asking,
        decided: Decided::default(),
        result,
        unit: import.unit,
    };
    for row in &import.chosen {
        work.row(row);
    }
    let Work { mut decided, result, .. } = work;
    decided.exchange.push(Event::XeroImported(Box::new(result.clone())));
    (decided, result)
}

/// An import under way.
struct Work<'a> {
    book: Book,
    exchange: Exchange,
    known: Known,
    import: &'a Import,
    asking: Asking,
    decided: Decided,
    result: ImportResult,
    unit: Option<UnitId>,
}

impl Work<'_> {
    fn row(&mut self, row: &Incoming) {
        let choice = self.known.judge(&self.book, &self.exchange, self.import.kind, row);
        let restores = self.import.if_archived == IfArchived::Restore;
        let done = match (choice.state, &choice.ours) {
            (RowState::New, _) => self.bring(row),
            (RowState::Archived, Some(ours)) if restores => self.restore(row, ours),
            (RowState::Here, Some(ours)) => self.join(row, ours).and(Err(self.why(&choice))),
            (RowState::Imported | RowState::Archived | RowState::Impossible | RowState::Here, _) => {
                Err(self.why(&choice))
            }
        };
        match done {
            Ok(()) => self.result.imported += 1,
            Err(says) => {
                self.result.skipped.push((title(row).into(), says.code().id().into(), says.message().into()))
            }
        }
        if let Some(says) = choice.warning {
            self.result.warnings.push((title(row).into(), says.code().id().into(), says.message().into()));
        }
    }

    fn why(&self, choice: &Choice) -> Refusal {
        choice.says.clone().unwrap_or_else(|| Refusal::new(Code::NothingChosen))
    }

    /// Asks the book; a refusal of its own says why the row can't come.
    fn ask(&mut self, row: &str, command: Ask) -> Result<u32, Refusal> {
        let asking = book::Asking { today: self.asking.today, by: self.asking.by };
        let events = self.book.decide(command, asking).map_err(|refusal| {
            let (why, remedy) = (refusal.message(), refusal.remedy());
            match refusal.code() {
                book::Code::TwoTrackingCategories => {
                    let names = refusal
                        .facts()
                        .iter()
                        .find(|(name, _)| *name == "names")
                        .map(|(_, names)| names.clone());
                    let says = Refusal::new(Code::TooManyCategories).with("name", row);
                    says.with("names", names.unwrap_or_default())
                }
                _ => {
                    Refusal::new(Code::BookRefuses).with("name", row).with("why", why).with("remedy", remedy)
                }
            }
        })?;
        let made = events.iter().find_map(|event| match event {
            BookEvent::RecordSaved { id, .. } => Some(*id),
            _ => None,
        });
        for event in events {
            self.book.apply(&event, Stamp { at: self.asking.at, by: self.asking.by });
            self.decided.book.push(event);
        }
        Ok(made.unwrap_or_default())
    }

    fn save(&mut self, row: &str, id: Option<u32>, record: Record) -> Result<u32, Refusal> {
        self.ask(row, Ask::SaveRecord { id, external: None, record })
    }

    fn note(&mut self, event: Event) {
        let seq = self.exchange.seq() + 1;
        self.exchange.apply(&event, seq, self.asking.at);
        self.decided.exchange.push(event);
    }

    fn link(&mut self, subject: Subject, xero: Guid, how: Linking) {
        self.note(Event::XeroLinked { subject, xero, how, held: None, paper: None, version: 0 });
    }

    /// A new record, and what it stands for.
    fn bring(&mut self, row: &Incoming) -> Result<(), Refusal> {
        let name = title(row);
        match self.import.kind {
            ImportKind::Suppliers | ImportKind::Customers => {
                let record = self.party(row);
                let id = PartyId::new(self.save(&name, None, Record::Party(record))?);
                self.known.add(&row.name, id);
                self.link(Subject::Party(id), row.xero, Linking::Imported);
            }
            ImportKind::Items => {
                let record = self.item(row)?;
                let id = book::ItemId::new(self.save(&name, None, Record::Item(record))?);
                self.link_item(row, id, Linking::Imported);
            }
            ImportKind::Tracking => {
                let linked = match self.exchange.subject(row.xero) {
                    Some(Subject::Tracking(id)) => Some(*id),
                    _ => None,
                };
                let category = match linked {
                    Some(id) => id,
                    None => {
                        let record = book::TrackingCategory { code: row.name.clone() };
                        TrackingCategoryId::new(self.save(&name, None, Record::TrackingCategory(record))?)
                    }
                };
                self.options(row, category, Linking::Imported)?;
            }
            ImportKind::Accounts | ImportKind::TaxRates => {}
        }
        Ok(())
    }

    /// What is there already is linked; a customer that is imported as a supplier is both.
    fn join(&mut self, row: &Incoming, ours: &Subject) -> Result<(), Refusal> {
        match ours {
            Subject::Party(id) => {
                let record = self.book.party(*id).map(|found| found.record.as_ref().clone());
                if let Some(record) = record {
                    let kind = kind_of(self.import.kind, row, Some(record.kind));
                    if kind != record.kind {
                        let record = book::Party { kind, ..record };
                        self.save(&title(row), Some(id.number()), Record::Party(record))?;
                    }
                }
                if self.exchange.link(ours).is_none() {
                    self.link(ours.clone(), row.xero, Linking::Matched);
                }
            }
            Subject::Item(id) => self.link_item(row, *id, Linking::Matched),
            Subject::Tracking(id) => self.options(row, *id, Linking::Matched)?,
            Subject::Option(_)
            | Subject::Document(_)
            | Subject::Order(_)
            | Subject::File(..)
            | Subject::Note(..)
            | Subject::Payment(..)
            | Subject::Allocation(..)
            | Subject::Journal(_)
            | Subject::Credit(..)
            | Subject::Sent(..)
            | Subject::Consolidated(_)
            | Subject::ConsolidatedPayment(..) => {}
        }
        Ok(())
    }

    fn restore(&mut self, row: &Incoming, ours: &Subject) -> Result<(), Refusal> {
        let thing = match ours {
            Subject::Party(id) => Thing::Party(id.number()),
            Subject::Item(id) => Thing::Item(id.number()),
            Subject::Tracking(id) => Thing::TrackingCategory(id.number()),
            Subject::Option(id) => Thing::TrackingOption(id.number()),
            Subject::Document(_)
            | Subject::Order(_)
            | Subject::File(..)
            | Subject::Note(..)
            | Subject::Payment(..)
            | Subject::Allocation(..)
            | Subject::Journal(_)
            | Subject::Credit(..)
            | Subject::Sent(..)
            | Subject::Consolidated(_)
            | Subject::ConsolidatedPayment(..) => return Ok(()),
        };
        self.ask(&title(row), Ask::Restore(thing))?;
        match self.exchange.link(ours).is_some() {
            true => Ok(()),
            false => self.join(row, ours),
        }
    }

    fn party(&self, row: &Incoming) -> book::Party {
        let base = self.book.base();
        book::Party {
            code: self.party_code(row),
            name: row.name.clone(),
            kind: kind_of(self.import.kind, row, None),
            currency: row.currency.filter(|currency| *currency != base),
            bill_terms: row.terms.0,
            invoice_terms: row.terms.1,
            consolidated: None,
            tracking: self.tracking(row),
        }
    }

    /// The account number, else one made of the name: `NORD`, `NORD-2`.
    fn party_code(&self, row: &Incoming) -> book::Text {
        for code in [&row.code, &row.mark] {
            if !code.is_empty() {
                return code.clone();
            }
        }
        let words = row.name.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
        let first: String =
            words.take(1).flat_map(str::chars).take(20).flat_map(char::to_uppercase).collect();
        let first = if first.is_empty() { "CONTACT".to_owned() } else { first };
        let numbered =
            (1_u32..).map(|number| if number == 1 { first.clone() } else { format!("{first}-{number}") });
        let free = |code: &String| self.book.parties().find(code).is_none();
        numbered.into_iter().find(free).unwrap_or(first).into()
    }

    /// Default tracking of a contact, as far as the book has such options.
    fn tracking(&self, row: &Incoming) -> Tracking {
        let mut found = row.tracking.iter().filter_map(|(category, option)| {
            let category = TrackingCategoryId::new(self.book.tracking_categories().find(category)?);
            self.option(category, option)
        });
        let (first, second) = (found.next(), found.next());
        let category = |id: Option<TrackingOptionId>| {
            id.and_then(|id| self.book.tracking_options().row(id.number())).map(|row| row.record.category)
        };
        Tracking([first, second.filter(|_| category(first) != category(second))])
    }

    /// An option of a category, by its name.
    fn option(&self, category: TrackingCategoryId, name: &str) -> Option<TrackingOptionId> {
        let named = |code: &str| {
            code.eq_ignore_ascii_case(name) || code.eq_ignore_ascii_case(&self.longer(category, name))
        };
        let mut all = self.book.tracking_options().iter();
        all.find(|(_, row)| row.record.category == category && named(&row.record.code))
            .map(|(id, _)| TrackingOptionId::new(id))
    }

    /// What an option is called if another category has one of its name.
    fn longer(&self, category: TrackingCategoryId, name: &str) -> String {
        let row = self.book.tracking_categories().row(category.number());
        row.map_or_else(|| name.to_owned(), |row| format!("{name} ({})", row.record.code))
    }

    fn options(&mut self, row: &Incoming, category: TrackingCategoryId, how: Linking) -> Result<(), Refusal> {
        let subject = Subject::Tracking(category);
        if self.exchange.link(&subject).is_none() {
            self.link(subject, row.xero, how);
        }
        for (xero, name) in &row.options {
            if self.exchange.subject(*xero).is_some() {
                continue;
            }
            let (id, how) = match self.option(category, name) {
                Some(id) => (id, Linking::Matched),
                None => {
                    let taken = self.book.tracking_options().find(name).is_some();
                    let code = if taken { self.longer(category, name).into() } else { name.clone() };
                    let record = book::TrackingOption { code, category };
                    (
                        TrackingOptionId::new(self.save(name, None, Record::TrackingOption(record))?),
                        Linking::Imported,
                    )
                }
            };
            if self.exchange.link(&Subject::Option(id)).is_none() {
                self.link(Subject::Option(id), *xero, how);
            }
        }
        Ok(())
    }

    fn item(&mut self, row: &Incoming) -> Result<Item, Refusal> {
        let unit = self.unit()?;
        let stocking = self.import.stocking;
        let expense = (stocking == book::Stocking::NonInventory && !row.account.is_empty())
            .then(|| row.account.clone());
        Ok(Item {
            code: row.code.clone(),
            name: if row.name.is_empty() { row.code.clone() } else { row.name.clone() },
            unit,
            units: Vec::new(),
            category: None,
            stocking,
            making: book::Making::default(),
            order: book::BookingOrder::default(),
            batches: book::Batches::default(),
            weight: None,
            purchase_price: row.prices.0,
            sales_price: row.prices.1,
            tax: self.tax(row),
            expense_account: expense,
            reorder_point: money::Quantity::ZERO,
            tracking: Tracking::default(),
        })
    }

    /// The percentage of an item's rate, of sale before that of purchase; `NONE` is no tax (TAX-3).
    fn tax(&self, row: &Incoming) -> Option<Percent> {
        let lists = self.exchange.lists();
        if lists.organisation.as_ref().is_some_and(|organisation| !organisation.pays_tax) {
            return None;
        }
        let known = |tax_type: &&book::Text| !tax_type.is_empty();
        let tax_type = [&row.taxes.1, &row.taxes.0].into_iter().find(known)?;
        let rate = lists.tax_rate(tax_type).filter(|rate| rate.standing == Standing::Active)?;
        (!tax_type.eq_ignore_ascii_case("NONE")).then_some(rate.rate)
    }

    /// The stock unit of new items: the one chosen, the book's own for pieces, its first, or a new one for pieces.
    fn unit(&mut self) -> Result<UnitId, Refusal> {
        if let Some(unit) = self.unit {
            return Ok(unit);
        }
        const PIECES: &[&str] = &["pcs", "pc", "ea", "each", "piece", "pieces", "unit", "units", "no"];
        let live = |id: &u32| self.book.units().row(*id).is_some_and(|row| !row.archived);
        let pieces = PIECES.iter().filter_map(|code| self.book.units().find(code)).find(live);
        let first = || self.book.units().iter().find(|(_, row)| !row.archived).map(|(id, _)| id);
        let unit = match pieces.or_else(first) {
            Some(id) => UnitId::new(id),
            None => {
                let record = book::Unit { code: "pcs".into(), name: "piece".into(), of: None };
                UnitId::new(self.save("pcs", None, Record::Unit(record))?)
            }
        };
        self.unit = Some(unit);
        Ok(unit)
    }

    /// An item's link remembers what Xero says of it: whether it is tracked, its purchase account.
    fn link_item(&mut self, row: &Incoming, id: book::ItemId, how: Linking) {
        let lists = self.exchange.lists();
        let expense = lists.account_of_code(&row.account).map(|account| account.id);
        let item = HeldItem { code: row.code.clone(), tracked: row.tracked, expense };
        let (xero, name, by) = (row.xero, title(row).into(), MatchedBy::Code);
        let candidate = Candidate { xero, name, by, archived: false, held: None, item: Some(item) };
        let subject = Subject::Item(id);
        self.note(Event::XeroFound(vec![Found { subject: subject.clone(), candidates: vec![candidate] }]));
        self.link(subject, row.xero, how);
    }
}
