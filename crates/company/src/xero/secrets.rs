//! Secrets of Xero at rest: sealed values in the sheet `Secret`, compared with what was there when they are changed.
//!
//! `(company 0, Secret, "xero/app")` is the installation's app, `(company 1, Secret, "xero/tokens")` a company's tokens. Nothing in
//! here is ever shown. Not here: what they are for.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use store::seal::{Key, SealError};
use store::{CompanyId, Item, Sheet, Store, Write};
use wire::Problem;
use world::{Chance, Clock, Moment};

use crate::fold::Failure;

/// What seals and opens.
#[derive(Clone)]
pub(super) struct Secrets {
    pub(super) store: Arc<dyn Store>,
    pub(super) key: Option<Arc<Key>>,
    pub(super) chance: Arc<dyn Chance>,
    pub(super) clock: Arc<dyn Clock>,
}

/// A value, and the bytes it was opened from.
pub(super) struct Opened<T> {
    pub(super) value: T,
    sealed: Vec<u8>,
}

impl Secrets {
    fn key(&self) -> Result<&Key, Problem> {
        self.key.as_deref().ok_or_else(|| {
            let message = "The key to this installation's secrets is not there.";
            let remedy = "Name its file with MILLBOOK_KEY_FILE, or give it as MILLBOOK_KEY. If it is lost: `millbook xero app set` makes a new one, then connect every company again.";
            Problem::new("no-key", message, remedy)
        })
    }

    /// The secret of this name; none, if there is none or its time is over.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        company: CompanyId,
        name: &str,
    ) -> Result<Option<Opened<T>>, Failure> {
        let Some(item) = self.store.item(company, Sheet::Secret, name.to_owned()).await? else {
            return Ok(None);
        };
        if item.until.is_some_and(|until| until <= self.clock.now()) {
            return Ok(None);
        }
        let unopened = |why: &str| {
            let message = format!("A secret of Xero can't be opened: {why}.");
            let remedy = "Use the key that this database was used with (MILLBOOK_KEY_FILE). If it is lost: `millbook xero app set`, then connect every company again.";
            Problem::new("secret-sealed", message, remedy)
        };
        let plain = self
            .key()?
            .open(company, name, &item.value)
            .map_err(|why: SealError| unopened(&why.to_string()))?;
        let value = serde_json::from_slice(&plain).map_err(|_| unopened("a newer program wrote it"))?;
        Ok(Some(Opened { value, sealed: item.value }))
    }

    fn item<T: Serialize>(
        &self,
        company: CompanyId,
        name: &str,
        value: &T,
        lasts: Option<Duration>,
    ) -> Result<Item, Problem> {
        let plain = serde_json::to_vec(value).unwrap_or_default();
        let value = self.key()?.seal(company, name, &plain, &*self.chance);
        let until = lasts.map(|lasts| self.clock.now().plus(lasts));
        Ok(Item { key: name.to_owned(), value, until })
    }

    /// The secret is now so; `lasts` ends it.
    pub(super) fn put<T: Serialize>(
        &self,
        company: CompanyId,
        name: &str,
        value: &T,
        lasts: Option<Duration>,
    ) -> Result<Write, Problem> {
        Ok(Write::Put(Sheet::Secret, self.item(company, name, value, lasts)?))
    }

    /// The secret is now so, if it was what was opened before.
    pub(super) fn swap<T: Serialize>(
        &self,
        company: CompanyId,
        name: &str,
        before: Option<Opened<T>>,
        value: &T,
    ) -> Result<Write, Problem> {
        let sealed = before.map(|before| before.sealed);
        Ok(Write::Swap(Sheet::Secret, sealed, self.item(company, name, value, None)?))
    }

    pub(super) fn delete(name: &str) -> Write {
        Write::Delete(Sheet::Secret, name.to_owned())
    }

    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }
}
