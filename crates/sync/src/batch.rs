//! From operations to calls: what goes together in one, as few as count and bytes allow.
//!
//! `60 bills, 40 invoices, 3 changed bills → PUT Invoices (50), PUT Invoices (50), POST Invoices (3)`. Bills and invoices share
//! a collection. Operations of one kind and verb go together in the order of the plan; a file goes alone.
//! Not here: sending (`carry`), the bytes of a call (`xero_client::call`).

use plan::{Body, Operation, Verb};
use world::Chance;
use xero::{HistoryRecord, Resource, XeroId};
use xero_client::attach::{Online, Upload, upload};
use xero_client::call::{Call, Key, NotSendable, Write, create, create_under, email, update, update_at};

/// One call and what it is about, in the order sent.
pub(crate) struct Batch {
    /// The call; its bytes and key are kept before it is sent.
    pub(crate) call: Call,
    /// One for each element.
    pub(crate) operations: Vec<Operation>,
}

impl Batch {
    /// Method and the path with its query: enough to make the same call again.
    pub(crate) fn line(&self) -> String {
        let url = self.call.url("");
        format!("{} {}", self.call.method, url.trim_start_matches('/'))
    }
}

/// An operation that can't be sent, and why.
pub(crate) type Unsendable = (Operation, String);

/// Groups operations into calls.
pub(crate) fn batches(operations: Vec<Operation>, chance: &dyn Chance) -> (Vec<Batch>, Vec<Unsendable>) {
    let (mut calls, mut unsendable) = (Vec::new(), Vec::new());
    for group in grouped(operations) {
        let made = calls_of(group, chance, &mut unsendable);
        calls.extend(made);
    }
    (calls, unsendable)
}

/// What may go in one call, in the order in which the plan first names each group.
fn grouped(operations: Vec<Operation>) -> Vec<Vec<Operation>> {
    let mut groups: Vec<(String, Vec<Operation>)> = Vec::new();
    for operation in operations {
        let group = group(&operation);
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, members)) => members.push(operation),
            None => groups.push((group, vec![operation])),
        }
    }
    groups.into_iter().map(|(_, operations)| operations).collect()
}

fn group(operation: &Operation) -> String {
    let place = match &operation.body {
        Body::Later => "nothing".to_owned(),
        Body::Contact(_) => "contacts".to_owned(),
        Body::Item(_) => "items".to_owned(),
        Body::Invoice(_) => "invoices".to_owned(),
        Body::CreditNote(_) => "credit notes".to_owned(),
        Body::Order(_) => "orders".to_owned(),
        Body::Quote(_) => "quotes".to_owned(),
        Body::Option(category, _) => format!("options of {category}"),
        Body::Payment(_) => "payments".to_owned(),
        Body::Bank(_) => "bank transactions".to_owned(),
        Body::Email(id) => format!("e-mail of {id}"),
        Body::Allocation(kind, credit, _) => format!("allocations of {} {credit}", kind.path()),
        Body::Journal(_) => "journals".to_owned(),
        Body::File(file) => format!("file {} of {}", file.name, file.of),
        Body::Note(_, of, text) => format!("note {text} of {of}"),
    };
    format!("{:?} {place}", operation.verb)
}

/// The calls of one group. What can't be sent is left out, and the rest goes.
fn calls_of(mut group: Vec<Operation>, chance: &dyn Chance, unsendable: &mut Vec<Unsendable>) -> Vec<Batch> {
    loop {
        let (at, why) = match attempt(&group, chance) {
            Ok(calls) => {
                let mut operations = group.into_iter();
                let with =
                    |(call, count)| Batch { call, operations: operations.by_ref().take(count).collect() };
                return calls.into_iter().map(with).collect();
            }
            Err(why) => (place(&why), why.to_string()),
        };
        unsendable.push((group.remove(at.min(group.len() - 1)), why));
        if group.is_empty() {
            return Vec::new();
        }
    }
}

fn place(why: &NotSendable) -> usize {
    match why {
        NotSendable::HasId(at)
        | NotSendable::NoId(at)
        | NotSendable::TooLarge(at, _)
        | NotSendable::Unwritable(at, _) => *at,
        NotSendable::LinesLost(_) | NotSendable::FileName(_) => 0,
    }
}

/// Calls with the number of elements in each.
type Calls = Result<Vec<(Call, usize)>, NotSendable>;

