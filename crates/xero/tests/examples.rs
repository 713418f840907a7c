//! The example bodies of Xero's OpenAPI file: each parses, and what we write of it is what a create needs.
//!
//! Every 200 example whose list is one of our kinds is read whole, with no element unreadable. Every PUT example is read
//! as our type and written again: each of its fields comes out with the same value, under the name the file has,
//! whether it is a list or a bare object. Not here: answers of a real Xero (`recordings`).

use serde_json::Value;
use std::collections::BTreeMap;
use xero::envelope::read_page;
use xero::*;

fn spec() -> Option<Value> {
    let path = std::env::var_os("MILLBOOK_SHARED")
        .map(|s| std::path::PathBuf::from(s).join("xero/xero_accounting.yaml"));
    let text = path.and_then(|path| std::fs::read_to_string(path).ok());
    let Some(text) = text else {
        assert!(
            std::env::var_os("MILLBOOK_NO_SKIP").is_none(),
            "MILLBOOK_SHARED has no xero_accounting.yaml"
        );
        eprintln!("SKIPPED: examples: MILLBOOK_SHARED has no xero/xero_accounting.yaml");
        return None;
    };
    Some(serde_yaml_ng::from_str(&text).unwrap())
}

type Check = fn(&Value) -> Result<usize, String>;
/// How many leaves were compared, and which of the example's fields were not written.
type Again = fn(&Value) -> Result<(usize, Vec<String>), String>;

/// The kinds whose examples we read: plural, how to read a list, how to read and write one element.
fn kinds() -> BTreeMap<&'static str, (Check, Again)> {
    fn read<T: Resource>(body: &Value) -> Result<usize, String> {
        let page = read_page::<T>(body.to_string().as_bytes()).map_err(|e| e.to_string())?;
        if let Some(bad) = page.unreadable.first() {
            return Err(bad.why.clone());
        }
        Ok(page.items.len())
    }
    fn again<T: Resource>(element: &Value) -> Result<(usize, Vec<String>), String> {
        let ours: T = serde_json::from_str(&element.to_string()).map_err(|e| e.to_string())?;
        let written: Value = serde_json::from_str(&serde_json::to_string(&ours).unwrap()).unwrap();
        let mut without = Vec::new();
        left_out(element, &written, T::PLURAL, &mut without);
        Ok((same(element, &written, T::PLURAL)?, without))
    }
    macro_rules! kinds {
        ($($kind:ident),+) => {
            BTreeMap::from([$(($kind::PLURAL, (read::<$kind> as Check, again::<$kind> as Again))),+])
        };
    }
    kinds!(
        Account,
        Action,
        Allocation,
        Attachment,
        BankTransaction,
        BatchPayment,
        BrandingTheme,
        Contact,
        ContactGroup,
        CreditNote,
        Currency,
        HistoryRecord,
        Invoice,
        Item,
        Journal,
        ManualJournal,
        Organisation,
        Overpayment,
        Payment,
        Prepayment,
        PurchaseOrder,
        Quote,
        Report,
        TaxRate,
        TrackingCategory,
        TrackingOption,
        User
    )
}

/// What we wrote must be in the example with the same value. Returns how many leaves were compared.
fn same(example: &Value, written: &Value, at: &str) -> Result<usize, String> {
    match (example, written) {
        (Value::Object(example), Value::Object(written)) => {
            let mut leaves = 0;
            for (name, value) in written {
                let original =
                    example.get(name).ok_or_else(|| format!("{at}.{name} is not in the example"))?;
                leaves += same(original, value, &format!("{at}.{name}"))?;
            }
            Ok(leaves)
        }
        (Value::Array(example), Value::Array(written)) if example.len() == written.len() => {
            example.iter().zip(written).map(|(e, w)| same(e, w, at)).sum()
        }
        _ if leaf(example) == leaf(written) => Ok(1),
        _ => Err(format!("{at}: {example} became {written}")),
    }
}

