//! Statements and questions of trade: stages, quotes, payments, and what a document comes to.
//!
//! `pay PY-1 2026-03-20 of I-1 50.00 account 091` · `status I-1` prints `= I-1  paid partially  50.00 of 115.00`. Answers to
//! questions begin with `= `, so that the oracle, which knows nothing of them, can leave them out.

use book::*;
use money::{Money, Percent};

use super::{Outcome, Shop, Words, after, day, has, number, unreadable};

impl Shop {
    /// `terms 20 days|after-month|of-month|of-next-month`
    pub fn payment_terms(&self, head: &[&str]) -> Outcome<Option<PaymentTerms>> {
        let Some(at) = head.iter().position(|word| *word == "terms") else { return Ok(None) };
        let (Some(count), Some(unit)) = (head.get(at + 1), head.get(at + 2)) else {
            return unreadable("terms 20 days | after-month | of-month | of-next-month");
        };
        Ok(Some(match *unit {
            "days" => PaymentTerms::Days(number(count)?),
            "after-month" => PaymentTerms::DaysAfterMonth(number(count)?),
            "of-month" => PaymentTerms::DayOfMonth(number(count)?),
            "of-next-month" => PaymentTerms::DayOfNextMonth(number(count)?),
            _ => return unreadable("terms 20 days | after-month | of-month | of-next-month"),
        }))
    }

    /// `consolidate day|week|month`
    pub fn consolidated(head: &[&str]) -> Outcome<Option<Period>> {
        match after(head, "consolidate") {
            None => Ok(None),
            Some("day") => Ok(Some(Period::Day)),
            Some("week") => Ok(Some(Period::Week)),
            Some("month") => Ok(Some(Period::Month)),
            Some(other) => unreadable(format!("consolidate {other}: day, week or month")),
        }
    }

    pub fn channel(&self, head: &[&str]) -> Outcome<Option<ChannelId>> {
        let Some(code) = after(head, "channel") else { return Ok(None) };
        match self.book.channels().find(code) {
            Some(id) => Ok(Some(ChannelId::new(id))),
            None => unreadable(format!("no channel {code}")),
        }
    }

    pub fn stage(head: &[&str]) -> Stage {
        match (has(head, "draft"), has(head, "proforma")) {
            (true, _) => Stage::Draft,
            (_, true) => Stage::ProForma,
            _ => Stage::Issued,
        }
    }

    pub fn repeated(head: &[&str]) -> Repeated {
        if has(head, "confirmed") { Repeated::Confirmed } else { Repeated::Refused }
    }

    /// `invoice X-7 on 2026-03-05 [due DAY]`: the supplier's invoice of an order that is its own bill.
    pub fn supplier_invoice(&self, head: &[&str]) -> Outcome<Option<SupplierInvoice>> {
        let Some(id) = after(head, "invoice") else { return Ok(None) };
        let on = after(head, "on").map_or_else(|| unreadable("invoice X-7 on DAY"), day)?;
        let due = after(head, "due").map(day).transpose()?;
        Ok(Some(SupplierInvoice { id: id.into(), day: on, due, repeated: Shop::repeated(head) }))
    }

    /// What an invoice's line is for: `for CO-1/JAM`.
    pub fn source(&self, words: &[&str]) -> Outcome<Option<LineRef>> {
        let Some(of) = after(words, "for") else { return Ok(None) };
        let Some((number, item)) = of.split_once('/') else { return unreadable("for CO-1/JAM") };
        let document = self.any(number)?;
        Ok(Some(LineRef { document, line: self.line(document, item)? }))
    }

