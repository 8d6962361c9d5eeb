//! A page of a list with the fields of its items that are read, in the forge's own form.
//!
//! An item of GitHub's list of requests has 20 KB, most of it the same repository twice.

use serde_json::{Map, Value};

/// The way to a field, from an item down.
pub type Field = &'static [&'static str];

/// Returns a page of a list with these fields of each item alone; nothing where it is no list of objects.
pub fn cut(page: &[u8], fields: &[Field]) -> Option<Vec<u8>> {
    let items: Vec<Map<String, Value>> = serde_json::from_slice(page).ok()?;
    let cut = |item: &Map<String, Value>| {
        let mut kept = Map::new();
        for field in fields {
            keep(item, field, &mut kept);
        }
        Value::Object(kept)
    };
    serde_json::to_vec(&items.iter().map(cut).collect::<Vec<Value>>()).ok()
}

/// A way that ends early, at a null or another value, is kept up to there.
fn keep(from: &Map<String, Value>, field: &[&str], to: &mut Map<String, Value>) {
    let [name, rest @ ..] = field else { return };
    match (from.get(*name), rest) {
        (Some(Value::Object(inner)), [_, ..]) => {
            let kept = to.entry(*name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(kept) = kept {
                keep(inner, rest, kept);
            }
        }
        (Some(value), _) => {
            to.insert((*name).to_owned(), value.clone());
        }
        (None, _) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn only_what_is_named_is_kept() {
        let check = |page: &str, expected: Option<&str>| {
            let fields: [&'static [&'static str]; 4] = [
                &["number"],
                &["head", "sha"],
                &["head", "repo", "name"],
                &["absent"],
            ];
            let kept = cut(page.as_bytes(), &fields);
            let kept = kept.map(|kept| String::from_utf8(kept).unwrap());
            assert_eq!(kept.as_deref(), expected, "{page}");
        };
        check(
            r#"[{"number": 7, "title": "x", "head": {"sha": "a", "label": "b", "repo": {"name": "c", "id": 1}}}]"#,
            Some(r#"[{"head":{"repo":{"name":"c"},"sha":"a"},"number":7}]"#),
        );
        check(
            r#"[{"head": {"repo": null}}, {"head": "gone"}, {}]"#,
            Some(r#"[{"head":{"repo":null}},{"head":"gone"},{}]"#),
        );
        check("[]", Some("[]"));
        check(r#"{"message": "no"}"#, None);
        check("[1]", None);
        check("[{", None);
    }
}
