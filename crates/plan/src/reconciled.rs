//! What people said while they reconciled: answers of the checklist, accounts of actual cost, notes on others' entries.
//!
//! ```text
//! who-approves: "Mia, on Fridays"    Direct labour is compared with 477 Salaries    MJ 1187: "provision, goes out in May"
//! ```
//! Kept in the log because an auditor asks who said so and when. Not here: what follows from it (`reconcile`, `ready`).

use std::collections::BTreeMap;
use std::sync::Arc;

use book::{Day, Text};
use money::Amount;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xero::XeroId;

use crate::lists::Lists;
use crate::ready::{Answers, Choice};
use crate::settings::AccountRole;
use crate::subject::Guid;

/// A thing that somebody said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Reconciled {
    /// An answer of the checklist (RDY-1).
    Answered {
        /// To what.
        choice: Choice,
        /// What; nothing takes it back.
        #[schemars(with = "String")]
        answer: Text,
    },
    /// On which expense accounts the actual cost stands that an absorbed one is compared with (REC-1).
    Actuals {
        /// Direct labour, manufacturing overheads, or transfers.
        role: AccountRole,
        /// The accounts; none takes it back.
        #[schemars(with = "Vec<crate::number::Id>")]
        accounts: Vec<XeroId<xero::Account>>,
    },
    /// What an entry of somebody else on our accounts is (REC-5).
    Explained {
        /// Which, by Xero's id.
        #[schemars(with = "crate::number::Id")]
        entry: Guid,
        /// What it is; nothing takes it back.
        #[schemars(with = "String")]
        note: Text,
    },
    /// Why an account's opening stays as it is (INV-11).
    OpeningLeft {
        /// The account.
        #[schemars(with = "crate::number::Id")]
        account: XeroId<xero::Account>,
        /// Why; nothing takes it back.
        #[schemars(with = "String")]
        reason: Text,
    },
    /// What a month end leaves open is as it should be, at this amount (REC-7).
    Agreed {
        /// The check: `received-not-invoiced`.
        #[schemars(with = "String")]
        check: Text,
        /// The day that is closed.
        day: Day,
        /// What it comes to.
        amount: Amount,
    },
    /// A month is closed though a check is open (REC-7).
    Overruled {
        /// The last closed day.
        day: Day,
        /// Why.
        #[schemars(with = "String")]
        why: Text,
    },
}

/// What holds of all that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    answers: Answers,
    actuals: BTreeMap<AccountRole, Vec<XeroId<xero::Account>>>,
    explained: BTreeMap<Guid, Text>,
    #[serde(default)]
    agreed: BTreeMap<Text, (Day, Amount)>,
    #[serde(default)]
    overruled: BTreeMap<Day, Text>,
    #[serde(default)]
    left: BTreeMap<XeroId<xero::Account>, Text>,
}

impl Heard {
    /// Answers of the checklist.
    #[must_use]
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// The accounts on which a role's actual cost stands.
    #[must_use]
    pub fn actuals(&self, role: AccountRole) -> &[XeroId<xero::Account>] {
        self.actuals.get(&role).map_or(&[], Vec::as_slice)
    }

    /// What somebody said of an entry.
    #[must_use]
    pub fn note(&self, entry: Guid) -> Option<&Text> {
        self.explained.get(&entry)
    }

    /// Why an account's opening stays as it is.
    #[must_use]
    pub fn opening_left(&self, account: XeroId<xero::Account>) -> Option<&Text> {
        self.left.get(&account)
    }

    /// What somebody agreed to for a day.
    #[must_use]
    pub fn agreed(&self, check: &str, day: Day) -> Option<Amount> {
        let (of, amount) = self.agreed.iter().find(|(one, _)| &***one == check)?.1;
        (*of == day).then_some(*amount)
    }

    /// Takes it in. Total.
    pub(crate) fn apply(this: &mut Arc<Heard>, said: &Reconciled) {
        let this = Arc::make_mut(this);
        match said {
            Reconciled::Answered { choice, answer } if answer.trim().is_empty() => {
                this.answers.remove(choice);
            }
            Reconciled::Answered { choice, answer } => {
                this.answers.insert(*choice, answer.clone());
            }
            Reconciled::Actuals { role, accounts } if accounts.is_empty() => {
                this.actuals.remove(role);
            }
            Reconciled::Actuals { role, accounts } => {
                this.actuals.insert(*role, accounts.clone());
            }
            Reconciled::Explained { entry, note } if note.trim().is_empty() => {
                this.explained.remove(entry);
            }
            Reconciled::Explained { entry, note } => {
                this.explained.insert(*entry, note.clone());
            }
            Reconciled::OpeningLeft { account, reason } if reason.trim().is_empty() => {
                this.left.remove(account);
            }
            Reconciled::OpeningLeft { account, reason } => {
                this.left.insert(*account, reason.clone());
            }
            Reconciled::Agreed { check, day, amount } => {
                this.agreed.insert(check.clone(), (*day, *amount));
            }
            Reconciled::Overruled { day, why } => {
                this.overruled.insert(*day, why.clone());
            }
        }
    }
}

impl Reconciled {
    /// For the log: about what, and what was said.
    pub(crate) fn words(&self, lists: &Lists) -> (String, String) {
        let taken_back = |text: &Text| match text.trim() {
            "" => "taken back".to_owned(),
            text => text.to_owned(),
        };
        match self {
            Reconciled::Answered { choice, answer } => (choice.id().to_owned(), taken_back(answer)),
            Reconciled::Actuals { role, accounts } => {
                let name = |id: &XeroId<xero::Account>| {
                    lists.account(*id).map_or_else(|| id.to_string(), ToString::to_string)
                };
                let names: Vec<String> = accounts.iter().map(name).collect();
                let text = match names.is_empty() {
                    true => "compared with nothing".to_owned(),
                    false => format!("compared with {}", names.join(", ")),
                };
                (role.words().to_lowercase(), text)
            }
            Reconciled::Explained { entry, note } => (format!("entry {entry}"), taken_back(note)),
            Reconciled::OpeningLeft { account, reason } => {
                let name = lists.account(*account).map_or_else(|| account.to_string(), ToString::to_string);
                (format!("opening of {name}"), taken_back(reason))
            }
            Reconciled::Agreed { check, day, .. } => (check.to_string(), format!("agreed as of {day}")),
            Reconciled::Overruled { day, why } => (format!("close {day}"), format!("closed anyway: {why}")),
        }
    }
}
