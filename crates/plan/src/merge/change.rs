//! A change of a field, as data for people: `price 10.00 → 12.00 on line 1 (STEEL)`.
//!
//! Accounts and contacts are ids here; whoever shows them says where their names are.

use book::{Book, Day, Text};
use xero::{Decimal, XeroId};

use crate::exchange::Exchange;
use crate::paper::{PaperLine, PaperTracking};
use crate::subject::Subject;

/// Where accounts' and contacts' names are.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Parties.
    pub book: &'a Book,
    /// Accounts, and which contact is which party.
    pub exchange: &'a Exchange,
}

/// What of a document was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Whose it is.
    Contact,
    /// Its number.
    Number,
    /// Its reference.
    Reference,
    /// The link back to us.
    Url,
    /// Its day.
    Date,
    /// When it is due; a quote's last day, an order's delivery.
    Due,
    /// Its currency.
    Currency,
    /// Its rate.
    Rate,
    /// How lines contain tax.
    Amounts,
    /// A whole line: added or removed.
    Line,
    /// What a line says.
    Description,
    /// How many.
    Quantity,
    /// The price of one.
    Price,
    /// The discount in per cent.
    Discount,
    /// The discount in money.
    DiscountAmount,
    /// What a line comes to, typed where quantity × price is another amount.
    Amount,
    /// The item.
    Item,
    /// The account.
    Account,
    /// The tax type.
    TaxType,
    /// The tax, typed where the rate gives another.
    Tax,
    /// The tracking.
    Tracking,
}

impl Field {
    /// What people call it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Field::Contact => "contact",
            Field::Number => "number",
            Field::Reference => "reference",
            Field::Url => "link",
            Field::Date => "date",
            Field::Due => "due date",
            Field::Currency => "currency",
            Field::Rate => "rate",
            Field::Amounts => "prices",
            Field::Line => "line",
            Field::Description => "description",
            Field::Quantity => "quantity",
            Field::Price => "price",
            Field::Discount => "discount",
            Field::DiscountAmount => "discount in money",
            Field::Amount => "amount",
            Field::Item => "item",
            Field::Account => "account",
            Field::TaxType => "tax type",
            Field::Tax => "tax",
            Field::Tracking => "tracking",
        }
    }
}

/// What a field says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Nothing,
    /// A text.
    Text(Text),
    /// A number.
    Number(Decimal),
    /// A day.
    Day(Day),
    /// An account.
    Account(XeroId<xero::Account>),
    /// A contact.
    Contact(XeroId<xero::Contact>),
}

impl Value {
    pub(super) fn text(text: &Text) -> Value {
        if text.is_empty() { Value::Nothing } else { Value::Text(text.clone()) }
    }

    pub(super) fn number(number: &Option<Decimal>) -> Value {
        number.map_or(Value::Nothing, Value::Number)
    }

    pub(super) fn tracking(tracking: &[PaperTracking]) -> Value {
        let names: Vec<_> = tracking.iter().map(|one| format!("{} {}", one.category, one.option)).collect();
        Value::text(&names.join(", ").into())
    }

    /// A whole line: `10 STEEL @ 10.00 = 100.00`.
    pub(super) fn line(line: &PaperLine) -> Value {
        let what = line.item.as_ref().unwrap_or(&line.description);
        let amount = line.amount.trimmed(2);
        Value::Text(match (line.quantity, line.price) {
            (Some(quantity), Some(price)) => {
                let (quantity, price) = (quantity.trimmed(0), price.trimmed(2));
                format!("{quantity} {what} @ {price} = {amount}").into()
            }
            _ => what.clone(),
        })
    }

    /// For people.
    #[must_use]
    pub fn words(&self, names: Names<'_>) -> String {
        match self {
            Value::Nothing => "nothing".to_owned(),
            Value::Text(text) => text.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Day(day) => day.to_string(),
            Value::Account(id) => match names.exchange.lists().account(*id) {
                Some(account) => format!("{} {}", account.code, account.name),
                None => format!("an account of Xero's ({id})"),
            },
            Value::Contact(id) => match names.exchange.subject(id.cast()) {
                Some(Subject::Party(party)) => {
                    names.book.party(*party).map_or("?", |row| &row.record.name).to_owned()
                }
                _ => format!("a contact of Xero's ({id})"),
            },
        }
    }
}

