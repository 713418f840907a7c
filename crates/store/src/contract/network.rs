//! A network between nodes and a server that is as bad as it is told: it holds bytes back, and cuts connections.
//!
//! A node asks a `Line`'s port on this machine instead of the server's socket. `line.next(Fate::Unanswered)`: the next commit reaches the server,
//! which does it; its answer doesn't come back, and the connection is cut. `Network::foul(7)`: connections are cut at places in the stream of
//! bytes that a seed says, in either direction, and commits meet every fate. Where something is cut is said in bytes and requests, never in time; what is
//! held goes on when so many bytes have passed elsewhere, or when nothing else has moved for a moment.
//!
//! Not here: anything of PostgreSQL's protocol but where requests and answers end, and which request is a commit.

mod frames;

use std::collections::VecDeque;
use std::io::Write;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::server::Server;
use frames::{Frames, Statements};
use world::Chance;
use world::simulated::SeededChance;

/// What becomes of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes its way.
    Passes,
    /// The connection is cut before the server has heard of it.
    Unsent,
    /// The server gets it; in the same moment the node's side is cut.
    Cut,
    /// The server has done it and answered; the answer is lost and the connection cut.
    Unanswered,
    /// It waits on its way until it is let go.
    Held,
    /// It waits until so many bytes have passed elsewhere, or nothing else moves.
    Late(u64),
}

/// Bytes of a connection, in either direction, before it is cut in foul weather.
const REACH: u64 = 300_000;

/// Nothing else moves, if nothing has for so long.
const STILL: Duration = Duration::from_millis(3);

/// All lines share their weather.
pub struct Network {
    sky: Mutex<Sky>,
    changed: Condvar,
}

struct Sky {
    chance: Option<SeededChance>,
    passed: u64,
    cuts: u64,
    fates: [u64; 6],
}

impl Network {
    /// Everything passes, but for what a line is told.
    #[must_use]
    pub fn fair() -> Arc<Network> {
        Self::under(None)
    }

    /// Everything may happen to everything.
    #[must_use]
    pub fn foul(seed: u64) -> Arc<Network> {
        Self::under(Some(SeededChance::new(seed)))
    }

    fn under(chance: Option<SeededChance>) -> Arc<Network> {
        let sky = Mutex::new(Sky { chance, passed: 0, cuts: 0, fates: [0; 6] });
        Arc::new(Network { sky, changed: Condvar::new() })
    }

    /// From now on everything passes, also on connections that would have been cut later.
    pub fn clear_up(&self) {
        self.sky().chance = None;
    }

    /// How many connections were cut somewhere in their bytes.
    #[must_use]
    pub fn cuts(&self) -> u64 {
        self.sky().cuts
    }

    /// How many commits met fates: passed, unsent, cut, unanswered, held, late.
    #[must_use]
    pub fn fates(&self) -> [u64; 6] {
        self.sky().fates
    }

    fn sky(&self) -> MutexGuard<'_, Sky> {
        self.sky.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a direction of a new connection ends: two in three somewhere.
    fn reach(&self) -> Option<u64> {
        let sky = self.sky();
        let chance = sky.chance.as_ref()?;
        (below(chance, 3) > 0).then(|| below(chance, REACH))
    }

    fn fate(&self) -> Fate {
        let sky = self.sky();
        let Some(chance) = &sky.chance else { return Fate::Passes };
        match below(chance, 100) {
            0 => Fate::Unsent,
            1 => Fate::Cut,
            2 => Fate::Unanswered,
            3..8 => Fate::Late(below(chance, 20_000)),
            _ => Fate::Passes,
        }
    }

    /// Whether a connection in foul weather has come to its end.
    fn ends(&self, reach: Option<u64>, sent: u64) -> bool {
        reach.is_some_and(|reach| sent >= reach) && self.sky().chance.is_some()
    }

    fn count(&self, fate: Fate) {
        let place = match fate {
            Fate::Passes => 0,
            Fate::Unsent => 1,
            Fate::Cut => 2,
            Fate::Unanswered => 3,
            Fate::Held => 4,
            Fate::Late(_) => 5,
        };
        self.sky().fates[place] += 1;
    }

    fn pass(&self, bytes: usize) {
        self.sky().passed += bytes as u64;
        self.changed.notify_all();
    }

    /// Until so many bytes have passed, or none do.
    fn wait_for(&self, bytes: u64) {
        let mut sky = self.sky();
        let until = sky.passed + bytes;
        while sky.passed < until {
            let (woken, still) =
                self.changed.wait_timeout(sky, STILL).unwrap_or_else(PoisonError::into_inner);
            if still.timed_out() {
                return;
            }
            sky = woken;
        }
    }
}

fn below(chance: &dyn Chance, end: u64) -> u64 {
    let mut bytes = [0; 8];
    chance.fill(&mut bytes);
    u64::from_le_bytes(bytes) % end
}

/// One node's way to a server.
pub struct Line {
    port: u16,
    orders: Arc<Orders>,
}

/// What the next commits of a line meet.
struct Orders {
    network: Arc<Network>,
    state: Mutex<Told>,
    changed: Condvar,
}

#[derive(Default)]
struct Told {
    next: VecDeque<Fate>,
    held: usize,
    let_go: bool,
}

