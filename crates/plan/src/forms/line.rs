//! A line of any record: written with everything it should say, read with everything it says.
//!
//! An account goes by its id, which stays when somebody recodes it; on quotes by its code. An amount that quantity × price
//! isn't (somebody typed the amount in Xero) goes back as quantity and amount, so that it stays.
//! Not here: what a line should say (`lines`).

use book::Text;
use xero::Decimal;
use xero::statuses::LineAmountTypes;

use super::Over;
use crate::lists::Lists;
use crate::paper::{Paper, PaperKind, PaperLine, PaperTracking};
use crate::sums::{counted, tax_of};

/// All lines of a paper.
pub(super) fn write(paper: &Paper, over: Over<'_>, lists: &Lists) -> Option<Vec<xero::LineItem>> {
    Some(paper.lines.iter().map(|line| write_one(line, paper, over, lists)).collect())
}

fn write_one(line: &PaperLine, paper: &Paper, over: Over<'_>, lists: &Lists) -> xero::LineItem {
    let held = line.id.and_then(|id| over.held()?.paper.lines.iter().find(|one| one.id == Some(id)));
    let mut written = xero::LineItem {
        line_item_id: line.id.filter(|_| held.is_some()),
        description: Some(line.description.to_string()),
        ..xero::LineItem::default()
    };
    if line.quantity.is_none() && line.price.is_none() {
        return written;
    }
    let has_discount = held.is_some_and(|held| held.discount.is_some());
    let has_amount = held.is_some_and(|held| held.discount_amount.is_some());
    (written.quantity, written.line_amount) = (line.quantity, Some(line.amount));
    if agrees(line) {
        written.unit_amount = line.price;
        written.discount_rate = line.discount.or(has_discount.then_some(Decimal::ZERO));
        written.discount_amount = line.discount_amount.or(has_amount.then_some(Decimal::ZERO));
    }
    written.item_code = line.item.as_ref().map(Text::to_string);
    match line.account.and_then(|id| lists.account(id)).filter(|account| !account.code.is_empty()) {
        Some(account) if paper.kind == PaperKind::Quote => {
            written.account_code = Some(account.code.to_string())
        }
        _ => written.account_id = line.account,
    }
    written.tax_type = (!line.tax_type.is_empty()).then(|| line.tax_type.to_string());
    written.tax_amount =
        line.tax.filter(|tax| paper.amounts != LineAmountTypes::NoTax && is_typed(line, *tax, paper, lists));
    let tracking: Vec<_> = line.tracking.iter().map(|one| write_tracking(one, lists)).collect();
    written.tracking = (!tracking.is_empty() || held.is_some()).then_some(tracking);
    written
}

/// Whether the amount is quantity × price less discount.
fn agrees(line: &PaperLine) -> bool {
    counted(line) == Some(line.amount)
}

/// Whether somebody typed the tax in Xero: it isn't what the rate gives, and has to be said to stay.
fn is_typed(line: &PaperLine, tax: Decimal, paper: &Paper, lists: &Lists) -> bool {
    tax_of(line, &paper.amounts, lists).is_some_and(|by_rate| by_rate != tax)
}

pub(crate) fn write_tracking(one: &PaperTracking, lists: &Lists) -> xero::Tracking {
    let category = lists.tracking.iter().find(|category| category.name.eq_ignore_ascii_case(&one.category));
    let options = category.map_or(&[][..], |category| &category.options);
    let option = options.iter().find(|option| option.name.eq_ignore_ascii_case(&one.option));
    match (category, option) {
        (Some(category), Some(option)) => xero::Tracking {
            tracking_category_id: Some(category.id),
            tracking_option_id: Some(option.id),
            ..xero::Tracking::default()
        },
        _ => xero::Tracking {
            name: Some(one.category.to_string()),
            option: Some(one.option.to_string()),
            ..xero::Tracking::default()
        },
    }
}

/// A line as Xero wrote it.
pub(super) fn read(line: &xero::LineItem, lists: &Lists) -> PaperLine {
    let text = |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(Text::from);
    let code = |code: &str| lists.account_of_code(code).map(|account| account.id);
    let item = text(&line.item_code).or_else(|| text(&line.item.as_ref()?.code));
    let discount = line.discount_rate.filter(|rate| !rate.is_zero());
    let read = PaperLine {
        origin: None,
        id: line.line_item_id,
        description: text(&line.description).unwrap_or_default(),
        quantity: line.quantity,
        price: line.unit_amount,
        discount,
        discount_amount: line.discount_amount.filter(|off| !off.is_zero() && discount.is_none()),
        amount: Decimal::ZERO,
        item,
        account: line
            .account_id
            .filter(|id| !id.is_nothing())
            .or_else(|| code(line.account_code.as_deref()?)),
        tax_type: text(&line.tax_type).unwrap_or_default(),
        tax: line.tax_amount,
        tracking: line.tracking.iter().flatten().filter_map(|one| read_tracking(one, lists)).collect(),
    };
    PaperLine { amount: line.line_amount.or_else(|| counted(&read)).unwrap_or_default(), ..read }
}

pub(crate) fn read_tracking(one: &xero::Tracking, lists: &Lists) -> Option<PaperTracking> {
    let category = lists.tracking.iter().find(|category| Some(category.id) == one.tracking_category_id);
    let option = category.and_then(|category| {
        category.options.iter().find(|option| Some(option.id) == one.tracking_option_id)
    });
    let said = |said: &Option<String>| said.as_deref().filter(|text| !text.is_empty()).map(Text::from);
    Some(PaperTracking {
        category: said(&one.name).or_else(|| category.map(|category| category.name.clone()))?,
        option: said(&one.option).or_else(|| option.map(|option| option.name.clone()))?,
    })
}
