//! The PostgreSQL engine under the contract, and what only a database has: several nodes at once.

use futures_executor::block_on;
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use store::contract::server::Server;
use store::contract::{Case, Engine};
use store::postgres::{Postgres, Settings};
use store::{Chain, CompanyId, Conflict, Entry, Error, Item, Result, Sheet, Store, Taken, Tip, Write, end};
use world::{Moment, Waiting};

/// A schema of its own on the one server that this process starts.
struct Schema(Settings);

impl Schema {
    fn new() -> Option<Self> {
        static SERVER: OnceLock<Option<Server>> = OnceLock::new();
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = SERVER.get_or_init(|| Server::start(&["fsync=off"])).as_ref()?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("case_{number}");
        Some(Self(Settings { schema, connections: 4, ..Settings::new(server.url()) }))
    }

    async fn node(&self) -> Result<Postgres> {
        Postgres::open(self.0.clone()).await
    }
}

impl Engine for Schema {
    fn open(&self) -> Waiting<'_, Result<Arc<dyn Store>>> {
        Box::pin(async { Ok(Arc::new(self.node().await?) as Arc<dyn Store>) })
    }
}

fn in_a_new_schema(case: Case) {
    if let Some(schema) = Schema::new() {
        block_on(case(&schema));
    }
}

store::contract_suite!(in_a_new_schema);

fn entry(command: String, bytes: String) -> Entry {
    let (by, via) = ("anna".to_owned(), "page".to_owned());
    Entry { events: 1, at: Moment::default(), by, via, command, bytes: bytes.into_bytes() }
}

/// Four nodes, three companies, every node writes to every company; each turn saw all that was written before it.
#[test]
fn nodes_share_companies() {
    let Some(schema) = Schema::new() else { return };
    block_on(async {
        let nodes: Vec<Postgres> = join_all((0..4).map(|_| schema.node()))
            .await
            .into_iter()
            .map(|node| node.expect("opens"))
            .collect();
        let write = |node: usize, company: u32| {
            let store = &nodes[node];
            async move {
                let mut known = 0;
                for number in 0..15 {
                    let mut turn = store.begin(CompanyId(company)).await.expect("a turn");
                    let tip = turn.tip();
                    let others = turn.rows(known, 1_000).await.expect("a page");
                    assert_eq!(others.last().map_or(known, |row| row.last), tip.seq);
                    let entry = entry(format!("{node}/{number}"), tip.seq.to_string());
                    known = turn.commit(vec![entry], vec![]).await.expect("commits").seq;
                }
            }
        };
        join_all(
            (0..4).flat_map(|node| (0..3).map(move |company| (node, company))).map(|(n, c)| write(n, c)),
        )
        .await;
        for company in (0..3).map(CompanyId) {
            let rows = nodes[0].rows(company, 0, 1_000).await.expect("a page");
            let mut chain = Chain::new(company);
            for row in &rows {
                assert_eq!(chain.row(row), []);
                assert_eq!(row.entry.bytes, (row.first - 1).to_string().into_bytes());
            }
            assert_eq!(rows.len(), 60);
        }
    });
}

