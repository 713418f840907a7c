//! The shape of a JSON text: keys in their order, kinds of values, date forms; and how two shapes differ.

use serde_json::value::RawValue;

/// A JSON value reduced to its shape; objects keep the order of their keys.
pub enum Shape {
    /// The kind of a single value.
    Leaf(String),
    /// Elements.
    List(Vec<Shape>),
    /// Members in their order.
    Object(Vec<(String, Shape)>),
}

/// The members of an object in their order.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// The shape of a JSON text.
pub fn shape(json: &str) -> Shape {
    let json = json.trim();
    match json.chars().next() {
        Some('{') => {
            let Members(members) = serde_json::from_str(json).expect("an object");
            Shape::Object(members.into_iter().map(|(key, value)| (key, shape(value.get()))).collect())
        }
        Some('[') => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(json).expect("a list");
            Shape::List(items.iter().map(|item| shape(item.get())).collect())
        }
        Some('"') => Shape::Leaf(form(&serde_json::from_str::<String>(json).expect("a text"))),
        Some('t' | 'f') => Shape::Leaf("true or false".to_owned()),
        Some('n') => Shape::Leaf("null".to_owned()),
        _ => Shape::Leaf("number".to_owned()),
    }
}

/// What kind of text it is: one of the date forms, an id, or any text.
fn form(text: &str) -> String {
    let digits: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    if let Some(rest) = digits.strip_prefix("/Date(") {
        return format!("/Date({}", rest.trim_start_matches(['9', '-']));
    }
    if matches!(digits.as_str(), "9999-99-99T99:99:99" | "9999-99-99T99:99:99Z") {
        return digits;
    }
    let id = text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if id { "id" } else { "text" }.to_owned()
}

/// Differences between a recorded and our shape, as (path, what).
pub fn differences(path: &str, recorded: &Shape, ours: &Shape) -> Vec<(String, String)> {
    let one = |what: String| vec![(path.to_owned(), what)];
    match (recorded, ours) {
        (Shape::Leaf(a), Shape::Leaf(b)) if a == b => Vec::new(),
        (Shape::Leaf(a), Shape::Leaf(b)) => one(format!("recorded {a}, ours {b}")),
        (Shape::List(a), Shape::List(b)) if !a.is_empty() && b.is_empty() => one("ours is empty".to_owned()),
        (Shape::List(a), Shape::List(_)) if a.is_empty() => Vec::new(),
        (Shape::List(a), Shape::List(b)) => {
            let inner = format!("{path}[]");
            let best = |ours: &Shape| {
                a.iter()
                    .map(|recorded| differences(&inner, recorded, ours))
                    .min_by_key(Vec::len)
                    .unwrap_or_default()
            };
            b.iter().flat_map(best).collect()
        }
        (Shape::Object(a), Shape::Object(b)) => {
            let (keys_a, keys_b): (Vec<&String>, Vec<&String>) =
                (a.iter().map(|m| &m.0).collect(), b.iter().map(|m| &m.0).collect());
            let missing =
                keys_a.iter().filter(|k| !keys_b.contains(k)).map(|k| (format!("{path}.{k}"), "missing"));
            let extra =
                keys_b.iter().filter(|k| !keys_a.contains(k)).map(|k| (format!("{path}.{k}"), "extra"));
            let mut found: Vec<(String, String)> =
                missing.chain(extra).map(|(p, w)| (p, w.to_owned())).collect();
            let common_a: Vec<&&String> = keys_a.iter().filter(|k| keys_b.contains(k)).collect();
            let common_b: Vec<&&String> = keys_b.iter().filter(|k| keys_a.contains(k)).collect();
            if common_a != common_b {
                found.push((path.to_owned(), format!("order: recorded {common_a:?}, ours {common_b:?}")));
            }
            for (key, value) in a {
                if let Some((_, other)) = b.iter().find(|m| m.0 == *key) {
                    found.extend(differences(&format!("{path}.{key}"), value, other));
                }
            }
            found
        }
        _ => one("another kind of value".to_owned()),
    }
}
