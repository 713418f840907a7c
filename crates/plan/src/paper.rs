//! A document in Xero's terms, ours and theirs alike, so that the two can be compared field by field.
//!
//! What we would send now is a paper, what we last sent is one, and what Xero holds is read into one. Ours-now against
//! ours-then says what changed here, theirs-now against theirs-then what changed there; ours is never compared with
//! theirs, so Xero's trimming and rounding are no differences (DESIGN, three-way merge).
//! Not here: the status (`held`), making a paper from the book (`papers`), Xero's records (`bodies`).

use book::{Day, DocumentId, Text};
use money::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xero::statuses::LineAmountTypes;
use xero::{Decimal, XeroId};

use crate::settings::TaxSide;

/// What kind of document it is in Xero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// A sales invoice (ACCREC).
    Invoice,
    /// A credit note to a customer (ACCRECCREDIT).
    CreditInvoice,
    /// A bill (ACCPAY).
    Bill,
    /// A supplier's credit note (ACCPAYCREDIT).
    SupplierCredit,
    /// A purchase order.
    Order,
    /// A quote.
    Quote,
}

impl PaperKind {
    /// Whether it settles others: a credit.
    #[must_use]
    pub const fn gives_credit(self) -> bool {
        match self {
            PaperKind::CreditInvoice | PaperKind::SupplierCredit => true,
            PaperKind::Invoice | PaperKind::Bill | PaperKind::Order | PaperKind::Quote => false,
        }
    }
}

impl PaperKind {
    /// What people call it: `bill`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            PaperKind::Invoice => "invoice",
            PaperKind::CreditInvoice => "credit invoice",
            PaperKind::Bill => "bill",
            PaperKind::SupplierCredit => "supplier credit",
            PaperKind::Order => "purchase order",
            PaperKind::Quote => "quote",
        }
    }

    /// Whether its lines can have a discount in per cent (API-FACTS 4.7).
    #[must_use]
    pub const fn has_discounts(self) -> bool {
        matches!(self, PaperKind::Invoice | PaperKind::Order | PaperKind::Quote)
    }

    /// Decimals of its lines' prices; quotes have no `unitdp` (API-FACTS 2.4).
    #[must_use]
    pub const fn price_decimals(self) -> u8 {
        match self {
            PaperKind::Quote => 2,
            _ => 4,
        }
    }

    /// On which side of the tax return it stands.
    #[must_use]
    pub const fn side(self) -> TaxSide {
        match self {
            PaperKind::Invoice | PaperKind::CreditInvoice | PaperKind::Quote => TaxSide::Sales,
            PaperKind::Bill | PaperKind::SupplierCredit | PaperKind::Order => TaxSide::Purchases,
        }
    }
}

/// A document in Xero's terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// What kind.
    pub kind: PaperKind,
    /// Whose.
    #[schemars(with = "crate::number::Id")]
    pub contact: XeroId<xero::Contact>,
    /// Its number: our mark on all but bills and supplier credits, where it is the supplier's.
    #[schemars(with = "String")]
    pub number: Text,
    /// Its reference.
    #[serde(default, skip_serializing_if = "no_text")]
    #[schemars(with = "String")]
    pub reference: Text,
    /// The link back to us, where Xero has one.
    #[serde(default, skip_serializing_if = "no_text")]
    #[schemars(with = "String")]
    pub url: Text,
    /// Its day.
    pub date: Day,
    /// When it is to be paid; a quote's last day, an order's delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// Its currency.
    pub currency: Currency,
    /// Foreign units per 1 of base; none in base currency.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::number::optional")]
    #[schemars(with = "Option<crate::number::Number>")]
    pub rate: Option<Decimal>,
    /// How lines contain tax.
    #[schemars(with = "String")]
    pub amounts: LineAmountTypes,
    /// Its lines.
    pub lines: Vec<PaperLine>,
    /// What a consolidated invoice holds of each document (CNS-1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<book::Held>,
}

/// Where a line of ours comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineOrigin {
    /// The book document's line, by its place.
    Line(u16),
    /// A fee on an order, by the fee's document number (DOC-10).
    Fee(u32),
    /// The rest between the paper's total and the lines (DOC-24).
    PaperTotal,
    /// Lines of several documents, by what they are summed by (CNS-1), or what corrects one of them (CNS-3).
    Summed(book::SummedBy, Option<DocumentId>),
}

/// A line of a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperLine {
    /// Where it comes from; none is a line that somebody made in Xero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<LineOrigin>,
    /// Xero's id of it, once it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::number::Id>")]
    pub id: Option<XeroId<xero::LineItem>>,
    /// What it says.
    #[schemars(with = "String")]
    pub description: Text,
    /// How many, in the document's unit (DOC-22).
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::number::optional")]
    #[schemars(with = "Option<crate::number::Number>")]
    pub quantity: Option<Decimal>,
    /// The price of one.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::number::optional")]
    #[schemars(with = "Option<crate::number::Number>")]
    pub price: Option<Decimal>,
    /// Discount in per cent; sales invoices, orders and quotes only.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::number::optional")]
    #[schemars(with = "Option<crate::number::Number>")]
    pub discount: Option<Decimal>,
    /// Discount in money off the whole line, which somebody gave in Xero; the book has discounts in per cent only.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::number::optional")]
    #[schemars(with = "Option<crate::number::Number>")]
    pub discount_amount: Option<Decimal>,
    /// What it comes to.
    #[serde(with = "crate::number::text")]
    #[schemars(with = "crate::number::Number")]
    pub amount: Decimal,
    /// The item's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub item: Option<Text>,
    /// Its account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::number::Id>")]
    pub account: Option<XeroId<xero::Account>>,
    /// Its tax type.
    #[serde(default, skip_serializing_if = "no_text")]
    #[schemars(with = "String")]
    pub tax_type: Text,
    /// Its tax, as Xero works it out.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::number::optional")]
    #[schemars(with = "Option<crate::number::Number>")]
    pub tax: Option<Decimal>,
    /// Its tracking: category and option, at most two.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracking: Vec<PaperTracking>,
}

/// A tracking option of a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperTracking {
    /// The category's name.
    #[schemars(with = "String")]
    pub category: Text,
    /// The option's name.
    #[schemars(with = "String")]
    pub option: Text,
}

fn no_text(text: &Text) -> bool {
    text.is_empty()
}
