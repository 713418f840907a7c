//! Where a fact becomes an amount: quantity × price, less a discount, and the tax of it. Each rounds once.
//!
//! 3 × 7.125 = 21.375 → 21.38; less 10 % = 19.2375 → 19.24, not 21.38 less 10 %. Tax of 15 % on 100.00 is 15.00;
//! inside 115.00 it is 15.00 as well.
//! Not here: which tax a line has (`book`), and conversion (`Money::to_base`).

use crate::error::{Error, Kind, Limit};
use crate::round::{divide, fit};
use crate::share::Countable;
use crate::text::power_of_ten;
use crate::{Currency, Money, Percent, Quantity, UnitPrice};

const HUNDRED_PERCENT: i128 = 100_000_000;

impl Quantity {
    /// What the quantity costs at a price: rounded once to the currency's minor unit.
    pub fn at(self, price: UnitPrice, currency: Currency) -> Result<Money, Error> {
        let product = i128::from(self.millionths()) * i128::from(price.millionths());
        Money::fit(divide(product, minor_unit(currency)), currency)
    }

    /// A line's net amount (DOC-24): quantity × price less a discount of at most 100 %, rounded once.
    pub fn at_less(self, price: UnitPrice, discount: Percent, currency: Currency) -> Result<Money, Error> {
        let paid = HUNDRED_PERCENT - i128::from(discount.millionths());
        if paid < 0 {
            let limit = Limit { value: Percent::HUNDRED.millionths(), digits: 6 };
            return Err(Error::TooLarge { what: Kind::Discount, limit });
        }
        // quantity × price × paid can pass 128 bits, so what divides evenly is taken out first; that is exact.
        let product = i128::from(self.millionths()) * i128::from(price.millionths());
        let divisor = minor_unit(currency) * HUNDRED_PERCENT;
        let minor = product / divisor * paid + divide(product % divisor * paid, divisor);
        Money::fit(minor, currency)
    }

    /// The same proportion of this as `part` is of `whole`, to six decimals: a plan for 100 made for 30.
    pub fn in_proportion(self, part: Quantity, whole: Quantity) -> Result<Quantity, Error> {
        if whole.is_zero() {
            return Err(Error::ZeroQuantity);
        }
        let product = i128::from(self.millionths()) * i128::from(part.millionths());
        let number = divide(product, i128::from(whole.millionths()));
        fit(number, Kind::Quantity, 6).map(Quantity::from_millionths)
    }
}

impl Percent {
    /// This percentage of an amount, rounded once: the tax on a net line.
    pub fn of<T: Countable>(self, net: T) -> Result<T, Error> {
        let product = i128::from(net.count()) * i128::from(self.millionths());
        net.with_count(divide(product, HUNDRED_PERCENT))
    }

    /// The tax inside an amount that includes it: line × r ÷ (1 + r), rounded once. Net is line − this (TAX-4).
    pub fn inside<T: Countable>(self, gross: T) -> Result<T, Error> {
        let rate = i128::from(self.millionths());
        gross.with_count(divide(i128::from(gross.count()) * rate, HUNDRED_PERCENT + rate))
    }
}

/// A minor unit in units of 10^−12, which quantity × price has.
fn minor_unit(currency: Currency) -> i128 {
    i128::from(power_of_ten(12 - currency.minor_digits()))
}
