//! A compact binary form of serde's data model, for snapshots: integers in as few bytes as they need, names left out.
//!
//! `Lot { item: 3, quantity: 10 }` is `1 3 1 10`: a 1 before each field that is there, a 0 where the type left it out because it
//! has its usual value. Nothing in it says what it is, so only the program that wrote it may read it (`snapshot`); other
//! binary forms can't leave fields out, which our JSON does. It comes in pieces, so that a large state is read while it is fetched, and
//! what was read is given back. Not here: anything that must be readable in ten years.

mod read;
mod write;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What can't be packed or unpacked.
#[derive(Debug)]
pub(crate) struct Unpackable(String);

impl fmt::Display for Unpackable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unpackable {}

impl serde::ser::Error for Unpackable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Unpackable(message.to_string())
    }
}

impl serde::de::Error for Unpackable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Unpackable(message.to_string())
    }
}

type Done = Result<(), Unpackable>;

/// A value as bytes, in pieces of about so many: they end between two elements of a list.
pub(crate) fn pack(value: &impl Serialize, about: usize) -> Result<Vec<Vec<u8>>, Unpackable> {
    let mut packer = write::Packer::new(about);
    value.serialize(&mut packer)?;
    Ok(packer.pieces())
}

/// A value from the pieces that `pack` of the same program made, in order; each is asked for when the one before it is read.
pub(crate) fn unpack<T: DeserializeOwned>(next: &mut NextPiece<'_>) -> Result<T, Unpackable> {
    let mut unpacker = read::Unpacker::new(next);
    let value = T::deserialize(&mut unpacker)?;
    if unpacker.is_at_end() { Ok(value) } else { Err(Unpackable("bytes are left over".to_owned())) }
}

/// Where the next piece comes from; none is the end.
pub(crate) type NextPiece<'n> = dyn FnMut() -> Option<Vec<u8>> + 'n;
