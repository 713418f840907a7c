//! The chain finds whatever was done to a log behind its back: changed, missing, repeated, swapped, cut, foreign rows.

use proptest::collection::vec;
use proptest::prelude::*;
use store::{Break, Chain, CompanyId, Entry, Row, Tip, chain};
use world::Moment;

const ONE: CompanyId = CompanyId(1);

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let entry = (1..5_u32, any::<i64>(), ".{0,9}", ".{0,9}", ".{1,9}", vec(any::<u8>(), 0..40));
    let entry = entry.prop_map(|(events, at, by, via, command, bytes)| Entry {
        events,
        at: Moment::from_millis(at),
        by,
        via,
        command,
        bytes,
    });
    vec(entry, 1..12)
}

fn breaks(rows: &[Row], tip: Tip) -> Vec<Break> {
    let mut along = Chain::new(ONE);
    let mut found: Vec<Break> = rows.iter().flat_map(|row| along.row(row)).collect();
    found.extend(along.finish(tip));
    found
}

fn end(rows: &[Row]) -> Tip {
    rows.last().map_or(Tip::default(), Row::tip)
}

/// One column of a row, changed by a little.
fn change(row: &mut Row, column: usize, by: u8) {
    match column {
        0 => row.first ^= u64::from(by),
        1 => row.last ^= u64::from(by),
        2 => row.entry.at = Moment::from_millis(row.entry.at.millis() ^ i64::from(by)),
        3 => row.entry.by.push('x'),
        4 => row.entry.via.insert(0, 'x'),
        5 => row.entry.command.push(' '),
        6 => row.prev.0[usize::from(by) % 32] ^= by,
        7 => row.hash.0[usize::from(by) % 32] ^= by,
        8 => row.company = CompanyId(row.company.0 ^ u32::from(by)),
        9 => row.entry.bytes.push(by),
        _ => match row.entry.bytes.first_mut() {
            Some(byte) => *byte ^= by,
            None => row.entry.bytes.push(by),
        },
    }
}

proptest! {
    // rule: SEC-2
    #[test]
    fn a_sound_log_has_no_break_and_every_change_is_one(
        entries in entries(), place: prop::sample::Index, column in 0..11_usize, by in 1..=255_u8,
    ) {
        let mut rows = chain(ONE, Tip::default(), entries);
        let tip = end(&rows);
        prop_assert_eq!(breaks(&rows, tip), vec![]);
        let place = place.index(rows.len());
        change(&mut rows[place], column, by);
        prop_assert_ne!(breaks(&rows, tip), vec![]);
    }

    #[test]
    fn missing_repeated_and_swapped_rows_are_found(entries in entries(), place: prop::sample::Index) {
        let rows = chain(ONE, Tip::default(), entries);
        let tip = end(&rows);
        let place = place.index(rows.len());
        let mut missing = rows.clone();
        missing.remove(place);
        prop_assert_ne!(breaks(&missing, tip), vec![]);
        let mut repeated = rows.clone();
        repeated.insert(place, rows[place].clone());
        prop_assert_ne!(breaks(&repeated, tip), vec![]);
        if place > 0 {
            let mut swapped = rows.clone();
            swapped.swap(place - 1, place);
            prop_assert_ne!(breaks(&swapped, tip), vec![]);
        }
    }

    /// Whoever rewrites the rest of the log as well is found by the tip that somebody else remembers.
    #[test]
    fn a_log_written_anew_doesnt_end_at_its_old_tip(entries in entries(), place: prop::sample::Index) {
        let tip = end(&chain(ONE, Tip::default(), entries.clone()));
        let mut other = entries;
        let place = place.index(other.len());
        other[place].bytes.push(1);
        let rows = chain(ONE, Tip::default(), other);
        prop_assert_eq!(breaks(&rows, tip), vec![Break::End { tip, found: end(&rows) }]);
    }

    #[test]
    fn going_on_behind_a_tip_is_the_same_chain(entries in entries(), place: prop::sample::Index) {
        let whole = chain(ONE, Tip::default(), entries.clone());
        let (head, rest) = entries.split_at(place.index(entries.len()));
        let mut rows = chain(ONE, Tip::default(), head.to_vec());
        rows.extend(chain(ONE, end(&rows), rest.to_vec()));
        prop_assert_eq!(rows, whole);
    }
}

/// The hash of a row as it is documented, computed by another program (Python's hashlib).
#[test]
fn a_hash_is_what_the_documentation_says() {
    let entry = Entry {
        events: 2,
        at: Moment::from_millis(1),
        by: "a".to_owned(),
        via: "b".to_owned(),
        command: "c".to_owned(),
        bytes: b"{}".to_vec(),
    };
    let rows = chain(ONE, Tip::default(), vec![entry]);
    assert_eq!(rows[0].hash.to_string(), "4e02df6a98dd992943153bc6389a0902b0b1c231f26de2b619992e5cdd39020a");
}
