//! Line and document arithmetic (API-FACTS 6.4), exact to the cent.
//!
//! Example at 15 %: exclusive lines 25.06, 25.61, 25.63 have taxes 3.76, 3.84, 3.84, in all 11.44 and not 11.45,
//! for tax is rounded per line, half away from zero. Inclusive 541.25 holds 70.60.

use rust_decimal::{Decimal, RoundingStrategy};

use super::records::LineAmounts;

/// The largest line amount Xero has room for.
pub(crate) const MAX_LINE: Decimal = Decimal::from_parts(0xD4A5_0FFF, 0xE8, 0, false, 2);

/// Rounds half away from zero.
pub(crate) fn round(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// Rounded to cents.
pub(crate) fn cents(value: Decimal) -> Decimal {
    round(value, 2)
}

/// A product that Xero has room for, or None.
pub(crate) fn times(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_mul(b)
}

/// Quantity × price less discount, in cents. None when it is beyond every limit.
pub(crate) fn line_amount(
    quantity: Decimal,
    price: Decimal,
    discount_rate: Option<Decimal>,
    discount_amount: Option<Decimal>,
) -> Option<Decimal> {
    let gross = times(quantity, price)?;
    let net = match (discount_rate, discount_amount) {
        (Some(rate), _) if !rate.is_zero() => {
            times(gross, Decimal::ONE_HUNDRED - rate)? / Decimal::ONE_HUNDRED
        }
        (_, Some(amount)) => gross - amount,
        _ => gross,
    };
    Some(cents(net)).filter(|amount| amount.abs() <= MAX_LINE)
}

/// The tax of a line amount at a rate in percent.
pub(crate) fn line_tax(amount: Decimal, percent: Decimal, line_amounts: LineAmounts) -> Decimal {
    match line_amounts {
        LineAmounts::NoTax => Decimal::ZERO,
        LineAmounts::Exclusive => cents(amount * percent / Decimal::ONE_HUNDRED),
        LineAmounts::Inclusive => cents(amount * percent / (Decimal::ONE_HUNDRED + percent)),
    }
}

/// Sub-total and tax of lines given as (line amount, tax).
pub(crate) fn totals(lines: &[(Decimal, Decimal)], line_amounts: LineAmounts) -> (Decimal, Decimal) {
    let amount: Decimal = lines.iter().map(|l| l.0).sum();
    let tax: Decimal = lines.iter().map(|l| l.1).sum();
    let sub_total = if line_amounts == LineAmounts::Inclusive { amount - tax } else { amount };
    (sub_total, tax)
}

/// An amount in base currency: amount / rate (rate = foreign units for 1 of base), in cents.
pub(crate) fn to_base(amount: Decimal, rate: Decimal) -> Decimal {
    amount.checked_div(rate).map_or(amount, cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().expect("a number")
    }

    /// The check vectors of API-FACTS 6.4, all at 15 %.
    #[test]
    fn tax_is_rounded_per_line() {
        let exclusive = [("25.06", "3.76"), ("25.61", "3.84"), ("25.63", "3.84"), ("21.00", "3.15")];
        for (amount, tax) in exclusive {
            assert_eq!(line_tax(d(amount), d("15"), LineAmounts::Exclusive), d(tax), "{amount}");
        }
        let inclusive = [
            ("89.00", "11.61"),
            ("97.00", "12.65"),
            ("541.25", "70.60"),
            ("500.00", "65.22"),
            ("50.00", "6.52"),
            ("420.00", "54.78"),
        ];
        for (amount, tax) in inclusive {
            assert_eq!(line_tax(d(amount), d("15"), LineAmounts::Inclusive), d(tax), "{amount}");
        }
        // A tie, which 15 % can't have: half a cent of tax goes up, and the net is what is left.
        assert_eq!(line_tax(d("0.03"), d("20"), LineAmounts::Inclusive), d("0.01"));
        let lines = [(d("25.06"), d("3.76")), (d("25.61"), d("3.84")), (d("25.63"), d("3.84"))];
        let (sub_total, tax) = totals(&lines, LineAmounts::Exclusive);
        assert_eq!((sub_total, tax, sub_total + tax), (d("76.30"), d("11.44"), d("87.74")));
        let lines = [(d("50"), d("6.52")), (d("420"), d("54.78"))];
        assert_eq!(totals(&lines, LineAmounts::Inclusive), (d("408.70"), d("61.30")));
    }

    #[test]
    fn discounts_limits_and_base_amounts() {
        assert_eq!(line_amount(d("3"), d("9.99"), Some(d("10")), None), Some(d("26.97")));
        assert_eq!(line_amount(d("3"), d("10"), None, Some(d("0.5"))), Some(d("29.50")));
        assert_eq!(line_amount(d("-1"), d("0.005"), None, None), Some(d("-0.01")));
        assert_eq!(MAX_LINE, d("9999999999.99"));
        assert_eq!(line_amount(d("2"), MAX_LINE, None, None), None);
        assert_eq!(to_base(d("100"), d("0.615310")), d("162.52"));
    }
}
