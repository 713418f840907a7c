//! `/connections`: what a token's person connected to the app (API-FACTS 1.6).
//!
//! A bare array in camelCase; times have seven decimals and no zone. After DELETE the organisation answers 403.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::grants::Access;
use crate::door::app::Connection;
use crate::door::http::{HttpRequest, HttpResponse};
use crate::door::sandbox::Sandbox;

impl Sandbox {
    pub(super) fn list_connections(&mut self, request: &HttpRequest, now: Timestamp) -> HttpResponse {
        let access = match self.signed_in(request, now) {
            Ok(access) => access,
            Err(refusal) => return refusal,
        };
        let query = request.query_pairs();
        let event = query.iter().find(|(n, _)| n.eq_ignore_ascii_case("authEventId")).map(|(_, v)| v);
        let wanted = |c: &&Connection| event.is_none_or(|e| e.is_empty() || c.event.eq_ignore_ascii_case(e));
        let mine = self.door.connections.iter().filter(|c| sees(&access, c)).filter(wanted);
        let list: Vec<Value> = mine.map(|c| self.connection_json(c)).collect();
        HttpResponse::json(200, &Value::Array(list))
    }

    pub(super) fn delete_connection(
        &mut self,
        request: &HttpRequest,
        id: &str,
        now: Timestamp,
    ) -> HttpResponse {
        let access = match self.signed_in(request, now) {
            Ok(access) => access,
            Err(refusal) => return refusal,
        };
        let before = self.door.connections.len();
        self.door.connections.retain(|c| !(sees(&access, c) && c.id.eq_ignore_ascii_case(id)));
        HttpResponse::empty(if self.door.connections.len() < before { 204 } else { 404 })
    }

    fn signed_in(&mut self, request: &HttpRequest, now: Timestamp) -> Result<Access, HttpResponse> {
        let header = request.header("authorization").unwrap_or_default();
        let token = header.split_once(' ').map_or("", |(_, token)| token.trim());
        self.door.grants.access(token, now).cloned().map_err(|detail| {
            let instance = self.door.mint.guid();
            let body = json!({"Type": null, "Title": "Unauthorized", "Status": 401, "Detail": detail,
                "Instance": instance, "Extensions": {}});
            HttpResponse::json(401, &body)
        })
    }

    fn connection_json(&self, connection: &Connection) -> Value {
        let name = self.orgs.iter().find(|o| o.id() == connection.tenant).map(|o| o.name().to_owned());
        json!({
            "id": connection.id,
            "authEventId": connection.event,
            "tenantId": connection.tenant,
            "tenantType": "ORGANISATION",
            "tenantName": name,
            "createdDateUtc": seven_decimals(connection.created),
            "updatedDateUtc": seven_decimals(connection.updated),
        })
    }
}

fn sees(access: &Access, connection: &Connection) -> bool {
    connection.app == access.app
        && access.person.as_ref().is_none_or(|p| *p == connection.person)
        && access.tenant.as_ref().is_none_or(|t| *t == connection.tenant)
}

fn seven_decimals(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%7f").to_string()
}
