//! Exact values: what a workshop counts and a ledger adds up.
//!
//! Money is a number of minor units (cents), quantities, prices, rates and percentages have six decimals; all of
//! them are integers, checked, with 128 bits in between. A fact becomes an amount once, with a named rounding
//! (`Quantity::at`); from there amounts are only split, by `share`, whose parts always sum to the whole.
//! Ten pieces for 71.00: takings of 3, 3 and 4 cost 21.30, 21.30 and 28.40, and nothing is left.
//!
//! Not here: what the values mean (`book`), and floating point, anywhere.
