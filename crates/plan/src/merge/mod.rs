//! What the book changed and what somebody changed in Xero, put together (DOC-5): a merge of two sides with two bases.
//!
//! ```text
//!              then              now
//! ours     10 STEEL @ 10.00   12 STEEL @ 10.00     quantity 10 → 12 here
//! theirs   10 STEEL @ 10.00   10 STEEL @ 11.00     price 10.00 → 11.00 in Xero
//! sent                        12 STEEL @ 11.00
//! ```
//! Changed here is ours-now against ours-then, changed there theirs-now against theirs-then; ours is never compared with
//! theirs, so Xero's trimming and rounding are no differences. What only one side changed is kept; what both changed is ours,
//! and a conflict says so. But for the account of a sales line (ACC-5), any account on lines that aren't on Purchases (DOC-13), and
//! the tax type (TAX-2): once changed in Xero they stay.
//! Not here: whether Xero would still take it (`disposition`).

mod change;
mod lines;

pub use change::{Conflict, Field, FieldChange, Kept, LineName, Names, Value};
pub(crate) use lines::pairs;

use xero::XeroId;

use crate::held::Held;
use crate::paper::Paper;
use change::Side;

/// Both sides' changes, and what comes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// What to send.
    pub paper: Paper,
    /// What to remember as ours-then once it is sent: what the book says now, line by line in the order sent, each with the
    /// id of its line in Xero; lines that others made there as they are; lines that others removed there with the zero id.
    pub ours: Paper,
    /// What changed in the book since we last sent it.
    pub changed_here: Vec<FieldChange>,
    /// What somebody changed in Xero since.
    pub changed_there: Vec<FieldChange>,
    /// What both changed, differently.
    pub conflicts: Vec<Conflict>,
}

impl Merged {
    /// Whether Xero doesn't have all of it yet.
    #[must_use]
    pub fn is_to_be_sent(&self, now: &Held) -> bool {
        let without_origins = |paper: &Paper| {
            let mut paper = paper.clone();
            paper.lines.iter_mut().for_each(|line| line.origin = None);
            paper
        };
        without_origins(&self.paper) != without_origins(&now.paper)
    }
}

/// Puts both sides together. `purchases` is the account of Purchases.
#[must_use]
pub fn merge(
    ours_now: &Paper,
    ours_then: &Paper,
    theirs_then: &Paper,
    now: &Held,
    purchases: Option<XeroId<xero::Account>>,
) -> Merged {
    let (mut merging, theirs_now) = (Merging { purchases, ..Merging::default() }, &now.paper);
    macro_rules! header {
        ($field:ident, $name:expr, $value:expr) => {
            merging.field(
                Side { line: None, field: $name, keeps_theirs: false },
                (&ours_now.$field, &ours_then.$field),
                (&theirs_now.$field, &theirs_then.$field),
                $value,
            )
        };
    }
    let paper = Paper {
        kind: ours_now.kind,
        contact: header!(contact, Field::Contact, |id| Value::Contact(*id)),
        number: header!(number, Field::Number, Value::text),
        reference: header!(reference, Field::Reference, Value::text),
        url: header!(url, Field::Url, Value::text),
        date: header!(date, Field::Date, |day| Value::Day(*day)),
        due: header!(due, Field::Due, |day| day.map_or(Value::Nothing, Value::Day)),
        currency: header!(currency, Field::Currency, |currency| Value::text(&currency.code().into())),
        rate: header!(rate, Field::Rate, |rate| rate.map_or(Value::Nothing, Value::Number)),
        amounts: header!(amounts, Field::Amounts, |amounts| Value::text(&amounts.as_str().into())),
        lines: Vec::new(),
        sources: Vec::new(),
    };
    let (sent, remembered) = merging.lines(ours_now, ours_then, theirs_then, theirs_now);
    Merged {
        paper: Paper { lines: sent, ..paper },
        ours: Paper { lines: remembered, ..ours_now.clone() },
        changed_here: merging.here,
        changed_there: merging.there,
        conflicts: merging.conflicts,
    }
}

/// A merge under way.
#[derive(Default)]
struct Merging {
    purchases: Option<XeroId<xero::Account>>,
    here: Vec<FieldChange>,
    there: Vec<FieldChange>,
    conflicts: Vec<Conflict>,
}

impl Merging {
    /// One field: what it becomes, of (now, then) of both sides.
    fn field<T: Clone + PartialEq>(
        &mut self,
        of: Side,
        ours: (&T, &T),
        theirs: (&T, &T),
        value: impl Fn(&T) -> Value,
    ) -> T {
        let change = |(now, then): (&T, &T)| FieldChange {
            line: of.line.clone(),
            field: of.field,
            from: value(then),
            to: value(now),
        };
        let (here, there) = (ours.0 != ours.1, theirs.0 != theirs.1);
        if here {
            self.here.push(change(ours));
        }
        if there {
            self.there.push(change(theirs));
        }
        if !here || ours.0 == theirs.0 {
            return theirs.0.clone();
        }
        // What somebody chose earlier came back with our own sending, so it stands in theirs-then: still the same choice.
        let chosen = there || (of.keeps_theirs && ours.1 != theirs.1);
        if !chosen {
            return ours.0.clone();
        }
        let (kept, result) =
            if of.keeps_theirs { (Kept::Theirs, theirs.0.clone()) } else { (Kept::Ours, ours.0.clone()) };
        let (line, field) = (of.line.clone(), of.field);
        self.conflicts.push(Conflict { line, field, ours: value(ours.0), theirs: value(theirs.0), kept });
        result
    }
}