    /// The verbs of this file that make a document.
    pub fn read_trade(&self, words: &Words<'_>) -> Outcome<Option<Content>> {
        let (head, lines) = (&words.head, &words.lines);
        Ok(Some(match head[0] {
            "quote" => {
                let terms = self.terms(head, after(head, "for").unwrap_or("Shop"))?;
                let state = match head.iter().find(|w| ["draft", "accepted", "declined"].contains(*w)) {
                    Some(&"draft") => QuoteState::Draft,
                    Some(&"accepted") => QuoteState::Accepted,
                    Some(_) => QuoteState::Declined,
                    None => QuoteState::Sent,
                };
                let lines = lines.iter().map(|line| self.trade_line(line)).collect::<Outcome<_>>()?;
                Quote { terms, until: after(head, "until").map(day).transpose()?, state, lines }.into()
            }
            "pay" | "refund" => self.read_payment(head)?,
            "allocate" => {
                let (Some(to), Some(amount)) = (after(head, "to"), head.get(6)) else {
                    return unreadable("allocate AL-1 DAY I-2 to I-1 20.00");
                };
                let (from, to) = (self.any(head[3])?, self.any(to)?);
                let currency = match after(head, "in") {
                    Some(code) => number(code)?,
                    None => self.currency_of(from),
                };
                let amount =
                    Money::parse_in(amount, currency).or_else(|error| unreadable(error.to_string()))?;
                Allocation { from, to, day: day(head[2])?, amount }.into()
            }
            "adjust" => self.read_adjusting(words)?,
            _ => return Ok(None),
        }))
    }

    /// `adjust AE-1 DAY clearing|accrual until DAY|opening|adopted [source X]: direct-labour 5.00; account 477 -5.00`
    fn read_adjusting(&self, words: &Words<'_>) -> Outcome<Content> {
        let head = &words.head;
        let kind = match head.get(3).copied() {
            Some("clearing") => Adjustment::Clearing,
            Some("accrual") => Adjustment::Accrual,
            Some("opening") => Adjustment::Opening,
            Some("adopted") => Adjustment::Adopted,
            _ => return unreadable("adjust AE-1 DAY clearing | accrual | opening | adopted"),
        };
        let line = |line: &Vec<&str>| -> Outcome<AdjustingLine> {
            let (role, account, amount) = match line[..] {
                ["account", code, amount, ..] => (None, Some(Text::from(code)), amount),
                ["elsewhere", amount, ..] => (None, None, amount),
                [name, amount, ..] => {
                    let called = |role: &&Role| role.name().to_lowercase().replace(' ', "-") == name;
                    let Some(role) = Role::ALL.iter().find(called) else {
                        return unreadable(format!("no role {name}"));
                    };
                    (Some(*role), None, amount)
                }
                _ => return unreadable("direct-labour 5.00; account 477 -5.00; elsewhere 5.00"),
            };
            Ok(AdjustingLine { role, account, tracking: self.tracking(line)?, amount: self.amount(amount)? })
        };
        Ok(AdjustingEntry {
            kind,
            day: day(head[2])?,
            reversed: after(head, "until").map(day).transpose()?,
            source: after(head, "source").map(Text::from),
            text: None,
            lines: words.lines.iter().map(line).collect::<Outcome<_>>()?,
        }
        .into())
    }

    fn currency_of(&self, document: DocumentId) -> money::Currency {
        let settlement = self.book.settlement(document);
        settlement.map_or(self.book.base(), |found| found.gross.currency())
    }

    /// `pay PY-1 DAY of I-1 50.00 [in NZD] [at 0.61] [account 091] [tax 15] [ref X]`
    fn read_payment(&self, head: &[&str]) -> Outcome<Content> {
        let (Some("of"), Some(of), Some(amount)) = (head.get(3).copied(), head.get(4), head.get(5)) else {
            return unreadable("pay PY-1 DAY of I-1 50.00");
        };
        let of = self.any(of)?;
        let currency = match after(head, "in") {
            Some(code) => number(code)?,
            None => self.currency_of(of),
        };
        let kind = if head[0] == "pay" { PaymentKind::Payment } else { PaymentKind::Refund };
        Ok(Payment {
            of,
            kind,
            day: day(head[2])?,
            amount: Money::parse_in(amount, currency).or_else(|error| unreadable(error.to_string()))?,
            rate: after(head, "at").map(number).transpose()?,
            account: after(head, "account").map(Text::from),
            reference: after(head, "ref").map(Text::from),
            tax: after(head, "tax").map(number::<Percent>).transpose()?,
            advance: Advance::No,
        }
        .into())
    }

