//! Why a document can't be put into Xero's terms: a stable code, what was found, what to do next.
//!
//! `no-tax-rate: Line 1 (STEEL) has 12.5%, and Xero has no active purchase rate of 12.5% for account 630 (ASSET).` A document
//! may have several; each is one sentence. A hold that waits for a contact, an item or an option goes away by itself once
//! that is in Xero. A caution holds nothing: it says what a person should look at.
//! Not here: whether the document is due at all (`disposition`).

use std::fmt;

use crate::subject::Subject;
use crate::why::{Why, command};

/// Why a document can't be put into Xero's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    code: HoldCode,
    facts: Vec<(&'static str, String)>,
    waits_for: Option<Subject>,
}

macro_rules! holds {
    ($($name:ident $id:literal $message:literal $remedy:literal $command:literal)*) => {
        /// Which reason; the table below has each one's text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum HoldCode {$(
            #[doc = concat!($id, ": ", $message)]
            $name,
        )*}

        impl HoldCode {
            /// All of them.
            pub const ALL: &[HoldCode] = &[$(HoldCode::$name),*];

            /// The stable code: `no-tax-rate`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(HoldCode::$name => $id),* }
            }

            /// The message with its facts in braces.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(HoldCode::$name => $message),* }
            }

            /// What to do next, with facts in braces.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(HoldCode::$name => $remedy),* }
            }

            /// The command that does it; empty if none does.
            #[must_use]
            pub fn command(self) -> &'static str {
                command(self.does_it())
            }

            /// The command that does it, or `none: ` and why there is none; empty where `rules` knows it.
            pub(crate) const fn does_it(self) -> &'static str {
                match self { $(HoldCode::$name => $command),* }
            }
        }
    };
}

holds! {
    ContactToCome "contact-to-come" "{party} is not linked to a contact in Xero yet." "Nothing needs doing: the contact comes first." "none: nothing has to be done"
    ItemToCome "item-to-come" "{item} is not linked to an item in Xero yet." "Nothing needs doing: the item comes first." "none: nothing has to be done"
    OptionToCome "option-to-come" "The tracking option {option} of {category} is not in Xero yet." "Nothing needs doing: the option comes first." "none: nothing has to be done"

    TrackedItem "tracked-item" "{item} is tracked in Xero: its stock would be counted there a second time." "Make it an untracked item in Xero (Products and services), then retry." ""
    NoItemAccount "no-item-account" "{line} has no expense account: neither {item} here nor its item in Xero has one, and on Purchases nothing would clear it." "Give {item} an expense account." ""
    NoRoleAccount "no-role-account" "No account is chosen for {role}." "Choose one in the settings: `millbook xero propose` suggests one." "millbook xero propose"
    NoSuchAccount "no-such-account" "Xero has no account with the code {code}, which {line} names." "Add the account in Xero, or name another one." ""
    AccountNotActive "account-not-active" "Account {account}, which {line} needs, is archived or deleted in Xero." "Restore it in Xero, or choose another account." ""
    AccountNotUsable "account-not-usable" "Account {account}, which {line} needs, is of type {kind}: Xero takes it on no document." "Choose an ordinary account." ""
    ExpenseOnPurchases "expense-on-purchases" "{line} would stand on {account}, the account of Purchases, where nothing would clear it." "Choose an expense account for it." "none: it is done in the document itself"

    NoTaxRate "no-tax-rate" "{line} has {percent}, and Xero has no active {side} rate of {percent} for account {account}." "Add the rate in Xero, choose another account, or change the line's tax." "millbook xero settings get"
    TaxIsCost "tax-is-cost" "{line} has tax that can't be reclaimed, so {theirs} of it is part of the cost, which here has {ours} of it." "Nothing needs doing: the cost is put right first." "none: nothing has to be done"
    TotalsDiffer "totals-differ" "It comes to {ours} here and would come to {theirs} in Xero, which counts in hundredths of {currency}." "Change the amounts so that both count alike, or leave the tax empty." "none: it is done in the document itself"

    CurrencyOff "currency-off" "{organisation} doesn't use {currency}." "Add {currency} in Xero (Settings, Currencies); it can't be taken away again." ""
    CurrencyDigits "currency-digits" "{currency} counts in {digits} decimals; Xero keeps two." "Enter it in Xero by hand." "none: it is entered in Xero by hand"
    NoOrganisation "no-organisation" "Nothing is known of Xero's organisation yet." "Refresh Xero's lists: `millbook xero refresh`." "millbook xero refresh"

    CategoryOff "category-off" "Xero has no active tracking category {category}, which {line} names." "Add or restore it in Xero, or take the option off the line." ""
    OptionOff "option-off" "The tracking option {option} of {category}, which {line} names, is archived in Xero." "Restore it in Xero, or choose another one." ""

    NoCustomer "no-customer" "The sales of {channel} are to {count} customers, and one invoice names one." "Name the customer of {channel} whom its consolidated invoices shall name." "none: it is done in the channel's record"
    NoNumber "no-number" "It has no {field}." "Fill in the {field}." "none: it is done in the document itself"
    NotPlain "not-plain" "Xero takes plain letters, digits and signs only in a number; {number} has {letter}." "Write the {field} without it." "none: it is done in the document itself"
    NoLines "no-lines" "All its lines are withdrawn." "Add a line, or cancel it." "none: it is done in the document itself"
    TooManyDigits "too-many-digits" "{line} comes to {amount}; Xero keeps at most 9,999,999,999.99." "Split it." "none: it is done in the document itself"
}

