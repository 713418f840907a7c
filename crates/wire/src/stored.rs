//! Events as the log keeps them: `[{"type":"saved","v":1,"body":{…}}, …]`, one array a command. A row of the log is
//! `{"asked":"…","events":[…]}`: what was asked, as a digest, so that a repeated id with another wish is known.
//!
//! A family of events is an enum whose variants have bodies: the book's, the installation's. A log may hold several
//! (`Family`).
//! The newest version is read straight into the book's types, without a tree between; an older one goes through the
//! table of `lift`. An event of an unknown type or version was written by a newer program, and is refused with that.

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::de::value::{EnumAccessDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, VariantAccess, Visitor,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lift::LIFTS;

/// Why a row of the log can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// A newer program wrote it.
    Newer {
        /// The event's type.
        event: String,
        /// The version that would have to be known.
        version: u64,
        /// The newest that is known; none, if the type isn't.
        known: Option<u32>,
    },
    /// It isn't what any program of ours writes.
    Malformed(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Newer { event, version, known: Some(known) } => write!(
                f,
                "a newer program wrote this: the event `{event}` of version {version} is needed, this program knows up to {known}"
            ),
            Unreadable::Newer { event, version, known: None } => write!(
                f,
                "a newer program wrote this: the event `{event}` (version {version}) is needed, this program doesn't know it"
            ),
            Unreadable::Malformed(why) => write!(f, "not an event of this program: {why}"),
        }
    }
}

impl std::error::Error for Unreadable {}

/// What a log holds. An enum whose variants have bodies is one by itself; who keeps two such enums in one log says by an
/// event's name which of them it belongs to, before its body is read.
pub trait Family: Serialize + Sized {
    /// The event of this name from its body, in the newest version.
    ///
    /// # Errors
    /// The reader's: `unknown variant` for a name that no event has.
    fn read<'de, D: Deserializer<'de>>(name: &str, body: D) -> Result<Self, D::Error>;
}

impl<E: Serialize + DeserializeOwned> Family for E {
    fn read<'de, D: Deserializer<'de>>(name: &str, body: D) -> Result<E, D::Error> {
        E::deserialize(EnumAccessDeserializer::new(Tagged { name, body }))
    }
}

/// The newest version of an event type: one more than the lifts there are.
pub fn current_version(event: &str) -> u32 {
    1 + LIFTS.iter().filter(|lift| lift.0 == event).count() as u32
}

/// The events of a command, as the log keeps them.
pub fn write<E: Serialize>(events: &[E]) -> String {
    let mut text = String::from("[");
    for event in events {
        if text.len() > 1 {
            text.push(',');
        }
        // `{"saved":{…}}` becomes `{"type":"saved","v":1,"body":{…}}`.
        let tagged = serde_json::to_string(event).unwrap_or_else(|_| unreachable!("events have text keys"));
        let inside = tagged.trim_start_matches("{\"");
        let (name, body) = inside.split_once("\":").unwrap_or_else(|| unreachable!("every event has a body"));
        let (version, body) = (current_version(name), &body[..body.len() - 1]);
        text.push_str(&format!("{{\"type\":\"{name}\",\"v\":{version},\"body\":{body}}}"));
    }
    text + "]"
}

/// A row of the log: the digest of what was asked, and the events.
pub fn write_row<E: Serialize>(asked: &str, events: &[E]) -> Vec<u8> {
    format!("{{\"asked\":\"{asked}\",\"events\":{}}}", write(events)).into_bytes()
}

