//! Where ids, codes and tokens come from: a seed and a counter, so that the same seed and requests give the same
//! answers, byte for byte.
//!
//! `Mint::new(7).guid()` is always the same GUID. A server that wants other tokens at each start gives another seed.
//!
//! Not here: secrecy. Whoever knows the seed knows every token; this is a stand-in.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The source of everything that must be new each time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mint {
    seed: u64,
    count: u64,
}

impl Mint {
    /// A source whose whole output follows from `seed`.
    pub fn new(seed: u64) -> Mint {
        Mint { seed, count: 0 }
    }

    fn bytes(&mut self) -> [u8; 32] {
        self.count += 1;
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(self.count.to_be_bytes());
        hash.finalize().into()
    }

    /// A new GUID in lower case, marked as version 4.
    pub fn guid(&mut self) -> String {
        let mut bytes = self.bytes();
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let hex: String = bytes[..16].iter().map(|b| format!("{b:02x}")).collect();
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32])
    }

    /// A new word of `length` letters and digits, as in a code or a refresh token.
    pub fn word(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut word = String::with_capacity(length);
        while word.len() < length {
            let bytes = self.bytes();
            word.extend(
                bytes.iter().take(length - word.len()).map(|b| char::from(LETTERS[usize::from(b & 63)])),
            );
        }
        word
    }

    /// A new word in capitals, as the `entropy` of a webhook.
    pub fn capitals(&mut self, length: usize) -> String {
        self.bytes().iter().cycle().take(length).map(|b| char::from(b'A' + b % 26)).collect()
    }
}

/// The hash of some parts, each with its length before it, so that `("ab", "c")` and `("a", "bc")` differ.
pub fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// A number below `bound` that always belongs to `text`: the moment at which a tenant's fixed window starts.
pub fn offset(text: &str, bound: i64) -> i64 {
    let hash = Sha256::digest(text.as_bytes());
    let number = hash[..6].iter().fold(0i64, |n, b| n * 256 + i64::from(*b));
    number % bound.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_says_everything_and_nothing_repeats() {
        let (mut one, mut same) = (Mint::new(7), Mint::new(7));
        let first = one.guid();
        assert_eq!(first, same.guid());
        assert_ne!(first, one.guid());
        assert_ne!(Mint::new(8).guid(), first);
        assert_eq!((first.len(), &first[14..15]), (36, "4"));
        assert_eq!(one.word(43).len(), 43);
        assert_eq!(one.capitals(20).len(), 20);
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
        assert!((0..60).contains(&offset("tenant", 60)));
    }
}
