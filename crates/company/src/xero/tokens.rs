//! A company's tokens: sealed in the sheet `Secret`, changed by compare-and-set, refreshed by one program at a time (CON-6).
//!
//! Tokens of another app than the present one count as none. Not here: when they are refreshed (`xero_client::tokens`).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::{CompanyId, Conflict, Error, Taken};
use world::{Moment, Waiting};
use xero_client::settings::Secret;
use xero_client::tokens::{Kept, TokenStore};

use super::secrets::{Opened, Secrets};

/// The name of a company's tokens.
pub(super) const TOKENS: &str = "xero/tokens";
/// Refreshing takes a request; whoever dies over it is waited for no longer than this.
const TURN: Duration = Duration::from_secs(45);
const LOOK_EVERY: Duration = Duration::from_millis(250);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sealed {
    client_id: String,
    access: String,
    refresh: Option<String>,
    until: i64,
    since: i64,
    version: u64,
}

impl Sealed {
    pub(super) fn new(client_id: &str, kept: &Kept) -> Sealed {
        Sealed {
            client_id: client_id.to_owned(),
            access: kept.access.reveal().to_owned(),
            refresh: kept.refresh.as_ref().map(|refresh| refresh.reveal().to_owned()),
            until: kept.until.millis(),
            since: kept.since.millis(),
            version: kept.version,
        }
    }

    fn kept(self) -> Kept {
        Kept {
            access: Secret::new(self.access),
            refresh: self.refresh.map(Secret::new),
            until: Moment::from_millis(self.until),
            since: Moment::from_millis(self.since),
            version: self.version,
        }
    }
}

/// The tokens of one company by one app.
pub(super) struct CompanyTokens {
    pub(super) secrets: Secrets,
    pub(super) company: CompanyId,
    pub(super) client_id: String,
    /// Which secret: the tokens in use, or those of a consent that isn't connected yet.
    pub(super) name: &'static str,
}

impl CompanyTokens {
    async fn sealed(&self) -> Result<Option<Opened<Sealed>>, String> {
        self.secrets.get(self.company, self.name).await.map_err(|failure| failure.to_string())
    }
}

impl TokenStore for CompanyTokens {
    fn load(&self) -> Waiting<'_, Result<Option<Kept>, String>> {
        Box::pin(async {
            let opened = self.sealed().await?.map(|opened| opened.value);
            Ok(opened.filter(|sealed| sealed.client_id == self.client_id).map(Sealed::kept))
        })
    }

    fn swap(&self, expected: Option<u64>, next: Kept) -> Waiting<'_, Result<bool, String>> {
        Box::pin(async move {
            let before = self.sealed().await?;
            let ours = before.as_ref().filter(|before| before.value.client_id == self.client_id);
            if ours.map(|before| before.value.version) != expected {
                return Ok(false);
            }
            let sealed = Sealed::new(&self.client_id, &next);
            let write = self.secrets.swap(self.company, self.name, before, &sealed);
            let write = write.map_err(|problem| problem.to_string())?;
            match self.secrets.store.write(self.company, vec![write]).await {
                Ok(()) => Ok(true),
                Err(Error::Conflict(Conflict::Item(_))) => Ok(false),
                Err(error) => Err(format!("{error}. {}", error.remedy())),
            }
        })
    }

    fn turn(&self) -> Waiting<'_, Result<u64, String>> {
        Box::pin(async {
            let late = self.secrets.now().plus(TURN + TURN);
            loop {
                let (name, holder) = (self.name.to_owned(), "tokens".to_owned());
                let taken = self.secrets.store.lease_take(self.company, name, holder, TURN).await;
                match taken.map_err(|error| format!("{error}. {}", error.remedy()))? {
                    Taken::Ours(lease) => return Ok(lease.fence),
                    Taken::Theirs(_) if self.secrets.now() >= late => {
                        return Err(
                            "another program has been refreshing the tokens for a long time".to_owned()
                        );
                    }
                    Taken::Theirs(_) => {
                        self.secrets.clock.sleep_until(self.secrets.now().plus(LOOK_EVERY)).await;
                    }
                }
            }
        })
    }

    fn over(&self, turn: u64) -> Waiting<'_, ()> {
        Box::pin(async move {
            // Not given back, it ends by itself.
            self.secrets.store.lease_release(self.company, self.name.to_owned(), turn).await.ok();
        })
    }
}
