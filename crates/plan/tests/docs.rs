//! The table of roles in docs/xero-settings.md is the one of the code, and the settings' schema has every field.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use plan::{AccountRole, Form, Refined, Switch};

/// rule: ACC-1
#[test]
fn the_table_of_roles_is_current() {
    let mut table = String::from(
        "\n| role | accounts | needed when | finer by | may share with |\n|---|---|---|---|---|\n",
    );
    for role in AccountRole::ALL {
        let row = role.row();
        let (on, off) = (row.allowed(Switch::On), row.allowed(Switch::Off));
        let accounts = if on == off { on } else { format!("{on}; with balances off {off}") };
        let finer = match row.refined {
            Refined::No => "",
            Refined::ByGoods => "category, warehouse",
            Refined::ByCurrency => "currency",
        };
        let shares = row.shares.map_or("", AccountRole::name);
        writeln!(table, "| {} | {accounts} | {} | {finer} | {shares} |", row.name, row.needed.words())
            .expect("a string");
    }
    table += "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/xero-settings.md");
    let text = fs::read_to_string(&path).expect("docs/xero-settings.md");
    let (before, rest) = text.split_once("--test docs -->\n").expect("a place for the table");
    let (there, after) = rest.split_once("<!-- end of roles -->").expect("an end of the table");
    if std::env::var_os("BLESS").is_some() {
        let text = format!("{before}--test docs -->\n{table}<!-- end of roles -->{after}");
        fs::write(&path, text).expect("writable");
        return;
    }
    assert!(
        there == table,
        "docs/xero-settings.md is stale: BLESS=1 cargo test -p plan --test docs writes it"
    );
}

#[test]
fn the_schema_names_every_field_of_the_form() {
    let schema = Form::schema();
    let form = serde_json::to_value(Form::default()).expect("JSON");
    for field in form.as_object().expect("an object").keys() {
        assert!(schema["properties"].get(field).is_some(), "{field}");
    }
    let roles = schema["$defs"]["AccountRole"].to_string();
    for role in AccountRole::ALL {
        assert!(roles.contains(&role.word()), "{}", role.word());
    }
    let text = form.to_string();
    assert_eq!(Form::read(&text).expect("readable"), Form::default());
}
