//! Merges of documents that both sides changed at random: nothing is lost, nothing comes back, and after one sending there is
//! nothing more to send.
//!
//! Both sides edit in a small world of values, so that they often say the same. Not here: what a bookkeeper would read
//! (`merging.rs`), Xero's own way of storing (the stand-in there).

use plan::merge::merge;
use plan::{Held, HeldStatus, LineOrigin, Paper, PaperKind, PaperLine};
use proptest::prelude::*;
use xero::statuses::LineAmountTypes;
use xero::{Decimal, XeroId};

/// A small world of values, so that both sides often say the same.
fn paper_line(place: u16) -> impl Strategy<Value = PaperLine> {
    let account = prop_oneof![Just(1_u8), Just(2), Just(3)];
    (1_i128..4, 1_i128..4, account, prop_oneof![Just("INPUT2"), Just("NONE")], 0_u8..3).prop_map(
        move |(quantity, price, account, tax_type, item)| PaperLine {
            origin: Some(LineOrigin::Line(place)),
            id: None,
            description: "Steel".into(),
            quantity: Some(Decimal::new(quantity, 0)),
            price: Some(Decimal::new(price * 100, 2)),
            discount: None,
            discount_amount: None,
            amount: Decimal::new(quantity * price * 100, 2),
            item: (item > 0).then(|| format!("ITEM-{item}").into()),
            account: XeroId::read(&format!("00000000-0000-0000-0000-0000000000a{account}")),
            tax_type: tax_type.into(),
            tax: Some(Decimal::ZERO),
            tracking: Vec::new(),
        },
    )
}

/// What one side does to a document.
#[derive(Clone, Debug)]
enum Edit {
    Reference(u8),
    Due(i32),
    Quantity(usize, i128),
    Price(usize, i128),
    Account(usize, u8),
    TaxType(usize, bool),
    Text(usize, u8),
    Remove(usize),
    Add(Box<PaperLine>),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (0_u8..3).prop_map(Edit::Reference),
        (0_i32..3).prop_map(Edit::Due),
        (0_usize..5, 1_i128..4).prop_map(|(line, n)| Edit::Quantity(line, n)),
        (0_usize..5, 1_i128..4).prop_map(|(line, n)| Edit::Price(line, n)),
        (0_usize..5, 1_u8..4).prop_map(|(line, n)| Edit::Account(line, n)),
        (0_usize..5, any::<bool>()).prop_map(|(line, n)| Edit::TaxType(line, n)),
        (0_usize..5, 0_u8..3).prop_map(|(line, n)| Edit::Text(line, n)),
        (0_usize..5).prop_map(Edit::Remove),
        paper_line(0).prop_map(|line| Edit::Add(Box::new(line))),
    ]
}

/// `next` is what a new line is known by.
fn apply(paper: &mut Paper, edit: &Edit, next: impl FnOnce(&mut PaperLine)) {
    let count = paper.lines.len();
    let with = |paper: &mut Paper, line: usize, change: &dyn Fn(&mut PaperLine)| {
        if let Some(line) = paper.lines.get_mut(line) {
            change(line);
            let (quantity, price) = (line.quantity.expect("there"), line.price.expect("there"));
            line.amount = quantity.times(price).expect("fits").rounded(2).expect("fits");
        }
    };
    match edit {
        Edit::Reference(n) => paper.reference = format!("R{n}").into(),
        Edit::Due(n) => paper.due = Some(book::Day::from_number(20_000 + n)),
        Edit::Quantity(line, n) => with(paper, *line, &|line| line.quantity = Some(Decimal::new(*n, 0))),
        Edit::Price(line, n) => with(paper, *line, &|line| line.price = Some(Decimal::new(*n * 100, 2))),
        Edit::Account(line, n) => with(paper, *line, &|line| {
            line.account = XeroId::read(&format!("00000000-0000-0000-0000-0000000000a{n}"));
        }),
        Edit::TaxType(line, is_none) => {
            with(paper, *line, &|line| {
                line.tax_type = if *is_none { "NONE".into() } else { "INPUT2".into() }
            });
        }
        Edit::Text(line, n) => with(paper, *line, &|line| line.description = format!("Text {n}").into()),
        Edit::Remove(line) if *line < count && count > 1 => drop(paper.lines.remove(*line)),
        Edit::Remove(_) => {}
        Edit::Add(line) => {
            let mut line = (**line).clone();
            next(&mut line);
            paper.lines.push(line);
        }
    }
}

fn id(number: u32) -> Option<XeroId<xero::LineItem>> {
    XeroId::read(&format!("00000000-0000-0000-0000-{number:012x}"))
}

/// What Xero has after a sending: an id for each new line.
fn echo(sent: &Paper, from: u32) -> Paper {
    let mut echo = sent.clone();
    for (number, line) in (from..).zip(&mut echo.lines) {
        (line.origin, line.id) = (None, line.id.or(id(number)));
    }
    echo
}

fn held(paper: &Paper) -> Held {
    Held {
        id: XeroId::read("00000000-0000-0000-0000-0000000000ff").expect("an id"),
        status: HeldStatus::Awaiting,
        paper: paper.clone(),
        net: Decimal::ZERO,
        tax: Decimal::ZERO,
        total: Decimal::ZERO,
        due: Decimal::ZERO,
        paid: Decimal::ZERO,
        credited: Decimal::ZERO,
        payments: Vec::new(),
        credits: Vec::new(),
        sent_to_contact: false,
        updated: 0,
    }
}

