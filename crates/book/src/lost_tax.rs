//! Tax on purchases that nobody gives back: it is part of what is bought (TAX-6).
//!
//! ```text
//! everything      who isn't registered: 10 STEEL @ 10.00 with 15 % of tax cost 115.00
//! 3.75 of 7.5     of 7.5 % the half can't be reclaimed: 100.00 with 7.50 of tax cost 103.75
//! ```
//! A document says it of itself, filled in from the company's settings when it is saved, so that a rate that changes later
//! leaves it alone. What is to be paid stays the same, and so do net and tax; only the cost is more.
//! Not here: which of Xero's rates are so (`plan`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use money::{Money, Percent, Quantity};

use crate::refusal::{Code, Refusal};

/// What of a purchase's tax is cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum LostTax {
    /// All of it is given back.
    #[default]
    Nothing,
    /// None of it is given back.
    Everything,
    /// Of these percentages some points aren't given back.
    Of(Vec<LostRate>),
}

/// A percentage of which a part isn't given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LostRate {
    /// The percentage of tax.
    pub tax: Percent,
    /// So many points of it are cost.
    pub lost: Percent,
}

impl LostTax {
    /// What of a line's tax is cost.
    #[must_use]
    pub fn part(&self, tax: Money, percent: Percent) -> Money {
        let points = |rate: Percent| Quantity::from_millionths(rate.millionths());
        match self {
            LostTax::Nothing => Money::zero(tax.currency()),
            LostTax::Everything => tax,
            LostTax::Of(rates) => match rates.iter().find(|rate| rate.tax == percent) {
                Some(rate) => money::share(tax, points(rate.lost), points(percent)),
                None => Money::zero(tax.currency()),
            },
        }
    }

    /// Each percentage once, more than nothing and no more than all of it.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let LostTax::Of(rates) = self else { return Ok(()) };
        let bad = |rate: &LostRate, why| {
            let value = format!("{} of {}", rate.lost, rate.tax);
            Err(Refusal::new(Code::BadValue).with("field", "lost tax").with("value", value).with("why", why))
        };
        for (place, rate) in rates.iter().enumerate() {
            if rate.lost > rate.tax {
                return bad(rate, "it is more than the tax");
            }
            if rate.lost.is_zero() {
                return bad(rate, "it is nothing");
            }
            if rates[..place].iter().any(|other| other.tax == rate.tax) {
                return bad(rate, "the percentage stands there twice");
            }
        }
        Ok(())
    }
}

/// `nothing`, `everything`, `3.75 of 7.5, 2 of 10`
impl fmt::Display for LostTax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LostTax::Nothing => f.write_str("nothing"),
            LostTax::Everything => f.write_str("everything"),
            LostTax::Of(rates) => {
                for (place, LostRate { tax, lost }) in rates.iter().enumerate() {
                    let between = if place == 0 { "" } else { ", " };
                    write!(f, "{between}{lost} of {tax}")?;
                }
                Ok(())
            }
        }
    }
}

impl FromStr for LostTax {
    type Err = String;

    fn from_str(text: &str) -> Result<LostTax, String> {
        let unreadable = || format!("\"{text}\" is not like: nothing, everything, 3.75 of 7.5");
        let rate = |part: &str| {
            let (lost, tax) = part.split_once(" of ")?;
            let percent = |text: &str| text.trim().parse::<Percent>().ok();
            Some(LostRate { tax: percent(tax)?, lost: percent(lost)? })
        };
        match text.trim() {
            "nothing" => Ok(LostTax::Nothing),
            "everything" => Ok(LostTax::Everything),
            text => text.split(',').map(rate).collect::<Option<_>>().map(LostTax::Of).ok_or_else(unreadable),
        }
    }
}

impl From<LostTax> for String {
    fn from(lost: LostTax) -> String {
        lost.to_string()
    }
}

impl TryFrom<String> for LostTax {
    type Error = String;

    fn try_from(text: String) -> Result<LostTax, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use money::Currency;

    fn money(text: &str) -> Money {
        Money::new(text.replace('.', "").parse().unwrap(), Currency::NZD)
    }

    /// rule: TAX-6
    #[test]
    fn what_is_lost_is_a_part_of_the_lines_tax() {
        let percent = |text: &str| text.parse::<Percent>().unwrap();
        let part = |lost: &str, tax, of| lost.parse::<LostTax>().unwrap().part(money(tax), percent(of));
        assert_eq!(part("nothing", "15.00", "15"), money("0.00"));
        assert_eq!(part("everything", "15.00", "15"), money("15.00"));
        assert_eq!(part("3.75 of 7.5", "7.51", "7.5"), money("3.76"));
        assert_eq!(part("3.75 of 7.5", "7.50", "10"), money("0.00"));
        assert_eq!(part("7.5 of 7.5, 2 of 10", "10.00", "10"), money("2.00"));
    }

    #[test]
    fn it_is_written_as_it_is_read_and_nonsense_is_refused() {
        for text in ["nothing", "everything", "3.75 of 7.5, 2 of 10"] {
            assert_eq!(text.parse::<LostTax>().unwrap().to_string(), text);
        }
        for text in ["", "all", "3 of", "of 3", "1 of 2 of 3", "-1 of 3", "1 of 2,"] {
            assert!(text.parse::<LostTax>().is_err(), "{text}");
        }
        for text in ["8 of 7.5", "0 of 7.5", "1 of 7.5, 2 of 7.5"] {
            assert!(text.parse::<LostTax>().unwrap().check().is_err(), "{text}");
        }
    }
}