impl Hold {
    /// A reason without facts yet.
    #[must_use]
    pub fn new(code: HoldCode) -> Hold {
        Hold { code, facts: Vec::new(), waits_for: None }
    }

    /// Adds a fact that the text names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Hold {
        self.facts.push((name, value.to_string()));
        self
    }

    /// It goes away once this is in Xero.
    #[must_use]
    pub(crate) fn until(mut self, subject: Subject) -> Hold {
        self.waits_for = Some(subject);
        self
    }

    /// Which reason it is.
    #[must_use]
    pub fn code(&self) -> HoldCode {
        self.code
    }

    /// What must be in Xero first; none needs a person.
    #[must_use]
    pub fn waits_for(&self) -> Option<&Subject> {
        self.waits_for.as_ref()
    }

    /// The reason for people.
    #[must_use]
    pub fn why(&self) -> Why {
        let does_it = self.code.command();
        Why {
            code: self.code.id(),
            message: self.fill(self.code.message()),
            remedy: self.fill(self.code.remedy()),
            command: (!does_it.is_empty()).then(|| does_it.to_owned()),
        }
    }

    fn fill(&self, text: &str) -> String {
        let fill = |text: String, (name, value): &(&str, String)| text.replace(&format!("{{{name}}}"), value);
        self.facts.iter().fold(text.to_owned(), fill)
    }
}

/// `no-tax-rate: …`
impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = self.why();
        write!(f, "{}: {} {}", why.code, why.message, why.remedy)
    }
}

/// Something that a person should look at; the document goes all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caution {
    /// Several tax rates fit, and the first by name was taken (TAX-2).
    TaxToCheck {
        /// Which lines: `line 1 (STEEL)`.
        lines: Vec<String>,
        /// The percentage.
        percent: String,
        /// What was taken: `INPUT2`.
        taken: String,
        /// What else fits.
        others: Vec<String>,
    },
    /// A text was longer than Xero takes, and was cut.
    Cut {
        /// Which: `the description of line 1 (STEEL)`.
        what: String,
        /// How long it was.
        length: usize,
        /// How much Xero takes.
        limit: usize,
    },
}

/// One sentence.
impl fmt::Display for Caution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Caution::TaxToCheck { lines, percent, taken, others } => {
                let first = lines.first().map_or("its lines", String::as_str);
                let more = match lines.len().saturating_sub(1) {
                    0 => String::new(),
                    1 => " and one more line".to_owned(),
                    more => format!(" and {more} more lines"),
                };
                let others = others.join(" or ");
                write!(
                    f,
                    "The tax of {first}{more} must be checked: {percent} may be {taken} or {others}, and {taken} was taken; \
                     choose the preferred one in the settings."
                )
            }
            Caution::Cut { what, length, limit } => {
                write!(f, "Of {what}, {length} characters, Xero gets the first {limit}.")
            }
        }
    }
}
