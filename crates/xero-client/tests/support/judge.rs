//! Holds every request our tests make against Xero's own OpenAPI file: path, method, query names and values, headers,
//! and every field and word of the body.
//!
//! A request that the file doesn't know is a complaint; the test ends with `judge.acquit()`. Deviations of the real
//! Xero from its file are listed in `ALLOWED` with their reason (API-FACTS 0.3).
//! Not here: answers.

use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

static SPEC: LazyLock<Option<Value>> = LazyLock::new(|| {
    let path = std::env::var_os("MILLBOOK_SHARED")
        .map(|shared| std::path::PathBuf::from(shared).join("xero/xero_accounting.yaml"));
    let text = path.and_then(|path| std::fs::read_to_string(path).ok());
    let Some(text) = text else {
        assert!(
            std::env::var_os("MILLBOOK_NO_SKIP").is_none(),
            "MILLBOOK_SHARED has no xero_accounting.yaml"
        );
        eprintln!("SKIPPED: the judge: MILLBOOK_SHARED has no xero/xero_accounting.yaml");
        return None;
    };
    Some(serde_yaml_ng::from_str(&text).unwrap())
});

/// Names the file doesn't have and Xero takes: schema, field, why.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("Prepayment", "Url", "DESIGN: our marker"),
    ("PaymentDelete", "PaymentID", "the id may stand in the body as well"),
];

/// Collects complaints.
#[derive(Default)]
pub struct Judge {
    complaints: Mutex<Vec<String>>,
    judged: Mutex<BTreeMap<String, u32>>,
}

impl Judge {
    /// Judges one request; `path` is what follows `/api.xro/2.0`.
    pub fn hear(
        &self,
        method: &str,
        path: &str,
        query: &[(String, String)],
        headers: &[(String, String)],
        body: &[u8],
    ) {
        let Some(spec) = SPEC.as_ref() else { return };
        let case = Case { spec, method: method.to_ascii_lowercase() };
        let mut found = Vec::new();
        match case.operation(path) {
            None => found.push("the file has no such path and method".to_owned()),
            Some((template, operation, shared)) => {
                *self.judged.lock().unwrap().entry(format!("{method} {template}")).or_default() += 1;
                case.query(operation, shared, query, &mut found);
                case.headers(operation, shared, headers, &mut found);
                case.body(operation, body, &mut found);
            }
        }
        let shown = String::from_utf8_lossy(body);
        let mut complaints = self.complaints.lock().unwrap();
        complaints
            .extend(found.into_iter().map(|why| format!("{method} {path} {query:?}: {why}\n    {shown}")));
    }

    /// Judges what the stand-in wrote down of requests that came over sockets: the answer of `GET /sandbox/api/calls`.
    /// It doesn't write down headers; those the client makes in one place, and they are judged in process.
    /// Answers how many were heard.
    pub fn hear_calls(&self, calls: &str) -> usize {
        let calls: Value = serde_json::from_str(calls).unwrap();
        let mut heard = 0;
        for call in calls.as_array().unwrap() {
            let text = |name: &str| call[name].as_str().unwrap();
            let Some(path) = text("path").strip_prefix("/api.xro/2.0") else { continue };
            let target = format!("{path}?{}", text("query"));
            let query = xero_sandbox::door::HttpRequest::new(text("method"), &target).query_pairs();
            self.hear(text("method"), path, &query, &[], text("request").as_bytes());
            heard += 1;
        }
        heard
    }

    /// Fails with every complaint; answers which operations were judged.
    pub fn acquit(&self) -> BTreeMap<String, u32> {
        let complaints = self.complaints.lock().unwrap();
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
        self.judged.lock().unwrap().clone()
    }

    /// Whether there is anything to complain about.
    pub fn complaints(&self) -> Vec<String> {
        self.complaints.lock().unwrap().clone()
    }

    /// Whether the file is here at all.
    pub fn sits() -> bool {
        SPEC.is_some()
    }
}

struct Case<'a> {
    spec: &'a Value,
    method: String,
}

impl<'a> Case<'a> {
    /// The most literal template that fits and has the method.
    fn operation(&self, path: &str) -> Option<(&'a str, &'a Value, &'a Value)> {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let mut fits: Vec<_> = self.spec["paths"]
            .as_object()?
            .iter()
            .filter(|(template, item)| {
                let names: Vec<&str> = template.trim_matches('/').split('/').collect();
                // A file's path fits by its id and by its name.
                let same = |(name, part): (&&str, &&str)| match *name {
                    "{AttachmentID}" => xero::XeroId::<()>::read(part).is_some(),
                    _ => name.starts_with('{') || name == part,
                };
                names.len() == parts.len()
                    && names.iter().zip(&parts).all(same)
                    && item.get(&self.method).is_some()
            })
            .collect();
        fits.sort_by_key(|(template, _)| template.matches('{').count());
        let (template, item) = fits.first()?;
        Some((template.as_str(), &item[&self.method], &item["parameters"]))
    }

