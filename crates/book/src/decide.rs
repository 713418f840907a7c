//! From a command to events, or to a refusal: checks in a fixed order, choices made once.

use crate::book::Book;
use crate::command::{Asking, Command, Event, Thing, Withdrawal};
use crate::content::{Content, Kind, Shipment, Transfer, VendorShipment};
use crate::day::Day;
use crate::document::Life;
use crate::documents::{self, Checked, check, check_content};
use crate::ids::DocumentId;
use crate::make;
use crate::master_check;
use crate::names::Text;
use crate::refusal::{Code, Refusal};
use crate::{approval, attachments, closing, settings, settlement, totals};

pub(crate) fn decide(book: &Book, command: Command, asking: Asking) -> Result<Vec<Event>, Refusal> {
    let events = events(book, command, asking)?;
    closing::check(book, &events)?;
    settlement::check(book, &events)?;
    Ok(events)
}

fn events(book: &Book, command: Command, asking: Asking) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::SaveRecord { id, external, record } => {
            master_check::save(book, id, external, record, asking.today)
        }
        Command::Archive(thing) => master_check::archive(book, thing, asking.today),
        Command::Restore(thing) => master_check::restore(book, thing, asking.today),
        Command::Note { on, text } => {
            master_check::exists(book, on)?;
            check::text("note", &text, check::TEXT_LENGTH)?;
            Ok(vec![Event::Noted { on, text }])
        }
        Command::SaveRate { currency, day, rate } => {
            Checked { book, id: None }.day(day)?;
            if currency == book.base {
                let refusal = Refusal::new(Code::BadValue).with("field", "currency").with("value", currency);
                return Err(refusal.with("why", "it is the currency of the accounts, its rate is 1"));
            }
            Ok(vec![Event::RateSaved { currency, day, rate }])
        }
        Command::SaveSeries { kind, prefix, next } => {
            check::text("prefix", &prefix, check::CODE_LENGTH)?;
            Ok(vec![Event::SeriesSaved { kind, prefix, next }])
        }
        Command::Save { document, number, external, content } => {
            save(book, document, number, external, content)
        }
        Command::Withdraw { document, how } => withdraw(book, document, how),
        Command::Reinstate(document) => reinstate(book, document),
        Command::CloseLine { order, line, day, closing } => close_line(book, order, line, day, closing),
        Command::ReopenLine { order, line } => {
            let at = Checked { book, id: None };
            let document = at.document(order, Kind::PurchaseOrder)?;
            if let Content::PurchaseOrder(content) = &document.content {
                at.line(document, line, content.lines.len())?;
            }
            if document.closed().iter().any(|closed| closed.line == line) {
                return Ok(vec![Event::LineReopened { order, line }]);
            }
            Err(line_state(document.number(), line, "open", "opening it again", "Nothing needs opening."))
        }
        Command::Pick { shipment, day } => pick(book, shipment, Some(day)),
        Command::Unpick(shipment) => pick(book, shipment, None),
        Command::Rebook(document) => rebook(book, document),
        Command::CancelOrder { order, day, parts } => make::cancel(book, order, day, parts, asking),
        Command::ReopenOrder(order) => make::reopen(book, order, asking),
        Command::MakeFor { line, plan } => make::make_for(book, line, plan, asking),
        Command::MakeShort { item, plan } => make::make_short(book, item, plan, asking),
        Command::SaveSettings(settings) => settings::save(settings),
        Command::Submit(document) => approval::submit(Checked { book, id: None }, document),
        Command::Approve(document) => approval::approve(Checked { book, id: None }, document, asking.by),
        Command::Reject { document, why } => {
            approval::reject(Checked { book, id: None }, document, why, asking.by)
        }
        Command::CloseBooks { until } => closing::close(Checked { book, id: None }, until),
        Command::Attach { on, file } => attachments::attach(book, on, file),
        Command::Detach { on, name } => attachments::detach(book, on, name),
    }
}

fn existing(book: &Book, id: DocumentId) -> Result<(), Refusal> {
    if book.document(id).is_some() {
        return Ok(());
    }
    Err(Refusal::new(Code::Unknown).with("kind", "document").with("id", id.number()))
}

