//! What is behind a journal in a few words: how many documents of the book moved what it posts.
//!
//! ```text
//! production of 2 March: 14 orders were begun, worked on, finished      → 14 orders
//! later a bill of January costs more, and 3 of them with it            → adjusted: 1 purchase invoice
//! ```
//! Counted are documents, not entries of the log: what is consumed, worked and finished for an order counts as the order, once.
//! Not here: each of them with its amount (`sources`).

use std::collections::{BTreeMap, BTreeSet};

use book::{Book, Content, Day, DocumentId, Kind, Section};

use crate::exchange::Exchange;
use crate::journals::due::Due;

/// What a document counts as.
type Counted = (&'static str, DocumentId);

/// The entries of the book behind some journals.
pub(crate) struct Behind {
    entries: BTreeMap<(Section, Day), Vec<u32>>,
}

impl Behind {
    /// Of these journals: one walk over the ledger, however many they are.
    pub(crate) fn of(book: &Book, exchange: &Exchange, journals: &[Due]) -> Behind {
        let places = journals.iter().flat_map(|due| due.lines.keys().map(|(.., day)| (due.section, *day)));
        let mut entries: BTreeMap<(Section, Day), Vec<u32>> =
            places.map(|place| (place, Vec::new())).collect();
        if entries.is_empty() {
            return Behind { entries };
        }
        for delta in book.ledger().deltas() {
            let section = delta.rule.row().section;
            let Some(cut) = exchange.posts_from(section) else { continue };
            let Some(day) = cut.effect(delta.seq, delta.day) else { continue };
            if let Some(found) = entries.get_mut(&(section, day))
                && found.last() != Some(&delta.seq)
            {
                found.push(delta.seq);
            }
        }
        Behind { entries }
    }

    /// `14 orders, 1 purchase invoice`: of the entries from `since` on, or of one; `accounts changed` if it is none's.
    pub(crate) fn words(&self, book: &Book, due: &Due, days: &BTreeSet<Day>, since: u32) -> String {
        let of_day = |day: &Day| {
            let all = self.entries.get(&(due.section, *day)).map_or(&[][..], Vec::as_slice);
            let (from, to) = due.event.map_or((since, u32::MAX), |event| (event, event + 1));
            all[all.partition_point(|seq| *seq < from)..all.partition_point(|seq| *seq < to)].iter()
        };
        let mut documents: BTreeSet<Counted> = BTreeSet::new();
        let mut records = BTreeSet::new();
        for seq in days.iter().flat_map(of_day) {
            match book.about(*seq).and_then(|id| counted(book, id)) {
                Some(one) => drop(documents.insert(one)),
                None => drop(records.insert(*seq)),
            }
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        documents.iter().for_each(|(noun, _)| *counts.entry(noun).or_default() += 1);
        if !records.is_empty() {
            counts.insert("change of records", records.len());
        }
        if counts.is_empty() {
            return "accounts changed".to_owned();
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(noun, count)| (std::cmp::Reverse(*count), *noun));
        let words: Vec<String> = counts.into_iter().map(|(noun, count)| number_of(count, noun)).collect();
        words.join(", ")
    }
}

/// What a document counts as: what happened to an order is the order.
fn counted(book: &Book, id: DocumentId) -> Option<Counted> {
    let document = book.document(id)?;
    let order = match document.content() {
        Content::ManufacturingOrder(_) => Some(id),
        Content::Consumption(one) => Some(one.order),
        Content::Work(one) => Some(one.order),
        Content::Completion(one) => Some(one.order),
        Content::PutBack(one) => match book.document(one.of)?.content() {
            Content::Consumption(of) => Some(of.order),
            _ => None,
        },
        _ => None,
    };
    match order {
        Some(order) if book.document(order)?.kind() == Kind::ManufacturingOrder => Some(("order", order)),
        _ => Some((document.kind().words(), id)),
    }
}

/// `1 stock entry`, `14 orders`, `2 returns to vendor`
fn number_of(count: usize, noun: &str) -> String {
    let (first, rest) = noun
        .split_once(" to ")
        .or_else(|| noun.split_once(" of "))
        .map_or((noun, ""), |(first, _)| (first, &noun[first.len()..]));
    match (count, first.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies{rest}"),
        (_, None) => format!("{count} {first}s{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_document_can_be_counted() {
        let plural = |noun| number_of(2, noun);
        assert_eq!(plural("order"), "2 orders");
        assert_eq!(plural("stock entry"), "2 stock entries");
        assert_eq!(plural("return to vendor"), "2 returns to vendor");
        assert_eq!(plural("change of records"), "2 changes of records");
        assert_eq!(number_of(1, "stock entry"), "1 stock entry");
        for kind in Kind::ALL {
            assert!(plural(kind.words()).contains("s"), "{}", kind.words());
        }
    }
}
