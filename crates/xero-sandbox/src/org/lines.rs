//! Reading the lines of a document (API-FACTS 4.7, 6.4).
//!
//! Example: `{ItemCode: "BOLT", Quantity: 3}` takes description, price, account and tax from the item;
//! `{LineItemID: known, UnitAmount: 5}` changes one field of a stored line; a line left out is gone.

use rust_decimal::Decimal;

use super::Org;
use super::accounts::Use;
use super::amounts::{MAX_LINE, line_amount, line_tax, round};
use super::document::{Kind, Line};
use super::input::{Fields, ours};
use super::records::{Item, ItemDetails, LineAmounts};

/// Said where neither line nor item nor account has a tax type (API-FACTS 3.5).
pub(crate) const NO_TAX_TYPE: &str = "The TaxType field is mandatory";

/// What a document's kind and status ask of its lines.
pub(crate) struct LineRules {
    pub kind: Kind,
    pub line_amounts: LineAmounts,
    /// Decimals of unit prices.
    pub places: u32,
    /// The document is to be approved: each line needs an account.
    pub approving: bool,
    /// Quotes don't take the tax from the account (API-FACTS 4.14).
    pub tax_from_account: bool,
    /// Discounts are allowed.
    pub discounts: bool,
    /// The tax of stored lines is worked out anew, for `LineAmountTypes` changed.
    pub tax_again: bool,
}

impl Org {
    /// Reads sent lines over the stored ones. Ids of new lines are made when the document is stored.
    pub(crate) fn read_lines(
        &self,
        sent: &[Fields<'_>],
        stored: &[Line],
        rules: &LineRules,
        wrong: &mut Vec<String>,
    ) -> Vec<Line> {
        let unknown = |f: &Fields<'_>| {
            let id = f.guid("LineItemID")?;
            stored.iter().all(|l| l.id != id).then(|| id.to_string())
        };
        let unknown: Vec<String> = sent.iter().filter_map(unknown).collect();
        if !unknown.is_empty() && !stored.is_empty() {
            wrong.push(format!(
                "Could not find line item(s) with the following id(s): {}",
                unknown.join(", ")
            ));
        }
        let mut lines = Vec::with_capacity(sent.len());
        for f in sent {
            let id = f.guid("LineItemID");
            let old = stored.iter().find(|l| Some(l.id) == id);
            lines.push(self.read_line(f, old, rules, wrong));
        }
        lines
    }

    /// One line; what is wrong with it goes to `wrong`, the rest is read all the same, to be shown.
    fn read_line(
        &self,
        f: &Fields<'_>,
        old: Option<&Line>,
        rules: &LineRules,
        wrong: &mut Vec<String>,
    ) -> Line {
        let mut line = old.cloned().unwrap_or_default();
        let mut item: Option<&Item> = line.item.and_then(|id| self.state.items.get(id));
        if let Some(code) = f.filled("ItemCode") {
            item = self.item_by_code(&code);
            if item.is_none() {
                wrong.push(ours(&format!("item code '{code}' does not exist")));
            }
            line.item = item.map(|i| i.id);
        }
        let details = item.map(|i| if rules.kind.sales() { &i.sales } else { &i.purchases });
        let tracked = item.and_then(|i| i.asset_account.clone());
        line.description = f.text_of("Description", 4000).or(line.description).or_else(|| {
            let item = item?;
            let purchase = item.purchase_description.clone().filter(|_| !rules.kind.sales());
            purchase.or_else(|| item.description.clone()).or_else(|| item.name.clone())
        });
        self.read_amounts(f, details, &mut line, rules, wrong);
        if line.counts() {
            self.read_account(f, details, tracked.as_deref(), &mut line, rules, wrong);
            self.read_tax(f, old, details, &mut line, rules, wrong);
        } else if line.description.as_deref().unwrap_or_default().is_empty() {
            wrong.push(ours("a line needs at least a Description"));
        }
        if let Some(tracking) = self.read_tracking(f) {
            line.tracking = tracking;
        }
        wrong.extend(f.problems());
        line
    }

