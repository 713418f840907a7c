//! Xero's arithmetic: what a line, its tax and a document come to (API-FACTS 6.4), known before anything is sent.
//!
//! At 15 %: lines 25.06, 25.61, 25.63 have tax 3.76, 3.84, 3.84, together 11.44, where 15 % of the sum would be 11.45. With
//! prices that include tax, 500.00 has 65.22 inside. Always two decimals, half away from zero, line by line.
//! Not here: the book's totals (`Book::totals`), which a paper's must equal.

use money::Percent;
use xero::Decimal;
use xero::statuses::LineAmountTypes;

use crate::lists::Lists;
use crate::paper::{Paper, PaperLine};

/// What a document comes to in Xero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Its lines without tax.
    pub net: Decimal,
    /// Its tax.
    pub tax: Decimal,
    /// Both.
    pub total: Decimal,
}

/// What a document comes to in Xero; none beyond any number.
#[must_use]
pub fn sums(paper: &Paper) -> Option<Sums> {
    let (mut amount, mut tax) = (Decimal::ZERO, Decimal::ZERO);
    for line in &paper.lines {
        amount = amount.plus(line.amount)?;
        tax = tax.plus(line.tax.unwrap_or_default())?;
    }
    let net = match paper.amounts {
        LineAmountTypes::Inclusive => amount.minus(tax)?,
        _ => amount,
    };
    Some(Sums { net, tax, total: net.plus(tax)? })
}

/// Quantity × price less discount, rounded once.
pub(crate) fn line_amount(quantity: Decimal, price: Decimal, discount: Option<Decimal>) -> Option<Decimal> {
    let whole = quantity.times(price)?;
    match discount {
        None => whole.rounded(2),
        Some(discount) => {
            whole.times(Decimal::new(100, 0).minus(discount)?)?.divided(Decimal::new(100, 0), 2)
        }
    }
}

/// What a line's quantity, price and discounts come to; none without quantity or price.
pub(crate) fn counted(line: &PaperLine) -> Option<Decimal> {
    let amount = line_amount(line.quantity?, line.price?, line.discount)?;
    line.discount_amount.map_or(Some(amount), |off| amount.minus(off)?.rounded(2))
}

/// The tax of a line's amount.
pub(crate) fn line_tax(amount: Decimal, percent: Percent, amounts: &LineAmountTypes) -> Option<Decimal> {
    let (percent, hundred) = (number(percent.millionths()), Decimal::new(100, 0));
    match amounts {
        LineAmountTypes::Exclusive => amount.times(percent)?.divided(hundred, 2),
        LineAmountTypes::Inclusive => amount.times(percent)?.divided(hundred.plus(percent)?, 2),
        LineAmountTypes::NoTax | LineAmountTypes::Other(_) => Some(Decimal::new(0, 2)),
    }
}

/// A line's tax by its own tax type; none if the type is unknown.
pub(crate) fn tax_of(line: &PaperLine, amounts: &LineAmountTypes, lists: &Lists) -> Option<Decimal> {
    line_tax(line.amount, lists.tax_rate(&line.tax_type)?.rate, amounts)
}

/// A number of six decimals as Xero writes it, without zeros at its end.
pub(crate) fn number(millionths: i64) -> Decimal {
    Decimal::new(i128::from(millionths), 6).trimmed(0)
}

/// Money as Xero writes it: two decimals, or more where the currency has more.
pub(crate) fn money(amount: money::Money) -> Decimal {
    Decimal::new(i128::from(amount.minor()), amount.currency().minor_digits()).trimmed(2)
}