    fn resolve(&self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.spec.pointer(&reference[1..]).unwrap_or(&Value::Null),
            None => value,
        }
    }

    fn parameter(
        &self,
        operation: &'a Value,
        shared: &'a Value,
        place: &str,
        name: &str,
    ) -> Option<&'a Value> {
        let lists = [&operation["parameters"], shared];
        let all = lists.into_iter().filter_map(Value::as_array).flatten().map(|value| self.resolve(value));
        all.into_iter()
            .find(|p| p["in"] == place && p["name"].as_str().is_some_and(|n| n.eq_ignore_ascii_case(name)))
    }

    fn query(
        &self,
        operation: &'a Value,
        shared: &'a Value,
        query: &[(String, String)],
        found: &mut Vec<String>,
    ) {
        for (name, value) in query {
            match self.parameter(operation, shared, "query", name) {
                None => found.push(format!("the query has no {name}")),
                Some(parameter) if parameter["name"] != *name => {
                    found.push(format!("{name} is spelt otherwise"))
                }
                Some(parameter) => {
                    let schema = self.resolve(&parameter["schema"]);
                    let fits = match schema["type"].as_str() {
                        Some("integer") => value.parse::<i64>().is_ok(),
                        Some("boolean") => value == "true" || value == "false",
                        _ => true,
                    };
                    let listed =
                        schema["enum"].as_array().is_none_or(|words| words.iter().any(|word| word == value));
                    if !fits || !listed {
                        found.push(format!("{name} can't be {value:?}"));
                    }
                }
            }
        }
    }

    fn headers(
        &self,
        operation: &'a Value,
        shared: &'a Value,
        headers: &[(String, String)],
        found: &mut Vec<String>,
    ) {
        for name in ["Idempotency-Key", "If-Modified-Since", "xero-tenant-id"] {
            let sent = headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
            let known = self.parameter(operation, shared, "header", name).is_some();
            if let Some((_, value)) = sent {
                if !known {
                    found.push(format!("this call takes no {name}"));
                }
                if value.is_empty() || value.len() > 128 {
                    found.push(format!("{name} has {} characters", value.len()));
                }
            }
        }
    }

    fn body(&self, operation: &'a Value, body: &[u8], found: &mut Vec<String>) {
        let wanted = self.resolve(&operation["requestBody"]);
        if body.is_empty() {
            if wanted["required"] == true {
                found.push("the body is missing".to_owned());
            }
            return;
        }
        let schema = &wanted["content"]["application/json"]["schema"];
        if schema.is_null() {
            if wanted["content"]["application/octet-stream"].is_null() {
                found.push("this call takes no JSON body".to_owned());
            }
            return;
        }
        match serde_json::from_slice(body) {
            Ok(value) => self.value(schema, &value, "", "", found),
            Err(why) => found.push(format!("the body is no JSON: {why}")),
        }
    }

    fn value(&self, schema: &'a Value, value: &Value, at: &str, named: &str, found: &mut Vec<String>) {
        let named = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()).unwrap_or(named);
        let schema = self.resolve(schema);
        if let (Value::Object(fields), Some(properties)) = (value, schema["properties"].as_object()) {
            for (name, value) in fields {
                match properties.get(name) {
                    None if ALLOWED.iter().any(|(s, field, _)| *s == named && field == name) => {}
                    None => found.push(format!("{at}.{name}: {named} has no such field")),
                    Some(property) if property["readOnly"] == true => {
                        found.push(format!("{at}.{name}: only Xero writes it"));
                    }
                    Some(property) => self.value(property, value, &format!("{at}.{name}"), named, found),
                }
            }
            return;
        }
        if let (Value::Array(items), Some("array")) = (value, schema["type"].as_str()) {
            for (index, item) in items.iter().enumerate() {
                self.value(&schema["items"], item, &format!("{at}[{index}]"), named, found);
            }
            return;
        }
        let fits = match schema["type"].as_str() {
            Some("string") => value.is_string(),
            Some("number") => value.is_number(),
            Some("integer") => value.is_i64(),
            Some("boolean") => value.is_boolean(),
            Some("object") | None => value.is_object() || schema["enum"].is_array(),
            Some(_) => false,
        };
        let listed = schema["enum"].as_array().is_none_or(|words| words.contains(value));
        let id = schema["format"] != "uuid"
            || value.as_str().is_some_and(|id| xero::XeroId::<()>::read(id).is_some());
        let longest = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
        let short = value.as_str().is_none_or(|text| text.chars().count() as u64 <= longest);
        if !(fits && listed && id && short) {
            found.push(format!("{at} can't be {value}"));
        }
    }
}
