//! Answers for people: lists as tables, single things as lines.

use std::io::{Error, ErrorKind, Write as _, stdout};

use serde_json::Value;

/// What is shown of the requests of a day.
pub(crate) const DAY: &[&str] = &["day", "allowed", "refused", "last_at"];

/// Prints text. Whoever reads no further, as `head` does, has what they want: no error then.
pub(crate) fn out(text: &str) -> Result<(), Error> {
    match once(text) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Prints what nobody can be shown again; fails where nobody reads it.
pub(crate) fn once(text: &str) -> Result<(), Error> {
    let mut stdout = stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// An answer in text: JSON as it came, or a table of these columns, below that of the requests by day if it has them.
pub(crate) fn answer(value: &Value, columns: &[&str], as_json: bool) -> String {
    if value.is_null() {
        format!("{}\n", if as_json { "{}" } else { "Done." })
    } else if as_json {
        format!("{value:#}\n")
    } else if let Some(items) = value.get("data").and_then(Value::as_array) {
        let requests = value.get("requests").and_then(Value::as_array);
        let requests = requests.map(|days| format!("{}\n", table(days, DAY))).unwrap_or_default();
        let more = value.get("next_cursor").and_then(Value::as_str);
        let more = more.map(|cursor| format!("There is more: --cursor {cursor}\n"));
        format!("{requests}{}{}", table(items, columns), more.unwrap_or_default())
    } else {
        lines(value)
    }
}

fn table(items: &[Value], columns: &[&str]) -> String {
    let head = columns.iter().map(|name| name.to_uppercase()).collect::<Vec<_>>();
    let row = |item: &Value| columns.iter().map(|name| cell(item.get(name))).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(items.iter().map(row)).collect();
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|it| it.chars().count()).max();
    let widths: Vec<usize> = (0..columns.len()).map(|column| width(column).unwrap_or_default()).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}", width = *width));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

fn lines(value: &Value) -> String {
    let members = value.as_object().into_iter().flatten();
    let lines = members.map(|(name, value)| format!("{name}: {}", cell(Some(value))));
    lines.chain(std::iter::once(String::new())).collect::<Vec<_>>().join("\n")
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => words(other).or_else(|| rights(other)).unwrap_or_else(|| other.to_string()),
    }
}

/// A list of words.
fn words(value: &Value) -> Option<String> {
    let words = value.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
    Some(words.join(" "))
}

/// Rights, API by API; whatever else is told of each is left out.
fn rights(value: &Value) -> Option<String> {
    let at_api = |item: &Value| {
        let audience = item.get("audience").and_then(Value::as_str)?;
        let scopes = item.get("scopes").and_then(words)?;
        Some(format!("{audience}: {}", if scopes.is_empty() { "-" } else { scopes.as_str() }))
    };
    Some(value.as_array()?.iter().map(at_api).collect::<Option<Vec<_>>>()?.join("; "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_lines_up() {
        let items = [json!({ "id": "ten_a", "name": "Acme" }), json!({ "id": "t", "name": ["a", "b"] })];
        assert_eq!(table(&items, &["id", "name", "x"]), "ID     NAME  X\nten_a  Acme  -\nt      a b   -\n");
    }

    #[test]
    fn rights_are_told_api_by_api_and_nothing_else_of_them() {
        let crm = json!({ "audience": "https://api.test", "scopes": ["contact.read", "contact.write"],
            "authorized_by": "usr_a", "consented_at": 86_400 });
        let one = cell(Some(&json!([crm])));
        assert_eq!(one, "https://api.test: contact.read contact.write");
        let more = [json!({ "audience": "b", "scopes": ["x"] }), json!({ "audience": "c", "scopes": [] })];
        assert_eq!(cell(Some(&json!([crm, more[0], more[1]]))), format!("{one}; b: x; c: -"));
        let other = json!([{ "audience": "b" }]);
        assert_eq!(cell(Some(&other)), other.to_string(), "no list of rights");
    }

    #[test]
    fn requests_by_day_stand_above_the_events() {
        let activity = json!({ "requests": [{ "day": 86_400, "allowed": 2, "refused": 0, "last_at": 86_407 }],
            "data": [{ "kind": "a" }], "next_cursor": "c" });
        let text = "DAY    ALLOWED  REFUSED  LAST_AT\n86400  2        0        86407\n\nKIND\na\nThere is more: --cursor c\n";
        assert_eq!(answer(&activity, &["kind"], false), text);
    }

    #[test]
    fn single_things_are_lines() {
        assert_eq!(lines(&json!({ "id": "a", "n": null, "on": true })), "id: a\nn: -\non: true\n");
    }
}
