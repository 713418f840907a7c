//! Tokens that are never lost: refreshed by one at a time, and kept before they are used.
//!
//! A refresh token works once. The next one is written to the store, by compare-and-set, before anything uses its access
//! token. If this program dies between Xero's answer and the store, the old refresh token is still in the store and
//! works for 30 more minutes (API-FACTS 1.4): the next start refreshes with it again. If another node was faster, its
//! tokens are taken and ours dropped.
//!
//! Not here: how a store keeps secrets (`store`).

use crate::oauth::{Granted, Identity, SignInError};
use crate::settings::{Addresses, App, Kind, Secret};
use futures_util::lock::Mutex;
use std::sync::Arc;
use std::time::Duration;
use world::{Clock, Moment, Transport, Waiting};

/// What is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// For calls.
    pub access: Secret,
    /// For the next refresh.
    pub refresh: Option<Secret>,
    /// When the access token ends.
    pub until: Moment,
    /// When these came from Xero; the refresh token lives 60 days from here.
    pub since: Moment,
    /// Counts the changes; the store swaps only if it is the expected one.
    pub version: u64,
}

/// Keeps one set of tokens.
pub trait TokenStore: Send + Sync {
    /// What is kept, if anything.
    fn load(&self) -> Waiting<'_, Result<Option<Kept>, String>>;

    /// Keeps `next` durably if the kept version is `expected` (none: nothing kept yet). Answers whether it did.
    fn swap(&self, expected: Option<u64>, next: Kept) -> Waiting<'_, Result<bool, String>>;

    /// Waits until no other program refreshes these tokens; `over` ends the turn. A store of one program needs none.
    fn turn(&self) -> Waiting<'_, Result<u64, String>> {
        Box::pin(async { Ok(0) })
    }

    /// The turn is over.
    fn over(&self, turn: u64) -> Waiting<'_, ()> {
        Box::pin(async move {
            let _ = turn;
        })
    }
}

/// A store that forgets when the program ends: for custom connections, commands and tests.
#[derive(Default)]
pub struct InMemory(std::sync::Mutex<Option<Kept>>);

impl TokenStore for InMemory {
    fn load(&self) -> Waiting<'_, Result<Option<Kept>, String>> {
        let kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        Box::pin(async move { Ok(kept) })
    }

    fn swap(&self, expected: Option<u64>, next: Kept) -> Waiting<'_, Result<bool, String>> {
        let mut kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let fits = kept.as_ref().map(|kept| kept.version) == expected;
        if fits {
            *kept = Some(next);
        }
        Box::pin(async move { Ok(fits) })
    }
}

/// Hands out access tokens.
pub struct Tokens {
    app: App,
    addresses: Addresses,
    store: Arc<dyn TokenStore>,
    clock: Arc<dyn Clock>,
    transport: Arc<dyn Transport>,
    turn: Mutex<()>,
}

/// A token with less than this left is refreshed before it is used.
const MARGIN: Duration = Duration::from_secs(60);

impl Tokens {
    /// Tokens of this app, kept in this store.
    #[must_use]
    pub fn new(
        app: App,
        addresses: Addresses,
        store: Arc<dyn TokenStore>,
        clock: Arc<dyn Clock>,
        transport: Arc<dyn Transport>,
    ) -> Self {
        Self { app, addresses, store, clock, transport, turn: Mutex::new(()) }
    }

    /// The identity server, with this app.
    #[must_use]
    pub fn identity(&self) -> Identity<'_> {
        Identity { app: &self.app, addresses: &self.addresses, transport: self.transport.as_ref() }
    }

    /// An access token that works, as far as anybody knows. `refused` is one that Xero refused just now.
    ///
    /// # Errors
    /// Nobody is connected, Xero refuses, or the tokens can't be kept.
    pub async fn access(&self, refused: Option<&Secret>) -> Result<Secret, SignInError> {
        let _one_at_a_time = self.turn.lock().await;
        let kept = self.load().await?;
        if let Some(kept) = kept.as_ref().filter(|kept| self.good(kept, refused)) {
            return Ok(kept.access.clone());
        }
        // Another program may refresh at this very moment: then its tokens are ours.
        let turn = self.store.turn().await.map_err(SignInError::Store)?;
        let refreshed = self.refreshed(refused).await;
        self.store.over(turn).await;
        refreshed
    }

    async fn refreshed(&self, refused: Option<&Secret>) -> Result<Secret, SignInError> {
        let kept = self.load().await?;
        if let Some(kept) = kept.as_ref().filter(|kept| self.good(kept, refused)) {
            return Ok(kept.access.clone());
        }
        let now = self.clock.now();
        let granted = match (&self.app.kind, kept.as_ref().and_then(|kept| kept.refresh.as_ref())) {
            (Kind::Custom(_), _) => self.identity().client_credentials(now).await?,
            (_, Some(refresh)) => match self.identity().refresh(refresh, now).await {
                Ok(granted) => granted,
                Err(why) => return self.or_of_another(kept.as_ref(), refused, why).await,
            },
            (_, None) => return Err(SignInError::NotConnected),
        };
        let access = granted.access.clone();
        if self.keep(kept.as_ref(), granted, now).await? {
            return Ok(access);
        }
        self.or_of_another(
            kept.as_ref(),
            refused,
            SignInError::Store("the tokens changed while refreshing".into()),
        )
        .await
    }

    /// Another node may have refreshed meanwhile; then its tokens are the good ones.
    async fn or_of_another(
        &self,
        before: Option<&Kept>,
        refused: Option<&Secret>,
        why: SignInError,
    ) -> Result<Secret, SignInError> {
        let newer = self.load().await?.filter(|kept| Some(kept.version) != before.map(|kept| kept.version));
        match newer.filter(|kept| self.good(kept, refused)) {
            Some(kept) => Ok(kept.access),
            None => Err(why),
        }
    }

    fn good(&self, kept: &Kept, refused: Option<&Secret>) -> bool {
        self.clock.now().plus(MARGIN) < kept.until && refused != Some(&kept.access)
    }

    async fn load(&self) -> Result<Option<Kept>, SignInError> {
        self.store.load().await.map_err(SignInError::Store)
    }

    async fn keep(&self, before: Option<&Kept>, granted: Granted, now: Moment) -> Result<bool, SignInError> {
        let next = Kept {
            access: granted.access,
            refresh: granted.refresh.or_else(|| before.and_then(|kept| kept.refresh.clone())),
            until: granted.until,
            since: now,
            version: before.map_or(1, |kept| kept.version + 1),
        };
        self.store.swap(before.map(|kept| kept.version), next).await.map_err(SignInError::Store)
    }

    /// Keeps the tokens of a sign-in that just ended.
    ///
    /// # Errors
    /// They can't be kept.
    pub async fn signed_in(&self, granted: Granted) -> Result<(), SignInError> {
        let _one_at_a_time = self.turn.lock().await;
        let before = self.load().await?;
        if self.keep(before.as_ref(), granted, self.clock.now()).await? {
            return Ok(());
        }
        Err(SignInError::Store("the tokens changed while signing in: try again".into()))
    }

    /// Withdraws the refresh token at Xero.
    ///
    /// # Errors
    /// Nobody is connected, or Xero can't be reached.
    pub async fn revoke(&self) -> Result<(), SignInError> {
        let _one_at_a_time = self.turn.lock().await;
        let refresh = self.load().await?.and_then(|kept| kept.refresh).ok_or(SignInError::NotConnected)?;
        self.identity().revoke(&refresh).await
    }
}
