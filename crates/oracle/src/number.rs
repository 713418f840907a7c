//! Exact numbers: integers, and fractions of integers that are rounded once.
//!
//! Quantities, prices, rates and percentages count millionths; amounts count a currency's minor units. 10 × 7.10 ÷ 0.6 is
//! kept as a fraction until `round` makes cents of it. Not here: what is rounded when; docs/costing.md says so.

/// What a statement can't say, or the stock can't give.
pub type Outcome<T> = Result<T, String>;

/// `number ÷ divisor`, half away from zero.
pub fn round(number: i128, divisor: i128) -> i128 {
    let twice = 2 * number.abs() + divisor.abs();
    let rounded = twice / (2 * divisor.abs());
    if (number < 0) == (divisor < 0) { rounded } else { -rounded }
}

/// The share of a total that `done` of `whole` has, rounded; nothing below zero, all of it from the whole on.
pub fn share(total: i128, done: i128, whole: i128) -> i128 {
    match done {
        _ if done <= 0 => 0,
        _ if done >= whole => total,
        _ => round(total * done, whole),
    }
}

/// The share from `from` to `to`.
pub fn part(total: i128, from: i128, to: i128, whole: i128) -> i128 {
    share(total, to, whole) - share(total, from, whole)
}

/// A total split by weights, cumulatively, in order.
pub fn split(total: i128, weights: &[i128]) -> Vec<i128> {
    let whole = weights.iter().sum();
    let mut done = 0;
    let parts = weights.iter().map(|weight| {
        let from = done;
        done += weight;
        if *weight == 0 { 0 } else { part(total, from, done, whole) }
    });
    parts.collect()
}

/// A decimal with at most `digits` places, in units of 10^−digits.
pub fn decimal(text: &str, digits: usize) -> Outcome<i128> {
    let text = text.trim_end_matches('%');
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    if places.len() > digits {
        return Err(format!("{text} has too many decimals"));
    }
    let padded = format!("{whole}{places:0<digits$}");
    padded.parse().map_err(|_| format!("{text} is no number"))
}

/// A decimal in millionths.
pub fn millionths(text: &str) -> Outcome<i128> {
    decimal(text, 6)
}

/// A count of 10^−digits as people write it, without needless zeros if `digits` is 6.
pub fn written(count: i128, digits: u32) -> String {
    let (unit, sign) = (10i128.pow(digits), if count < 0 { "-" } else { "" });
    let (whole, rest) = (count.abs() / unit, count.abs() % unit);
    let places = format!("{rest:0>width$}", width = digits as usize);
    match digits {
        0 => format!("{sign}{whole}"),
        6 if rest == 0 => format!("{sign}{whole}"),
        6 => format!("{sign}{whole}.{}", places.trim_end_matches('0')),
        _ => format!("{sign}{whole}.{places}"),
    }
}

/// The places after a currency's point.
pub fn places(currency: &str) -> u32 {
    match currency {
        "JPY" | "KRW" | "CLP" | "VND" => 0,
        "KWD" | "BHD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}
