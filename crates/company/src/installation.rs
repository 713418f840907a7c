//! Company 0 is the installation: its log has the companies, the users and who may do what where.
//!
//! `company_added {company: 1, code: "jam", name: "Jam Ltd", base: "NZD", zone: "Pacific/Auckland"}`; `user_added {user: 1,
//! digest}`; `roles_given {company: 1, user: 1, roles: ["administrator"]}`. Names of people stand beside it (`people`).
//! Not here: sign-in and sessions (`web`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use book::Stamp;
use money::Currency;
use wire::Problem;

use crate::fold::{Asking, Decided, Fold, written_by_serde};
use crate::operations::digest_of;
use crate::people::Person;

/// A role in a company (SEC-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, and the connection to Xero.
    Administrator,
    /// Documents, accounts, synchronisation.
    Bookkeeper,
    /// Purchase orders.
    Purchaser,
    /// Approves documents.
    Approver,
    /// Manufacturing orders.
    Production,
    /// Receipts, shipments, counts.
    Warehouse,
    /// Customer orders and invoices.
    Sales,
    /// Looks only.
    Viewer,
}

/// A company of the installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Its number: which log.
    pub company: u32,
    /// What it is called on the command line and in addresses.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The currency of its accounts.
    pub base: Currency,
    /// The time zone of its days.
    pub zone: String,
}

/// Somebody's roles in a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The company.
    pub company: u32,
    /// The user.
    pub user: u32,
    /// The roles.
    pub roles: Vec<Role>,
}

/// What the installation's log holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum InstallationEvent {
    /// A company was made.
    CompanyAdded {
        /// Its number.
        company: u32,
        /// Short.
        code: String,
        /// Long.
        name: String,
        /// The currency of its accounts.
        base: Currency,
        /// The time zone of its days.
        zone: String,
    },
    /// A user was made.
    UserAdded {
        /// Their number.
        user: u32,
        /// Of what stands in `personal`.
        digest: String,
    },
    /// Somebody has these roles in a company, and no others.
    RolesGiven {
        /// The company.
        company: u32,
        /// The user.
        user: u32,
        /// The roles; none takes all away.
        roles: Vec<Role>,
    },
}

/// What the installation is asked.
#[derive(Clone, Debug)]
pub enum InstallationWish {
    /// Make a company.
    AddCompany {
        /// Short, unique: letters, digits, `-`.
        code: String,
        /// Long.
        name: String,
        /// The currency of its accounts.
        base: Currency,
        /// The time zone of its days.
        zone: String,
    },
    /// Make a user.
    AddUser(Box<Person>),
    /// Give roles.
    GiveRoles {
        /// The company's code.
        company: String,
        /// The user.
        user: u32,
        /// The roles.
        roles: Vec<Role>,
    },
}

/// The installation as its log says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Installation {
    companies: Vec<Registered>,
    users: u32,
    roles: BTreeMap<(u32, u32), Vec<Role>>,
}

impl Installation {
    /// All companies, in the order in which they were made.
    pub fn companies(&self) -> &[Registered] {
        &self.companies
    }

    /// The company of a code, in any case.
    ///
    /// # Errors
    /// There is none.
    pub fn company(&self, code: &str) -> Result<&Registered, Problem> {
        self.companies.iter().find(|one| one.code.eq_ignore_ascii_case(code)).ok_or_else(|| {
            let codes: Vec<&str> = self.companies.iter().map(|one| one.code.as_str()).collect();
            let remedy = match codes.is_empty() {
                true => "Make one: `millbook company add CODE --name NAME --currency NZD`.".to_owned(),
                false => format!("Name one of: {}.", codes.join(", ")),
            };
            Problem::new("no-such-company", format!("There is no company \"{code}\"."), remedy)
                .with("company", code)
        })
    }

    /// How many users were ever made; they are numbered from 1.
    pub fn users(&self) -> u32 {
        self.users
    }

    /// All memberships.
    pub fn memberships(&self) -> impl Iterator<Item = Membership> {
        let one = |((company, user), roles): (&(u32, u32), &Vec<Role>)| Membership {
            company: *company,
            user: *user,
            roles: roles.clone(),
        };
        self.roles.iter().map(one)
    }
}

impl Fold for Installation {
    type Event = InstallationEvent;
    type Wish = InstallationWish;

    fn empty() -> Installation {
        Installation::default()
    }

    fn decide(&self, wish: &InstallationWish, _: Asking) -> Result<Decided<InstallationEvent>, Problem> {
        match wish {
            InstallationWish::AddCompany { code, name, base, zone } => {
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
                if code.is_empty() || code.len() > 40 || !code.chars().all(plain) {
                    let message = format!("\"{code}\" can't be a company's code.");
                    return Err(Problem::new("bad-input", message, "Use up to 40 letters, digits and `-`."));
                }
                if self.company(code).is_ok() {
                    let message = format!("There is a company \"{code}\" already.");
                    return Err(Problem::new("taken", message, "Choose another code.").with("code", code));
                }
                let company = self.companies.len() as u32 + 1;
                let (code, name, zone) = (code.clone(), name.clone(), zone.clone());
                Ok(vec![InstallationEvent::CompanyAdded { company, code, name, base: *base, zone }].into())
            }
            InstallationWish::AddUser(person) => {
                let user = self.users + 1;
                let events = vec![InstallationEvent::UserAdded { user, digest: person.digest() }];
                Ok(Decided { events, beside: person.writes(user) })
            }
            InstallationWish::GiveRoles { company, user, roles } => {
                let company = self.company(company)?.company;
                if *user == 0 || *user > self.users {
                    let message = format!("There is no user {user}.");
                    return Err(Problem::new(
                        "no-such-user",
                        message,
                        "`millbook user list` shows who there is.",
                    ));
                }
                let (user, mut roles) = (*user, roles.clone());
                roles.sort_unstable();
                roles.dedup();
                Ok(vec![InstallationEvent::RolesGiven { company, user, roles }].into())
            }
        }
    }

    fn apply(&mut self, event: &InstallationEvent, _: u64, _: Stamp) {
        match event.clone() {
            InstallationEvent::CompanyAdded { company, code, name, base, zone } => {
                self.companies.push(Registered { company, code, name, base, zone });
            }
            InstallationEvent::UserAdded { user, .. } => self.users = user,
            InstallationEvent::RolesGiven { company, user, roles } if roles.is_empty() => {
                self.roles.remove(&(company, user));
            }
            InstallationEvent::RolesGiven { company, user, roles } => {
                self.roles.insert((company, user), roles);
            }
        }
    }

    fn digest(wish: &InstallationWish) -> String {
        match wish {
            InstallationWish::AddUser(person) => digest_of(&format!("user {}", person.digest())),
            other => digest_of(&format!("{other:?}")),
        }
    }

    written_by_serde! {}
}