fn attempt(group: &[Operation], chance: &dyn Chance) -> Calls {
    let Some(first) = group.first() else { return Ok(Vec::new()) };
    macro_rules! written {
        ($kind:ident) => {{
            let records = group.iter().filter_map(|operation| match &operation.body {
                Body::$kind(record) => Some((**record).clone()),
                _ => None,
            });
            written(first.verb, records.collect::<Vec<_>>(), chance)
        }};
    }
    match &first.body {
        Body::Later => Ok(Vec::new()),
        Body::Contact(_) => written!(Contact),
        Body::Item(_) => written!(Item),
        Body::Invoice(_) => written!(Invoice),
        Body::CreditNote(_) => written!(CreditNote),
        Body::Order(_) => written!(Order),
        Body::Quote(_) => written!(Quote),
        Body::Payment(_) => written!(Payment),
        Body::Journal(_) => written!(Journal),
        Body::Bank(_) => written!(Bank),
        Body::Email(id) => Ok(vec![(email(id.cast(), chance), 1)]),
        Body::Option(category, _) => {
            let path = format!("TrackingCategories/{category}/Options");
            let records = group.iter().filter_map(|operation| match &operation.body {
                Body::Option(_, option) => Some((**option).clone()),
                _ => None,
            });
            let records: Vec<_> = records.collect();
            match first.verb {
                Verb::Create => calls(create_under(path, &records, chance)?),
                Verb::Update | Verb::Attach | Verb::Annotate => {
                    let one = |option: &xero::TrackingOption| {
                        let id = option.tracking_option_id.unwrap_or_default();
                        update_at(format!("{path}/{id}"), option, chance)
                    };
                    calls(records.iter().map(one).collect::<Result<_, _>>()?)
                }
            }
        }
        Body::Allocation(kind, credit, _) => {
            let path = format!("{}/{credit}/Allocations", kind.path());
            let records = group.iter().filter_map(|operation| match &operation.body {
                Body::Allocation(.., allocation) => Some((**allocation).clone()),
                _ => None,
            });
            calls(create_under(path, &records.collect::<Vec<_>>(), chance)?)
        }
        Body::Note(path, of, text) => {
            let note = HistoryRecord { details: Some(text.to_string()), ..HistoryRecord::default() };
            calls(create_under(format!("{path}/{of}/History"), &[note], chance)?)
        }
        Body::File(file) => {
            let file_of = |name| Upload { name, kind: &file.kind, length: file.size, online: Online::Hidden };
            let (of, named, key) = (file.of.to_string(), file_of(&file.name), Key::fresh(chance));
            // The path alone tells the kinds apart; the id has no kind here.
            let call = match file.path {
                "CreditNotes" => upload::<xero::CreditNote>(read(&of), &named, key),
                "PurchaseOrders" => upload::<xero::PurchaseOrder>(read(&of), &named, key),
                "Quotes" => upload::<xero::Quote>(read(&of), &named, key),
                _ => upload::<xero::Invoice>(read(&of), &named, key),
            };
            Ok(vec![(call?, 1)])
        }
    }
}

fn read<T>(id: &str) -> XeroId<T> {
    XeroId::read(id).unwrap_or_default()
}

fn written<T: Resource>(verb: Verb, records: Vec<T>, chance: &dyn Chance) -> Calls {
    let writes = match verb {
        Verb::Create => create(&records, chance),
        Verb::Update | Verb::Attach | Verb::Annotate => update(&records, chance),
    };
    calls(writes?)
}

fn calls<T>(writes: Vec<Write<T>>) -> Calls {
    Ok(writes.into_iter().map(|write| (write.call, write.asked.len())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::operation;
    use plan::Subject;
    use world::simulated::SeededChance;
    use xero::{Contact, Invoice};

    fn invoice(number: u32) -> Operation {
        let invoice = Invoice { invoice_number: Some(number.to_string()), ..Invoice::default() };
        let subject = Subject::Document(book::DocumentId::new(number));
        operation(subject, Verb::Create, Body::Invoice(Box::new(invoice)))
    }

    fn contact(number: u32) -> Operation {
        let contact = Contact { name: Some(number.to_string()), ..Contact::default() };
        let subject = Subject::Party(book::PartyId::new(number));
        operation(subject, Verb::Create, Body::Contact(Box::new(contact)))
    }

    #[test]
    fn what_can_go_together_does_in_the_order_of_the_plan() {
        let mut operations: Vec<_> = (0..60).map(invoice).collect();
        operations.insert(3, contact(0));
        operations.push(contact(1));
        let (batches, unsendable) = batches(operations, &SeededChance::new(1));
        assert!(unsendable.is_empty());
        let lines: Vec<_> = batches.iter().map(|b| (b.line(), b.operations.len())).collect();
        assert_eq!(
            lines,
            [
                ("PUT Invoices?summarizeErrors=false&unitdp=4".to_owned(), 50),
                ("PUT Invoices?summarizeErrors=false&unitdp=4".to_owned(), 10),
                ("PUT Contacts?summarizeErrors=false".to_owned(), 2),
            ]
        );
        assert_eq!(batches[1].operations[0].subject, Subject::Document(book::DocumentId::new(50)));
    }

    // rule: LOG-4
    #[test]
    fn what_can_not_be_sent_holds_up_nothing_else() {
        let mut wrong = invoice(1);
        let record = Invoice {
            invoice_id: Some("254591b2-68c7-403f-91af-e3584f9577fe".parse().unwrap()),
            ..Invoice::default()
        };
        wrong.body = Body::Invoice(Box::new(record));
        let (batches, unsendable) = batches(vec![invoice(0), wrong, invoice(2)], &SeededChance::new(1));
        assert_eq!(unsendable.len(), 1);
        assert_eq!(unsendable[0].0.subject, Subject::Document(book::DocumentId::new(1)));
        assert_eq!(batches.iter().map(|b| b.operations.len()).collect::<Vec<_>>(), [2]);
    }
}
