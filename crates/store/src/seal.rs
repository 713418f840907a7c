//! Secrets at rest: XChaCha20-Poly1305 under a key that is never in the database.
//!
//! Sealed bytes are `1 | nonce (24) | ciphertext`; company and name are authenticated, so a secret copied to another
//! company or name doesn't open. The key is 64 hexadecimal digits, in a file or a variable. Losing it loses the secrets,
//! and nothing else. Not here: where sealed bytes are kept (`Sheet::Secret`).

use crate::row::CompanyId;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use std::fmt;
use world::Chance;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const NONCE: usize = 24;

/// The installation's key. Never shown, wiped when dropped.
pub struct Key(Zeroizing<[u8; 32]>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Why something can't be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// A key is 64 hexadecimal digits.
    Key,
    /// The bytes aren't sealed bytes of a version we know.
    Form,
    /// Another key sealed it, or it belongs to another company or name, or it was changed.
    Content,
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key => "a key for secrets is 64 hexadecimal digits",
            Self::Form => "this isn't a sealed secret of a version this program knows",
            Self::Content => "this secret doesn't open: another key sealed it, or it was changed or moved",
        })
    }
}

impl std::error::Error for SealError {}

impl Key {
    /// A new key.
    #[must_use]
    pub fn random(chance: &dyn Chance) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        chance.fill(&mut *key);
        Self(key)
    }

    /// Reads what stands in the file or the variable; white space around it doesn't matter.
    ///
    /// # Errors
    /// `SealError::Key`.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let digits = text.trim().as_bytes();
        let mut key = Zeroizing::new([0; 32]);
        if digits.len() != 64 {
            return Err(SealError::Key);
        }
        for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
            let value = |digit: u8| char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok());
            *byte = value(pair[0])
                .zip(value(pair[1]))
                .map(|(high, low)| high << 4 | low)
                .ok_or(SealError::Key)?;
        }
        Ok(Self(key))
    }

    /// As it stands in the file.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Seals a company's secret of this name.
    #[must_use]
    pub fn seal(&self, company: CompanyId, name: &str, plain: &[u8], chance: &dyn Chance) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        chance.fill(&mut nonce);
        let context = context(company, name);
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &context })
            .expect("only 256 GB and more don't fit");
        [&[VERSION][..], &nonce, &sealed].concat()
    }

    /// Opens what `seal` made for the same company and name.
    ///
    /// # Errors
    /// `SealError::Form` and `SealError::Content`.
    pub fn open(
        &self,
        company: CompanyId,
        name: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, sealed) = sealed
            .strip_prefix(&[VERSION])
            .and_then(|rest| rest.split_first_chunk::<NONCE>())
            .ok_or(SealError::Form)?;
        self.cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &context(company, name) })
            .map(Zeroizing::new)
            .map_err(|_| SealError::Content)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

fn context(company: CompanyId, name: &str) -> Vec<u8> {
    [&company.0.to_be_bytes()[..], name.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use world::simulated::SeededChance;

    #[test]
    fn a_secret_opens_only_where_it_was_sealed() {
        let chance = SeededChance::new(1);
        let key = Key::random(&chance);
        let sealed = key.seal(CompanyId(1), "xero", b"token", &chance);
        let one = CompanyId(1);
        assert_eq!(&*key.open(one, "xero", &sealed).expect("opens"), b"token");
        assert_eq!(key.open(CompanyId(2), "xero", &sealed), Err(SealError::Content));
        assert_eq!(key.open(one, "other", &sealed), Err(SealError::Content));
        assert_eq!(Key::random(&chance).open(one, "xero", &sealed), Err(SealError::Content));
        for place in 1..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 4;
            assert_eq!(key.open(one, "xero", &changed), Err(SealError::Content), "byte {place}");
        }
        assert_eq!(key.open(one, "xero", &sealed[..9]), Err(SealError::Form));
        assert_eq!(key.open(one, "xero", b"2"), Err(SealError::Form));
        assert!(!sealed.windows(5).any(|part| part == b"token"));
        assert_ne!(sealed, key.seal(one, "xero", b"token", &chance), "a nonce is never used twice");
    }

    #[test]
    fn a_key_reads_back_and_bad_ones_are_refused() {
        let key = Key::random(&SeededChance::new(2));
        let again = Key::parse(&format!(" {}\n", *key.text())).expect("a key");
        assert_eq!(*again.text(), *key.text());
        assert_eq!(format!("{key:?}"), "Key(…)");
        for bad in ["", "ab", &"g".repeat(64), &"é".repeat(32), &"0".repeat(65)] {
            assert_eq!(Key::parse(bad).err(), Some(SealError::Key), "{bad}");
        }
    }
}
