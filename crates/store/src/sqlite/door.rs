//! The door of a file's owner: its address, the words that open it, and how messages go through.
//!
//! A guest reads both words in the lock file, which only this user can. It knocks with the first, behind the number of
//! what it speaks; the owner answers with the second, so that nobody who got hold of the port later can pose as the owner.
//! Whoever knocks wrongly hears nothing. Then messages go to and fro, each behind its length in four bytes.
//!
//! Not here: what messages mean (`words`), who waits for whom (`host`, `guest`).

use super::open::TABLES;
use super::words::Word;
use crate::error::{Error, Result};
use std::hint::black_box;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;
use world::Chance;

/// What a guest and an owner must have in common: the table of words, and the tables of the file.
const SPEAKS: u64 = 1 << 32 | TABLES as u64;

/// No message is longer: the largest are snapshots.
pub(super) const MESSAGE_AT_MOST: usize = 256 << 20;

/// A guest waits no longer for an answer, also where many wait for a turn.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

/// Where an owner takes guests in.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) address: String,
    knock: [u8; 16],
    answer: [u8; 16],
}

impl Door {
    /// A new one, on a port of this machine that nobody else can reach.
    pub(super) fn open(chance: &dyn Chance) -> io::Result<(Self, TcpListener)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let mut door = Self { address: listener.local_addr()?.to_string(), knock: [0; 16], answer: [0; 16] };
        chance.fill(&mut door.knock);
        chance.fill(&mut door.answer);
        Ok((door, listener))
    }

    /// As lines of the lock file.
    pub(super) fn lines(&self) -> String {
        let hex = |word: &[u8]| word.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        format!("{}\n{}\n{}\n", self.address, hex(&self.knock), hex(&self.answer))
    }

    /// What `lines` wrote.
    pub(super) fn read<'l>(mut lines: impl Iterator<Item = &'l str>) -> Option<Self> {
        let address = lines.next().filter(|line| !line.is_empty())?.to_owned();
        let mut word = || u128::from_str_radix(lines.next()?, 16).ok().map(u128::to_be_bytes);
        Some(Self { address, knock: word()?, answer: word()? })
    }

    /// Knocks.
    pub(super) fn enter(&self) -> Result<Entered> {
        let lost = |error: io::Error| Error::Lost { may_have_happened: false, what: self.said(&error) };
        let mut line = TcpStream::connect(&*self.address).map_err(lost)?;
        line.set_nodelay(true).map_err(lost)?;
        line.set_read_timeout(Some(ANSWER_WITHIN)).map_err(lost)?;
        line.set_write_timeout(Some(ANSWER_WITHIN)).map_err(lost)?;
        line.write_all(&[&SPEAKS.to_be_bytes()[..], &self.knock].concat()).map_err(lost)?;
        let mut answer = [0; 16];
        line.read_exact(&mut answer).map_err(lost)?;
        if !same(answer, self.answer) {
            return Err(lost(io::Error::other("somebody else took its port")));
        }
        let (speaks, program): (u64, String) =
            (hear(&mut line).map_err(lost)?, hear(&mut line).map_err(lost)?);
        Ok(if speaks == SPEAKS { Entered::Inside(line) } else { Entered::Stranger(program) })
    }

    /// Whether somebody who knocks may come in; if it knocked with the right word it is told what we speak.
    pub(super) fn lets_in(&self, line: &mut TcpStream) -> io::Result<bool> {
        let (mut speaks, mut knock) = ([0; 8], [0; 16]);
        line.read_exact(&mut speaks)?;
        line.read_exact(&mut knock)?;
        if !same(knock, self.knock) {
            return Ok(false);
        }
        line.write_all(&self.answer)?;
        say(line, &SPEAKS)?;
        say(line, &env!("CARGO_PKG_VERSION").to_owned())?;
        Ok(speaks == SPEAKS.to_be_bytes())
    }

    /// What went wrong, and where.
    pub(super) fn said(&self, error: &io::Error) -> String {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => format!("{}: it was closed", self.address),
            _ => format!("{}: {error}", self.address),
        }
    }
}

/// Who is behind the door.
pub(super) enum Entered {
    /// An owner that understands us.
    Inside(TcpStream),
    /// An owner of this other version of the program.
    Stranger(String),
}

/// In the same time wherever they differ.
fn same(one: [u8; 16], other: [u8; 16]) -> bool {
    black_box(one.iter().zip(other).fold(0, |differ, (one, other)| differ | (one ^ other))) == 0
}

/// Says a word, whole.
pub(super) fn say(line: &mut TcpStream, word: &impl Word) -> io::Result<()> {
    let mut message = vec![0; 4];
    word.put(&mut message);
    let length = message.len() - 4;
    match u32::try_from(length) {
        Ok(short) if length <= MESSAGE_AT_MOST => message[..4].copy_from_slice(&short.to_be_bytes()),
        _ => return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("{length} bytes at once"))),
    }
    line.write_all(&message)
}

/// Hears a word, whole. Room is taken as the message comes, not by what it says of itself.
pub(super) fn hear<W: Word>(line: &mut TcpStream) -> io::Result<W> {
    let mut length = [0; 4];
    line.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    let mut message = Vec::new();
    if length as usize <= MESSAGE_AT_MOST {
        line.take(length.into()).read_to_end(&mut message)?;
    }
    let word = if message.len() == length as usize { W::read(&message) } else { None };
    word.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "what came is no message"))
}
