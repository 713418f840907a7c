//! A compact binary form of serde's data model, for snapshots: integers in as few bytes as they need, names left out.
//!
//! `Lot { item: 3, quantity: 10 }` is `1 3 1 10`: a 1 before each field that is there, a 0 where the type left it out because it
//! has its usual value. Nothing in it says what it is, so only the program that wrote it may read it (`snapshot`); other
//! binary forms can't leave fields out, which our JSON does. Not here: anything that must be readable in ten years.

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

/// A value as bytes.
pub(crate) fn pack(value: &impl Serialize) -> Result<Vec<u8>, Unpackable> {
    let mut packer = write::Packer(Vec::new());
    value.serialize(&mut packer)?;
    Ok(packer.0)
}

/// A value from bytes that `pack` of the same program made.
pub(crate) fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unpackable> {
    let mut unpacker = read::Unpacker(bytes);
    let value = T::deserialize(&mut unpacker)?;
    if unpacker.0.is_empty() { Ok(value) } else { Err(Unpackable("bytes are left over".to_owned())) }
}
