//! Xero's notices (PAY-7): each says "something of this kind changed in that organisation", and all that follows is a look.
//!
//! ```text
//! POST …  x-xero-signature: wrong                              → 401, nothing else happens
//! POST …  INVOICE 254591b2-… of Demo Company, rightly signed   → 200; jam's inbox has "xero/INVOICE"; jam looks within seconds
//! ```
//! Nothing in a notice is believed but whose organisation it is about and which of Xero's kinds. A kind waits once in a company's inbox, so
//! that thousands cost no more than one; who looks empties it first, so what comes meanwhile is looked at again. A notice
//! that is lost costs nothing but time: the timetable looks too (SCH-7).
//! Not here: the address that Xero posts to and its five seconds (`web`), the signature (`xero_client::webhook`), the look (`sync`).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use store::{CompanyId, Item, Sheet, Write};
use wire::Problem;
use xero_client::settings::Secret;
use xero_client::webhook::{Notice, receive};

use super::Xero;
use super::secrets::Secrets;
use crate::fold::Failure;

/// The name of the key's secret.
const KEY: &str = "xero/notices";

/// What stands before a kind in the inbox.
pub(crate) const PREFIX: &str = "xero/";

/// Xero's kinds that a look knows what to do with; what else comes is taken and forgotten.
const KINDS: &[&str] = &["INVOICE", "CREDITNOTE", "PREPAYMENT", "OVERPAYMENT"];

/// How to answer a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// 401: it isn't signed with our key.
    Refused,
    /// 200: it is from Xero. For how many companies something new waits now.
    Taken(u32),
}

impl Received {
    /// The status of the answer, whose body is empty.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Received::Refused => 401,
            Received::Taken(_) => 200,
        }
    }
}

/// As it is sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    key: String,
}

impl Xero {
    /// Sets the signing key of an app's notices: a company's own app, or the installation's (0). None: no notice is believed.
    ///
    /// # Errors
    /// The key is no key; it can't be kept.
    pub async fn set_notice_key(&self, of: u32, key: Option<&Secret>) -> Result<(), Failure> {
        let write = match key.map(|key| key.reveal().trim()) {
            Some("") => {
                let message = "The signing key is empty: then anybody could sign.";
                let remedy =
                    "Copy the webhooks key from the app's page at developer.xero.com, under Webhooks.";
                return Err(Problem::new("bad-input", message, remedy).into());
            }
            Some(key) => self.secrets.put(CompanyId(of), KEY, &Kept { key: key.to_owned() }, None)?,
            None => Secrets::delete(KEY),
        };
        Ok(self.secrets.store.write(CompanyId(of), vec![write]).await?)
    }

    /// A notice to an app's address as it came: the header `x-xero-signature`, and the raw bytes.
    ///
    /// # Errors
    /// The store can't be read or written: Xero sends it again.
    pub async fn receive(&self, of: u32, signature: Option<&str>, body: &[u8]) -> Result<Received, Failure> {
        let Some(kept) = self.secrets.get::<Kept>(CompanyId(of), KEY).await? else {
            return Ok(Received::Refused);
        };
        let looks = match receive(kept.value.key.as_bytes(), signature, body) {
            Notice::Refused => return Ok(Received::Refused),
            Notice::Unreadable(_) => return Ok(Received::Taken(0)),
            Notice::Accepted(looks) => looks,
        };
        let wanted = looks.iter().filter_map(|look| {
            let kind = KINDS.iter().find(|kind| **kind == look.category)?;
            Some((look.tenant.to_string(), *kind))
        });
        let wanted: BTreeSet<(String, &str)> = wanted.collect();
        if wanted.is_empty() {
            return Ok(Received::Taken(0));
        }
        let installation = self.companies.installation().view(None).await?.fold;
        let mut told = BTreeSet::new();
        for (tenant, kind) in wanted {
            // Somebody else's organisation, or one that nobody has any more.
            let Some(claim) = installation.claim_of(&tenant) else { continue };
            if of == 0 || of == claim.company {
                told.extend(self.keep_notice(claim.company, kind).await?);
            }
        }
        Ok(Received::Taken(u32::try_from(told.len()).unwrap_or(u32::MAX)))
    }

    /// Keeps a kind in a company's inbox, where it isn't there yet; the company.
    async fn keep_notice(&self, company: u32, kind: &str) -> Result<Option<u32>, Failure> {
        let (store, key) = (&self.secrets.store, format!("{PREFIX}{kind}"));
        if store.item(CompanyId(company), Sheet::Inbox, key.clone()).await?.is_some() {
            return Ok(None);
        }
        let value = self.world.clock.now().millis().to_string().into_bytes();
        let item = Item { key, value, until: None };
        store.write(CompanyId(company), vec![Write::Put(Sheet::Inbox, item)]).await?;
        Ok(Some(company))
    }
}
