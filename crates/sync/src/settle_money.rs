//! What became of money that was sent and never answered for: payments and credit that is used, among what their document has.
//!
//! A payment is known by its reference and amount, an allocation by how much more of the credit is used than before: it has no
//! reference. Not here: when not finding it counts (`settle`).

use book::DocumentId;
use plan::{Allocating, CreditKind, Crediting, Outcome, Paying, Subject};
use world::Moment;
use xero::{Allocation, CreditNote, Invoice, Overpayment, Prepayment, Resource};
use xero_client::look::{self, Found};
use xero_client::resource::one;

use crate::answer::{done_without_record, guid};
use crate::kinds::Sent;
use crate::report::Stop;
use crate::settle::Looked;
use crate::trip::Trip;

impl Trip<'_> {
    /// A payment is there if the document has a live one that says what ours was to say, and that we didn't know before.
    pub(crate) async fn look_for_payment(
        &mut self,
        subject: &Subject,
        paying: &Paying,
    ) -> Result<Looked, Stop> {
        let look = look::payment(paying.of.cast(), &paying.paper.reference);
        let found = match self.looked(&look).await? {
            Found::None => Vec::new(),
            Found::One(payment) => vec![*payment],
            Found::Several(payments) => payments,
        };
        let exchange = &self.view.exchange;
        let of = subject.paid();
        let known = of.and_then(|of| exchange.paid(&of));
        let payments = found.iter().filter_map(|payment| payment.payment(exchange.lists()));
        let new = payments.map(|(_, payment)| payment).filter(|payment| {
            let paired = known.is_some_and(|known| known.pairs.iter().any(|pair| pair.theirs == payment.id));
            !paired && payment.paper.amount == paying.paper.amount
        });
        Ok(match new.min_by_key(|payment| payment.updated) {
            None => Looked::Nothing,
            Some(payment) => Looked::Became(Outcome::Done {
                xero: payment.id,
                held: None,
                warnings: Vec::new(),
                altered: Vec::new(),
                payment: Some(Box::new(payment)),
                journal: None,
                credit: None,
            }),
        })
    }

    /// An allocation is there if that much more of the credit is used on the invoice or bill than before.
    pub(crate) async fn look_for_allocation(&mut self, sent: &Allocating) -> Result<Looked, Stop> {
        let id = sent.from.to_string();
        let used = match sent.kind {
            CreditKind::Note => self.used_of::<CreditNote>(&id, |note| note.allocations).await?,
            CreditKind::Prepayment => self.used_of::<Prepayment>(&id, |one| one.allocations).await?,
            CreditKind::Overpayment => self.used_of::<Overpayment>(&id, |one| one.allocations).await?,
        };
        let to = |one: &Allocation| one.invoice.as_ref().and_then(|invoice| invoice.invoice_id).map(guid);
        let live = used.iter().filter(|one| one.is_deleted != Some(true) && to(one) == Some(sent.to));
        let there = live.filter_map(|one| one.amount).try_fold(xero::Decimal::ZERO, xero::Decimal::plus);
        if !there.is_some_and(|there| sent.is_done_at(there)) {
            return Ok(Looked::Nothing);
        }
        let id = used.iter().rev().find(|one| to(one) == Some(sent.to)).and_then(|one| one.allocation_id);
        Ok(Looked::Became(Outcome::Done {
            xero: id.map(guid).unwrap_or_default(),
            held: None,
            warnings: Vec::new(),
            altered: Vec::new(),
            payment: None,
            journal: None,
            credit: None,
        }))
    }

    /// How a credit is used, as Xero says now.
    async fn used_of<T: Resource + Send>(
        &mut self,
        id: &str,
        of: fn(T) -> Option<Vec<Allocation>>,
    ) -> Result<Vec<Allocation>, Stop> {
        let page = self.page::<T>(one::<T>(id)).await?;
        Ok(page.into_iter().flat_map(|page| page.items).filter_map(of).flatten().collect())
    }

    /// A prepayment or overpayment is there if a bank transaction says what ours was to say, and stands for nothing else of ours.
    pub(crate) async fn look_for_credit(
        &mut self,
        subject: &Subject,
        sent: &Crediting,
        intended_at: Moment,
    ) -> Result<Looked, Stop> {
        let look = look::credit(sent.bank_type(), &sent.paper.reference, &sent.text, intended_at.millis());
        let found = match self.looked(&look).await? {
            Found::None => Vec::new(),
            Found::One(bank) => vec![*bank],
            Found::Several(all) => all,
        };
        let exchange = &self.view.exchange;
        let made = found.iter().filter_map(Sent::credit).filter(|one| {
            let other = exchange.subject(one.id).filter(|known| *known != subject);
            other.is_none() && one.total == sent.paper.amount && !one.status.is_gone()
        });
        let Some(credit) = made.min_by_key(|one| one.updated) else { return Ok(Looked::Nothing) };
        let Outcome::Done { held, warnings, altered, payment, journal, .. } = done_without_record() else {
            return Ok(Looked::Nothing);
        };
        let (xero, credit) = (credit.id, Some(Box::new(credit)));
        Ok(Looked::Became(Outcome::Done { xero, held, warnings, altered, payment, credit, journal }))
    }

    /// An invoice was e-mailed, or marked so, if it says so.
    pub(crate) async fn look_for_email(&mut self, id: DocumentId) -> Result<Looked, Stop> {
        let link = self.view.exchange.link(&Subject::Document(id));
        let Some(invoice) = link.map(|link| link.xero.to_string()) else { return Ok(Looked::Again) };
        let page = self.page::<Invoice>(one::<Invoice>(&invoice)).await?;
        let mut items = page.into_iter().flat_map(|page| page.items);
        Ok(match items.any(|one| one.sent_to_contact == Some(true)) {
            true => Looked::Became(done_without_record()),
            false => Looked::Nothing,
        })
    }
}