fn save(
    book: &Book,
    id: Option<DocumentId>,
    number: Option<Text>,
    external: Option<Text>,
    content: Content,
) -> Result<Vec<Event>, Refusal> {
    let kind = content.kind();
    if let Some(id) = id {
        existing(book, id)?;
        let document = &book.documents[id.index()];
        if document.kind() != kind {
            let refusal = Refusal::new(Code::WrongKind).with("name", &document.number);
            let actual = document.kind().one();
            return Err(refusal.with("actual", actual).with("wanted", kind.one()));
        }
        check::live(document, "changing it")?;
    }
    let document = id.unwrap_or(DocumentId(book.documents.len() as u32));
    let number = choose_number(book, id, kind, number)?;
    free_external(book, kind.words(), &external, document)?;
    let content = check_content(Checked { book, id }, content)?;
    settlement::keeps_what_was_paid(Checked { book, id }, &content)?;
    totals::totals(book, id, &content)?;
    let mut total = 0_i128;
    for (quantity, amount) in crate::measures::measures(book, &content) {
        total += i128::from(quantity.millionths()).abs() + i128::from(amount.minor()).abs();
    }
    book.fits(total)?;
    let mut events = Vec::with_capacity(1);
    events.extend(bookings_end(book, &content));
    events.push(Event::Saved { document, number, external, content });
    Ok(events)
}

/// An order that ends books nothing any more, also if it is reopened.
fn bookings_end(book: &Book, content: &Content) -> Option<Event> {
    let Content::Completion(completion) = content else { return None };
    let ends = completion.outcome != crate::content::Outcome::Partial;
    let order = documents::manufacturing_order::content(book, completion.order)?;
    if !ends || order.booked.is_none() {
        return None;
    }
    let mut order = order.clone();
    order.booked = None;
    order.parts.iter_mut().for_each(|part| part.takings.clear());
    let number = book.documents[completion.order.index()].number.clone();
    Some(Event::Saved { document: completion.order, number, external: None, content: order.into() })
}

fn choose_number(
    book: &Book,
    id: Option<DocumentId>,
    kind: Kind,
    wanted: Option<Text>,
) -> Result<Text, Refusal> {
    let own = id.map(|id| book.documents[id.index()].number.clone());
    let Some(number) = wanted.or(own) else {
        let (prefix, mut next) = match book.series.get(&kind) {
            Some(series) => (series.prefix.clone(), series.next),
            None => (Text::from(kind.prefix()), 1),
        };
        loop {
            let number = format!("{prefix}{next}");
            if book.find_document(kind, &number).is_none() {
                return Ok(number.into());
            }
            next += 1;
        }
    };
    if number.trim().is_empty() {
        return Err(Refusal::new(Code::Missing).with("field", "number"));
    }
    check::text("number", &number, check::CODE_LENGTH)?;
    match book.find_document(kind, &number) {
        Some(holder) if Some(holder) != id => {
            Err(Refusal::new(Code::CodeTaken).with("kind", kind.words()).with("code", number))
        }
        _ => Ok(number),
    }
}

pub(crate) fn free_external(
    book: &Book,
    kind: &str,
    external: &Option<Text>,
    id: DocumentId,
) -> Result<(), Refusal> {
    let Some(external) = external else { return Ok(()) };
    check::text("external id", external, check::CODE_LENGTH)?;
    match book.externals.get(&*format!("{kind}:{external}")) {
        Some(holder) if *holder != id.0 => {
            let name = external_holder(book, kind, *holder);
            Err(Refusal::new(Code::ExternalTaken).with("external", external).with("holder", name))
        }
        _ => Ok(()),
    }
}

/// What holds an external id: external ids are unique among documents, or records, of a kind.
fn external_holder(book: &Book, kind: &str, holder: u32) -> String {
    let record = match kind {
        "unit" => Thing::Unit(holder),
        "category" => Thing::Category(holder),
        "item" => Thing::Item(holder),
        "site" => Thing::Site(holder),
        "warehouse" => Thing::Warehouse(holder),
        "party" => Thing::Party(holder),
        "tracking category" => Thing::TrackingCategory(holder),
        "tracking option" => Thing::TrackingOption(holder),
        "reason" => Thing::Reason(holder),
        "sales channel" => Thing::Channel(holder),
        "approval rule" => Thing::ApprovalRule(holder),
        "workstation" => Thing::Workstation(holder),
        "bill of materials" => Thing::BillOfMaterials(holder),
        "routing" => Thing::Routing(holder),
        _ => Thing::Document(holder),
    };
    format!("{kind} {}", thing_name(book, record))
}

