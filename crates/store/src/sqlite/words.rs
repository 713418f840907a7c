//! What a guest and the owner of a file say to each other, as bytes.
//!
//! Numbers stand with their highest byte first, texts and lists behind their length, a choice behind its number, a record
//! as its fields in their order: `Begin` of company 7 is `00 00000007`. What can't be read is nothing, never a panic, and
//! takes no more room than it brought. A changed table is a new `SPEAKS` (`door`).
//!
//! Not here: connections (`door`), what is done (`host`, `guest`).

use crate::error::{Conflict, Error, Owner};
use crate::lease::{Lease, Taken};
use crate::row::{CompanyId, Entry, Hash, Row, Tip};
use crate::sheet::{Item, Sheet, Snapshot, Write};
use std::time::Duration;
use world::Moment;

/// What a guest asks for. `Commit` and `Publish` end the turn that was begun on this connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    Begin(CompanyId),
    Commit(Vec<Entry>, Vec<Write>),
    Publish(Vec<Write>),
    CommitAt(CompanyId, Tip, Vec<Entry>, Vec<Write>),
    Write(CompanyId, Vec<Write>),
    Sweep(Sheet, Moment),
    LeaseTake(CompanyId, String, String, Duration),
    LeaseRenew(CompanyId, String, u64, Duration),
    LeaseRelease(CompanyId, String, u64),
    PutSnapshot(CompanyId, Snapshot),
    Stage(CompanyId, Vec<Row>),
    Unstage(CompanyId),
    UnstageAbandoned,
}

/// What the owner answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Begun(Tip, Option<Lease>),
    Ended(Tip),
    Done,
    Swept(u64),
    Taken(Taken),
    Renewed(Lease),
    Dropped(Vec<CompanyId>),
    Failed(Error),
}

/// Something that can be said.
pub trait Word: Sized {
    /// Behind what was said.
    fn put(&self, said: &mut Vec<u8>);

    /// The next word of what is left to read.
    fn take(left: &mut &[u8]) -> Option<Self>;

    /// A whole message, if it is one and no more.
    fn read(mut message: &[u8]) -> Option<Self> {
        Self::take(&mut message).filter(|_| message.is_empty())
    }

    /// Several in a row.
    fn put_all(words: &[Self], said: &mut Vec<u8>) {
        words.iter().for_each(|word| word.put(said));
    }

    /// So many in a row; room is taken as they come.
    fn take_all(left: &mut &[u8], count: usize) -> Option<Vec<Self>> {
        let mut words = Vec::new();
        for _ in 0..count {
            words.push(Self::take(left)?);
        }
        Some(words)
    }
}

impl Word for u8 {
    fn put(&self, said: &mut Vec<u8>) {
        said.push(*self);
    }

    fn take(left: &mut &[u8]) -> Option<Self> {
        left.split_off_first().copied()
    }

    fn put_all(words: &[Self], said: &mut Vec<u8>) {
        said.extend_from_slice(words);
    }

    fn take_all(left: &mut &[u8], count: usize) -> Option<Vec<Self>> {
        left.split_off(..count).map(<[u8]>::to_vec)
    }
}

impl<const SIZE: usize> Word for [u8; SIZE] {
    fn put(&self, said: &mut Vec<u8>) {
        said.extend_from_slice(self);
    }

    fn take(left: &mut &[u8]) -> Option<Self> {
        left.split_off(..SIZE)?.try_into().ok()
    }
}

impl<W: Word> Word for Vec<W> {
    fn put(&self, said: &mut Vec<u8>) {
        self.len().put(said);
        W::put_all(self, said);
    }

    fn take(left: &mut &[u8]) -> Option<Self> {
        let count = usize::take(left)?;
        W::take_all(left, count)
    }
}

impl<W: Word> Word for Option<W> {
    fn put(&self, said: &mut Vec<u8>) {
        self.is_some().put(said);
        self.iter().for_each(|word| word.put(said));
    }

    fn take(left: &mut &[u8]) -> Option<Self> {
        if bool::take(left)? { W::take(left).map(Some) } else { Some(None) }
    }
}

/// Words that are said as another word.
macro_rules! said_as {
    ($($type:ty as $other:ty: $put:expr, $take:expr;)*) => {$(
        impl Word for $type {
            fn put(&self, said: &mut Vec<u8>) {
                let put: fn(&Self) -> $other = $put;
                put(self).put(said);
            }

            fn take(left: &mut &[u8]) -> Option<Self> {
                let take: fn($other) -> Option<Self> = $take;
                take(<$other>::take(left)?)
            }
        }
    )*};
}

