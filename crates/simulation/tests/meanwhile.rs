//! A person works in Xero while our program does: at any of its requests a document is approved, edited, paid, voided or
//! deleted by hand, or the period is locked.
//!
//! Whatever comes first: nothing is there twice, our program comes to rest, what it remembers is so, and it can say of the
//! document where it stands. Not here: what it says (the cases).

mod scenario;

use scenario::{Office, Scene};

/// A document: the switch it needs, what is there before, what our program then has to do, its names here and there.
struct Document {
    settings: &'static str,
    before: &'static [&'static str],
    now: &'static str,
    here: &'static str,
    there: &'static str,
}

const DOCUMENTS: &[Document] = &[
    Document {
        settings: "settings: procurement on",
        before: &[
            "book: item STEEL",
            "book: order PO-1 2026-03-01: 10 STEEL @ 10.00",
            "book: bill B-1 2026-03-02 of PO-1 ref 4711: 10 STEEL @ 10.00 tax 15",
        ],
        now: "book: change bill B-1 2026-03-02 of PO-1 ref 4711: 12 STEEL @ 11.00 tax 15",
        here: "B-1",
        there: "bill 4711",
    },
    Document {
        settings: "settings: sales on",
        before: &["book: item JAM made", "book: invoice I-1 2026-03-06: 10 JAM @ 10.00 tax 15"],
        now: "book: change invoice I-1 2026-03-06: 12 JAM @ 11.00 tax 15",
        here: "I-1",
        there: "invoice I-1",
    },
];

/// Money that our program is about to send, on documents that are approved in Xero.
const MONEY: &[Document] = &[
    Document {
        settings: "settings: sales on; payments both; new.invoice approved; new.credit_invoice approved",
        before: &[
            "book: item JAM made",
            "book: invoice I-1 2026-03-06: 10 JAM @ 10.00 tax 15",
            "book: creditinvoice I-2 2026-03-06: 5 JAM @ 10.00 tax 15",
        ],
        now: "book: pay PY-1 2026-03-07 of I-1 60.00",
        here: "I-1",
        there: "invoice I-1",
    },
    Document {
        settings: "settings: sales on; payments both; new.invoice approved; new.credit_invoice approved",
        before: &[
            "book: item JAM made",
            "book: invoice I-1 2026-03-06: 10 JAM @ 10.00 tax 15",
            "book: creditinvoice I-2 2026-03-06: 5 JAM @ 10.00 tax 15",
        ],
        now: "book: allocate AL-1 2026-03-07 I-2 to I-1 40.00",
        here: "I-2",
        there: "invoice I-1",
    },
    Document {
        settings: "settings: sales on; payments both; new.invoice approved; account customer_deposits 835",
        before: &[
            "book: item JAM made",
            "book: invoice I-1 2026-03-06 proforma: 10 JAM @ 10.00 tax 15",
            "book: invoice I-2 2026-03-06: 1 JAM @ 10.00 tax 15",
        ],
        now: "book: pay PY-1 2026-03-07 of I-1 60.00",
        here: "I-1",
        there: "invoice I-2",
    },
];

/// What a person does with that money's documents.
const MONEY_ACTS: &[&str] = &[
    "pay {} 5.00",
    "pay {} 60.00",
    "pay {} 100.00",
    "pay {} 115.00",
    "void {}",
    "allocate credit-invoice I-2 to I-1 40.00",
    "allocate credit-invoice I-2 to I-1 57.50",
    "void credit-invoice I-2",
    "pay credit-invoice I-2 30.00",
    "lock 2026-03-15 for everyone",
    "archive account 090",
    "archive account 835",
    "archive contact Shop",
];

/// What a person does; `{}` is the document.
const ACTS: &[&str] = &[
    "approve {}",
    "edit {} ref BY-HAND",
    "edit {} line 1 price 9.00",
    "edit {} date 2026-03-04",
    "pay {} 5.00",
    "delete {}",
    "void {}",
    "lock 2026-03-15 for everyone",
    "archive account 630",
    "archive account 200",
    "archive contact Nord",
    "archive contact Shop",
    "track item STEEL",
];

/// Some acts need the document approved first.
fn needs_approval(act: &str) -> bool {
    act.starts_with("pay") || act.starts_with("void")
}

