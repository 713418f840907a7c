//! A snapshot: a fold as one program wrote it, so that a start needs only the rows behind it.
//!
//! It is kept in pieces of two million bytes under names of their own (`program/0`, `program/1` …), and a cover under the program's name that
//! says how many: a start makes books of one piece while the next is fetched and proved, and never holds more than a few of them. Each
//! piece begins with the SHA-256 of the rest, so that a flipped bit is seen, and all carry the number and the hash of the
//! row that they end with: pieces of two snapshots don't mix.
//!
//! It is a guess that the log confirms: the row behind it, or the tip, must say the same hash; else it is passed over and the log is
//! read from its beginning. Only the very program that wrote it reads it, for the bytes don't say what they are (`pack`). `verify` never
//! uses one. Not here: when one is made (`log`).

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use futures_channel::oneshot;
use sha2::{Digest, Sha256};
use store::{CompanyId, Snapshot, Store, Tip};

use crate::fold::Fold;
use crate::state::State;

/// About so many bytes are a piece.
const PIECE: usize = 2_000_000;

/// So many pieces may wait to be read.
const AHEAD: usize = 2;

fn named(program: &str, piece: u32) -> String {
    format!("{program}/{piece}")
}

/// The newest snapshot that fits the log, as a state.
pub(crate) async fn load<F: Fold>(store: &dyn Store, company: CompanyId, program: &str) -> Option<State<F>> {
    let cover = store.snapshot(company, program.to_owned()).await.ok()??;
    let tip = Tip { seq: cover.seq, hash: cover.hash };
    let next = store.rows(company, cover.seq, 1).await.ok()?;
    let confirmed = match next.first() {
        Some(row) => row.first == cover.seq + 1 && row.prev == cover.hash,
        None => store.tip(company).await.ok()? == tip,
    };
    if !confirmed {
        return None;
    }
    let count = u32::from_le_bytes(proved(cover.bytes)?.try_into().ok()?);
    let (pieces, waiting) = sync_channel(AHEAD);
    let (answer, fold) = oneshot::channel();
    std::thread::spawn(move || answer.send(read::<F>(&waiting)));
    for piece in 0..count {
        let found = store.snapshot(company, named(program, piece)).await.ok()??;
        if (found.seq, found.hash) != (tip.seq, tip.hash) {
            return None;
        }
        hand_over(&pieces, proved(found.bytes)?)?;
    }
    drop(pieces);
    Some(State { fold: fold.await.ok()??, tip })
}

fn read<F: Fold>(waiting: &Receiver<Vec<u8>>) -> Option<F> {
    F::unpacked(&mut || waiting.recv().ok())
}

/// Waits until there is room; nobody reads any more if the pieces before it were something else.
fn hand_over(pieces: &SyncSender<Vec<u8>>, piece: Vec<u8>) -> Option<()> {
    pieces.send(piece).ok()
}

/// Keeps a state as a snapshot. Whether that succeeds decides about nothing but the next start.
pub(crate) async fn keep<F: Fold>(
    store: &dyn Store,
    company: CompanyId,
    program: &str,
    state: &State<F>,
) -> Result<(), store::Error> {
    let Tip { seq, hash } = state.tip;
    let put = |version, bytes| store.put_snapshot(company, Snapshot { version, seq, hash, bytes });
    let mut count = 0_u32;
    for piece in state.fold.packed(PIECE).map_err(store::Error::Other)? {
        put(named(program, count), proof(&piece)).await?;
        count += 1;
    }
    put(program.to_owned(), proof(&count.to_le_bytes())).await
}

/// Bytes behind their SHA-256.
fn proof(bytes: &[u8]) -> Vec<u8> {
    [&Sha256::digest(bytes)[..], bytes].concat()
}

/// Bytes that are what their SHA-256 says.
fn proved(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let (digest, rest) = bytes.split_at_checked(32)?;
    if Sha256::digest(rest)[..] != *digest {
        return None;
    }
    bytes.drain(..32);
    Some(bytes)
}