said_as! {
    u32 as [u8; 4]: |number| number.to_be_bytes(), |bytes| Some(Self::from_be_bytes(bytes));
    u64 as [u8; 8]: |number| number.to_be_bytes(), |bytes| Some(Self::from_be_bytes(bytes));
    i64 as [u8; 8]: |number| number.to_be_bytes(), |bytes| Some(Self::from_be_bytes(bytes));
    usize as u64: |number| *number as u64, |number| number.try_into().ok();
    bool as u8: |is| u8::from(*is), |byte| (byte < 2).then_some(byte == 1);
    String as Vec<u8>: |text| text.clone().into_bytes(), |bytes| Self::from_utf8(bytes).ok();
    Moment as i64: |moment| moment.millis(), |millis| Some(Self::from_millis(millis));
    Duration as u64: |length| u64::try_from(length.as_millis()).unwrap_or(u64::MAX), |millis| Some(Self::from_millis(millis));
    CompanyId as u32: |company| company.0, |number| Some(Self(number));
    Hash as [u8; 32]: |hash| hash.0, |bytes| Some(Self(bytes));
    Sheet as String: |sheet| sheet.name().to_owned(), |name| Self::ALL.into_iter().find(|sheet| sheet.name() == name);
}

macro_rules! records {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl Word for $name {
            fn put(&self, said: &mut Vec<u8>) {
                $(self.$field.put(said);)*
            }

            fn take(left: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: Word::take(left)?),* })
            }
        }
    )*};
}

records! {
    Tip { seq, hash }
    Entry { events, at, by, via, command, bytes }
    Row { company, first, last, prev, hash, entry }
    Item { key, value, until }
    Snapshot { version, seq, hash, bytes }
    Lease { name, holder, fence, until, now }
    Owner { process, address, program }
}

macro_rules! choices {
    ($($name:ident { $($number:literal $variant:ident $(($($part:ident),*))? $({ $($field:ident),* })?,)* })*) => {$(
        impl Word for $name {
            fn put(&self, said: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $(($($part),*))? $({ $($field),* })? => {
                        said.push($number);
                        $($($part.put(said);)*)?
                        $($($field.put(said);)*)?
                    })*
                }
            }

            fn take(left: &mut &[u8]) -> Option<Self> {
                match u8::take(left)? {
                    $($number => {
                        $($(let $part = Word::take(left)?;)*)?
                        $($(let $field = Word::take(left)?;)*)?
                        Some(Self::$variant $(($($part),*))? $({ $($field),* })?)
                    })*
                    _ => None,
                }
            }
        }
    )*};
}

choices! {
    Request {
        0 Begin(company),
        1 Commit(entries, writes),
        2 Publish(writes),
        3 CommitAt(company, known, entries, writes),
        4 Write(company, writes),
        5 Sweep(sheet, now),
        6 LeaseTake(company, name, holder, length),
        7 LeaseRenew(company, name, fence, length),
        8 LeaseRelease(company, name, fence),
        9 PutSnapshot(company, snapshot),
        10 Stage(company, rows),
        11 Unstage(company),
        12 UnstageAbandoned,
    }
    Answer {
        0 Begun(tip, staging),
        1 Ended(tip),
        2 Done,
        3 Swept(count),
        4 Taken(taken),
        5 Renewed(lease),
        6 Dropped(companies),
        7 Failed(error),
    }
    Write {
        0 Put(sheet, item),
        1 Delete(sheet, key),
        2 Swap(sheet, before, item),
        3 Fence(name, fence),
    }
    Taken {
        0 Ours(lease),
        1 Theirs(lease),
    }
    Conflict {
        0 Command(id),
        1 Tip,
        2 Item(key),
        3 Lease(name),
        4 Staging,
    }
    Error {
        0 Owned(owner),
        1 Busy(what),
        2 Full(what),
        3 ReadOnly(what),
        4 Corrupt(what),
        5 Foreign(what),
        6 Newer { found, known, program },
        7 Lost { may_have_happened, what },
        8 Conflict(conflict),
        9 Wrong(what),
        10 Other(what),
    }
}

#[cfg(test)]
mod tests;
