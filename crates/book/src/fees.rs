//! How an additional fee reaches the goods (POST-20): split over lines by value, quantity or weight, then over the units
//! of each line as they arrive.
//!
//! Freight of 10.00 on an order of 60.00 and 40.00 by value: 6.00 and 4.00. Half of the first line received: 3.00 is in
//! its lot, 7.00 still waits on Purchases. An entry reaches a lot on the later of its own day and the lot's.
//! Not here: which documents a fee is for (`documents/fee.rs`).

use money::{Amount, Quantity};

use crate::content::FeeBasis;
use crate::costs::Costs;
use crate::day::Day;

/// A line that a fee is split over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Carrier {
    /// Its value in base currency.
    pub(crate) value: Amount,
    /// Stock units.
    pub(crate) quantity: Quantity,
    /// Weight of a stock unit.
    pub(crate) weight: Option<Quantity>,
}

impl Carrier {
    fn measure(&self, basis: FeeBasis) -> u64 {
        match basis {
            FeeBasis::Value => self.value.minor().max(0).unsigned_abs(),
            FeeBasis::Quantity => self.quantity.millionths().max(0).unsigned_abs(),
            FeeBasis::Weight => {
                let weight = self.weight.unwrap_or(Quantity::ZERO).millionths().max(0);
                let product = i128::from(weight) * i128::from(self.quantity.millionths().max(0)) / 1_000_000;
                u64::try_from(product).unwrap_or(u64::MAX)
            }
        }
    }
}

/// Splits every entry of a fee over its carriers; by quantity where they have no value or weight at all.
pub(crate) fn split(fee: &Costs, basis: FeeBasis, carriers: &[Carrier]) -> Vec<Costs> {
    let weights = |basis| carriers.iter().map(|one| one.measure(basis)).collect::<Vec<u64>>();
    let mut parts = vec![Costs::default(); carriers.len()];
    for (day, amount) in fee.iter() {
        let split = money::split(amount, &weights(basis))
            .or_else(|_| money::split(amount, &weights(FeeBasis::Quantity)));
        for (part, share) in parts.iter_mut().zip(split.unwrap_or_default()) {
            part.add(day, share);
        }
    }
    parts
}

/// A fee's entries: the estimate on its own day, and once it is billed the difference on the bill's, if later.
pub(crate) fn entries(day: Day, estimate: Amount, billed: &[(Day, Amount)]) -> Costs {
    let mut costs = Costs::on(day, estimate);
    if let Some((first, _)) = billed.first() {
        costs.add(day.max(*first), -estimate);
    }
    for (billed_on, amount) in billed {
        costs.add(day.max(*billed_on), *amount);
    }
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carrier(cents: i64, units: i32) -> Carrier {
        Carrier { value: Amount::from_minor(cents), quantity: Quantity::units(units), weight: None }
    }

    /// rule: POST-20
    #[test]
    fn split_by_value_and_by_quantity_where_there_is_none() {
        let fee = Costs::on(Day::from_number(3), Amount::from_minor(1_000));
        let parts = |carriers: &[Carrier]| -> Vec<i64> {
            split(&fee, FeeBasis::Value, carriers).iter().map(|part| part.total().minor()).collect()
        };
        assert_eq!(parts(&[carrier(6_000, 1), carrier(4_000, 9)]), [600, 400]);
        assert_eq!(parts(&[carrier(0, 1), carrier(0, 3)]), [250, 750]);
        assert_eq!(parts(&[carrier(1, 1), carrier(1, 1), carrier(1, 1)]), [333, 334, 333]);
    }

    /// rule: POST-1.7, POST-27
    #[test]
    fn a_billed_fee_is_the_estimate_until_its_bill() {
        let (day, bill) = (Day::from_number(3), Day::from_number(8));
        let costs = entries(day, Amount::from_minor(1_000), &[(bill, Amount::from_minor(1_250))]);
        let entries: Vec<_> = costs.iter().map(|(day, amount)| (day.number(), amount.minor())).collect();
        assert_eq!(entries, [(3, 1_000), (8, 250)]);
    }
}
