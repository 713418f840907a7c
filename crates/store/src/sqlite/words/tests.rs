//! Everything that can be said, said and heard; and bytes that nobody said.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn said(word: &impl Word) -> Vec<u8> {
    let mut said = Vec::new();
    word.put(&mut said);
    said
}

fn lease() -> impl Strategy<Value = Lease> {
    (any::<(String, String, u64)>(), any::<(i64, i64)>()).prop_map(|((name, holder, fence), (until, now))| {
        let (until, now) = (Moment::from_millis(until), Moment::from_millis(now));
        Lease { name, holder, fence, until, now }
    })
}

fn item() -> impl Strategy<Value = Item> {
    any::<(String, Vec<u8>, Option<i64>)>().prop_map(|(key, value, until)| Item {
        key,
        value,
        until: until.map(Moment::from_millis),
    })
}

fn sheet() -> impl Strategy<Value = Sheet> {
    proptest::sample::select(Sheet::ALL.to_vec())
}

fn write() -> impl Strategy<Value = Write> {
    prop_oneof![
        (sheet(), item()).prop_map(|(sheet, item)| Write::Put(sheet, item)),
        (sheet(), any::<String>()).prop_map(|(sheet, key)| Write::Delete(sheet, key)),
        (sheet(), any::<Option<Vec<u8>>>(), item())
            .prop_map(|(sheet, before, item)| Write::Swap(sheet, before, item)),
        any::<(String, u64)>().prop_map(|(name, fence)| Write::Fence(name, fence)),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    (any::<(u32, i64)>(), any::<(String, String, String, Vec<u8>)>()).prop_map(
        |((events, at), (by, via, command, bytes))| Entry {
            events,
            at: Moment::from_millis(at),
            by,
            via,
            command,
            bytes,
        },
    )
}

fn tip() -> impl Strategy<Value = Tip> {
    any::<(u64, [u8; 32])>().prop_map(|(seq, hash)| Tip { seq, hash: Hash(hash) })
}

fn row() -> impl Strategy<Value = Row> {
    (any::<(u32, u64)>(), tip(), tip(), entry()).prop_map(|((company, first), prev, tip, entry)| Row {
        company: CompanyId(company),
        first,
        last: tip.seq,
        prev: prev.hash,
        hash: tip.hash,
        entry,
    })
}

fn request() -> impl Strategy<Value = Request> {
    let length = any::<u64>().prop_map(Duration::from_millis);
    let writes = || vec(write(), 0..4);
    (any::<u32>().prop_map(CompanyId), any::<(String, String, u64)>(), length).prop_flat_map(
        move |(company, (name, holder, fence), length)| {
            prop_oneof![
                Just(Request::Begin(company)),
                (vec(entry(), 0..4), writes()).prop_map(|(entries, writes)| Request::Commit(entries, writes)),
                writes().prop_map(Request::Publish),
                (tip(), vec(entry(), 0..4), writes()).prop_map(move |(known, entries, writes)| {
                    Request::CommitAt(company, known, entries, writes)
                }),
                writes().prop_map(move |writes| Request::Write(company, writes)),
                (sheet(), any::<i64>())
                    .prop_map(|(sheet, now)| Request::Sweep(sheet, Moment::from_millis(now))),
                Just(Request::LeaseTake(company, name.clone(), holder.clone(), length)),
                Just(Request::LeaseRenew(company, name.clone(), fence, length)),
                Just(Request::LeaseRelease(company, name, fence)),
                (tip(), any::<Vec<u8>>()).prop_map(move |(tip, bytes)| {
                    let (version, Tip { seq, hash }) = (holder.clone(), tip);
                    Request::PutSnapshot(company, Snapshot { version, seq, hash, bytes })
                }),
                vec(row(), 0..4).prop_map(move |rows| Request::Stage(company, rows)),
                Just(Request::Unstage(company)),
                Just(Request::UnstageAbandoned),
            ]
        },
    )
}

fn error() -> impl Strategy<Value = Error> {
    let text = any::<String>;
    let owner = any::<(u32, Option<String>, Option<String>)>()
        .prop_map(|(process, address, program)| Error::Owned(Owner { process, address, program }));
    let conflict = prop_oneof![
        text().prop_map(Conflict::Command),
        Just(Conflict::Tip),
        text().prop_map(Conflict::Item),
        text().prop_map(Conflict::Lease),
        Just(Conflict::Staging),
    ];
    prop_oneof![
        owner,
        text().prop_map(Error::Busy),
        text().prop_map(Error::Full),
        text().prop_map(Error::ReadOnly),
        text().prop_map(Error::Corrupt),
        text().prop_map(Error::Foreign),
        any::<(u32, u32, String)>().prop_map(|(found, known, program)| Error::Newer {
            found,
            known,
            program
        }),
        any::<(bool, String)>().prop_map(|(may_have_happened, what)| Error::Lost { may_have_happened, what }),
        conflict.prop_map(Error::Conflict),
        text().prop_map(Error::Wrong),
        text().prop_map(Error::Other),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        (tip(), proptest::option::of(lease())).prop_map(|(tip, staging)| Answer::Begun(tip, staging)),
        tip().prop_map(Answer::Ended),
        Just(Answer::Done),
        any::<u64>().prop_map(Answer::Swept),
        lease().prop_map(|lease| Answer::Taken(Taken::Ours(lease))),
        lease().prop_map(|lease| Answer::Taken(Taken::Theirs(lease))),
        lease().prop_map(Answer::Renewed),
        vec(any::<u32>().prop_map(CompanyId), 0..9).prop_map(Answer::Dropped),
        error().prop_map(Answer::Failed),
    ]
}

/// What was said is heard; cut off anywhere, or with something behind it, it is nothing.
fn is_heard<W: Word + PartialEq + std::fmt::Debug>(word: W) -> Result<(), TestCaseError> {
    let mut message = said(&word);
    for end in 0..message.len() {
        prop_assert_eq!(W::read(&message[..end]), None);
    }
    prop_assert_eq!(W::read(&message), Some(word));
    message.push(0);
    prop_assert_eq!(W::read(&message), None);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn requests_are_heard_as_they_were_said(request in request()) {
        is_heard(request)?;
    }

    #[test]
    fn answers_are_heard_as_they_were_said(answer in answer()) {
        is_heard(answer)?;
    }

    /// Bytes of any kind, and those of a request with one of them changed, are a request that says the same bytes, or none.
    #[test]
    fn any_bytes_are_one_request_or_none(mut bytes in vec(any::<u8>(), 0..60), request in request(), at: prop::sample::Index, put: u8) {
        let mut changed = said(&request);
        *at.get_mut(&mut changed) = put;
        // A request's first byte is mostly a small number.
        bytes.insert(0, put % 14);
        for bytes in [changed, bytes] {
            if let Some(request) = Request::read(&bytes) {
                prop_assert_eq!(said(&request), bytes);
            }
        }
    }
}

#[test]
fn a_message_is_what_the_head_of_this_file_says() {
    assert_eq!(said(&Request::Begin(CompanyId(7))), [0, 0, 0, 0, 7]);
}
