//! What a document of trade comes to: net, tax and gross, line by line and in all.
//!
//! A line's amount is quantity × price less discount, rounded once (DOC-24); its tax is rounded once, on the line; sums are
//! of rounded lines, as Xero makes them: 25.06, 25.61 and 25.63 at 15 % have tax 3.76, 3.84 and 3.84. With prices that
//! include tax the tax is inside: 89.00 is 77.39 and 11.61 (TAX-4). Always net + tax + rounding = gross.
//! Not here: what was paid (`settlement.rs`).

use schemars::JsonSchema;
use serde::Serialize;

use money::{Currency, Money, Percent, Quantity, UnitPrice};

use crate::book::Book;
use crate::content::{Content, FeeTarget, SupplierCreditLine, Terms, TradeLine};
use crate::ids::DocumentId;
use crate::refusal::{Refusal, bad};
use crate::trade::Prices;

/// What a line comes to, in the document's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineTotal {
    /// Without tax.
    pub net: Money,
    /// Its tax.
    pub tax: Money,
}

/// What a document comes to, in its currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Totals {
    /// Its lines in order; after a purchase order's the fees that its own supplier bills (DOC-10).
    pub lines: Vec<LineTotal>,
    /// Sum of the lines without tax.
    pub net: Money,
    /// Sum of the lines' tax.
    pub tax: Money,
    /// What the paper says more or less; it goes to Rounding, without tax (DOC-24).
    pub rounding: Money,
    /// What is to be paid: net + tax + rounding.
    pub gross: Money,
}

/// What a line comes to.
pub(crate) fn line(
    quantity: Quantity,
    price: UnitPrice,
    discount: Percent,
    tax: Option<Percent>,
    terms: &Terms,
) -> Result<LineTotal, Refusal> {
    let amount = match discount.is_zero() {
        true => quantity.at(price, terms.currency),
        false => quantity.at_less(price, discount, terms.currency),
    };
    taxed(amount.map_err(|error| bad("The line's net amount", &error))?, tax, terms.prices)
}

/// What a line of a supplier's credit takes off the cost.
pub(crate) fn credit_cost(line: &SupplierCreditLine, terms: &Terms) -> Result<Money, Refusal> {
    cost(credit_line(line, terms)?, line.tax, terms)
}

/// What a line of a supplier's credit comes to.
pub(crate) fn credit_line(line: &SupplierCreditLine, terms: &Terms) -> Result<LineTotal, Refusal> {
    taxed(line.amount, line.tax, terms.prices)
}

/// What a line of a purchase costs: without tax, and with what of it nobody gives back (TAX-6).
pub(crate) fn cost(line: LineTotal, tax: Option<Percent>, terms: &Terms) -> Result<Money, Refusal> {
    let Some((lost, tax)) = terms.lost_tax.as_ref().zip(tax) else { return Ok(line.net) };
    let cost = line.net.checked_add(lost.part(line.tax, tax));
    cost.map_err(|error| bad("The line's cost", &error))
}

fn taxed(amount: Money, tax: Option<Percent>, prices: Prices) -> Result<LineTotal, Refusal> {
    let tax = tax.unwrap_or(Percent::ZERO);
    let sums = match prices {
        Prices::Exclusive => tax.of(amount).map(|tax| LineTotal { net: amount, tax }),
        Prices::Inclusive => {
            tax.inside(amount).and_then(|tax| amount.checked_sub(tax).map(|net| LineTotal { net, tax }))
        }
    };
    sums.map_err(|error| bad("The line's tax", &error))
}

fn trade(lines: &[TradeLine], terms: &Terms) -> Result<Vec<LineTotal>, Refusal> {
    lines.iter().map(|one| line(one.quantity, one.price, one.discount, one.tax, terms)).collect()
}

impl Totals {
    fn of(lines: Vec<LineTotal>, currency: Currency, paper: Option<Money>) -> Result<Totals, Refusal> {
        let sums = || {
            let net = Money::try_sum(lines.iter().map(|line| line.net), currency)?;
            let tax = Money::try_sum(lines.iter().map(|line| line.tax), currency)?;
            let added = net.checked_add(tax)?;
            let gross = paper.unwrap_or(added);
            Ok((net, tax, gross.checked_sub(added)?, gross))
        };
        let (net, tax, rounding, gross) = sums().map_err(|error| bad("The document's total", &error))?;
        Ok(Totals { lines, net, tax, rounding, gross })
    }
}

/// What a content comes to, if it is one that comes to something; an order's fees are those of the order with this id.
pub(crate) fn totals(
    book: &Book,
    id: Option<DocumentId>,
    content: &Content,
) -> Result<Option<Totals>, Refusal> {
    let (lines, terms, paper) = match content {
        Content::PurchaseOrder(c) => {
            let mut lines = trade(&c.lines, &c.terms)?;
            lines.extend(
                id.into_iter()
                    .flat_map(|id| own_fees(book, id, c.terms.currency))
                    .map(|(_, net)| LineTotal { net, tax: Money::zero(c.terms.currency) }),
            );
            (lines, &c.terms, None)
        }
        Content::Bill(c) => {
            let lines = c.lines.iter().map(|l| line(l.quantity, l.price, l.discount, l.tax, &c.terms));
            (lines.collect::<Result<_, _>>()?, &c.terms, c.paper_total)
        }
        Content::SupplierCredit(c) => {
            let lines = c.lines.iter().map(|line| credit_line(line, &c.terms));
            (lines.collect::<Result<_, _>>()?, &c.terms, None)
        }
        Content::CustomerOrder(c) => (trade(&c.lines, &c.terms)?, &c.terms, None),
        Content::Quote(c) => (trade(&c.lines, &c.terms)?, &c.terms, None),
        Content::Invoice(c) => (trade(&c.lines, &c.terms)?, &c.terms, None),
        _ => return Ok(None),
    };
    Totals::of(lines, terms.currency, paper).map(Some)
}

/// The fees that an order's own supplier bills with it, in the order's currency (DOC-10).
pub(crate) fn own_fees(
    book: &Book,
    order: DocumentId,
    currency: Currency,
) -> impl Iterator<Item = (DocumentId, Money)> {
    let dependents = book.documents[order.index()].dependents.iter();
    dependents.filter_map(move |one| {
        let document = &book.documents[one.index()];
        match &document.content {
            Content::Fee(fee)
                if document.is_live()
                    && fee.supplier.is_none()
                    && fee.target == FeeTarget::Order(order)
                    && fee.amount.currency() == currency =>
            {
                Some((*one, fee.amount))
            }
            _ => None,
        }
    })
}

impl Book {
    /// What a document comes to; none if it is of a kind without prices.
    pub fn totals(&self, id: DocumentId) -> Option<Totals> {
        // It was worked out when the document was saved, so it fits.
        totals(self, Some(id), self.document(id)?.content()).ok().flatten()
    }
}
