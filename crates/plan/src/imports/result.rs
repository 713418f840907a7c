//! What came of an import, in a line: `12 imported, 3 skipped (2 here already, 1 archived in Xero)` (IMP-3).
//!
//! Not here: the rows themselves (`carry_out`).

use std::collections::BTreeMap;

use book::Text;

use super::{ImportKind, ImportResult};
use crate::lists::Lists;
use crate::refusal::{Code, Refusal};

impl ImportResult {
    /// In one line: `12 imported, 3 skipped (2 here already, 1 archived in Xero)`.
    #[must_use]
    pub fn words(&self) -> String {
        let mut text = format!("{} imported", self.imported);
        if self.skipped.is_empty() {
            return text;
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, code, _) in &self.skipped {
            let reason = if self.kind.is_list().is_some() { "unchanged" } else { short(code) };
            *counts.entry(reason).or_default() += 1;
        }
        let reasons: Vec<String> = counts.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        text += &format!(", {} skipped ({})", self.skipped.len(), reasons.join(", "));
        text
    }
}

/// A refusal's reason in a few words.
fn short(code: &str) -> &'static str {
    match Code::ALL.iter().find(|known| known.id() == code) {
        Some(Code::ImportedBefore) => "imported before",
        Some(Code::ExistsHere) => "here already",
        Some(Code::ArchivedHere) => "archived here",
        Some(Code::LinkedToAnother) => "linked to something else",
        Some(Code::SeveralHere) => "of a name that several have",
        Some(Code::ArchivedThere) => "archived in Xero",
        Some(Code::NoName) => "without name or code",
        Some(Code::TooManyCategories) => "more than two tracking categories",
        _ => "refused by the book",
    }
}

/// What came of fetching a list whole: new and changed entries came, the others were here.
#[must_use]
pub fn fetched(kind: ImportKind, before: &Lists, after: &Lists) -> ImportResult {
    let mut result = ImportResult { kind, imported: 0, skipped: Vec::new(), warnings: Vec::new() };
    let mut count = |name: &Text, same: bool| match same {
        true => {
            let says = Refusal::new(Code::ImportedBefore).with("name", name).with("ours", name);
            result.skipped.push((name.clone(), says.code().id().into(), says.message().into()));
        }
        false => result.imported += 1,
    };
    match kind {
        ImportKind::Accounts => {
            after.accounts.iter().for_each(|one| count(&one.name, before.account(one.id) == Some(one)));
        }
        ImportKind::TaxRates => {
            after
                .tax_rates
                .iter()
                .for_each(|one| count(&one.name, before.tax_rate(&one.tax_type) == Some(one)));
        }
        ImportKind::Tracking | ImportKind::Suppliers | ImportKind::Customers | ImportKind::Items => {}
    }
    result
}
