//! What became of one element of a write: Xero answers 200 and says per element whether it did what was asked.
//!
//! An invoice's failed delete comes back as 200 with envelope `OK`, element `ERROR`, and `Status: DELETED`, which is only
//! an echo of the wish: that is `Refused`. A changed amount on a paid bill comes back `OK` with the old amount: that is
//! `Altered`, with the difference. An id of zeros without a reason, or a word we don't know in the place of `OK`, is
//! `Unclear`: it must be looked up.
//!
//! Not here: answers without elements (`outcome`).

use crate::XeroId;
use crate::envelope::{Envelope, NotAnEnvelope};
use crate::record::Difference;
use crate::resources::Resource;
use crate::statuses::ElementStatus;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// Something Xero says about an element or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which part: `LineItems[0]`; empty for the element itself.
    pub path: String,
    /// The text, verbatim.
    pub text: String,
}

/// What became of one element.
#[derive(Clone, Debug)]
pub enum Element<T: Resource> {
    /// Certainly done.
    Done {
        /// What Xero holds now.
        held: Box<T>,
        /// Its id; none for kinds without ids.
        id: Option<XeroId<T>>,
        /// What Xero remarked.
        warnings: Vec<Message>,
    },
    /// Xero took it and holds something else than what was asked.
    Altered {
        /// What Xero holds now.
        held: Box<T>,
        /// Its id; none for kinds without ids.
        id: Option<XeroId<T>>,
        /// Where the two differ.
        differences: Vec<Difference>,
        /// What Xero remarked.
        warnings: Vec<Message>,
    },
    /// Certainly not done, and why.
    Refused {
        /// Xero's reasons.
        messages: Vec<Message>,
    },
    /// The answer doesn't say: look it up by our marker.
    Unclear {
        /// What was odd.
        why: String,
        /// Xero's messages, if any.
        messages: Vec<Message>,
    },
}

impl<T: Resource> Element<T> {
    /// The id of what Xero holds, if it certainly holds something.
    #[must_use]
    pub fn id(&self) -> Option<XeroId<T>> {
        match self {
            Self::Done { id, .. } | Self::Altered { id, .. } => *id,
            Self::Refused { .. } | Self::Unclear { .. } => None,
        }
    }
}

/// Fields whose silent change matters: amounts, days, accounts, who and which. Texts that Xero trims, counts and times
/// it keeps for itself do not.
const SIGNIFICANT: &[&str] = &[
    "AccountCode",
    "AccountID",
    "Amount",
    "Code",
    "ContactID",
    "ContactNumber",
    "ContactStatus",
    "CreditNoteID",
    "CreditNoteNumber",
    "CurrencyCode",
    "CurrencyRate",
    "Date",
    "DiscountAmount",
    "DiscountRate",
    "DueDate",
    "InvoiceID",
    "InvoiceNumber",
    "ItemCode",
    "JournalLines",
    "LineAmount",
    "LineAmountTypes",
    "LineItems",
    "Narration",
    "PurchaseOrderNumber",
    "Quantity",
    "QuoteNumber",
    "Status",
    "TaxAmount",
    "TaxType",
    "Type",
    "UnitAmount",
    "UnitPrice",
];

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Verdict {
    status_attribute_string: Option<ElementStatus>,
    has_errors: Option<bool>,
    has_validation_errors: Option<bool>,
}

/// Reads the elements of a 200 answer to a write of `asked`, in the order sent.
///
/// # Errors
/// The body has no list of that kind: then nothing is known about any element.
pub fn read_elements<T: Resource>(body: &[u8], asked: &[T]) -> Result<Vec<Element<T>>, NotAnEnvelope> {
    let envelope = Envelope::read(body)?;
    let list = envelope
        .raw(T::PLURAL)
        .ok_or_else(|| NotAnEnvelope(format!("the answer has no list named {}", T::PLURAL)))?;
    let raw: Vec<&RawValue> = serde_json::from_str(list.get())
        .map_err(|e| NotAnEnvelope(format!("{} is no list: {e}", T::PLURAL)))?;
    let missing = asked.len().saturating_sub(raw.len());
    let mut elements: Vec<Element<T>> =
        raw.iter().enumerate().map(|(at, raw)| read_element(raw.get(), asked.get(at))).collect();
    elements
        .extend((0..missing).map(|_| unclear("the answer has fewer elements than the request", Vec::new())));
    Ok(elements)
}

fn unclear<T: Resource>(why: impl Into<String>, messages: Vec<Message>) -> Element<T> {
    Element::Unclear { why: why.into(), messages }
}

/// Judges one element against what was asked. The order of the questions is the rule:
/// refused beats everything, then doubt, then success.
pub fn read_element<T: Resource>(raw: &str, asked: Option<&T>) -> Element<T> {
    let (errors, warnings) = messages(raw);
    let verdict = match serde_json::from_str::<Verdict>(raw) {
        Ok(verdict) => verdict,
        Err(why) => return unclear(format!("the element can't be read: {why}"), errors),
    };
    let flagged = verdict.has_errors == Some(true) || verdict.has_validation_errors == Some(true);
    let held = match T::from_json(raw) {
        Ok(held) => held,
        Err(_) if verdict.status_attribute_string == Some(ElementStatus::Error) || flagged => {
            return Element::Refused { messages: errors };
        }
        Err(why) => return unclear(format!("the element can't be read: {why}"), errors),
    };
    let id = held.id().filter(|id| !id.is_nothing());
    let stored = id.is_some() || !T::IDENTIFIED;
    match verdict.status_attribute_string {
        Some(ElementStatus::Error) => return Element::Refused { messages: errors },
        Some(ElementStatus::Other(word)) => return unclear(format!("an unknown verdict: {word:?}"), errors),
        Some(ElementStatus::Ok | ElementStatus::Warning) | None => {}
    }
    if flagged || (!errors.is_empty() && !stored) {
        return Element::Refused { messages: errors };
    }
    if !errors.is_empty() {
        return unclear("Xero calls it done and lists errors", errors);
    }
    if !stored {
        return unclear("the element has no id and no error", warnings);
    }
    let differences = asked.map(|asked| significant(asked, &held)).unwrap_or_default();
    let held = Box::new(held);
    if differences.is_empty() {
        Element::Done { held, id, warnings }
    } else {
        Element::Altered { held, id, differences, warnings }
    }
}