impl Orders {
    fn told(&self) -> MutexGuard<'_, Told> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fate(&self) -> Fate {
        let told = self.told().next.pop_front();
        let fate = told.unwrap_or_else(|| self.network.fate());
        self.network.count(fate);
        fate
    }

    fn hold(&self) {
        let mut told = self.told();
        told.held += 1;
        self.changed.notify_all();
        while !told.let_go {
            told = self.changed.wait(told).unwrap_or_else(PoisonError::into_inner);
        }
        told.held -= 1;
        self.changed.notify_all();
    }
}

impl Line {
    /// A line to a server, for as long as this process lives.
    ///
    /// # Panics
    /// When this machine has no free port.
    #[must_use]
    pub fn new(network: &Arc<Network>, server: &Server) -> Line {
        let doors = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = doors.local_addr().expect("its own address").port();
        let told = Mutex::new(Told::default());
        let orders = Arc::new(Orders { network: network.clone(), state: told, changed: Condvar::new() });
        let (line, socket) = (orders.clone(), server.socket());
        std::thread::spawn(move || {
            for node in doors.incoming().map_while(Result::ok) {
                connect(&line, node, &socket);
            }
        });
        Line { port, orders }
    }

    /// How a node reaches the server by it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("host=127.0.0.1 port={} user=millbook dbname=postgres", self.port)
    }

    /// What the next commit meets that nothing was said of.
    pub fn next(&self, fate: Fate) {
        self.orders.told().next.push_back(fate);
    }

    /// Waits until a commit is held.
    pub fn wait_until_held(&self) {
        let mut told = self.orders.told();
        while told.held == 0 {
            told = self.orders.changed.wait(told).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Lets go what is held, and waits until it is on its way.
    pub fn let_go(&self) {
        let mut told = self.orders.told();
        told.let_go = true;
        self.orders.changed.notify_all();
        while told.held > 0 {
            told = self.orders.changed.wait(told).unwrap_or_else(PoisonError::into_inner);
        }
        told.let_go = false;
    }
}

/// A connection: both ends, and from which answer on nothing is handed back.
struct Connection {
    orders: Arc<Orders>,
    node: TcpStream,
    server: UnixStream,
    lost_from: Mutex<Option<u64>>,
}

/// Two threads, one for each direction. A server that is down takes nobody: the node sees its connection closed.
fn connect(orders: &Arc<Orders>, node: TcpStream, socket: &Path) {
    let Ok(server) = UnixStream::connect(socket) else { return };
    node.set_nodelay(true).ok(); // slower without, and no different
    let connection = Connection { orders: orders.clone(), node, server, lost_from: Mutex::new(None) };
    let (there, back) = (Arc::new(connection), orders.network.clone());
    let here = there.clone();
    let reaches = (back.reach(), back.reach());
    std::thread::spawn(move || there.requests(reaches.0).or_else(|()| there.cut()));
    std::thread::spawn(move || here.answers(reaches.1).or_else(|()| here.cut()));
}

/// Either the other side has gone, or this is where it is cut.
type Goes = Result<(), ()>;

impl Connection {
    fn cut(&self) -> Goes {
        self.node.shutdown(Shutdown::Both).ok(); // it may be closed already
        self.server.shutdown(Shutdown::Both).ok();
        Ok(())
    }

    fn lost_from(&self) -> MutexGuard<'_, Option<u64>> {
        self.lost_from.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From the node to the server, request by request.
    fn requests(&self, reach: Option<u64>) -> Goes {
        let (mut frames, mut statements) = (Frames::starting(), Statements::default());
        let (mut sent, mut count, mut request) = (0, 0, Vec::new());
        while let Some(frame) = frames.next(&self.node) {
            let (ends, commits) = statements.look(&frame);
            request.extend(frame);
            if !ends {
                continue;
            }
            let fate = if commits { self.orders.fate() } else { Fate::Passes };
            match fate {
                Fate::Passes => {}
                Fate::Unsent => return Err(()),
                Fate::Cut => drop(self.node.shutdown(Shutdown::Both)),
                Fate::Unanswered => *self.lost_from() = Some(count),
                Fate::Held => self.orders.hold(),
                Fate::Late(bytes) => self.orders.network.wait_for(bytes),
            }
            self.send(&mut &self.server, &request, reach, &mut sent)?;
            request.clear();
            count += 1;
        }
        Err(())
    }

    /// From the server to the node, answer by answer. The start is answered first, so the first request is answered behind it.
    fn answers(&self, reach: Option<u64>) -> Goes {
        let (mut frames, mut sent, mut ended) = (Frames::default(), 0, 0);
        while let Some(frame) = frames.next(&self.server) {
            let is_lost = self.lost_from().is_some_and(|from| ended >= from);
            let ends = frame.first() == Some(&b'Z');
            if is_lost && ends {
                return Err(()); // it was done
            }
            if !is_lost {
                self.send(&mut &self.node, &frame, reach, &mut sent)?;
            }
            ended += u64::from(ends);
        }
        Err(())
    }

    /// As many of the bytes as come through.
    fn send(&self, to: &mut impl Write, bytes: &[u8], reach: Option<u64>, sent: &mut u64) -> Goes {
        let end = *sent + bytes.len() as u64;
        let ends = self.orders.network.ends(reach, end);
        let left = usize::try_from(reach.unwrap_or(0).saturating_sub(*sent)).unwrap_or(usize::MAX);
        let through = if ends { &bytes[..left.min(bytes.len())] } else { bytes };
        to.write_all(through).map_err(|_| ())?;
        self.orders.network.pass(through.len());
        *sent = end;
        self.orders.network.sky().cuts += u64::from(ends);
        if ends { Err(()) } else { Ok(()) }
    }
}
