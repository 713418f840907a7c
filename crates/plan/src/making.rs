//! What all papers are made with: the book, what we know of Xero, and the reasons found on the way why it can't be done.
//!
//! All reasons are found in one go: a bill without contact and with a tax rate missing says both. Whatever is missing is
//! left out until the end, when the holds take the paper's place.
//! Not here: what a kind of document says (`papers`), its lines (`lines`).

use book::{Book, CategoryId, Day, DocumentId, ItemId, LineSubject, PartyId, Prices, StandsOn, Text};
use book::{Terms, WarehouseId};
use xero::statuses::LineAmountTypes;
use xero::{Decimal, XeroId};

use crate::event::MatchedBy;
use crate::exchange::Exchange;
use crate::held::HeldStatus;
use crate::hold::{Caution, Hold, HoldCode};
use crate::lines::lower;
use crate::lists::Lists;
use crate::paper::Paper;
use crate::parts::gone;
use crate::settings::{AccountRole, Switch};
use crate::subject::Subject;
use crate::sums::{money, number, sums};

/// Characters of an item's code in Xero (DOC-9).
pub(crate) const ITEM_CODE: usize = 30;

/// A paper under way.
pub(crate) struct Making<'a> {
    pub(crate) book: &'a Book,
    pub(crate) exchange: &'a Exchange,
    pub(crate) id: DocumentId,
    /// The day whose accounts count (ACC-6).
    pub(crate) day: Day,
    /// The account of Purchases.
    pub(crate) purchases: Option<XeroId<xero::Account>>,
    holds: Vec<Hold>,
    /// Whether a line's tax comes to something else in Xero, where sums of several might agree by chance.
    pub(crate) has_other_tax: bool,
    pub(crate) cautions: Vec<Caution>,
}

/// The day whose accounts a document gets: its own, or today's as long as nobody has approved it in Xero, or the day on which it was
/// last sent (ACC-6).
pub(crate) fn accounts_on(exchange: &Exchange, subject: &Subject, own: Day) -> Day {
    let link = exchange.link(subject);
    let status = link.and_then(|link| link.now.as_deref()).map(|held| &held.status);
    match status {
        None | Some(HeldStatus::Draft | HeldStatus::Awaiting) => own.max(exchange.today()),
        Some(_) => link.and_then(|link| link.accounts).map_or(own, |sent| own.max(sent)),
    }
}

/// A paper and what a person should look at.
pub(crate) type Made = Result<(Paper, Vec<Caution>), Vec<Hold>>;

