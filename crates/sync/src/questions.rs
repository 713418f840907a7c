//! Asking Xero what the plan has to know first: whether it has contacts, items, numbers and bills already.
//!
//! Few contacts are asked for one by one, many by reading the list; items by their list; numbers forty at a time, or by the
//! list where that takes fewer calls; payments of twenty documents at a time, of more by what was paid since the last look. Each
//! question is asked once in a run. Not here: which of the answers fit (`plan::answers`).

use std::collections::BTreeSet;

use book::{DocumentId, PartyId};
use plan::{Command, Found, Held, Paper, PaperKind, Question, Subject, answers, papers};
use xero::{Contact, Invoice, Payment, Resource, XeroId};
use xero_client::call::Call;
use xero_client::look::{self, Look};
use xero_client::resource::list;

use crate::desk::View;
use crate::kinds::Sent;
use crate::looks::{mark_key, note};
use crate::report::{Phase, Stop};
use crate::trip::{Asked, Trip, Whole};

/// Pages of the contact list that are read rather than asking one by one: so many thousand contacts.
const PAGES: u32 = 20;
/// Numbers in one question: more make the address too long (API-FACTS 2.3).
const NUMBERS: usize = 40;
/// Documents whose payments are asked for in one question.
const PAID: usize = 20;
/// Answers that are recorded at a time.
const AT_ONCE: usize = 200;