fn prepared(document: &Document, act: &str) -> Result<Scene, String> {
    let mut scene = Scene::new();
    scene.usual()?;
    scene.say(document.settings)?;
    document.before.iter().try_for_each(|line| scene.say(line))?;
    scene.say("sync")?;
    if needs_approval(act) {
        scene.say(&format!("xero: approve {}", document.there))?;
        scene.say("sync")?;
    }
    scene.say(document.now)?;
    Ok(scene)
}

fn proven(scene: &mut Scene, document: &Document) -> Result<(), String> {
    scene.settle()?;
    let all = scene.office.all(document.there.split(' ').next().unwrap_or_default())?;
    let live =
        all.iter().filter(|words| !words.head.contains("voided") && !words.head.contains("deleted")).count();
    if all.len() != 1 || live > 1 {
        return Err(format!("Xero has {} of them, {live} alive", all.len()));
    }
    scene.remembered_is_so()?;
    scene.disposition(document.here)?;
    scene.asked.clear();
    scene.settle()?;
    scene.say("writes 0")
}

/// Plays each act at each request of ours, each in a copy of the scene before it, and holds what came of it against `prove`.
fn at_any_request(
    (documents, acts): (&[Document], &[&str]),
    prepare: fn(&Document, &str) -> Result<Scene, String>,
    prove: fn(&mut Scene, &Document, &str) -> Result<(), String>,
) {
    let (mut count, mut problems) = (0, Vec::new());
    for document in documents {
        for act in acts {
            let act = act.replace("{}", document.there);
            let ready = prepare(document, &act).unwrap_or_else(|why| panic!("{act}: {why}"));
            for place in 0..40 {
                let mut scene = ready.copy();
                let (organisation, statement) = (scene.office.organisation.clone(), act.clone());
                let refused =
                    scene.act_after(place, move |xero| Office { xero, organisation }.work(&statement).err());
                let ran = scene.run(0);
                if scene.stage.xero.has_yet_to_act() {
                    break;
                }
                count += 1;
                if let Err(why) = ran.and_then(|()| prove(&mut scene, document, &act)) {
                    let refused = refused.lock().expect("one thread").clone();
                    let (now, place) = (document.now, place + 1);
                    problems
                        .push(format!("{now}: {act} before request {place}: {why} (in Xero: {refused:?})"));
                }
            }
        }
    }
    println!("{count} stories");
    assert!(count > documents.len() * acts.len(), "{count} stories are too few");
    assert!(problems.is_empty(), "\n{}\n{} of {count} stories", problems.join("\n\n"), problems.len());
}

// rule: DOC-21
#[test]
fn somebody_works_in_xero_at_any_request_of_ours() {
    at_any_request((DOCUMENTS, ACTS), prepared, |scene, document, _| proven(scene, document));
}

/// Nothing is paid, used or made twice: counted by our marks and by sums in the stand-in.
fn money_proven(scene: &mut Scene, document: &Document, by_hand: &str) -> Result<(), String> {
    scene.settle()?;
    let ours = |all: Vec<scenario::things::Words>| {
        let words = all.into_iter().map(|one| one.head).filter(|head| !head.contains("deleted"));
        words.filter(|head| head.split(' ').any(|word| word == "PY-1")).count()
    };
    for kind in ["payments", "prepayments", "overpayments"] {
        let made = ours(scene.office.all(kind)?);
        if made > 1 {
            return Err(format!("Xero has {made} {kind} of ours"));
        }
    }
    let used = scene.office.all("allocations")?;
    let most = if by_hand.starts_with("allocate") { 2 } else { 1 };
    if document.now.contains("allocate") && used.len() > most {
        return Err(format!("the credit is used {} times", used.len()));
    }
    scene.remembered_is_so()?;
    scene.disposition(document.here)?;
    scene.asked.clear();
    scene.settle()?;
    scene.say("writes 0")
}

// rule: PAY-1, DOC-17, DOC-19
#[test]
fn somebody_works_with_money_in_xero_at_any_request_of_ours() {
    at_any_request((MONEY, MONEY_ACTS), |document, _| prepared(document, ""), money_proven);
}
