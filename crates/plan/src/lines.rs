//! A line in Xero's terms: description, quantity, price, item, account, tax, tracking.
//!
//! ```text
//! 3 box JAM @ 12.345678 less 5%   →  3 @ 12.3457 less 5% = 35.19  "Jam, per box of 12 pc"     (four decimals give it too)
//! 3 kg SALT @ 0.333333 = 1.00     →  3 @ 0.3333 = 1.00
//! 7000 pc PIN @ 0.012345 = 86.42  →  1 @ 86.42  "Pin (7000 pc @ 0.012345)"                    (four decimals would give 86.10)
//! ```
//! The net amount is what counts, here and in Xero (DOC-24). Not here: which account and what the line is about (`papers`),
//! which tax rate (`tax`).

use book::{Book, DocumentId, LostRate, LostTax, PartyId, Terms, Tracking, TrackingOptionId};
use money::{Percent, Quantity, UnitPrice};
use xero::statuses::LineAmountTypes;
use xero::{Decimal, XeroId};

use crate::hold::{Caution, Hold, HoldCode};
use crate::lists::{Account, Standing};
use crate::making::Making;
use crate::paper::{LineOrigin, PaperKind, PaperLine, PaperTracking};
use crate::settings::TaxSide;
use crate::subject::Subject;
use crate::sums::{line_amount, line_tax, money, number};
use crate::tax;

/// Characters of a line's description.
pub(crate) const DESCRIPTION: usize = 4_000;
/// Characters of a line's quantity.
const QUANTITY: usize = 13;
/// The most that a line's amount may be: 9,999,999,999.99.
const MOST: Decimal = Decimal::new(999_999_999_999, 2);

/// A line of the book that becomes one of a paper.
pub(crate) struct Draft {
    pub(crate) origin: LineOrigin,
    /// What holds and cautions call it: `Line 1 (STEEL)`.
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) item: Option<book::Text>,
    pub(crate) account: Option<XeroId<xero::Account>>,
    pub(crate) measure: Measure,
    pub(crate) percent: Option<Percent>,
    pub(crate) total: book::LineTotal,
    pub(crate) tracking: Tracking,
}

/// How a line's amount comes about.
#[derive(Clone)]
pub(crate) enum Measure {
    /// By quantity and price.
    Priced {
        quantity: Quantity,
        /// `kg`, `box`.
        unit: String,
        price: UnitPrice,
        discount: Percent,
    },
    /// It is an amount.
    Amount,
}

/// What a whole document says of all its lines.
pub(crate) struct Frame<'a> {
    pub(crate) kind: PaperKind,
    pub(crate) party: PartyId,
    pub(crate) amounts: &'a LineAmountTypes,
}

