//! What the log says of changed settings, and where it sends people.

use book::PartyId;
use serde_json::{Value, json};
use xero::XeroId;

use super::*;
use crate::settings::{JournalSettings, NewStatus, NewStatuses};

/// Settings in which each field is other than by default.
fn other() -> Value {
    let id = "254591b2-0d3c-4f2b-9a45-5c6b2f3a1e07";
    let synchronisation = json!({ "name": "Shops", "warehouses": [0], "account": id, "auto": "on",
        "interval": "day", "at": "22:30" });
    let statuses = NewStatuses { bill: NewStatus::Draft, ..NewStatuses::default() };
    let journals = JournalSettings { from: "2026-03-02".parse().ok(), ..JournalSettings::default() };
    json!({
        "sales": "on", "procurement": "on", "balances": "on", "quotes": "on", "payments": "both", "emails": "xero",
        "purchasing": "orders", "order_trigger": "approval", "new": statuses, "journals": journals,
        "accounts": [{ "role": "sales", "account": id, "from": "2026-03-02" }],
        "taxes": [{ "side": "sales", "percent": "15", "tax_type": "OUTPUT2" }],
        "take_over_bills": "on", "tier": "paid", "look_every": 5, "nightly_hour": 3,
        "synchronisations": [synchronisation],
    })
}

/// rule: LOG-1
#[test]
fn a_change_of_any_setting_is_named() {
    let old = Settings::default();
    let other = other();
    let mut whole = serde_json::to_value(&old).expect("JSON");
    whole["synchronisations"] = json!([]); // left out while there is none
    let fields: Vec<&String> = whole.as_object().expect("fields").keys().collect();
    assert_eq!(fields, other.as_object().expect("fields").keys().collect::<Vec<_>>());
    for field in fields {
        let mut changed = whole.clone();
        changed[field] = other[field].clone();
        let new: Settings = serde_json::from_value(changed).expect("settings");
        assert_ne!(new, old, "{field} is as it was");
        assert_eq!(changed_settings(&old, &new).len(), 1, "{field}");
    }
    let new: Settings = serde_json::from_value(other).expect("settings");
    // Hour and minutes between looks are said with one word.
    assert_eq!(changed_settings(&old, &new).len(), whole.as_object().expect("fields").len() - 1);
    assert_eq!(changed_settings(&old, &old), Vec::<&str>::new());
}

/// rule: LOG-1
#[test]
fn links_are_xeros_own_and_open_in_the_right_organisation() {
    let id: Guid = XeroId::read("254591b2-0d3c-4f2b-9a45-5c6b2f3a1e07").expect("an id");
    let organisation = |short_code: &str| {
        let one = json!({ "id": id, "name": "Jam", "base": "NZD", "version": "NZ", "zone": "", "pays_tax": true,
            "short_code": short_code, "year_end": [31, 3], "not_allowed": [], "plan": "", "edition": "" });
        let organisation = Some(serde_json::from_value(one).expect("an organisation"));
        Lists { organisation, ..Lists::default() }
    };
    let lists = organisation("!Ab12C");
    let contact = Subject::Party(PartyId::new(0));
    let at = |subject: &Subject| link(&lists, subject, id, None);
    let home = "https://go.xero.com/organisationlogin/default.aspx?shortcode=!Ab12C&redirecturl=";
    assert_eq!(at(&contact), Some(format!("{home}/Contacts/View/{id}")));
    assert_eq!(at(&Subject::Journal(7)), Some(format!("{home}/Journal/View.aspx?invoiceID={id}")));
    assert_eq!(at(&Subject::Item(book::ItemId::new(0))), None);
    // Without its short code it might open in another organisation.
    assert_eq!(link(&organisation(""), &contact, id, None), None);
    assert_eq!(link(&Lists::default(), &contact, id, None), None);
}
