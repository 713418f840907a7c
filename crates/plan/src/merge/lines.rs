//! Lines of both sides, paired and put together.
//!
//! Ours pair by where they come from, theirs by Xero's id. Which of theirs is which of ours is known from our last sending:
//! a line that was sent with its id is that line, and new ones came back in the order sent. A line that somebody added in Xero is
//! kept by sending it; one that somebody removed there stays removed, unless the book has changed it since.
//! Not here: single fields (`Merging::field`).

use std::collections::BTreeMap;

use xero::{Decimal, XeroId};

use super::Merging;
use super::change::{Conflict, Field, FieldChange, Kept, LineName, Side, Value};
use crate::paper::{LineOrigin, Paper, PaperLine};
use crate::settings::TaxSide;
use crate::sums::counted;

type LineId = XeroId<xero::LineItem>;

/// Which line in Xero is which of ours, as of our last sending.
pub(crate) fn pairs(ours_then: &Paper, theirs_then: &Paper) -> BTreeMap<LineOrigin, LineId> {
    let sent = || ours_then.lines.iter().filter(|line| line.id != Some(LineId::NOTHING));
    let named: Vec<LineId> = sent().filter_map(|line| line.id).collect();
    let is_new = |line: &&PaperLine| line.id.is_some_and(|id| !named.contains(&id));
    let mut made: Vec<&PaperLine> = theirs_then.lines.iter().filter(is_new).collect();
    let mut pairs = BTreeMap::new();
    // New ones by what they say, then in order: a document that somebody else made may have them in another.
    let says = |line: &PaperLine, other: &PaperLine| (&line.item, line.amount) == (&other.item, other.amount);
    for alike in [true, false] {
        for line in sent() {
            let Some(origin) = line.origin.as_ref().filter(|origin| !pairs.contains_key(*origin)) else {
                continue;
            };
            let place = made.iter().position(|other| !alike || says(line, other));
            let id = line.id.or_else(|| made.remove(place?).id);
            if let Some(id) = id {
                pairs.insert(origin.clone(), id);
            }
        }
    }
    pairs
}

fn by_id(paper: &Paper, id: LineId) -> Option<(usize, &PaperLine)> {
    paper.lines.iter().enumerate().find(|(_, line)| line.id == Some(id))
}

fn by_origin<'a>(paper: &'a Paper, origin: &LineOrigin) -> Option<&'a PaperLine> {
    paper.lines.iter().find(|line| line.origin.as_ref() == Some(origin))
}

/// Whether two lines of ours say the same.
fn same(one: &PaperLine, other: &PaperLine) -> bool {
    let said = |line: &PaperLine| PaperLine { id: None, tax: None, ..line.clone() };
    said(one) == said(other)
}

/// A line of ours under way: what is sent, and what is remembered.
struct Placed {
    sent: Option<PaperLine>,
    ours: PaperLine,
}

impl Merging {
    /// What is sent, and what is remembered as ours, line by line in the order sent.
    pub(super) fn lines(
        &mut self,
        ours_now: &Paper,
        ours_then: &Paper,
        theirs_then: &Paper,
        theirs_now: &Paper,
    ) -> (Vec<PaperLine>, Vec<PaperLine>) {
        let pairs = pairs(ours_then, theirs_then);
        let mut placed: Vec<Placed> = Vec::new();
        for (place, line) in ours_now.lines.iter().enumerate() {
            let Some(origin) = &line.origin else { continue };
            let then = by_origin(ours_then, origin);
            let id = pairs.get(origin).copied();
            let pair = id.map(|id| (by_id(theirs_then, id), by_id(theirs_now, id)));
            let sent = match (then, pair) {
                (Some(then), Some((Some((_, theirs_then)), Some((at, theirs_now))))) => {
                    let amounts_changed = ours_now.amounts != ours_then.amounts;
                    let merged = self.line((line, then, place), (theirs_now, theirs_then, at), ours_now);
                    Some(if amounts_changed { PaperLine { tax: None, ..merged } } else { merged })
                }
                (Some(then), _) => self.removed_there(line, then, place, pair.and_then(|pair| pair.0)),
                (None, _) => {
                    self.here.push(whole(None, Some((place, line))));
                    Some(PaperLine { id: None, ..line.clone() })
                }
            };
            let id = sent.as_ref().map_or(Some(LineId::NOTHING), |sent| sent.id);
            placed.push(Placed { sent, ours: PaperLine { id, ..line.clone() } });
        }
        self.removed_here(ours_now, ours_then, &pairs, theirs_then, theirs_now);
        let others = self.of_others(&pairs, theirs_then, theirs_now);
        in_order(placed, others, theirs_now)
    }