impl<'a> Making<'a> {
    pub(crate) fn new(book: &'a Book, exchange: &'a Exchange, subject: &Subject, day: Day) -> Making<'a> {
        let (id, day) =
            (subject.document().unwrap_or(DocumentId::new(0)), accounts_on(exchange, subject, day));
        let purchases = exchange.settings().account(AccountRole::Purchases, (None, None), day);
        Making {
            book,
            exchange,
            id,
            day,
            purchases,
            holds: Vec::new(),
            has_other_tax: false,
            cautions: Vec::new(),
        }
    }

    /// The same, where what is said of the book is said of this document.
    pub(crate) fn about(self, id: DocumentId) -> Making<'a> {
        Making { id, ..self }
    }

    pub(crate) fn lists(&self) -> &'a Lists {
        self.exchange.lists()
    }

    /// Adds a reason, once.
    pub(crate) fn hold(&mut self, hold: Hold) {
        if !self.holds.contains(&hold) {
            self.holds.push(hold);
        }
    }

    /// The paper, if nothing stands against it and Xero will count as the book does.
    pub(crate) fn finish(mut self, paper: Paper) -> Made {
        if paper.lines.is_empty() {
            self.hold(Hold::new(HoldCode::NoLines));
        }
        if self.holds.is_empty() {
            self.check_sums(&paper);
        }
        if self.holds.is_empty() { Ok((paper, self.cautions)) } else { Err(self.holds) }
    }

    /// The same for lines of many documents: their total is what counts (CNS-1).
    pub(crate) fn finish_sum(mut self, paper: Paper, total: ::money::Money) -> Result<Paper, Vec<Hold>> {
        let ours = money(total);
        let theirs = sums(&paper).map_or(Decimal::ZERO, |sums| sums.total);
        if self.holds.is_empty() && ours != theirs {
            let hold = Hold::new(HoldCode::TotalsDiffer).with("currency", total.currency());
            self.hold(hold.with("ours", ours).with("theirs", theirs));
        }
        if self.holds.is_empty() { Ok(paper) } else { Err(self.holds) }
    }

    fn check_sums(&mut self, paper: &Paper) {
        let (Some(ours), Some(theirs)) = (self.book.totals(self.id), sums(paper)) else { return };
        let tax_agrees = paper.amounts == LineAmountTypes::NoTax || theirs.tax == money(ours.tax);
        if theirs.total == money(ours.gross) && tax_agrees && !self.has_other_tax {
            return;
        }
        let say = |total: Decimal, tax: Decimal| format!("{total} with {tax} of tax");
        let elsewhere = if tax_agrees { ", on other lines," } else { "" };
        let hold = Hold::new(HoldCode::TotalsDiffer).with("currency", ours.gross.currency());
        let hold = hold.with("ours", say(money(ours.gross), money(ours.tax)));
        self.hold(hold.with("theirs", say(theirs.total, theirs.tax) + elsewhere));
    }

    /// A party's contact.
    pub(crate) fn contact(&mut self, party: PartyId) -> XeroId<xero::Contact> {
        let subject = Subject::Party(party);
        if let Some(link) = self.exchange.link(&subject) {
            if gone(self.exchange, &subject).is_some() {
                let name = self.book.party(party).map_or("The party", |row| &row.record.name);
                self.hold(Hold::new(HoldCode::ContactToCome).with("party", name).until(subject));
            }
            return link.xero.cast();
        }
        let name = self.book.party(party).map_or("The party", |row| &row.record.name);
        self.hold(Hold::new(HoldCode::ContactToCome).with("party", name).until(subject));
        XeroId::NOTHING
    }

    /// The code by which lines name an item in Xero; none for part numbers that don't fit (DOC-9).
    pub(crate) fn item(&mut self, item: ItemId) -> Option<Text> {
        let code = &self.book.item(item)?.record.code;
        let subject = Subject::Item(item);
        let link = self.exchange.link(&subject);
        if link.is_none() && code.chars().count() > ITEM_CODE {
            return None;
        }
        let found = self.exchange.found(&subject).unwrap_or_default();
        let tracked = match link {
            Some(link) => link.item.as_ref().is_some_and(|item| item.tracked),
            None => found.iter().any(|one| one.by == MatchedBy::Tracked),
        };
        if tracked {
            self.hold(Hold::new(HoldCode::TrackedItem).with("item", code));
            return None;
        }
        let Some(link) = link else {
            self.hold(Hold::new(HoldCode::ItemToCome).with("item", code).until(subject));
            return None;
        };
        Some(link.item.as_ref().map_or_else(|| code.clone(), |item| item.code.clone()))
    }

    /// The account on which a line's entry stands.
    pub(crate) fn account(&mut self, about: &LineSubject, line: &str) -> Option<XeroId<xero::Account>> {
        let account = match &about.on {
            StandsOn::Sales { category, warehouse } => {
                return self.role(AccountRole::Sales, (*category, *warehouse), line);
            }
            StandsOn::Purchases => return self.role(AccountRole::Purchases, (None, None), line),
            StandsOn::Expense(Some(code)) => self.coded(code, line),
            StandsOn::Expense(None) => match (self.expense_now(about.item), self.expense_in_xero(about.item))
            {
                (Some(code), _) => self.coded(&code, line),
                (None, Some(account)) => self.usable_account(self.lists().account(account), line),
                (None, None) if self.exchange.settings().balances == Switch::Off => {
                    return self.role(AccountRole::Purchases, (None, None), line);
                }
                (None, None) => {
                    let item = about.item.and_then(|item| self.book.item(item));
                    let item = item.map_or("it", |row| &row.record.code);
                    self.hold(Hold::new(HoldCode::NoItemAccount).with("line", line).with("item", item));
                    None
                }
            },
        };
        if account.is_some() && account == self.purchases && self.exchange.settings().balances == Switch::On {
            self.expense_on_purchases(line);
        }
        account
    }

    pub(crate) fn expense_on_purchases(&mut self, line: &str) {
        let account = self.purchases.and_then(|id| self.lists().account(id));
        let account = account.map_or("the account", |account| &account.code);
        self.hold(Hold::new(HoldCode::ExpenseOnPurchases).with("line", line).with("account", account));
    }

    /// The account that the item was given since the document was saved: that is what the hold asks for.
    fn expense_now(&self, item: Option<ItemId>) -> Option<Text> {
        self.book.item(item?)?.record.expense_account.clone()
    }

    fn expense_in_xero(&self, item: Option<ItemId>) -> Option<XeroId<xero::Account>> {
        self.exchange.link(&Subject::Item(item?))?.item.as_ref()?.expense
    }

    /// The account of a role.
    pub(crate) fn role(
        &mut self,
        role: AccountRole,
        refined: (Option<CategoryId>, Option<WarehouseId>),
        line: &str,
    ) -> Option<XeroId<xero::Account>> {
        let Some(id) = self.exchange.settings().account(role, refined, self.day) else {
            self.hold(Hold::new(HoldCode::NoRoleAccount).with("role", role.words()));
            return None;
        };
        let Some(account) = self.lists().account(id) else {
            let hold = Hold::new(HoldCode::AccountNotActive).with("account", role.words());
            self.hold(hold.with("line", lower(line)));
            return None;
        };
        self.usable_account(Some(account), line)
    }

    /// The account of a code that a person wrote.
    fn coded(&mut self, code: &str, line: &str) -> Option<XeroId<xero::Account>> {
        let account = self.lists().account_of_code(code);
        if account.is_none() {
            self.hold(Hold::new(HoldCode::NoSuchAccount).with("code", code).with("line", lower(line)));
        }
        self.usable_account(account, line)
    }

    /// How a document's lines contain tax: an organisation that isn't registered has none (TAX-4, TAX-6).
    pub(crate) fn amounts(&mut self, terms: &Terms) -> LineAmountTypes {
        match (&self.lists().organisation, terms.prices) {
            (None, _) => {
                self.hold(Hold::new(HoldCode::NoOrganisation));
                LineAmountTypes::Exclusive
            }
            (Some(organisation), _) if !organisation.pays_tax => LineAmountTypes::NoTax,
            (Some(_), Prices::Exclusive) => LineAmountTypes::Exclusive,
            (Some(_), Prices::Inclusive) => LineAmountTypes::Inclusive,
        }
    }

    /// A document's rate, foreign units per 1 of base; none in base currency (DOC-18).
    pub(crate) fn rate(&mut self, terms: &Terms) -> Option<Decimal> {
        let currency = terms.currency;
        let digits = currency.minor_digits();
        if digits > 2 {
            let hold = Hold::new(HoldCode::CurrencyDigits).with("currency", currency.code());
            self.hold(hold.with("digits", digits));
            return None;
        }
        if currency == self.book.base() {
            return None;
        }
        if let Some(organisation) = &self.lists().organisation
            && !self.lists().currencies.contains(&currency)
        {
            let hold = Hold::new(HoldCode::CurrencyOff).with("organisation", &organisation.name);
            self.hold(hold.with("currency", currency.code()));
        }
        // It was filled in when the document was saved.
        let rate = terms.rate.or_else(|| self.book.rate(currency, terms.day));
        rate.map(|rate| number(rate.millionths()))
    }

    /// A number as Xero takes it.
    pub(crate) fn number(&mut self, field: &str, number: &str) -> Text {
        let number = number.trim();
        if number.is_empty() {
            self.hold(Hold::new(HoldCode::NoNumber).with("field", field));
        }
        if let Some(letter) = number.chars().find(|letter| !(' '..='~').contains(letter)) {
            let hold = Hold::new(HoldCode::NotPlain).with("number", number).with("field", field);
            self.hold(hold.with("letter", letter.escape_debug()));
        }
        number.into()
    }
}
