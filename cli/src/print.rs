//! Answers for people: lists as tables, single things as lines.

use std::io::{Error, ErrorKind, Write as _, stdout};

use serde_json::Value;

/// What is shown of the requests of a day.
const DAY: &[&str] = &["day", "allowed", "refused", "last_at"];

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
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
        }
        Some(other) => other.to_string(),
    }
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