fn withdraw(book: &Book, id: DocumentId, how: Withdrawal) -> Result<Vec<Event>, Refusal> {
    existing(book, id)?;
    let document = &book.documents[id.index()];
    if document.life == Life::Cancelled && how == Withdrawal::Deleted {
        return Ok(vec![Event::Withdrawn { document: id, how }]);
    }
    let action = match how {
        Withdrawal::Cancelled => "cancelling it",
        Withdrawal::Deleted => "deleting it",
    };
    if document.life == Life::from(how) {
        let refusal = Refusal::new(Code::DocumentState).with("number", &document.number);
        let refusal = refusal.with("state", how.words()).with("action", action);
        return Err(refusal.with("remedy", "Nothing needs doing."));
    }
    check::live(document, action)?;
    let all = documents::check_withdrawal(book, id, how)?;
    Ok(all.into_iter().map(|one| Event::Withdrawn { document: one, how }).collect())
}

/// A cancelled document comes back with its content checked anew: its lots are chosen again.
fn reinstate(book: &Book, id: DocumentId) -> Result<Vec<Event>, Refusal> {
    existing(book, id)?;
    let document = &book.documents[id.index()];
    let (state, remedy) = match document.life {
        Life::Cancelled => {
            let content = without_choices(document.content.clone());
            let content = check_content(Checked { book, id: Some(id) }, content)?;
            let number = document.number.clone();
            let mut events: Vec<Event> = bookings_end(book, &content).into_iter().collect();
            events.push(Event::Saved { document: id, number, external: None, content });
            return Ok(events);
        }
        Life::Live => ("in force", "Nothing needs reinstating."),
        Life::Deleted => ("deleted", "Make a new document."),
    };
    let refusal = Refusal::new(Code::DocumentState).with("number", &document.number).with("state", state);
    Err(refusal.with("action", "reinstating it").with("remedy", remedy))
}

fn without_choices(content: Content) -> Content {
    match content {
        Content::Shipment(c) => {
            let mut c: Shipment = (*c).clone();
            c.lines.iter_mut().for_each(|line| line.takings.clear());
            c.into()
        }
        Content::Transfer(c) => {
            let mut c: Transfer = (*c).clone();
            c.lines.iter_mut().for_each(|line| line.takings.clear());
            c.into()
        }
        Content::StockEntry(c) => {
            let mut c = (*c).clone();
            c.outs.iter_mut().for_each(|line| line.takings.clear());
            c.into()
        }
        Content::ManufacturingOrder(c) => {
            let mut c = (*c).clone();
            c.parts.iter_mut().for_each(|part| part.takings.clear());
            c.into()
        }
        Content::Consumption(c) => {
            let mut c = (*c).clone();
            c.lines.iter_mut().for_each(|line| line.takings.clear());
            c.into()
        }
        Content::VendorShipment(c) => {
            let mut c = (*c).clone();
            c.lines.iter_mut().for_each(|line| line.takings.clear());
            c.into()
        }
        other => other,
    }
}

fn line_state(number: &str, line: u16, state: &str, action: &str, remedy: &str) -> Refusal {
    let name = format!("Line {} of {number}", u32::from(line) + 1);
    let refusal = Refusal::new(Code::DocumentState).with("number", name).with("state", state);
    refusal.with("action", action).with("remedy", remedy)
}

fn close_line(
    book: &Book,
    order: DocumentId,
    line: u16,
    day: Day,
    closing: crate::command::Closing,
) -> Result<Vec<Event>, Refusal> {
    let at = Checked { book, id: None };
    at.day(day)?;
    let document = at.document(order, Kind::PurchaseOrder)?;
    let Content::PurchaseOrder(content) = &document.content else { return Ok(Vec::new()) };
    at.line(document, line, content.lines.len())?;
    if document.closed().iter().any(|closed| closed.line == line) {
        return Err(line_state(document.number(), line, "closed", "closing it", "Open it again first."));
    }
    let lines = documents::order_costs::lines(book, order);
    if closing == crate::command::Closing::IntoLots
        && lines[usize::from(line)].facts.received_units().is_zero()
    {
        let refusal = Refusal::new(Code::NothingReceived).with("line", u32::from(line) + 1);
        return Err(refusal.with("number", document.number()));
    }
    Ok(vec![Event::LineClosed { order, line, day, closing }])
}

