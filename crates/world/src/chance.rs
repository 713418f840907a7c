//! Chance as a parameter: random bytes from the machine in the shop, from a seed in a test.
//!
//! Not here: where the machine's random bytes come from (`xero-client::network` has the real one).

/// A source of random bytes. The real one must be fit for secrets.
pub trait Chance: Send + Sync {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// A random version 4 UUID in its usual spelling, for keys and states that nobody should guess.
#[must_use]
pub fn identifier(chance: &dyn Chance) -> String {
    let mut bytes = [0_u8; 16];
    chance.fill(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::SeededChance;

    #[test]
    fn identifiers_look_like_uuids_and_differ() {
        let chance = SeededChance::new(7);
        let first = identifier(&chance);
        assert_eq!(first.len(), 36);
        assert_eq!(&first[14..15], "4");
        assert_ne!(first, identifier(&chance));
    }
}
