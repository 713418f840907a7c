//! Xero's lines as lines of the book: numbers, tax, expense accounts.
//!
//! Not here: which line is which (`take`, `bills`).

use book::{BillLine, BillTarget, Book, Day, Text, TradeLine};
use money::{Currency, Money, Percent, Quantity, UnitPrice};
use xero::Decimal;

use crate::exchange::Exchange;
use crate::held::Held;
use crate::paper::{LineOrigin, PaperLine};
use crate::refusal::Refusal;
use crate::settings::{AccountRole, Switch};
use crate::sums::number;
use crate::take::fork::Fork;

/// A number of Xero's in one of our types.
pub(crate) fn read<T: std::str::FromStr>(number: Decimal) -> Option<T> {
    number.to_string().parse().ok()
}

/// What a tax type comes to: none is "no tax" (TAX-3).
pub(crate) fn percent(exchange: &Exchange, line: &PaperLine) -> Option<Option<Percent>> {
    if line.tax_type.is_empty() || line.tax_type.eq_ignore_ascii_case("NONE") {
        return Some(None);
    }
    Some(Some(exchange.lists().tax_rate(&line.tax_type)?.rate))
}

/// How people call a line of Xero's.
pub(crate) fn line_name(place: usize, line: &PaperLine) -> String {
    format!("line {} ({})", place + 1, line.item.as_ref().unwrap_or(&line.description))
}

/// A line that Xero had then, has now, or both.
pub(super) struct Changed<'a> {
    pub(super) then: Option<&'a PaperLine>,
    pub(super) now: Option<&'a PaperLine>,
    pub(super) ours: Option<&'a PaperLine>,
    pub(super) origin: Option<LineOrigin>,
    pub(super) name: String,
}

pub(super) fn unknown_tax(fork: &Fork, line: &Changed<'_>, now: &PaperLine) -> Refusal {
    fork.cannot(format!("tax of {}", line.name), format!("the tax type {} isn't known", now.tax_type))
}

pub(super) fn no_number(fork: &Fork, name: &str) -> Refusal {
    fork.cannot(name, "its quantity or price is none here")
}

pub(super) fn total(held: Option<&Held>, currency: Currency) -> Option<Money> {
    Money::parse_in(&held?.total.to_string(), currency).ok()
}

/// The code of a line's account, if it is one for expenses; else why not.
pub(crate) fn expense(exchange: &Exchange, line: &PaperLine, day: Day) -> Result<Text, String> {
    let account = line.account.and_then(|id| exchange.lists().account(id));
    let account =
        account.filter(|account| !account.code.is_empty()).ok_or("it has no account with a code")?;
    let settings = exchange.settings();
    let purchases = settings.account(AccountRole::Purchases, (None, None), day);
    if settings.balances == Switch::On && purchases == Some(account.id) {
        return Err(format!("it stands on {}, where nothing of it would be cleared", account.name));
    }
    Ok(account.code.clone())
}

/// A line of a bill as Xero has it.
pub(crate) fn bill_line(target: BillTarget, line: &PaperLine, tax: Option<Percent>) -> Option<BillLine> {
    let quantity = line.quantity.map_or_else(|| read("1".parse().ok()?), read)?;
    let price = line.price.map_or_else(|| read(line.amount), read)?;
    let discount = line.discount.map_or(Some(Percent::ZERO), read)?;
    Some(BillLine { target, quantity, price, discount, tax, tracking: Default::default(), receipt: None })
}

/// A line of trade as Xero has it: it needs an item that the book knows.
pub(super) fn trade_line(
    book: &Book,
    line: &PaperLine,
    tax: Option<Percent>,
) -> Result<TradeLine, &'static str> {
    if line.discount_amount.is_some() {
        return Err("it has a discount in money, which is in per cent here");
    }
    let item = line.item.as_ref().and_then(|code| book.items().find(code));
    let item = item.ok_or("it has no item that the book knows")?;
    let said = bill_line(BillTarget::Expense(Text::from("")), line, tax)
        .ok_or("its quantity or price is none here")?;
    Ok(TradeLine {
        item: book::ItemId::new(item),
        quantity: said.quantity,
        unit: None,
        factor: None,
        price: said.price,
        discount: said.discount,
        tax,
        warehouse: None,
        tracking: Default::default(),
        due: None,
    })
}

/// What of a line can change in numbers.
pub(super) struct Fields<'a> {
    pub(super) quantity: &'a mut Quantity,
    pub(super) price: &'a mut UnitPrice,
    pub(super) discount: &'a mut Percent,
    pub(super) tax: &'a mut Option<Percent>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(line: &'a mut TradeLine) -> Fields<'a> {
        let TradeLine { quantity, price, discount, tax, .. } = line;
        Fields { quantity, price, discount, tax }
    }

    /// What changed in Xero; a line that went has quantity 0.
    pub(super) fn take(self, exchange: &Exchange, line: &Changed<'_>, fork: &Fork) -> Result<(), Refusal> {
        let Some(now) = line.now else {
            *self.quantity = Quantity::ZERO;
            return Ok(());
        };
        let Some(then) = line.then else { return Ok(()) };
        let counts = |line: &PaperLine| (line.quantity, line.price, line.discount, line.amount);
        if counts(now) != counts(then) {
            let as_here =
                line.ours.is_none_or(|ours| ours.quantity == Some(number(self.quantity.millionths())));
            if !as_here {
                let why = "it was sent as one amount, with quantity and price in its text (DOC-24)";
                return Err(fork.cannot(format!("amount of {}", line.name), why));
            }
            let none = || no_number(fork, &line.name);
            if let Some(off) = now.discount_amount {
                let why = format!("{} in money; here it is in per cent, or in the price", off.trimmed(2));
                return Err(fork.cannot(format!("discount of {}", line.name), &why));
            }
            if now.quantity != then.quantity {
                *self.quantity = now.quantity.and_then(read).ok_or_else(none)?;
            }
            if now.price != then.price {
                *self.price = now.price.and_then(read).ok_or_else(none)?;
            }
            if now.discount != then.discount {
                *self.discount = now.discount.map_or(Some(Percent::ZERO), read).ok_or_else(none)?;
            }
        }
        if now.tax_type != then.tax_type {
            *self.tax = percent(exchange, now).ok_or_else(|| unknown_tax(fork, line, now))?;
        }
        Ok(())
    }
}
