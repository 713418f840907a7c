//! Examples of a type, made from its schema: every field filled, every alternative of every enum once.

use serde_json::{Map, Value, json};

/// An example; alternatives take turns by `turn`.
pub fn example(schema: &Value, root: &Value, turn: usize) -> Value {
    if let Some(fixed) = schema.get("const") {
        return fixed.clone();
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return example(root.pointer(reference.trim_start_matches('#')).expect("a definition"), root, turn);
    }
    if let Some(named) = schema.get("enum").and_then(Value::as_array) {
        return named[turn % named.len()].clone();
    }
    let alternatives = alternatives(schema);
    if !alternatives.is_empty() {
        return example(alternatives[turn % alternatives.len()], root, turn / alternatives.len());
    }
    let types = &schema["type"];
    let is = |name: &str| types == name || types.as_array().is_some_and(|all| all.contains(&json!(name)));
    if is("object") {
        let mut object = Map::new();
        for (field, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            object.insert(field.clone(), example(inner, root, turn));
        }
        return Value::Object(object);
    }
    if is("array") {
        if let Some(elements) = schema.get("prefixItems").and_then(Value::as_array) {
            return elements.iter().map(|inner| example(inner, root, turn)).collect();
        }
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1) as usize;
        let inner = &schema["items"];
        // The first turn shows all alternatives of the elements, the others one each: else lists of lists grow and grow.
        let count = turns(inner, root).max(least);
        let shown = if turn == 0 || least > 1 { 0..count } else { turn..turn + 1 };
        return shown.map(|turn| example(inner, root, turn)).collect();
    }
    if is("integer") {
        return json!(schema.get("minimum").and_then(Value::as_u64).unwrap_or(0) + 3);
    }
    if is("boolean") {
        return json!(true);
    }
    text(schema)
}

fn text(schema: &Value) -> Value {
    let pattern = schema.get("pattern").and_then(Value::as_str).unwrap_or_default();
    if schema.get("format").is_some_and(|format| format == "date") {
        json!("2026-03-02")
    } else if schema.get("format").is_some_and(|format| format == "uuid") {
        json!("254591b2-0d3c-4f2b-9a45-5c6b2f3a1e07")
    } else if pattern.contains(':') {
        json!("22:30")
    } else if pattern.contains("A-Z") {
        json!("USD")
    } else if pattern.contains("0-9") {
        json!("12.5")
    } else {
        json!("Text")
    }
}

fn alternatives(schema: &Value) -> Vec<&Value> {
    let groups = ["oneOf", "anyOf"].iter().filter_map(|group| schema.get(group)?.as_array());
    groups.flatten().filter(|one| one.get("type").is_none_or(|kind| kind != "null")).collect()
}

/// How many turns show every alternative.
pub fn turns(schema: &Value, root: &Value) -> usize {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return turns(root.pointer(reference.trim_start_matches('#')).expect("a definition"), root);
    }
    if let Some(named) = schema.get("enum").and_then(Value::as_array) {
        return named.len();
    }
    let alternatives = alternatives(schema);
    if !alternatives.is_empty() {
        return alternatives.len() * alternatives.iter().map(|one| turns(one, root)).max().unwrap_or(1);
    }
    if let Some(elements) = schema.get("prefixItems").and_then(Value::as_array) {
        return elements.iter().map(|inner| turns(inner, root)).max().unwrap_or(1);
    }
    let fields = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    fields.map(|(_, inner)| turns(inner, root)).max().unwrap_or(1)
}

/// The schema of an enum's alternatives with their names.
pub fn tagged(schema: &Value, root: &Value) -> Vec<(String, Value)> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return tagged(root.pointer(reference.trim_start_matches('#')).expect("a definition"), root);
    }
    let one = |one: &Value| {
        let (name, body) = one["properties"].as_object()?.iter().next()?;
        Some((name.clone(), body.clone()))
    };
    alternatives(schema).into_iter().filter_map(one).collect()
}