    /// Questions: what they answer, or none if the line is no question.
    pub fn ask(&self, line: &str) -> Outcome<Option<String>> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [verb, name, ..] = words[..] else { return Ok(None) };
        Ok(Some(match verb {
            "status" => self.status(name)?,
            "totals" => self.totals(name)?,
            "payments" => self.payments(name)?,
            "approval" => self.approval(name)?,
            "left" => self.left(name)?,
            "consolidated" => self.consolidated_until(name)?,
            "takings" => self.takings_until(name)?,
            "spread" => self.spread_over(&words)?,
            "files" => self.files(name)?,
            "options" => super::print::options(&self.book, day(name)?),
            _ => return Ok(None),
        }))
    }

    /// `= I-1  paid partially  paid 50.00 of 115.00, outstanding 65.00`
    fn status(&self, name: &str) -> Outcome<String> {
        let id = self.any(name)?;
        let Some(found) = self.book.settlement(id) else { return Ok(format!("= {name}  is not paid\n")) };
        let mut text = format!(
            "= {name}  {}  paid {} of {}, outstanding {}",
            found.status.words(),
            found.paid.number(),
            found.gross,
            found.outstanding.number()
        );
        let parts = [
            ("left", found.left),
            ("in advance", found.advances),
            ("allocated to it", found.allocated_here),
            ("allocated away", found.allocated_away),
        ];
        for (what, amount) in parts.iter().filter(|(_, amount)| !amount.is_zero()) {
            text += &format!(", {what} {}", amount.number());
        }
        let due = match self.book.document(id).map(Document::content) {
            Some(Content::Invoice(c)) => c.due,
            Some(Content::Bill(c)) => c.due,
            Some(Content::PurchaseOrder(c)) => c.invoice.as_ref().and_then(|invoice| invoice.due),
            _ => None,
        };
        Ok(text + &due.map_or(String::new(), |due| format!(", due {due}")) + "\n")
    }

    /// `= I-1  PY-1 50.00, PY-2 -10.00 deleted`: the book's side of PAY-1.
    fn payments(&self, name: &str) -> Outcome<String> {
        let Some(sides) = self.book.payments_of(self.any(name)?) else {
            return unreadable(format!("{name} isn't paid"));
        };
        let one = |paid: &PaidOn<DocumentId>| {
            let number = self.book.document(paid.id).map_or("?", Document::number);
            let deleted = if paid.deleted { " deleted" } else { "" };
            format!("{number} {}{deleted}", paid.amount.number())
        };
        let all: Vec<String> = sides.book.iter().map(one).collect();
        Ok(format!("= {name}  {}\n", if all.is_empty() { "no payments".into() } else { all.join(", ") }))
    }

    /// `= I-1  3.76 on 25.06; 3.84 on 25.61  net 50.67 tax 7.60 gross 58.27`
    fn totals(&self, name: &str) -> Outcome<String> {
        let Some(found) = self.book.totals(self.any(name)?) else {
            return unreadable(format!("{name} comes to nothing"));
        };
        let line = |line: &LineTotal| format!("{} on {}", line.tax.number(), line.net.number());
        let lines: Vec<String> = found.lines.iter().map(line).collect();
        let mut text = format!("= {name}  {}  net {}", lines.join("; "), found.net.number());
        text += &format!(" tax {}", found.tax.number());
        if !found.rounding.is_zero() {
            text += &format!(" rounding {}", found.rounding.number());
        }
        Ok(text + &format!(" gross {}\n", found.gross))
    }
}