    /// A line that Xero doesn't have any more: it stays away, unless the book changed it since.
    fn removed_there(
        &mut self,
        line: &PaperLine,
        then: &PaperLine,
        place: usize,
        theirs_then: Option<(usize, &PaperLine)>,
    ) -> Option<PaperLine> {
        if let Some(theirs) = theirs_then {
            self.there.push(whole(Some(theirs), None));
        }
        if same(line, then) {
            return None;
        }
        self.here.push(FieldChange {
            line: Some(LineName::of(place, line)),
            field: Field::Line,
            from: Value::line(then),
            to: Value::line(line),
        });
        self.conflicts.push(Conflict {
            line: Some(LineName::of(place, line)),
            field: Field::Line,
            ours: Value::line(line),
            theirs: Value::Nothing,
            kept: Kept::Ours,
        });
        Some(PaperLine { id: None, ..line.clone() })
    }

    /// Lines that the book doesn't have any more go, whatever somebody made of them in Xero.
    fn removed_here(
        &mut self,
        ours_now: &Paper,
        ours_then: &Paper,
        pairs: &BTreeMap<LineOrigin, LineId>,
        theirs_then: &Paper,
        theirs_now: &Paper,
    ) {
        for (place, then) in ours_then.lines.iter().enumerate() {
            let Some(origin) = &then.origin else { continue };
            if by_origin(ours_now, origin).is_some() || then.id == Some(LineId::NOTHING) {
                continue;
            }
            self.here.push(whole(Some((place, then)), None));
            let Some(id) = pairs.get(origin) else { continue };
            let (before, after) = (by_id(theirs_then, *id), by_id(theirs_now, *id));
            if let (Some((_, before)), Some((at, after))) = (before, after)
                && before != after
            {
                self.there.push(FieldChange {
                    line: Some(LineName::of(at, after)),
                    field: Field::Line,
                    from: Value::line(before),
                    to: Value::line(after),
                });
                let (line, theirs) = (Some(LineName::of(at, after)), Value::line(after));
                let field = Field::Line;
                self.conflicts.push(Conflict { line, field, ours: Value::Nothing, theirs, kept: Kept::Ours });
            }
        }
    }

    /// Lines that others made in Xero: all that are there now are kept.
    fn of_others(
        &mut self,
        pairs: &BTreeMap<LineOrigin, LineId>,
        theirs_then: &Paper,
        theirs_now: &Paper,
    ) -> Vec<PaperLine> {
        let is_others = |line: &&PaperLine| line.id.is_none_or(|id| !pairs.values().any(|ours| *ours == id));
        let mut kept = Vec::new();
        for (at, line) in theirs_now.lines.iter().enumerate().filter(|(_, line)| is_others(line)) {
            match line.id.and_then(|id| by_id(theirs_then, id)) {
                None => self.there.push(whole(None, Some((at, line)))),
                Some((_, then)) => {
                    self.line((then, then, at), (line, then, at), theirs_now);
                }
            }
            kept.push(line.clone());
        }
        for (at, line) in theirs_then.lines.iter().enumerate().filter(|(_, line)| is_others(line)) {
            if line.id.is_some_and(|id| by_id(theirs_now, id).is_none()) {
                self.there.push(whole(Some((at, line)), None));
            }
        }
        kept
    }

