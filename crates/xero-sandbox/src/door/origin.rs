//! What a sandbox was made from, so that a reset can make it again: demo companies by name.

use jiff::Timestamp;

use crate::org::Org;
use crate::seed::{self, Country};

/// A demo company's name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeedName {
    /// New Zealand.
    DemoNz,
    /// United Kingdom.
    DemoUk,
    /// United States.
    DemoUs,
}

impl SeedName {
    /// `demo-nz`, `demo-uk`, `demo-us`.
    pub fn named(word: &str) -> Option<SeedName> {
        match word {
            "demo-nz" => Some(SeedName::DemoNz),
            "demo-uk" => Some(SeedName::DemoUk),
            "demo-us" => Some(SeedName::DemoUs),
            _ => None,
        }
    }

    /// Its country.
    pub fn country(self) -> Country {
        match self {
            SeedName::DemoNz => Country::Nz,
            SeedName::DemoUk => Country::Uk,
            SeedName::DemoUs => Country::Us,
        }
    }
}

/// The organisations of these names; each has ids of its own, also when a name comes twice.
pub fn seeded(names: &[SeedName], seed: u64, now: Timestamp) -> Vec<Org> {
    let numbered = names.iter().zip(seed..);
    numbered.map(|(name, seed)| seed::demo(name.country(), seed, now)).collect()
}
