//! A borrowed JSON string: read without a copy where the text has no escapes.

use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// Text of an answer while it is read.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// Reads text and turns it into a value; the message names the text that could not be read.
pub(crate) fn parsed<'de, D, T>(
    deserializer: D,
    read: impl Fn(&str) -> Option<T>,
    what: &str,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    let text = Text::deserialize(deserializer)?.0;
    read(&text).ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not {what}")))
}
