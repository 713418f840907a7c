//! A snapshot: a fold as one program wrote it, so that a start needs only the rows behind it.
//!
//! It is a guess that the log confirms: it holds the hash of the row it ends with, and the row behind it, or the tip, must say
//! the same; else it is passed over and the log is read from its beginning. Only the very program that wrote it reads it, for the
//! bytes don't say what they are (`pack`). `verify` never uses one. Not here: when one is made (`log`).

use sha2::{Digest, Sha256};
use store::{CompanyId, Snapshot, Store, Tip};

use crate::fold::Fold;
use crate::state::State;

/// The newest snapshot that fits the log, as a state.
pub(crate) async fn load<F: Fold>(store: &dyn Store, company: CompanyId, program: &str) -> Option<State<F>> {
    let found = store.snapshot(company, program.to_owned()).await.ok()??;
    let tip = Tip { seq: found.seq, hash: found.hash };
    let next = store.rows(company, found.seq, 1).await.ok()?;
    let confirmed = match next.first() {
        Some(row) => row.first == found.seq + 1 && row.prev == found.hash,
        None => store.tip(company).await.ok()? == tip,
    };
    if !confirmed {
        return None;
    }
    Some(State { fold: from_bytes(&found.bytes)?, tip })
}

/// Keeps a state as a snapshot. Whether that succeeds decides about nothing but the next start.
pub(crate) async fn keep<F: Fold>(
    store: &dyn Store,
    company: CompanyId,
    program: &str,
    state: &State<F>,
) -> Result<(), store::Error> {
    let bytes = to_bytes(&state.fold).map_err(store::Error::Other)?;
    let snapshot = Snapshot { version: program.to_owned(), seq: state.tip.seq, hash: state.tip.hash, bytes };
    store.put_snapshot(company, snapshot).await
}

/// A fold as bytes, behind their SHA-256: a flipped bit in a snapshot is seen.
pub(crate) fn to_bytes<F: Fold>(fold: &F) -> Result<Vec<u8>, String> {
    let packed = fold.packed()?;
    Ok([&Sha256::digest(&packed)[..], &packed].concat())
}

/// The fold that `to_bytes` of this program was given; none, if these aren't its bytes.
pub(crate) fn from_bytes<F: Fold>(bytes: &[u8]) -> Option<F> {
    let (digest, packed) = bytes.split_at_checked(32)?;
    if Sha256::digest(packed)[..] != *digest {
        return None;
    }
    F::unpacked(packed)
}
