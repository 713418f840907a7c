//! Figures as a small table, and as JSON.

use std::time::Duration;

use serde_json::{Value, json};

use crate::said::say;

/// One figure.
pub(super) struct Figure {
    engine: &'static str,
    what: String,
    value: Option<u64>,
    unit: &'static str,
    /// What the bare engine did in the same run, in the same unit.
    bare: Option<u64>,
}

impl Figure {
    pub(super) fn beside_the_bare(engine: &'static str, what: &str, ours: u64, bare: u64) -> Figure {
        Figure { engine, what: what.to_owned(), value: Some(ours), unit: "a second", bare: Some(bare) }
    }

    /// A rate.
    pub(super) fn of(engine: &'static str, what: &str, count: u64, took: Duration) -> Figure {
        let rate = u128::from(count) * 1_000 / took.as_millis().max(1);
        let value = u64::try_from(rate).ok();
        Figure { engine, what: what.to_owned(), value, unit: "a second", bare: None }
    }

    pub(super) fn took(engine: &'static str, what: &str, milliseconds: Option<u64>) -> Figure {
        Figure { engine, what: what.to_owned(), value: milliseconds, unit: "ms", bare: None }
    }

    /// In MB, rounded up.
    pub(super) fn memory(engine: &'static str, what: &str, bytes: Option<u64>) -> Figure {
        let value = bytes.map(|bytes| bytes.div_ceil(1_000_000));
        Figure { engine, what: what.to_owned(), value, unit: "MB", bare: None }
    }

    /// In hundredths.
    fn ratio(&self) -> Option<u64> {
        Some(self.value? * 100 / self.bare?.max(1))
    }
}

fn decimal(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

pub(super) fn table(figures: &[Figure]) {
    say(format!("{:<10}  {:<54}  {:>10}  {:<8}  {:>11}  ratio", "engine", "what", "", "", "bare engine"));
    for figure in figures {
        let shown =
            |number: Option<u64>| number.map_or_else(|| "unknown".to_owned(), |number| number.to_string());
        let (bare, ratio) = (figure.bare.map(|bare| bare.to_string()), figure.ratio().map(decimal));
        let line = format!(
            "{:<10}  {:<54}  {:>10}  {:<8}  {:>11}  {}",
            figure.engine,
            figure.what,
            shown(figure.value),
            figure.unit,
            bare.unwrap_or_default(),
            ratio.unwrap_or_default()
        );
        say(line.trim_end());
    }
    say(format!(
        "On {} cores. A ratio of 0.50 or more is good; other work on this machine lowers all of it.",
        cores()
    ));
}

pub(super) fn json(figures: &[Figure]) {
    let one = |figure: &Figure| -> Value {
        json!({
            "engine": figure.engine,
            "what": figure.what,
            "value": figure.value,
            "unit": figure.unit,
            "bare": figure.bare,
            "ratio": figure.ratio().map(decimal),
        })
    };
    say(json!({ "cores": cores(), "figures": figures.iter().map(one).collect::<Vec<_>>() }));
}