/// Picks a booked shipment or vendor shipment, or puts it back to booked; its lots stay.
fn pick(book: &Book, id: DocumentId, day: Option<Day>) -> Result<Vec<Event>, Refusal> {
    let to_vendor = book.document(id).is_some_and(|document| document.kind() == Kind::VendorShipment);
    let kind = if to_vendor { Kind::VendorShipment } else { Kind::Shipment };
    let document = Checked { book, id: None }.document(id, kind)?;
    let takings = |number| book.takings_of(id, number);
    let (before, content) = match &document.content {
        Content::Shipment(content) => {
            let mut content: Shipment = (**content).clone();
            let before = std::mem::replace(&mut content.picked, day);
            content
                .lines
                .iter_mut()
                .enumerate()
                .for_each(|(number, line)| line.takings = takings(number).into());
            (before, Content::from(content))
        }
        Content::VendorShipment(content) => {
            let mut content: VendorShipment = (**content).clone();
            let before = std::mem::replace(&mut content.picked, day);
            content.lines.iter_mut().enumerate().for_each(|(number, line)| line.takings = takings(number));
            (before, Content::from(content))
        }
        _ => return Ok(Vec::new()),
    };
    if before.is_some() == day.is_some() {
        let (state, action) = match before {
            Some(_) => ("picked", "picking it"),
            None => ("not picked", "unpicking it"),
        };
        let refusal =
            Refusal::new(Code::DocumentState).with("number", document.number()).with("state", state);
        return Err(refusal.with("action", action).with("remedy", "Nothing needs doing."));
    }
    save(book, Some(id), None, None, content)
}

/// Chooses a document's lots as if it were booked today (INV-2).
fn rebook(book: &Book, id: DocumentId) -> Result<Vec<Event>, Refusal> {
    existing(book, id)?;
    let document = &book.documents[id.index()];
    check::live(document, "rebooking it")?;
    if !matches!(
        document.content,
        Content::Shipment(_)
            | Content::Transfer(_)
            | Content::StockEntry(_)
            | Content::ManufacturingOrder(_)
            | Content::Consumption(_)
            | Content::VendorShipment(_)
    ) {
        let refusal = Refusal::new(Code::WrongKind).with("name", document.number());
        let actual = document.kind().one();
        return Err(refusal.with("actual", actual).with("wanted", "a document that books lots"));
    }
    // Without its own bookings nothing is preferred: the lines are checked as if they had none.
    let fork = book.released(id);
    let content = without_choices(document.content.clone());
    let content = check_content(Checked { book: &fork, id: Some(id) }, content)?;
    Ok(vec![Event::Saved { document: id, number: document.number.clone(), external: None, content }])
}

/// What a thing is called.
pub(crate) fn thing_name(book: &Book, thing: Thing) -> String {
    match thing {
        Thing::Unit(id) => book.units[id].code.to_string(),
        Thing::Category(id) => book.categories[id].code.to_string(),
        Thing::Item(id) => book.items[id].code.to_string(),
        Thing::Site(id) => book.sites[id].code.to_string(),
        Thing::Warehouse(id) => book.warehouses[id].code.to_string(),
        Thing::Party(id) => book.parties[id].code.to_string(),
        Thing::TrackingCategory(id) => book.tracking_categories[id].code.to_string(),
        Thing::TrackingOption(id) => book.tracking_options[id].code.to_string(),
        Thing::Reason(id) => book.reasons[id].code.to_string(),
        Thing::Channel(id) => book.channels[id].code.to_string(),
        Thing::ApprovalRule(id) => book.approval_rules[id].code.to_string(),
        Thing::Workstation(id) => book.workstations[id].code.to_string(),
        Thing::BillOfMaterials(id) => book.bills_of_materials[id].code.to_string(),
        Thing::Routing(id) => book.routings[id].code.to_string(),
        Thing::Document(id) => book.documents[id as usize].number().to_owned(),
    }
}