/// A leaf by its meaning: a day or moment in any form, a number by value, an id in any case.
fn leaf(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if let Some(moment) = Stamp::read(&text) {
        return moment.to_string();
    }
    if let Some(day) = Day::read(&text) {
        return format!("{day}T00:00:00Z");
    }
    match text.parse::<Decimal>() {
        Ok(number) => number
            .plus(Decimal::ZERO)
            .map_or(text, |n| format!("{:?}", n.to_string().trim_end_matches(['0', '.']))),
        Err(_) => text.to_lowercase(),
    }
}

fn examples<'a>(spec: &'a Value, of: &str) -> Vec<(String, &'a Value)> {
    let mut found = Vec::new();
    for (path, item) in spec["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let content = match of {
                "200" => &operation["responses"]["200"]["content"]["application/json"]["example"],
                _ if method == of => &operation["requestBody"]["content"]["application/json"]["example"],
                _ => &Value::Null,
            };
            if content.is_object() {
                found.push((format!("{method} {path}"), content));
            }
        }
    }
    found
}

#[test]
fn every_answer_of_the_file_is_read() {
    let Some(spec) = spec() else { return };
    let kinds = kinds();
    let (mut read, mut wrong) = (0, Vec::new());
    for (operation, example) in examples(&spec, "200") {
        for (name, _) in example.as_object().unwrap() {
            if let Some((check, _)) = kinds.get(name.as_str()) {
                match check(example) {
                    Ok(count) => read += count,
                    Err(why) => wrong.push(format!("{operation}: {name}: {why}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(read > 150, "only {read} elements");
}

/// The list of a PUT example, or the bare object that stands for a list of one, by the plural of its kind.
fn elements(operation: &str, example: &Value) -> (String, Vec<Value>) {
    let example = capitals(example);
    let fields = example.as_object().unwrap();
    if let Some((name, Value::Array(list))) = fields.iter().next().filter(|_| fields.len() == 1) {
        return (name.clone(), list.clone());
    }
    (operation.rsplit('/').next().unwrap().to_owned(), vec![example])
}

/// The example with its names as the file's schemas have them: bank transactions and tracking it spells with a small
/// first letter in examples.
fn capitals(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let capital = |name: &str| name[..1].to_uppercase() + &name[1..];
            fields.iter().map(|(name, value)| (capital(name), capitals(value))).collect()
        }
        Value::Array(items) => items.iter().map(capitals).collect(),
        other => other.clone(),
    }
}

/// Kinds of which the file has creates and we have no type, because Millbook has no use for them.
const NOT_OURS: &[&str] = &[
    "BankTransfers",
    "ExpenseClaims",
    "LinkedTransactions",
    "PaymentServices",
    "Receipts",
    "RepeatingInvoices",
];

/// Where a written element has less than the example. An empty list is no loss.
fn left_out(example: &Value, written: &Value, at: &str, found: &mut Vec<String>) {
    match (example, written) {
        (Value::Object(example), Value::Object(written)) => {
            for (name, value) in example {
                match written.get(name) {
                    Some(ours) => left_out(value, ours, &format!("{at}.{name}"), found),
                    None if value.as_array().is_some_and(Vec::is_empty) => {}
                    None => found.push(format!("{at}.{name}")),
                }
            }
        }
        (Value::Array(example), Value::Array(written)) => {
            example.iter().zip(written).for_each(|(e, w)| left_out(e, w, at, found));
        }
        _ => {}
    }
}

#[test]
fn every_create_of_the_file_is_written_again() {
    let Some(spec) = spec() else { return };
    let kinds = kinds();
    let (mut leaves, mut wrong, mut missing) = (0, Vec::new(), Vec::new());
    for (operation, example) in examples(&spec, "put") {
        let (name, list) = elements(&operation, example);
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        let Some((_, check)) = kinds.get(name.as_str()) else {
            wrong.push(format!("{operation}: no type for {name}"));
            continue;
        };
        for element in &list {
            match check(element) {
                Ok((count, without)) => {
                    leaves += count;
                    missing.extend(without);
                }
                Err(why) => wrong.push(format!("{operation}: {why}")),
            }
        }
        assert!(!list.is_empty(), "{operation}");
    }
    missing.sort();
    missing.dedup();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(missing, [""; 0], "what a create asks for and we don't write");
    assert!(leaves > 100, "only {leaves} leaves");
}