    /// A line that both sides have: field by field, of (now, then, place) of both.
    fn line(
        &mut self,
        (ours, ours_then, place): (&PaperLine, &PaperLine, usize),
        (theirs, theirs_then, at): (&PaperLine, &PaperLine, usize),
        paper: &Paper,
    ) -> PaperLine {
        let on_purchases = paper.kind.side() == TaxSide::Purchases
            && self.purchases.is_some()
            && [ours.account, ours_then.account].contains(&self.purchases);
        macro_rules! field {
            ($field:ident, $name:expr, $keeps_theirs:expr, $value:expr) => {{
                let changed_there = theirs.$field != theirs_then.$field;
                let changed_here = ours.$field != ours_then.$field;
                let line = match changed_there && !changed_here {
                    true => LineName::of(at, theirs),
                    false => LineName::of(place, ours),
                };
                self.field(
                    Side { line: Some(line), field: $name, keeps_theirs: $keeps_theirs },
                    (&ours.$field, &ours_then.$field),
                    (&theirs.$field, &theirs_then.$field),
                    $value,
                )
            }};
        }
        let mut merged = PaperLine {
            origin: ours.origin.clone(),
            id: theirs.id,
            description: field!(description, Field::Description, false, Value::text),
            quantity: field!(quantity, Field::Quantity, false, Value::number),
            price: field!(price, Field::Price, false, Value::number),
            discount: field!(discount, Field::Discount, false, Value::number),
            discount_amount: field!(discount_amount, Field::DiscountAmount, false, Value::number),
            amount: theirs.amount,
            item: field!(item, Field::Item, false, |item| item.as_ref().map_or(Value::Nothing, Value::text)),
            account: field!(account, Field::Account, !on_purchases, |account| {
                account.map_or(Value::Nothing, Value::Account)
            }),
            tax_type: field!(tax_type, Field::TaxType, true, Value::text),
            tax: theirs.tax,
            tracking: field!(tracking, Field::Tracking, false, |tracking: &Vec<_>| Value::tracking(tracking)),
        };
        if merged.item.is_none() && theirs.item.is_some() {
            // Xero can't take an item off a line: without its id it is a new line, and the old one goes.
            merged.id = None;
        }
        self.typed((theirs, theirs_then, at));
        if merged.discount.is_some() {
            // A line has one of the two: ours in per cent, changed meanwhile, takes the place of one in money.
            merged.discount_amount = None;
        }
        if counts(&merged) != counts(theirs) {
            merged.amount = counted(&merged).unwrap_or(ours.amount);
        }
        if (&merged.tax_type, merged.amount) != (&theirs.tax_type, theirs.amount) {
            merged.tax = None;
        }
        merged
    }

    /// Amounts and taxes that somebody typed in Xero, though what they come from stayed.
    fn typed(&mut self, (now, then, at): (&PaperLine, &PaperLine, usize)) {
        let mut say = |field, from: Option<Decimal>, to: Option<Decimal>| {
            let line = Some(LineName::of(at, now));
            self.there.push(FieldChange { line, field, from: Value::number(&from), to: Value::number(&to) });
        };
        if counts(now) == counts(then) && now.amount != then.amount {
            say(Field::Amount, Some(then.amount), Some(now.amount));
        }
        if (&now.tax_type, now.amount) == (&then.tax_type, then.amount) && now.tax != then.tax {
            say(Field::Tax, then.tax, now.tax);
        }
    }
}

/// What a line's amount comes from.
fn counts(line: &PaperLine) -> [Option<Decimal>; 4] {
    [line.quantity, line.price, line.discount, line.discount_amount]
}

/// A whole line that came or went.
fn whole(from: Option<(usize, &PaperLine)>, to: Option<(usize, &PaperLine)>) -> FieldChange {
    let value =
        |line: Option<(usize, &PaperLine)>| line.map_or(Value::Nothing, |(_, line)| Value::line(line));
    let line = to.or(from).map(|(place, line)| LineName::of(place, line));
    FieldChange { line, field: Field::Line, from: value(from), to: value(to) }
}

/// Lines that are in Xero stand as there; a new line of ours comes after the line of ours before it.
fn in_order(
    placed: Vec<Placed>,
    others: Vec<PaperLine>,
    theirs_now: &Paper,
) -> (Vec<PaperLine>, Vec<PaperLine>) {
    let place = |id: Option<LineId>| id.and_then(|id| by_id(theirs_now, id)).map(|(at, _)| at);
    let mut before = None;
    let mut rows: Vec<((Option<usize>, usize), PaperLine, PaperLine)> = Vec::new();
    let mut gone = Vec::new();
    for (number, one) in placed.into_iter().enumerate() {
        let Some(sent) = one.sent else {
            gone.push(one.ours);
            continue;
        };
        let at = place(sent.id);
        rows.push(match at {
            Some(_) => ((at, 0), sent, one.ours),
            None => ((before, number + 1), sent, one.ours),
        });
        before = at.or(before);
    }
    rows.extend(others.into_iter().map(|line| ((place(line.id), 0), line.clone(), line)));
    rows.sort_by_key(|(key, ..)| *key);
    let (sent, mut ours): (Vec<_>, Vec<_>) = rows.into_iter().map(|(_, sent, ours)| (sent, ours)).unzip();
    ours.extend(gone);
    (sent, ours)
}