    /// Quantity, price, discount and amount; what is missing of them is derived.
    fn read_amounts(
        &self,
        f: &Fields<'_>,
        details: Option<&ItemDetails>,
        line: &mut Line,
        rules: &LineRules,
        wrong: &mut Vec<String>,
    ) {
        let (sent_quantity, sent_price, amount) =
            (f.number("Quantity"), f.number("UnitAmount"), f.number("LineAmount"));
        let stored = line.quantity.map(|q| (q, line.price));
        let discounted = f.has("DiscountRate") || f.has("DiscountAmount");
        if stored.is_some()
            && !discounted
            && sent_quantity.is_none()
            && sent_price.is_none()
            && amount.is_none()
        {
            return;
        }
        let quantity = sent_quantity.or(stored.map(|s| s.0));
        let item_price = details.and_then(|d| d.price).filter(|_| amount.is_none());
        let price = sent_price.or(stored.map(|s| s.1)).or(item_price);
        let (quantity, price) = match (quantity, price, amount) {
            (None, None, None) => {
                line.quantity = None;
                return;
            }
            (Some(quantity), Some(price), _) => (quantity, price),
            (Some(quantity), None, Some(amount)) => {
                (quantity, amount.checked_div(quantity).unwrap_or_default())
            }
            (None, Some(price), Some(amount)) => (amount.checked_div(price).unwrap_or(Decimal::ONE), price),
            (None, None, Some(amount)) => (Decimal::ONE, amount),
            (None, Some(price), None) => (Decimal::ONE, price),
            (Some(quantity), None, None) => (quantity, Decimal::ZERO),
        };
        // A stored price keeps its four decimals when only other fields are sent.
        let kept = sent_price.is_none() && stored.is_some_and(|s| s.1 == price);
        let (quantity, price) = (round(quantity, 4), round(price, if kept { 4 } else { rules.places }));
        line.quantity = Some(quantity);
        line.price = price;
        line.discount_rate = f.number("DiscountRate").or(line.discount_rate).filter(|r| !r.is_zero());
        line.discount_amount = f.number("DiscountAmount").or(line.discount_amount).filter(|a| !a.is_zero());
        if (line.discount_rate.is_some() || line.discount_amount.is_some()) && !rules.discounts {
            wrong.push(ours("discounts exist only on sales invoices, quotes and purchase orders"));
        }
        let gross = line_amount(quantity, price, None, None);
        let rate_beyond =
            line.discount_rate.is_some_and(|r| r > Decimal::ONE_HUNDRED || r.is_sign_negative());
        let amount_beyond = line.discount_amount.is_some_and(|a| gross.is_some_and(|g| a > g.abs()));
        if rate_beyond || amount_beyond {
            let shown = line.discount_rate.or(line.discount_amount).unwrap_or_default();
            let rest = "Discount must not be greater than the line total.";
            wrong.push(format!("The discount rate '{}' is invalid. {rest}", shown.normalize()));
        }
        let Some(expected) = line_amount(quantity, price, line.discount_rate, line.discount_amount) else {
            wrong.push(ours(&format!("the line amount is beyond Xero's limit of {MAX_LINE}")));
            return;
        };
        line.amount = expected;
        let Some(sent) = amount.map(|a| round(a, 2)).filter(|a| *a != expected) else { return };
        if sent_quantity.is_some() && sent_price.is_some() {
            wrong.push(format!(
                "The line total {sent:.2} does not match the expected line total {expected:.2}"
            ));
        } else if sent.abs() <= MAX_LINE && line.discount_rate.is_none() && line.discount_amount.is_none() {
            // A derived price or quantity is rounded; the amount that was sent stands.
            line.amount = sent;
        }
    }

    fn read_account(
        &self,
        f: &Fields<'_>,
        details: Option<&ItemDetails>,
        tracked: Option<&str>,
        line: &mut Line,
        rules: &LineRules,
        wrong: &mut Vec<String>,
    ) {
        if rules.kind.overpaid() {
            line.account =
                Some(self.system_account(if rules.kind.sales() { "DEBTORS" } else { "CREDITORS" }));
            return;
        }
        let stock = tracked.filter(|_| !rules.kind.sales());
        let from_item = || self.account_by_code(stock.or(details?.account.as_deref())?);
        let account = match self.named_account(f) {
            Some(Ok(account)) => Some(account),
            Some(Err(message)) => {
                wrong.push(message);
                return;
            }
            None => line.account.and_then(|id| self.state.accounts.get(id)).or_else(from_item),
        };
        let account = match stock {
            Some(code) => self.account_by_code(code).or(account),
            None => account,
        };
        line.account = account.map(|a| a.id);
        match account {
            None if rules.approving => wrong.push("Account code or ID must be specified".to_owned()),
            None => {}
            Some(account) if account.kind == "INVENTORY" && stock.is_none() => {
                wrong.push(format!(
                    "Account code '{}' is not a valid code for this document.",
                    account.shown()
                ));
            }
            Some(account) => wrong.extend(self.account_refusal(account, Use::DocumentLine)),
        }
    }

    fn read_tax(
        &self,
        f: &Fields<'_>,
        old: Option<&Line>,
        details: Option<&ItemDetails>,
        line: &mut Line,
        rules: &LineRules,
        wrong: &mut Vec<String>,
    ) {
        let account = line.account.and_then(|id| self.state.accounts.get(id));
        let moved = old.is_some_and(|old| old.account != line.account);
        let stored = line.tax_type.take().filter(|_| !moved);
        let from_item = details.and_then(|d| d.tax_type.clone());
        let from_account = || account.map(|a| a.tax_type.clone()).filter(|t| !t.is_empty());
        let default = || from_item.or_else(from_account).filter(|_| rules.tax_from_account);
        line.tax_type = f.filled("TaxType").or(stored).or_else(default);
        let wrong_side = rules.kind.overpaid();
        if rules.line_amounts == LineAmounts::NoTax || wrong_side {
            line.tax = Decimal::ZERO;
            if rules.tax_from_account {
                line.tax_type = Some("NONE".to_owned());
            }
            return;
        }
        let Some(tax_type) = line.tax_type.clone() else {
            line.tax = Decimal::ZERO;
            if rules.approving && account.is_some() {
                wrong.push(NO_TAX_TYPE.to_owned());
            }
            return;
        };
        match self.usable_tax(&tax_type, account) {
            Err(message) => wrong.push(message),
            Ok(percent) => {
                // A tax amount that was sent once stands until what it is the tax of changes.
                let same =
                    |old: &Line| old.amount == line.amount && old.tax_type == line.tax_type && old.counts();
                let computed = match old.filter(|old| same(old) && !rules.tax_again) {
                    Some(old) => old.tax,
                    None => line_tax(line.amount, percent, rules.line_amounts),
                };
                line.tax = f.number("TaxAmount").map_or(computed, |sent| round(sent, 2));
                if line.tax.abs() > line.amount.abs() {
                    wrong.push(ours(&format!(
                        "TaxAmount {} is more than the line amount {}",
                        line.tax, line.amount
                    )));
                }
            }
        }
    }
}