impl Making<'_> {
    /// A line in Xero's terms; what is missing becomes a hold.
    pub(crate) fn line(&mut self, draft: Draft, frame: &Frame<'_>) -> PaperLine {
        let amount = self.amount(&draft, frame);
        if amount > MOST {
            self.hold(Hold::new(HoldCode::TooManyDigits).with("line", &draft.name).with("amount", amount));
        }
        let measured = measured(&draft.measure, amount, frame.kind);
        let description = match &measured.spelled {
            Some(spelled) => format!("{} ({spelled})", draft.description),
            None => draft.description.clone(),
        };
        let what = format!("the description of {}", lower(&draft.name));
        let description = self.cut(&what, description, DESCRIPTION);
        let (tax_type, percent) = self.tax(&draft, frame);
        let tax = line_tax(amount, percent, frame.amounts);
        let is_taxed = *frame.amounts != LineAmountTypes::NoTax && !tax_type.is_empty();
        self.has_other_tax |= is_taxed && tax != Some(money(draft.total.tax));
        PaperLine {
            origin: Some(draft.origin),
            id: None,
            description: description.into(),
            quantity: Some(measured.quantity),
            price: Some(measured.price),
            discount: measured.discount,
            discount_amount: None,
            amount,
            item: draft.item,
            account: draft.account,
            tax,
            tax_type,
            tracking: self.tracking(draft.tracking, &draft.name),
        }
    }

    /// What the line comes to in Xero: without tax, with it where prices include it or nobody asks for it back (TAX-4, TAX-6).
    fn amount(&mut self, draft: &Draft, frame: &Frame<'_>) -> Decimal {
        let (net, tax) = (draft.total.net, draft.total.tax);
        if *frame.amounts == LineAmountTypes::Exclusive {
            return money(net);
        }
        // Both are parts of an amount that fits.
        money(net.checked_add(tax).unwrap_or(net))
    }

    /// The tax type that the line carries, and what it comes to; an organisation that isn't registered gets none.
    fn tax(&mut self, draft: &Draft, frame: &Frame<'_>) -> (book::Text, Percent) {
        let none = (book::Text::from(""), Percent::ZERO);
        if *frame.amounts == LineAmountTypes::NoTax {
            self.lost(draft, frame, &LostTax::Everything);
            return none;
        }
        let Some(account) = draft.account.and_then(|id| self.lists().account(id)) else { return none };
        let wanted = tax::Wanted {
            side: frame.kind.side(),
            percent: draft.percent,
            class: &account.class,
            party: Some(frame.party),
        };
        let percent = percent_words(draft.percent);
        let Some(chosen) = tax::choose(self.lists(), self.exchange.settings(), wanted) else {
            let side = match frame.kind.side() {
                TaxSide::Purchases => "purchase",
                TaxSide::Sales => "sales",
            };
            let hold = Hold::new(HoldCode::NoTaxRate).with("line", &draft.name).with("percent", percent);
            let account = format!("{} ({})", account.code, account.class);
            self.hold(hold.with("side", side).with("account", account));
            return none;
        };
        let rate = chosen.rate;
        let lost = LostRate { tax: rate.rate, lost: rate.lost };
        self.lost(
            draft,
            frame,
            &if rate.lost.is_zero() { LostTax::Nothing } else { LostTax::Of(vec![lost]) },
        );
        if !chosen.others.is_empty() {
            let others = chosen.others.iter().map(|other| other.tax_type.to_string()).collect();
            self.tax_to_check(lower(&draft.name), percent, &rate.tax_type, others);
        }
        (rate.tax_type.clone(), rate.rate)
    }

    /// What of the line's tax is part of its cost in Xero must be so here (TAX-6), or Purchases would never clear.
    fn lost(&mut self, draft: &Draft, frame: &Frame<'_>, there: &LostTax) {
        let is_cost = frame.kind.side() == TaxSide::Purchases && draft.account == self.purchases;
        let Some(percent) = draft.percent.filter(|_| is_cost && draft.account.is_some()) else { return };
        let here = terms(self.book, self.id).and_then(|terms| terms.lost_tax.as_ref());
        let (here, tax) = (here.unwrap_or(&LostTax::Nothing), draft.total.tax);
        let (ours, theirs) = (here.part(tax, percent), there.part(tax, percent));
        if ours != theirs {
            let hold = Hold::new(HoldCode::TaxIsCost).with("line", &draft.name);
            self.hold(hold.with("theirs", theirs).with("ours", ours));
        }
    }

    /// Says once for all lines alike that their tax must be checked (TAX-2).
    fn tax_to_check(&mut self, line: String, percent: String, taken: &str, others: Vec<String>) {
        for caution in &mut self.cautions {
            if let Caution::TaxToCheck { lines, percent: same, taken: same_taken, .. } = caution
                && (&*same, &**same_taken) == (&percent, taken)
            {
                lines.push(line);
                return;
            }
        }
        let (lines, taken) = (vec![line], taken.to_owned());
        self.cautions.push(Caution::TaxToCheck { lines, percent, taken, others });
    }

    /// Xero's account of an id, if it can stand on a document.
    pub(crate) fn usable_account(
        &mut self,
        found: Option<&Account>,
        line: &str,
    ) -> Option<XeroId<xero::Account>> {
        use xero::statuses::AccountType::{Bank, Inventory};
        let account = found?;
        let name = format!("{} {}", account.code, account.name);
        if account.standing != Standing::Active {
            self.hold(Hold::new(HoldCode::AccountNotActive).with("account", name).with("line", lower(line)));
            return None;
        }
        let is_control = matches!(account.system.as_deref(), Some("DEBTORS" | "CREDITORS"));
        if matches!(account.kind, Bank | Inventory) || is_control {
            let hold = Hold::new(HoldCode::AccountNotUsable).with("account", name).with("line", lower(line));
            let kind = account.system.as_deref().filter(|_| is_control).unwrap_or(account.kind.as_str());
            self.hold(hold.with("kind", kind));
            return None;
        }
        Some(account.id)
    }

    /// A line's options by Xero's names (DOC-12).
    fn tracking(&mut self, tracking: Tracking, line: &str) -> Vec<PaperTracking> {
        tracking.0.into_iter().flatten().filter_map(|option| self.option(option, line)).collect()
    }

    fn option(&mut self, id: TrackingOptionId, line: &str) -> Option<PaperTracking> {
        let option = &self.book.tracking_options().row(id.number())?.record;
        let category = &self.book.tracking_categories().row(option.category.number())?.record.code;
        let lists = self.exchange.lists();
        let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
        let linked = self.exchange.link(&Subject::Option(id)).map(|link| link.xero.cast());
        let is_linked = |one: &crate::lists::TrackingOption| linked == Some(one.id);
        let by_id = lists.tracking.iter().find(|one| one.options.iter().any(is_linked));
        let by_name = || lists.tracking.iter().find(|one| same(&one.name, category));
        let found = by_id.or_else(by_name).filter(|one| one.standing == Standing::Active);
        let Some(theirs) = found else {
            self.hold(Hold::new(HoldCode::CategoryOff).with("category", category).with("line", lower(line)));
            return None;
        };
        let by_name = || theirs.options.iter().find(|one| same(&one.name, &option.code));
        match theirs.options.iter().find(|one| is_linked(one)).or_else(by_name) {
            Some(one) if one.standing == Standing::Active => {
                Some(PaperTracking { category: theirs.name.clone(), option: one.name.clone() })
            }
            Some(_) => {
                let hold = Hold::new(HoldCode::OptionOff).with("option", &option.code);
                self.hold(hold.with("category", category).with("line", lower(line)));
                None
            }
            // It was just made, and the lists don't have it yet.
            None if linked.is_some() => {
                Some(PaperTracking { category: theirs.name.clone(), option: option.code.clone() })
            }
            None => {
                let hold = Hold::new(HoldCode::OptionToCome).with("option", &option.code);
                self.hold(hold.with("category", category).until(Subject::Option(id)));
                None
            }
        }
    }

    /// A text that fits; a longer one is cut, and a caution says so.
    pub(crate) fn cut(&mut self, what: &str, text: String, limit: usize) -> String {
        let length = text.chars().count();
        if length <= limit {
            return text;
        }
        self.cautions.push(Caution::Cut { what: what.to_owned(), length, limit: limit - 1 });
        text.chars().take(limit - 1).chain(['…']).collect()
    }
}

