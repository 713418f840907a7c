//! The bound: FIFO alone on `i64` arrays. No documents, days, accounts, warehouses, names or checks: what a movement costs
//! if nothing is kept but quantities and cents. The book is measured as a multiple of it, in the same run.

/// What the list says of goods: an item came in or went out; was used, or made of all that was used since, for so much
/// labour and overhead.
#[derive(Clone, Copy)]
pub enum Line {
    In { item: usize, quantity: i64, cents: i64 },
    Out { item: usize, quantity: i64 },
    Used { item: usize, quantity: i64 },
    Made { item: usize, quantity: i64, cents: i64 },
}

struct Layer {
    quantity: i64,
    taken: i64,
    cents: i64,
}

/// Runs the list; answers the cost of everything that went out and the number of movements.
pub fn fifo(lines: &[Line], items: usize) -> (i64, u64) {
    let mut layers: Vec<Vec<Layer>> = (0..items).map(|_| Vec::new()).collect();
    let mut first = vec![0_usize; items];
    let (mut cost, mut work, mut movements) = (0, 0, 0);
    for line in lines {
        match *line {
            Line::In { item, quantity, cents } => {
                layers[item].push(Layer { quantity, taken: 0, cents });
                movements += 1;
            }
            Line::Made { item, quantity, cents } => {
                layers[item].push(Layer { quantity, taken: 0, cents: cents + std::mem::take(&mut work) });
                movements += 1;
            }
            Line::Out { item, quantity } | Line::Used { item, quantity } => {
                let sum = if matches!(line, Line::Out { .. }) { &mut cost } else { &mut work };
                let mut left = quantity;
                while left > 0 {
                    let layer = &mut layers[item][first[item]];
                    let part = left.min(layer.quantity - layer.taken);
                    let share = |done: i64| {
                        let product = i128::from(layer.cents) * i128::from(done);
                        ((product * 2 + i128::from(layer.quantity)) / (2 * i128::from(layer.quantity))) as i64
                    };
                    *sum += share(layer.taken + part) - share(layer.taken);
                    layer.taken += part;
                    left -= part;
                    if layer.taken == layer.quantity {
                        first[item] += 1;
                    }
                    movements += 1;
                }
            }
        }
    }
    (cost, movements)
}