/// Without what only one side knows: origins, ids, taxes that Xero works out.
fn said(paper: &Paper) -> Paper {
    let mut paper = paper.clone();
    for line in &mut paper.lines {
        (line.origin, line.id, line.tax) = (None, None, None);
    }
    paper
}

/// Which lines they are: one that was taken out and put in again is another one, though it says the same.
fn lines(paper: &Paper) -> Vec<(Option<LineOrigin>, Option<XeroId<xero::LineItem>>)> {
    paper.lines.iter().map(|line| (line.origin.clone(), line.id)).collect()
}

/// New lines of ours are known by their place from 100 on, those of others by ids from `first` on.
fn changed(paper: &Paper, edits: &[Edit], first: Option<u32>) -> Paper {
    let mut paper = paper.clone();
    for (number, edit) in (0_u32..).zip(edits) {
        apply(&mut paper, edit, |line| {
            line.origin = first.is_none().then(|| LineOrigin::Line(100 + number as u16));
            line.id = first.and_then(|first| id(first + number));
        });
    }
    paper
}

fn first_paper() -> impl Strategy<Value = Paper> {
    let kind = prop_oneof![Just(PaperKind::Bill), Just(PaperKind::Invoice)];
    (kind, (paper_line(0), paper_line(1), paper_line(2)), 1_usize..=3).prop_map(|(kind, lines, count)| {
        Paper {
            kind,
            contact: XeroId::read("00000000-0000-0000-0000-0000000000c1").expect("an id"),
            number: "4711".into(),
            reference: "R0".into(),
            url: "".into(),
            date: book::Day::from_number(20_000),
            due: Some(book::Day::from_number(20_000)),
            currency: money::Currency::NZD,
            rate: None,
            amounts: LineAmountTypes::Exclusive,
            sources: Vec::new(),
            lines: [lines.0, lines.1, lines.2][..count].to_vec(),
        }
    })
}

fn purchases() -> Option<XeroId<xero::Account>> {
    XeroId::read("00000000-0000-0000-0000-0000000000a1")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    // rule: DOC-5
    #[test]
    fn what_one_side_left_alone_is_the_other_sides(first in first_paper(), edits in proptest::collection::vec(edit(), 0..6)) {
        let theirs = echo(&first, 1);
        let (here, there) = (changed(&first, &edits, None), changed(&theirs, &edits, Some(1_000)));
        // Nothing changed there: the book's version.
        let ours = merge(&here, &first, &theirs, &held(&theirs), purchases());
        prop_assert_eq!(said(&ours.paper), said(&here));
        prop_assert!(ours.changed_there.is_empty() && ours.conflicts.is_empty(), "{:?}", ours);
        prop_assert_eq!(ours.changed_here.is_empty(), said(&here) == said(&first) && lines(&here) == lines(&first));
        // Nothing changed here: Xero's version, and nothing to send.
        let kept = merge(&first, &first, &theirs, &held(&there), purchases());
        prop_assert!(!kept.is_to_be_sent(&held(&there)), "{:?}", kept);
        prop_assert!(kept.changed_here.is_empty() && kept.conflicts.is_empty(), "{:?}", kept);
        let is_same = said(&there) == said(&theirs) && lines(&there) == lines(&theirs);
        prop_assert_eq!(kept.changed_there.is_empty(), is_same);
    }

    // rule: DOC-5
    #[test]
    fn once_sent_there_is_nothing_more_to_send(
        first in first_paper(),
        here in proptest::collection::vec(edit(), 0..6),
        there in proptest::collection::vec(edit(), 0..6),
        later in proptest::collection::vec(edit(), 0..4),
    ) {
        let theirs = echo(&first, 1);
        let (here, there) = (changed(&first, &here, None), changed(&theirs, &there, Some(1_000)));
        let merged = merge(&here, &first, &theirs, &held(&there), purchases());
        let after = echo(&merged.paper, 5_000);
        let again = merge(&here, &merged.ours, &after, &held(&after), purchases());
        prop_assert!(!again.is_to_be_sent(&held(&after)), "{:?}", again);
        prop_assert!(again.changed_here.is_empty() && again.changed_there.is_empty(), "{:?}", again);
        prop_assert!(again.conflicts.is_empty());
        // Lines that others made are all there, as they made them.
        for line in there.lines.iter().filter(|line| line.id >= id(1_000)) {
            let kept = merged.paper.lines.iter().find(|one| one.id == line.id);
            prop_assert!(kept.is_some_and(|kept| said_line(kept) == said_line(line)), "{:?}", line);
        }
        // No id twice, and none that Xero doesn't have.
        let ids: Vec<_> = merged.paper.lines.iter().filter_map(|line| line.id).collect();
        let known = |id: &XeroId<xero::LineItem>| there.lines.iter().any(|line| line.id == Some(*id));
        prop_assert!(ids.iter().all(known) && ids.iter().enumerate().all(|(at, id)| !ids[..at].contains(id)));
        // And what then changes on either side is still told apart.
        let there = changed(&after, &later, Some(9_000));
        let later = merge(&here, &merged.ours, &after, &held(&there), purchases());
        prop_assert!(later.changed_here.is_empty() && !later.is_to_be_sent(&held(&there)), "{:?}", later);
    }
}

fn said_line(line: &PaperLine) -> PaperLine {
    PaperLine { origin: None, tax: None, ..line.clone() }
}