impl Trip<'_> {
    /// Answers what wasn't asked yet in this run; whether there was anything.
    pub(crate) async fn answer(&mut self, questions: &[Question]) -> Result<bool, Stop> {
        let mut any = false;
        for question in questions {
            let Some(question) = self.new_of(question) else { continue };
            any = true;
            self.phase(Phase::Asking);
            let found = match question {
                Question::Contacts(parties) => self.contacts(&parties).await?,
                Question::Items(items) => {
                    let page = self.page::<xero::Item>(list::<xero::Item>()).await?;
                    let records = page.map(|page| page.items).unwrap_or_default();
                    let view = &self.view;
                    answers::items(&view.book, &items, &records, view.exchange.lists())
                }
                Question::Numbers(documents) => self.numbers(&documents).await?,
                Question::BillsOf(orders) => self.bills_of(&orders).await?,
                Question::PaymentsOf(documents) => {
                    self.payments_of(&documents).await?;
                    continue;
                }
            };
            self.record(found).await?;
        }
        Ok(any)
    }

    pub(crate) async fn record(&mut self, found: Vec<Found>) -> Result<(), Stop> {
        for chunk in found.chunks(AT_ONCE) {
            if let Asked::Refused(_) = self.ask(Command::Find(chunk.to_vec()), Vec::new()).await? {
                self.refresh().await?;
            }
        }
        Ok(())
    }

    /// What of a question wasn't asked yet in this run.
    fn new_of(&mut self, question: &Question) -> Option<Question> {
        fn new<T: Clone + std::fmt::Debug>(trip: &mut Trip<'_>, what: &str, ids: &[T]) -> Option<Vec<T>> {
            let is_new = |id: &&T| trip.asked.insert(format!("{what} {id:?}"));
            let new: Vec<T> = ids.iter().filter(is_new).cloned().collect();
            (!new.is_empty()).then_some(new)
        }
        match question {
            Question::Contacts(ids) => new(self, "contact", ids).map(Question::Contacts),
            Question::Items(ids) => new(self, "item", ids).map(Question::Items),
            Question::Numbers(ids) => new(self, "number", ids).map(Question::Numbers),
            Question::BillsOf(ids) => new(self, "bills of", ids).map(Question::BillsOf),
            Question::PaymentsOf(of) => new(self, "payments of", of).map(Question::PaymentsOf),
        }
    }

    /// Documents of the same numbers.
    async fn numbers(&mut self, documents: &[DocumentId]) -> Result<Vec<Found>, Stop> {
        let View { book, exchange, .. } = &self.view;
        let paper = |id: &DocumentId| Some((*id, papers::wanted(book, exchange, *id).ok()??));
        let wanted: Vec<(DocumentId, Paper)> = documents.iter().filter_map(paper).collect();
        let mut held = Vec::new();
        let listed = |kind| matches!(kind, PaperKind::Invoice | PaperKind::Bill);
        let (invoices, others): (Vec<_>, Vec<_>) = wanted.iter().partition(|(_, paper)| listed(paper.kind));
        let (apart, together): (Vec<_>, Vec<_>) =
            invoices.into_iter().partition(|(_, paper)| paper.number.contains(','));
        let numbers: BTreeSet<&str> = together.iter().map(|(_, paper)| &*paper.number).collect();
        let numbers = self.in_use(numbers.into_iter().collect()).await?;
        for numbers in numbers.chunks(NUMBERS) {
            let call = list::<Invoice>().with("InvoiceNumbers", numbers.join(","));
            let (found, _) = self.pages::<Invoice>(call, PAGES).await?;
            held.extend(self.held_of(&found.items));
        }
        for (_, paper) in apart.into_iter().chain(others) {
            let number = &*paper.number;
            held.extend(match paper.kind {
                PaperKind::Invoice => self.held_by(look::sale(number)).await?,
                PaperKind::Bill => self.held_by(look::bill(paper.contact, number, None)).await?,
                PaperKind::CreditInvoice => self.held_by(look::credit_note(number)).await?,
                PaperKind::SupplierCredit => {
                    self.held_by(look::supplier_credit(paper.contact, number)).await?
                }
                PaperKind::Order => self.held_by(look::order(number)).await?,
                PaperKind::Quote => self.held_by(look::quote(number)).await?,
            });
        }
        Ok(answers::numbers(&self.view.exchange, &wanted, &held))
    }

    /// Which of these numbers have to be asked for: those that Xero's list of invoices and bills has, if that list takes fewer
    /// calls than asking for all of them; else all. Of an organisation's first thousand papers it is one call instead of 25.
    async fn in_use<'n>(&mut self, mut numbers: Vec<&'n str>) -> Result<Vec<&'n str>, Stop> {
        let most = u32::try_from(numbers.len().div_ceil(NUMBERS)).unwrap_or(PAGES).min(PAGES);
        if most > 1 {
            let call = list::<Invoice>().with("summaryOnly", "true");
            let (records, whole) = self.listed::<Invoice>(call, most).await?;
            if whole == Whole::Yes {
                let folded = |number: &str| number.trim().to_lowercase();
                let taken = records.iter().filter_map(|record| record.invoice_number.as_deref());
                let taken: BTreeSet<String> = taken.map(folded).collect();
                numbers.retain(|number| taken.contains(&folded(number)));
            }
        }
        Ok(numbers)
    }

    async fn held_by<T: Sent>(&mut self, look: Look<T>) -> Result<Vec<Held>, Stop> {
        let page = self.page::<T>(look.call().clone()).await?;
        Ok(self.held_of(&page.map(|page| page.items).unwrap_or_default()))
    }

    /// What documents say.
    pub(crate) fn held_of<T: Sent>(&self, records: &[T]) -> Vec<Held> {
        records.iter().filter_map(|record| record.held(self.view.exchange.lists())).collect()
    }

    /// Bills that somebody made from orders: the bills of each supplier, one question each.
    async fn bills_of(&mut self, orders: &[DocumentId]) -> Result<Vec<Found>, Stop> {
        let View { book, exchange, .. } = &self.view;
        let supplier = |id: &DocumentId| answers::supplier_of(book, exchange, *id);
        let suppliers: BTreeSet<XeroId<Contact>> = orders.iter().filter_map(supplier).collect();
        let mut held = Vec::new();
        for supplier in suppliers {
            let clause = format!("Type==\"ACCPAY\" AND Contact.ContactID=={}", supplier.in_where());
            let (found, _) = self.pages::<Invoice>(list::<Invoice>().with("where", clause), PAGES).await?;
            held.extend(self.held_of(&found.items));
        }
        let View { book, exchange, .. } = &self.view;
        Ok(answers::bills_of(book, exchange, orders, &held))
    }

    /// All payments of documents, so many documents a question. Of many at once most were just paid, and what was paid since
    /// the last look takes fewer calls: only those that it leaves unclear are asked for.
    async fn payments_of(&mut self, subjects: &[Subject]) -> Result<(), Stop> {
        let mut subjects = subjects.to_vec();
        if subjects.len() > PAID {
            let mark = self.look_at_kind::<Payment>().await?;
            self.keep(mark.map(|mark| note(&mark_key(Payment::PATH), mark.millis())).into_iter().collect())
                .await?;
            let exchange = &self.view.exchange;
            subjects.retain(|subject| plan::payments::to_be_read(exchange, subject));
        }
        for asked in subjects.chunks(PAID) {
            let exchange = &self.view.exchange;
            let ids = asked.iter().filter_map(|subject| exchange.link(subject)).map(|link| link.xero);
            let clauses: Vec<String> =
                ids.map(|id| format!("Invoice.InvoiceID=={}", id.in_where())).collect();
            if clauses.is_empty() {
                continue;
            }
            let call = list::<Payment>().with("where", clauses.join(" OR "));
            let (found, whole) = self.pages::<Payment>(call, PAGES).await?;
            let whole = if whole == Whole::Yes { asked.to_vec() } else { Vec::new() };
            self.see_payments(&found.items, whole).await?;
        }
        Ok(())
    }

    /// Contacts: the list if that takes fewer calls than asking for each by number and name.
    async fn contacts(&mut self, parties: &[PartyId]) -> Result<Vec<Found>, Stop> {
        let searches = self.searches(parties);
        let most = u32::try_from(searches.len()).unwrap_or(PAGES).min(PAGES);
        let mut records = Vec::new();
        let mut whole = Whole::No;
        if most > 1 {
            let call = list::<Contact>().with("includeArchived", "true").with("summaryOnly", "true");
            (records, whole) = self.listed(call, most).await?;
        }
        if whole == Whole::No {
            for call in searches {
                let page = self.page::<Contact>(call).await?;
                records.extend(page.map(|page| page.items).unwrap_or_default());
            }
        }
        Ok(answers::contacts(&self.view.book, parties, &records))
    }

    /// A list, unless its first page says that it is longer than asking one by one would take.
    async fn listed<T: Resource>(&mut self, call: Call, most: u32) -> Result<(Vec<T>, Whole), Stop> {
        let mut records = Vec::new();
        for number in 1..=most {
            let asked = call.clone().with("page", number.to_string()).with("pageSize", "1000");
            let Some(page) = self.page::<T>(asked).await? else { break };
            let pages = page.pagination.map_or(1, |pagination| pagination.page_count);
            records.extend(page.items);
            if number >= pages {
                return Ok((records, Whole::Yes));
            }
            if pages > most {
                break;
            }
        }
        Ok((records, Whole::No))
    }

    /// A search by account number and one by name for each. A text with a quotation mark can't be searched for
    /// (API-FACTS 2.7): its search term can.
    fn searches(&self, parties: &[PartyId]) -> Vec<Call> {
        let search = |field: &str, text: &str| {
            let call = list::<Contact>().with("includeArchived", "true");
            if text.contains('"') {
                call.with("searchTerm", text.replace('"', " ").trim())
            } else {
                call.with("where", format!("{field}==\"{text}\""))
            }
        };
        let of = |id: &PartyId| {
            let party = self.view.book.party(*id).map(|row| row.record.clone())?;
            let number = (!party.code.is_empty()).then(|| search("AccountNumber", &party.code));
            Some(number.into_iter().chain([search("Name", &party.name)]))
        };
        parties.iter().filter_map(of).flatten().collect()
    }
}
