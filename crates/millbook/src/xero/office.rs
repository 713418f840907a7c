//! What the commands about a company and Xero share: the data, the key, the company, who asks.
//!
//! Not here: what each does.

use std::sync::Arc;

use book::Act;
use company::xero::Xero;
use company::{Companies, Registered};
use futures_executor::block_on;
use store::Folder;
use store::sqlite::Host;
use world::identifier;
use xero_client::network::{MachineChance, machine};

use crate::installation::number;
use crate::key;
use crate::place::{Kind, Place, failed};
use crate::sandbox::Refusal;

/// A company, and who asks.
#[derive(clap::Args, Clone)]
pub struct Who {
    /// The company's code; the only one, if there is one.
    #[arg(long, global = true)]
    pub company: Option<String>,
    /// Who does it: a user's login. Nobody is the installation itself.
    #[arg(long = "as", value_name = "LOGIN", global = true)]
    pub login: Option<String>,
    /// Answer in JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

/// An installation at work.
pub struct Office {
    /// Its ways to Xero.
    pub xero: Xero,
    /// Others' way to a file that this program has; it closes when nothing of ours is under way any more.
    _host: Option<Host>,
}

/// Whether something is to be changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// It is only looked at, beside whoever writes.
    Reading,
    /// It is changed.
    Writing,
    /// It is changed, and a key is made if there is none.
    Sealing,
    /// It is changed by this program for as long as it runs, and by others through it.
    Hosting,
}

/// Where the files of documents lie: beside the data.
pub fn files(place: &Place) -> Folder {
    match place.kind() {
        Kind::File(path) => {
            let mut name = path.into_os_string();
            name.push(".files");
            Folder::new(name)
        }
        Kind::Database(_) => Folder::new("millbook.files"),
    }
}

impl Office {
    /// Opens an installation.
    pub fn open(place: &Place, how: Open) -> Result<Office, Refusal> {
        let (companies, host) = match how {
            Open::Reading => (place.read()?, None),
            Open::Writing | Open::Sealing => (place.write()?, None),
            Open::Hosting => place.host()?,
        };
        let key = if how == Open::Sealing { Some(key::find_or_make(place)?) } else { key::find(place)? };
        let world = machine().map_err(|error| Refusal(3, error))?;
        let xero = Xero::new(Arc::new(companies), Arc::new(files(place)), world, key);
        Ok(Office { xero, _host: host })
    }

    /// The companies.
    pub fn companies(&self) -> &Companies {
        self.xero.companies()
    }

    /// The company that is meant.
    pub fn company(&self, who: &Who) -> Result<Registered, Refusal> {
        let state = block_on(self.companies().installation().view(None)).map_err(failed)?;
        match (&who.company, state.fold.companies()) {
            (Some(code), _) => state.fold.company(code).cloned().map_err(|problem| failed(problem.into())),
            (None, [one]) => Ok(one.clone()),
            (None, []) => Err(failed(
                state
                    .fold
                    .company("")
                    .map(|_| ())
                    .map_err(Into::into)
                    .err()
                    .unwrap_or_else(|| unreachable!("no company")),
            )),
            (None, several) => {
                let codes: Vec<&str> = several.iter().map(|one| one.code.as_str()).collect();
                Err(Refusal(2, format!("Which company? Name it with --company: {}.", codes.join(", "))))
            }
        }
    }

    /// The person's number, if they may do this in the company.
    pub fn person(&self, who: &Who, company: &Registered, act: Act) -> Result<u32, Refusal> {
        let user = who.login.as_deref().map_or(Ok(0), |login| number(self.companies(), login))?;
        let state = block_on(self.companies().installation().view(None)).map_err(failed)?;
        company::allowed(&state.fold, company, user, act).map_err(|problem| failed(problem.into()))?;
        Ok(user)
    }
}

/// A new command's id.
pub fn new_id() -> String {
    identifier(&MachineChance)
}