/// The events of a command, whatever version they were written in.
pub fn read<E: Family>(bytes: &[u8]) -> Result<Vec<E>, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|error| Unreadable::Malformed(error.to_string()))?;
    let read: Result<Vec<Stored<E>>, _> = serde_json::from_str(text);
    read.map(|events| events.into_iter().map(|stored| stored.0).collect()).map_err(|error| {
        let newer = serde_json::from_slice(bytes).ok().and_then(|rows: Vec<Value>| newer::<E>(&rows));
        newer.unwrap_or_else(|| Unreadable::Malformed(error.to_string()))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedRow<'a, E> {
    asked: &'a str,
    events: E,
}

/// What a row of the log holds: the digest of what was asked, and the events.
pub fn read_row<E: Family>(bytes: &[u8]) -> Result<(String, Vec<E>), Unreadable> {
    // As text, checked once, not each word of it.
    let text = std::str::from_utf8(bytes).map_err(|error| Unreadable::Malformed(error.to_string()))?;
    let read: Result<AskedRow<'_, Vec<Stored<E>>>, _> = serde_json::from_str(text);
    let row = read.map_err(|error| {
        let rows: Option<AskedRow<'_, Vec<Value>>> = serde_json::from_slice(bytes).ok();
        let newer = rows.and_then(|row| newer::<E>(&row.events));
        newer.unwrap_or_else(|| Unreadable::Malformed(error.to_string()))
    })?;
    Ok((row.asked.to_owned(), row.events.into_iter().map(|stored| stored.0).collect()))
}

/// The first event that this program is too old for.
fn newer<E: Family>(rows: &[Value]) -> Option<Unreadable> {
    rows.iter().find_map(|row| {
        let (event, version) = (row.get("type")?.as_str()?, row.get("v")?.as_u64()?);
        let known = is_known::<E>(event).then(|| current_version(event));
        let fits = known.is_some_and(|known| version <= u64::from(known));
        (!fits).then(|| Unreadable::Newer { event: event.to_owned(), version, known })
    })
}

/// Whether the family has such an event: an empty body gets another complaint than an unknown name.
fn is_known<E: Family>(event: &str) -> bool {
    let tried = E::read(event, &mut serde_json::Deserializer::from_str("null"));
    !tried.is_err_and(|error| error.to_string().starts_with("unknown variant"))
}

struct Stored<E>(E);

impl<'de, E: Family> Deserialize<'de> for Stored<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Stored<E>, D::Error> {
        deserializer.deserialize_map(Row(PhantomData))
    }
}

struct Row<E>(PhantomData<E>);

impl<'de, E: Family> Visitor<'de> for Row<E> {
    type Value = Stored<E>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event: type, v, body")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Stored<E>, M::Error> {
        let key = |map: &mut M, wanted: &'static str| match map.next_key::<&str>()? {
            Some(found) if found == wanted => Ok(()),
            _ => Err(M::Error::missing_field(wanted)),
        };
        key(&mut map, "type")?;
        let name: &str = map.next_value()?;
        key(&mut map, "v")?;
        let version: u32 = map.next_value()?;
        key(&mut map, "body")?;
        let event = map.next_value_seed(Body { name, version, family: PhantomData })?;
        match map.next_key::<&str>()? {
            None => Ok(Stored(event)),
            Some(_) => Err(M::Error::custom("an event ends with its body")),
        }
    }
}

struct Body<'a, E> {
    name: &'a str,
    version: u32,
    family: PhantomData<E>,
}

impl<'de, E: Family> DeserializeSeed<'de> for Body<'_, E> {
    type Value = E;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<E, D::Error> {
        let Body { name, version, .. } = self;
        let newest = current_version(name);
        if version == newest {
            return E::read(name, deserializer);
        }
        if version == 0 || version > newest {
            return Err(D::Error::custom("a version that this program doesn't know"));
        }
        let mut body = Value::deserialize(deserializer)?;
        for version in version..newest {
            let lift = LIFTS.iter().find(|lift| lift.0 == name && lift.1 == version);
            body = lift.map_or_else(|| Value::Null, |lift| (lift.2)(body));
        }
        // As text again: a reader of trees beside the reader of text would be compiled for every family.
        let body = body.to_string();
        E::read(name, &mut serde_json::Deserializer::from_str(&body)).map_err(D::Error::custom)
    }
}

/// A name and a body, read as the enum's value `{name: body}` would be.
struct Tagged<'a, D> {
    name: &'a str,
    body: D,
}

impl<'de, D: Deserializer<'de>> EnumAccess<'de> for Tagged<'_, D> {
    type Error = D::Error;
    type Variant = Inside<D>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Inside<D>), D::Error> {
        let name: StrDeserializer<'_, D::Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, Inside(self.body)))
    }
}

struct Inside<D>(D);

impl<'de, D: Deserializer<'de>> VariantAccess<'de> for Inside<D> {
    type Error = D::Error;

    fn unit_variant(self) -> Result<(), D::Error> {
        Deserialize::deserialize(self.0)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, D::Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct("", fields, visitor)
    }
}
