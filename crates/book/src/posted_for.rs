//! What is posted for an item: taken back and posted anew when its accounts or options change from a day on (ACC-3, POST-25).
//!
//! JAM becomes a material on 10 March: what was received, shipped and made of it is posted again, and carries its balance over on
//! that day. Orders that make JAM do the same with their work in progress, whatever parts they took. Not here: which accounts
//! (`posts.rs`).

use std::collections::BTreeSet;

use crate::apply::owner;
use crate::book::Book;
use crate::documents;
use crate::ids::{DocumentId, ItemId, LotId, MovementId};
use crate::stock::{Direction, Standing};

fn lots_of_item(book: &Book, id: ItemId) -> Vec<LotId> {
    (0..).zip(book.lots.iter()).filter(|(_, lot)| lot.item == id).map(|(number, _)| LotId(number)).collect()
}

/// Everything that is posted for an item's lots, and for orders that make it.
pub(crate) struct PostedFor {
    /// Its lots: what they were taken for, and their revaluations.
    lots: Vec<LotId>,
    /// What posted what came in, and what orders of it post.
    documents: BTreeSet<DocumentId>,
    /// Parts of other items that orders of it took.
    parts: Vec<MovementId>,
}

impl PostedFor {
    pub(crate) fn of(book: &Book, id: ItemId) -> PostedFor {
        let lots = lots_of_item(book, id);
        let mut documents: BTreeSet<DocumentId> = lots.iter().map(|lot| owner(book, *lot)).collect();
        let mut parts = Vec::new();
        for (one, document) in (0..).map(DocumentId).zip(book.documents.iter()) {
            if book.product(one) != Some(id) {
                continue;
            }
            documents.insert(one);
            let taken = document.lines.iter().flat_map(|state| state.movements());
            parts.extend(taken.filter(|part| {
                let movement = &book.movements[part.index()];
                movement.standing == Standing::Taken && book.lots[movement.lot.index()].item != id
            }));
        }
        PostedFor { lots, documents, parts }
    }

    pub(crate) fn post(&self, book: &mut Book, direction: Direction) {
        for document in &self.documents {
            documents::post(book, *document, direction);
        }
        for part in &self.parts {
            let movement = book.movements[part.index()];
            book.post_costs(&movement, direction);
        }
        for lot in &self.lots {
            book.post_lot(*lot, direction);
        }
    }
}