/// A line's quantity and price as Xero can hold them.
struct Measured {
    quantity: Decimal,
    price: Decimal,
    discount: Option<Decimal>,
    /// What the description says of them, where the line doesn't: `7000 pc @ 0.012345 less 5%`.
    spelled: Option<String>,
}

/// Four decimals of quantity and price, if they give the amount; else one at the amount (DOC-24).
fn measured(measure: &Measure, amount: Decimal, kind: PaperKind) -> Measured {
    let whole = |spelled| Measured { quantity: Decimal::new(1, 0), price: amount, discount: None, spelled };
    let Measure::Priced { quantity, unit, price, discount } = measure else { return whole(None) };
    let spelled = spell(*quantity, unit, *price, *discount);
    let Some(measured) = rounded(*quantity, *price, *discount, kind) else { return whole(Some(spelled)) };
    let Measured { quantity: four, price, .. } = measured;
    match line_amount(four, price, measured.discount) {
        Some(same) if same == amount && !four.is_zero() && four.to_string().len() <= QUANTITY => {
            // Kinds without discounts of their own say in words where their price comes from.
            let says = !discount.is_zero() && measured.discount.is_none();
            Measured { spelled: says.then_some(spelled), ..measured }
        }
        _ => whole(Some(spelled)),
    }
}

fn rounded(quantity: Quantity, price: UnitPrice, discount: Percent, kind: PaperKind) -> Option<Measured> {
    let places = kind.price_decimals();
    let (quantity, price) = (number(quantity.millionths()).rounded(4)?, number(price.millionths()));
    let discount = number(discount.millionths());
    let hundred = Decimal::new(100, 0);
    let (price, discount) = match (discount.is_zero(), kind.has_discounts()) {
        (true, _) => (price, None),
        (false, true) => (price, Some(discount.rounded(4)?.trimmed(0))),
        (false, false) => (price.times(hundred.minus(discount)?)?.divided(hundred, places)?, None),
    };
    let price = price.rounded(places)?.trimmed(2);
    Some(Measured { quantity: quantity.trimmed(0), price, discount, spelled: None })
}

fn spell(quantity: Quantity, unit: &str, price: UnitPrice, discount: Percent) -> String {
    let price = number(price.millionths()).trimmed(2);
    let less = if discount.is_zero() { String::new() } else { format!(" less {discount}%") };
    format!("{quantity} {unit} @ {price}{less}")
}

/// `15%`, `no tax`.
pub(crate) fn percent_words(percent: Option<Percent>) -> String {
    percent.map_or_else(|| "no tax".to_owned(), |percent| format!("{percent}%"))
}

fn terms(book: &Book, id: DocumentId) -> Option<&Terms> {
    crate::case::terms(book.document(id)?.content())
}

/// `line 1 (STEEL)`, in the middle of a sentence.
pub(crate) fn lower(name: &str) -> String {
    name.replacen("Line", "line", 1).replacen("Fee", "fee", 1)
}