fn significant<T: Resource>(asked: &T, held: &T) -> Vec<Difference> {
    let mut found = Vec::new();
    asked.compare(held, "", &mut found);
    found.retain(|difference| SIGNIFICANT.contains(&difference.field()));
    found
}

/// Every error and every warning in an element, wherever it sits (API-FACTS 3.2: walk the tree).
#[must_use]
pub fn messages(raw: &str) -> (Vec<Message>, Vec<Message>) {
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    let says_something = raw.contains("Message\"") || raw.contains("Description\"");
    if says_something && let Ok(value) = serde_json::from_str::<Value>(raw) {
        walk(&value, "", &mut errors, &mut warnings);
    }
    (errors, warnings)
}

fn walk(value: &Value, path: &str, errors: &mut Vec<Message>, warnings: &mut Vec<Message>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "ValidationErrors" => errors.extend(texts(value, path)),
                    "Warnings" => warnings.extend(texts(value, path)),
                    _ if path.is_empty() => walk(value, name, errors, warnings),
                    _ => walk(value, &format!("{path}.{name}"), errors, warnings),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{path}[{index}]"), errors, warnings);
            }
        }
        _ => {}
    }
}

/// Xero's samples have a message under `Description` as well.
fn texts(list: &Value, path: &str) -> Vec<Message> {
    let text = |entry: &Value| {
        entry.get("Message").or_else(|| entry.get("Description"))?.as_str().map(str::to_owned)
    };
    let entries = list.as_array().into_iter().flatten();
    entries.filter_map(text).map(|text| Message { path: path.to_owned(), text }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Invoice;

    fn read(raw: &str, asked: &str) -> Element<Invoice> {
        let asked: Invoice = serde_json::from_str(asked).unwrap();
        read_element(raw, Some(&asked))
    }

    const ID: &str = r#""InvoiceID":"254591b2-68c7-403f-91af-e3584f9577fe""#;

    #[test]
    fn an_echoed_status_is_no_success() {
        let raw = format!(
            r#"{{{ID},"Status":"DELETED","StatusAttributeString":"ERROR","ValidationErrors":[{{"Message":"no"}}]}}"#
        );
        let Element::Refused { messages } = read(&raw, r#"{"Status":"DELETED"}"#) else { panic!("refused") };
        assert_eq!(messages[0].text, "no");
    }

    #[test]
    fn a_silent_no_op_is_seen() {
        let raw = format!(r#"{{{ID},"LineItems":[{{"UnitAmount":10.0}}],"StatusAttributeString":"OK"}}"#);
        let Element::Altered { differences, .. } = read(&raw, r#"{"LineItems":[{"UnitAmount":12}]}"#) else {
            panic!("altered")
        };
        assert_eq!(differences[0].path, "LineItems[0].UnitAmount");
        assert_eq!((differences[0].asked.as_str(), differences[0].held.as_str()), ("12", "10.0"));
    }

    #[test]
    fn doubt_is_never_success() {
        for raw in [
            r#"{"InvoiceID":"00000000-0000-0000-0000-000000000000","StatusAttributeString":"OK"}"#.to_owned(),
            r#"{"StatusAttributeString":"OK"}"#.to_owned(),
            format!(r#"{{{ID},"StatusAttributeString":"SPLENDID"}}"#),
            format!(r#"{{{ID},"StatusAttributeString":"OK","ValidationErrors":[{{"Message":"locked"}}]}}"#),
            format!(r#"{{{ID},"Total":true}}"#),
            "7".to_owned(),
        ] {
            assert!(matches!(read(&raw, "{}"), Element::Unclear { .. }), "{raw}");
        }
    }

    #[test]
    fn errors_inside_a_line_are_found_with_their_place() {
        let raw = r#"{"InvoiceID":"00000000-0000-0000-0000-000000000000","HasErrors":true,
            "LineItems":[{},{"ValidationErrors":[{"Message":"bad account"}]}]}"#;
        let Element::Refused { messages } = read(raw, "{}") else { panic!("refused") };
        assert_eq!(messages, [Message { path: "LineItems[1]".into(), text: "bad account".into() }]);
    }

    #[test]
    fn fewer_elements_than_asked_leave_the_rest_unclear() {
        let body = format!(r#"{{"Invoices":[{{{ID}}}]}}"#);
        let asked = vec![Invoice::default(), Invoice::default()];
        let elements = read_elements(body.as_bytes(), &asked).unwrap();
        assert!(matches!(elements[0], Element::Done { .. }));
        assert!(matches!(elements[1], Element::Unclear { .. }));
    }
}