/// Characters of what a line says, where it names the line.
const LONGEST: usize = 40;

/// A line as people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineName {
    /// Its place in the document where it stands, from 1.
    pub place: usize,
    /// Its item, or what it says.
    pub what: Text,
}

impl LineName {
    pub(super) fn of(place: usize, line: &PaperLine) -> LineName {
        let said = || match line.description.char_indices().nth(LONGEST) {
            Some((at, _)) => format!("{}…", &line.description[..at]).into(),
            None => line.description.clone(),
        };
        LineName { place: place + 1, what: line.item.clone().unwrap_or_else(said) }
    }
}

/// A field that one side changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// On which line; none is the document's own.
    pub line: Option<LineName>,
    /// What.
    pub field: Field,
    /// What it said.
    pub from: Value,
    /// What it says.
    pub to: Value,
}

impl FieldChange {
    /// For people: `price 10.00 → 12.00 on line 1 (STEEL)`.
    #[must_use]
    pub fn words(&self, names: Names<'_>) -> String {
        let on = on(self.line.as_ref());
        match (self.field, &self.from, &self.to) {
            (Field::Line, Value::Nothing, to) => format!("line added: {}", to.words(names)),
            (Field::Line, from, Value::Nothing) => format!("line removed: {}", from.words(names)),
            (Field::Line, from, to) => {
                let place = self.line.as_ref().map_or_else(String::new, |line| format!(" {}", line.place));
                format!("line{place}: {} → {}", from.words(names), to.words(names))
            }
            (field, from, to) => {
                format!("{} {} → {}{on}", field.words(), shown(field, from, names), shown(field, to, names))
            }
        }
    }
}

fn on(line: Option<&LineName>) -> String {
    line.map_or_else(String::new, |line| format!(" on line {} ({})", line.place, line.what))
}

/// Prices and amounts have two decimals at least, quantities as many as they need.
fn shown(field: Field, value: &Value, names: Names<'_>) -> String {
    match (field, value) {
        (Field::Price | Field::Amount | Field::DiscountAmount | Field::Tax, Value::Number(number)) => {
            number.trimmed(2).to_string()
        }
        (Field::Discount, Value::Number(number)) => format!("{}%", number.trimmed(0)),
        (_, Value::Number(number)) => number.trimmed(0).to_string(),
        (_, value) => value.words(names),
    }
}

/// Which side's word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The book's.
    Ours,
    /// Xero's.
    Theirs,
}

/// A field that both sides changed, to different values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// On which line; none is the document's own.
    pub line: Option<LineName>,
    /// What.
    pub field: Field,
    /// What the book says.
    pub ours: Value,
    /// What Xero says.
    pub theirs: Value,
    /// What stands.
    pub kept: Kept,
}

impl Conflict {
    /// For people: `price on line 1 (STEEL): 12.00 here, 11.00 in Xero; 12.00 stands`.
    #[must_use]
    pub fn words(&self, names: Names<'_>) -> String {
        let (ours, theirs) = (shown(self.field, &self.ours, names), shown(self.field, &self.theirs, names));
        let stands = if self.kept == Kept::Ours { &ours } else { &theirs };
        let name = match (self.field, &self.line) {
            (Field::Line, Some(line)) => format!("line {}", line.place),
            (field, line) => format!("{}{}", field.words(), on(line.as_ref())),
        };
        format!("{name}: {ours} here, {theirs} in Xero; {stands} stands")
    }
}

/// Which field of which line, and whether Xero's word stands where both changed it.
pub(super) struct Side {
    pub(super) line: Option<LineName>,
    pub(super) field: Field,
    pub(super) keeps_theirs: bool,
}
