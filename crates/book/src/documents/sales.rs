//! Customer orders (POST-5) and sales invoices (POST-6, POST-7). An order posts nothing; an invoice is posted by the
//! document itself, and a credit invoice moves neither stock nor cost.

use money::Amount;

use crate::book::Book;
use crate::content::{Content, CustomerOrder, Invoice, InvoiceKind, Kind};
use crate::costs::Costs;
use crate::ids::DocumentId;
use crate::master::PartyKind;
use crate::posting::Rule;
use crate::posts::Detail;
use crate::refusal::{Code, Refusal};
use crate::stock::Direction;
use crate::trade::Stage;

use super::check::{line_in_use, net, numbers};
use super::{Checked, quote};

pub(crate) fn check_order(at: Checked<'_>, mut order: CustomerOrder) -> Result<CustomerOrder, Refusal> {
    at.lines(Kind::CustomerOrder, order.lines.len())?;
    at.terms(&mut order.terms, PartyKind::Customer)?;
    if let Some(quote) = order.quote {
        quote::usable(at, quote)?;
    }
    let terms = order.terms.clone();
    for line in &mut order.lines {
        at.trade_line(line, &terms)?;
    }
    let Some(id) = at.id else { return Ok(order) };
    let Content::CustomerOrder(old) = &at.book.documents[id.index()].content else { return Ok(order) };
    for (number, line) in old.lines.iter().enumerate() {
        if order.lines.get(number).is_some_and(|new| new.item == line.item) {
            continue;
        }
        let shipments = at.book.documents[id.index()].dependents.iter().copied().filter(|one| {
            let document = &at.book.documents[one.index()];
            let refers = match &document.content {
                Content::Shipment(c) => c.lines.iter().any(|l| l.order_line == Some(number as u16)),
                Content::Invoice(c) => {
                    c.sources.iter().flatten().any(|l| l.document == id && usize::from(l.line) == number)
                }
                _ => false,
            };
            document.is_live() && refers
        });
        let standing = numbers(at.book, shipments);
        if !standing.is_empty() {
            let why = format!("it is named by {standing}");
            let remedy = "Give it quantity 0, or delete those first.";
            return Err(line_in_use(at.book, id, number, "removed or changed to another item", why, remedy));
        }
    }
    Ok(order)
}

pub(crate) fn check_invoice(at: Checked<'_>, mut invoice: Invoice) -> Result<Invoice, Refusal> {
    at.lines(Kind::Invoice, invoice.lines.len())?;
    at.terms(&mut invoice.terms, PartyKind::Customer)?;
    check_stage(at, &mut invoice)?;
    if let Some(channel) = invoice.channel {
        at.record(&at.book.channels, channel.0)?;
    }
    if invoice.sources.len() != invoice.lines.len() && !invoice.sources.is_empty() {
        return Err(Refusal::new(Code::Missing).with("field", "source of each line"));
    }
    for source in invoice.sources.iter().flatten() {
        let document = at.book.documents.get(source.document.index());
        let unknown =
            Refusal::new(Code::Unknown).with("kind", "document").with("id", source.document.number());
        let document = document.ok_or(unknown)?;
        let count = match &document.content {
            Content::CustomerOrder(c) => c.lines.len(),
            Content::Quote(c) => quote::usable(at, source.document).map(|_| c.lines.len())?,
            Content::Shipment(c) => c.lines.len(),
            Content::Invoice(c) => c.lines.len(),
            _ => {
                let refusal = Refusal::new(Code::WrongKind).with("name", &document.number);
                let actual = document.kind().one();
                return Err(refusal
                    .with("actual", actual)
                    .with("wanted", "a quote, customer order, shipment or invoice"));
            }
        };
        super::check::live(document, "invoicing it")?;
        at.line(document, source.line, count)?;
    }
    let terms = invoice.terms.clone();
    for line in &mut invoice.lines {
        at.trade_line(line, &terms)?;
    }
    Ok(invoice)
}

/// An invoice in force needs a due date; a credit none (DOC-3). A credit is never a pro-forma.
fn check_stage(at: Checked<'_>, invoice: &mut Invoice) -> Result<(), Refusal> {
    if let Some(due) = invoice.due {
        at.day(due)?;
    }
    match (invoice.kind, invoice.stage) {
        (InvoiceKind::Invoice, stage) => {
            let terms = at.book.parties[invoice.terms.party.0].invoice_terms;
            invoice.due = invoice.due.or(terms.map(|terms| terms.due(invoice.terms.day)));
            if stage == Stage::Issued && invoice.due.is_none() {
                return Err(Refusal::new(Code::Missing).with("field", "due date"));
            }
            Ok(())
        }
        (InvoiceKind::Credit, Stage::ProForma) => {
            let refusal = Refusal::new(Code::BadValue).with("field", "stage").with("value", "pro-forma");
            Err(refusal.with("why", "a credit is a draft or in force"))
        }
        (InvoiceKind::Credit, _) => Ok(()),
    }
}

pub(crate) fn post(book: &mut Book, id: DocumentId, invoice: &Invoice, direction: Direction) {
    if !book.documents[id.index()].is_live() || invoice.stage != Stage::Issued {
        return;
    }
    let rule = match invoice.kind {
        InvoiceKind::Invoice => Rule::Invoiced,
        InvoiceKind::Credit => Rule::Credited,
    };
    for line in &invoice.lines {
        let amount = net(line.quantity, line.price, line.discount, line.tax, &invoice.terms);
        let amount = amount.map_or(Amount::ZERO, |net| book.to_base(net, invoice.terms.rate));
        let item = book.item_for(id, line.item);
        let tracking = line.tracking.or(item.tracking);
        let detail =
            Detail { tracking, category: item.category, warehouse: line.warehouse, ..Detail::default() };
        book.post_rule(rule, None, &detail, &Costs::on(invoice.terms.day, amount), direction);
    }
}