/// Four nodes, each of which believes what it knows, and looks only when that was wrong: each row was written by
/// somebody who knew the row before it.
#[test]
fn nodes_that_believe_their_tips_never_overwrite_each_other() {
    let Some(schema) = Schema::new() else { return };
    block_on(async {
        let first = schema.node().await.expect("opens").begin(CompanyId(1)).await.expect("a turn");
        let begun = first.commit(vec![entry("first".to_owned(), "0".to_owned())], vec![]).await;
        let begun = begun.expect("commits");
        let node = async |number: usize| {
            let store = schema.node().await.expect("opens");
            let (mut known, mut wrong, mut done) = (begun, 0, 0);
            while done < 50 {
                let turn = store.begin_at(CompanyId(1), known).await.expect("a turn");
                let entries = vec![entry(format!("{number}/{done}"), known.seq.to_string())];
                match turn.commit(entries, vec![]).await {
                    Ok(tip) => (known, done) = (tip, done + 1),
                    Err(Error::Conflict(Conflict::Tip)) => {
                        wrong += 1;
                        known = store.begin(CompanyId(1)).await.expect("a turn").tip();
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            wrong
        };
        let wrong: usize = join_all((0..4).map(node)).await.into_iter().sum();
        assert!(wrong > 4, "they came in each other's way: {wrong}");
        let store = schema.node().await.expect("opens");
        let rows = store.rows(CompanyId(1), 0, 1_000).await.expect("a page");
        let mut chain = Chain::new(CompanyId(1));
        for row in &rows {
            assert_eq!(chain.row(row), []);
            assert_eq!(row.entry.bytes, (row.first - 1).to_string().into_bytes());
        }
        assert_eq!(rows.len(), 201);
    });
}

/// While one node stages rows, the others' turns are told, and who believes the tip writes nothing.
#[test]
fn a_node_is_told_that_another_one_stages_rows() {
    let Some(schema) = Schema::new() else { return };
    block_on(async {
        let nodes = [schema.node().await.expect("opens"), schema.node().await.expect("opens")];
        let one = CompanyId(1);
        let turn = nodes[0].begin(one).await.expect("a turn");
        assert!(turn.staging().is_none());
        let tip = turn.commit(vec![entry("a".to_owned(), String::new())], vec![]).await.expect("commits");
        let name = <dyn Store>::STAGING.to_owned();
        let length = std::time::Duration::from_secs(60);
        let taken = nodes[0].lease_take(one, name.clone(), "holder".to_owned(), length).await;
        let Ok(Taken::Ours(lease)) = taken else { panic!("{taken:?}") };
        let believed = async |beside: Vec<Write>| {
            let turn = nodes[1].begin_at(one, tip).await.expect("a turn");
            turn.commit(vec![entry("b".to_owned(), String::new())], beside).await
        };
        let item = Item { key: "k".to_owned(), value: vec![], until: None };
        assert_eq!(believed(vec![]).await, Err(Error::Conflict(Conflict::Tip)));
        let beside = vec![Write::Put(Sheet::Body, item)];
        assert_eq!(believed(beside).await, Err(Error::Conflict(Conflict::Tip)));
        let turn = nodes[1].begin(one).await.expect("a turn");
        assert_eq!(turn.staging().map(|lease| (&*lease.holder, lease.fence)), Some(("holder", lease.fence)));
        drop(turn);
        let other = nodes[1].begin(CompanyId(2)).await.expect("a turn");
        assert!(other.staging().is_none(), "another company's");
        drop(other);
        nodes[0].lease_release(one, name, lease.fence).await.expect("gives it back");
        believed(vec![]).await.expect("commits");
    });
}

/// The same command on two nodes at once: one does it, the other is told so and finds what was done.
#[test]
fn a_command_sent_to_two_nodes_is_done_once() {
    let Some(schema) = Schema::new() else { return };
    block_on(async {
        let nodes = [schema.node().await.expect("opens"), schema.node().await.expect("opens")];
        for number in 0..20 {
            let command = format!("c{number}");
            let both = join_all(nodes.iter().map(async |node| {
                let turn = node.begin(CompanyId(1)).await.expect("a turn");
                turn.commit(vec![entry(command.clone(), String::new())], vec![]).await
            }))
            .await;
            assert_eq!(both.iter().filter(|done| done.is_ok()).count(), 1, "{both:?}");
            assert!(both.iter().any(|done| matches!(done, Err(Error::Conflict(_)))), "{both:?}");
            for node in &nodes {
                assert_eq!(node.find(CompanyId(1), vec![command.clone()]).await.expect("looks").len(), 1);
            }
        }
    });
}

#[test]
fn many_nodes_may_start_at_once_and_strangers_schemas_are_left_alone() {
    let Some(schema) = Schema::new() else { return };
    block_on(async {
        for node in join_all((0..6).map(|_| schema.node())).await {
            node.expect("opens");
        }
        let closed = Settings { url: "host=/nowhere user=x".to_owned(), ..schema.0.clone() };
        let error = Postgres::open(closed).await.map(drop).expect_err("nobody there");
        assert!(matches!(error, Error::Lost { .. }), "{error:?}");
        for bad in ["", "a-b", "A", "a;drop"] {
            let bad = Settings { schema: bad.to_owned(), ..schema.0.clone() };
            assert!(matches!(Postgres::open(bad).await.map(drop), Err(Error::Wrong(_))));
        }
        let theirs = Settings { schema: "pg_catalog".to_owned(), ..schema.0.clone() };
        assert!(matches!(Postgres::open(theirs).await.map(drop), Err(Error::Foreign(_))));
    });
}

#[test]
fn a_newer_programs_tables_are_refused_with_the_version_that_is_needed() {
    let Some(schema) = Schema::new() else { return };
    block_on(async { schema.node().await.map(drop) }).expect("makes the tables");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let connected = tokio_postgres::connect(&schema.0.url, tokio_postgres::NoTls).await;
        let (client, connection) = connected.expect("connects");
        tokio::spawn(connection);
        let newer = format!("insert into {}.migration values (9, '0009_later', '7.3.0')", schema.0.schema);
        client.batch_execute(&newer).await.expect("inserts");
    });
    let error = block_on(async { schema.node().await.map(drop) }).expect_err("too new");
    let known = store::postgres::TABLES;
    assert_eq!(error, Error::Newer { found: 9, known, program: "7.3.0".to_owned() });
}

/// Twenty companies commit at once; some can't, which is told to them and hurts nobody else. What was written together shares a
/// transaction.
#[test]
fn commits_of_many_companies_go_together_and_each_gets_its_own_answer() {
    const STALE: u32 = 5;
    const HELD: u32 = 6;
    const STAGED: u32 = 7;
    const USED: u32 = 8;
    let Some(schema) = Schema::new() else { return };
    let one = Schema(Settings { connections: 2, ..schema.0.clone() });
    let (store, other) = block_on(async { (one.node().await, schema.node().await) });
    let (store, other) = (store.expect("opens"), other.expect("opens"));
    let companies: Vec<CompanyId> = (1..=20).map(CompanyId).collect();
    let commits = async |round: usize, tips: &[Tip]| {
        let mut turns = Vec::new();
        for (company, tip) in companies.iter().zip(tips) {
            turns.push(store.begin_at(*company, *tip).await.expect("a turn"));
        }
        // Nobody has a connection until all have come.
        let full = [store.begin(CompanyId(98)).await, store.begin(CompanyId(99)).await];
        let written: Vec<_> = turns
            .into_iter()
            .zip(&companies)
            .map(|(turn, company)| {
                let again = if company.0 == USED && round == 2 { 0 } else { round };
                let rows = (0..3).map(|row| format!("{again}/{row}"));
                turn.commit(rows.map(|id| entry(id, company.0.to_string())).collect(), vec![])
            })
            .collect();
        drop(full);
        join_all(written).await
    };
    let tip = Error::Conflict(Conflict::Tip);
    block_on(async {
        for company in &companies {
            let first = store.begin(*company).await.expect("a turn");
            first.commit(vec![entry("first".to_owned(), String::new())], vec![]).await.expect("commits");
        }
        let tips = async || join_all(companies.iter().map(|company| store.tip(*company))).await;
        let known = async || tips().await.into_iter().map(|tip| tip.expect("a tip")).collect::<Vec<Tip>>();
        let all = commits(0, &known().await).await;
        assert!(all.iter().all(Result::is_ok), "{all:?}");
        for (round, wrong) in [(1, &[STALE, HELD, STAGED][..]), (2, &[STALE, HELD, STAGED, USED])] {
            let mut believed = known().await;
            believed[STALE as usize - 1] = Tip::default();
            let held = other.begin(CompanyId(HELD)).await.expect("a turn");
            let (name, holder) = (<dyn Store>::STAGING.to_owned(), "other".to_owned());
            let minute = std::time::Duration::from_secs(60);
            other.lease_take(CompanyId(STAGED), name, holder, minute).await.expect("asks");
            // In the second round a used id fails the statement: then each is done alone.
            let before = known().await;
            let answers = commits(round, &believed).await;
            drop(held);
            let after = known().await;
            for (at, answer) in answers.into_iter().enumerate() {
                let company = companies[at].0;
                let expected = match company {
                    USED if wrong.contains(&USED) => {
                        Err(Error::Conflict(Conflict::Command("0/0".to_owned())))
                    }
                    _ if wrong.contains(&company) => Err(tip.clone()),
                    _ => Ok(after[at]),
                };
                assert_eq!(answer, expected, "{round}: {company}");
                assert_eq!(
                    after[at].seq - before[at].seq,
                    if expected.is_ok() { 3 } else { 0 },
                    "{round}: {company}"
                );
            }
        }
        for company in &companies {
            let mut chain = Chain::new(*company);
            for row in store.rows(*company, 0, 100).await.expect("a page") {
                assert_eq!(chain.row(&row), []);
            }
        }
    });
    // The first two may have gone alone.
    let together = "select count(distinct xmin::text)::bigint from log where command = '0/0'";
    assert!(number(&schema, together) <= 4);
}

/// While a table is held up, turns go behind one another without waiting for an answer; the third one's id was used before, so it and
/// what believes it leave nothing.
#[test]
fn turns_of_a_company_are_sent_behind_one_that_is_not_answered() {
    let Some(schema) = Schema::new() else { return };
    let one = CompanyId(1);
    let named = |name: &str| vec![entry(name.to_owned(), name.to_owned())];
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = schema.node().await.expect("opens");
        let first = store.begin(one).await.expect("a turn");
        let mut known = first.commit(named("used"), vec![]).await.expect("commits");
        let stranger = connected(&schema).await;
        stranger.batch_execute("begin; lock table log in exclusive mode").await.expect("holds it");
        let mut answers = Vec::new();
        for name in ["a", "b", "used", "c"] {
            let turn = store.begin_at(one, known).now_or_never().expect("nobody waits").expect("a turn");
            known = end(one, known, &named(name));
            answers.push(turn.commit(named(name), vec![]));
        }
        let mut answers = join_all(answers);
        assert!((&mut answers).now_or_never().is_none(), "nothing is written yet");
        stranger.batch_execute("rollback").await.expect("lets go");
        let answers = answers.await;
        assert!(answers[..2].iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(answers[2], Err(Error::Conflict(Conflict::Command("used".to_owned()))));
        assert_eq!(answers[3], Err(Error::Conflict(Conflict::Tip)));
        assert_eq!(store.tip(one).await, answers[1]);
        let rows = store.rows(one, 0, 10).await.expect("a page");
        let said: Vec<&str> = rows.iter().map(|row| row.entry.command.as_str()).collect();
        assert_eq!(said, ["used", "a", "b"]);
        // Nobody is under way any more: a turn may be begun.
        assert_eq!(store.begin(one).await.expect("a turn").tip(), rows[2].tip());
    });
}

async fn connected(schema: &Schema) -> tokio_postgres::Client {
    let connected = tokio_postgres::connect(&schema.0.url, tokio_postgres::NoTls).await;
    let (client, connection) = connected.expect("connects");
    tokio::spawn(connection);
    let path = format!("set search_path = {}", schema.0.schema);
    client.batch_execute(&path).await.expect("a schema");
    client
}

fn number(schema: &Schema, sql: &str) -> i64 {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async { connected(schema).await.query_one(sql, &[]).await.expect("a number").get(0) })
}
