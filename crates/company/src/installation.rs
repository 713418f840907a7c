//! Company 0 is the installation: its log has the companies, the users and who may do what where.
//!
//! `company_added {company: 1, code: "jam", name: "Jam Ltd", base: "NZD", zone: "Pacific/Auckland"}`; `user_added {user: 1,
//! digest}`; `roles_given {company: 1, user: 1, roles: ["administrator"]}`. Names of people stand beside it (`people`).
//! Not here: sign-in and sessions (`web`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use book::{PersonRole, Stamp};
use money::Currency;
use wire::Problem;

use crate::address;
use crate::fold::{Asking, Decided, Fold, written_by_serde};
use crate::operations::digest_of;
use crate::people::Person;

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
    pub roles: Vec<PersonRole>,
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
        roles: Vec<PersonRole>,
    },
    /// A company is connected to an organisation of Xero's, and no other may be (CON-3).
    OrganisationClaimed(Claim),
    /// It isn't any more.
    OrganisationFreed {
        /// The company.
        company: u32,
    },
    /// This is where people reach the installation; none is nowhere that is known.
    AddressSet {
        /// `https://books.example.com`
        address: Option<String>,
    },
}

/// The organisation that belongs to a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The company.
    pub company: u32,
    /// Xero's id of it.
    pub organisation: String,
    /// Its name.
    pub name: String,
    /// By which app.
    pub app: plan::App,
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
        roles: Vec<PersonRole>,
    },
    /// Make an organisation a company's.
    ClaimOrganisation {
        /// The company.
        company: u32,
        /// Xero's id of it.
        organisation: String,
        /// Its name.
        name: String,
        /// By which app.
        app: plan::App,
    },
    /// It is nobody's any more.
    FreeOrganisation {
        /// The company that it belonged to.
        company: u32,
    },
    /// Say where people reach the installation; none takes that away.
    SetAddress {
        /// `https://books.example.com`
        address: Option<String>,
    },
}

/// The installation as its log says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Installation {
    companies: Vec<Registered>,
    users: u32,
    roles: BTreeMap<(u32, u32), Vec<PersonRole>>,
    claims: BTreeMap<u32, Claim>,
    #[serde(default)]
    address: Option<String>,
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

    /// The company of a number.
    pub fn numbered(&self, number: u32) -> Option<&Registered> {
        self.companies.iter().find(|one| one.company == number)
    }

    /// What roles somebody has in a company; the person 0 has the machine.
    pub fn roles(&self, company: u32, user: u32) -> &[PersonRole] {
        match user {
            0 => &[PersonRole::Administrator],
            _ => self.roles.get(&(company, user)).map_or(&[], Vec::as_slice),
        }
    }

    /// Where people reach the installation.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Which organisations belong to which companies, by company.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.claims.values()
    }

    /// A company's organisation.
    pub fn claim(&self, company: u32) -> Option<&Claim> {
        self.claims.get(&company)
    }

    /// Whose an organisation is.
    pub fn claim_of(&self, organisation: &str) -> Option<&Claim> {
        self.claims().find(|claim| claim.organisation.eq_ignore_ascii_case(organisation))
    }

    fn decide_claim(&self, claim: Claim) -> Result<Vec<InstallationEvent>, Problem> {
        let other = self.claim_of(&claim.organisation).filter(|other| other.company != claim.company);
        if let Some(owner) = other.and_then(|other| self.numbered(other.company)) {
            let message = format!(
                "{} is connected to the company {} ({}) already.",
                claim.name, owner.code, owner.name
            );
            let remedy = format!(
                "Disconnect it there first: `millbook xero disconnect --company {}`, or choose another organisation.",
                owner.code
            );
            let problem = Problem::new("organisation-taken", message, remedy);
            return Err(problem.with("organisation", claim.name).with("company", &owner.code));
        }
        let is_new = self.claim(claim.company) != Some(&claim);
        Ok(is_new.then_some(InstallationEvent::OrganisationClaimed(claim)).into_iter().collect())
    }

    /// All memberships.
    pub fn memberships(&self) -> impl Iterator<Item = Membership> {
        let one = |((company, user), roles): (&(u32, u32), &Vec<PersonRole>)| Membership {
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
            InstallationWish::ClaimOrganisation { company, organisation, name, app } => {
                let (organisation, name) = (organisation.clone(), name.clone());
                Ok(self.decide_claim(Claim { company: *company, organisation, name, app: *app })?.into())
            }
            InstallationWish::SetAddress { address } => {
                let address = address.as_deref().map(address::read).transpose()?;
                let is_new = address != self.address;
                Ok(is_new
                    .then_some(InstallationEvent::AddressSet { address })
                    .into_iter()
                    .collect::<Vec<_>>()
                    .into())
            }
            InstallationWish::FreeOrganisation { company } => {
                let company = *company;
                let freed = self.claim(company).map(|_| InstallationEvent::OrganisationFreed { company });
                Ok(freed.into_iter().collect::<Vec<_>>().into())
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
            InstallationEvent::OrganisationClaimed(claim) => {
                self.claims.insert(claim.company, claim);
            }
            InstallationEvent::OrganisationFreed { company } => {
                self.claims.remove(&company);
            }
            InstallationEvent::AddressSet { address } => self.address = address,
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
