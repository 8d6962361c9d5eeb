//! What GitLab's published description lets be written: paths behind a project's, what is sent there, and with which values.
//!
//! Facts of `doc/api/openapi/openapi_v3.yaml` and `doc/api` of GitLab 19.5, and of the declarations in `lib/api` that the first
//! is made of. Of the settings of a project only those are listed that concern merging.

use serde_json::Value;

/// A path that can be written to.
pub(super) struct Route {
    pub(super) method: &'static str,
    /// The path behind the project's.
    pub(super) template: &'static str,
    /// What may be sent there.
    fields: &'static [Field],
}

/// A field by its name, whether it must be there, and its values.
type Field = (&'static str, bool, Values);

enum Values {
    /// At most so many characters.
    Text(usize),
    Address,
    Words(&'static [&'static str]),
    Truth,
    Number,
    Commit,
    /// A level of access.
    Level(&'static [u64]),
    /// A list of those who may.
    Levels,
}

const LINE: Values = Values::Text(255);
/// The most characters of a note and of a description.
const MAX_NOTE: usize = 1_000_000;

/// "Valid access levels".
const LEVELS: &[u64] = &[0, 30, 40, 60];

pub(super) const ROUTES: [Route; 13] = [
    post(
        "/statuses/:commit",
        &[
            (
                "state",
                true,
                Values::Words(&[
                    "pending", "running", "success", "failed", "canceled", "skipped",
                ]),
            ),
            ("ref", false, LINE),
            ("target_url", false, Values::Address),
            ("description", false, LINE),
            ("name", false, LINE),
            ("context", false, LINE),
            ("coverage", false, Values::Number),
            ("pipeline_id", false, Values::Number),
        ],
    ),
    post(
        "/merge_requests/:number/notes",
        &[
            ("body", true, Values::Text(MAX_NOTE)),
            ("internal", false, Values::Truth),
            ("created_at", false, LINE),
            ("merge_request_diff_head_sha", false, Values::Commit),
        ],
    ),
    post(
        "/protected_branches",
        &[
            ("name", true, LINE),
            ("push_access_level", false, Values::Level(LEVELS)),
            ("merge_access_level", false, Values::Level(LEVELS)),
            (
                "unprotect_access_level",
                false,
                Values::Level(&[30, 40, 60]),
            ),
            ("allow_force_push", false, Values::Truth),
            ("allowed_to_push", false, Values::Levels),
            ("allowed_to_merge", false, Values::Levels),
            ("allowed_to_unprotect", false, Values::Levels),
            ("code_owner_approval_required", false, Values::Truth),
        ],
    ),
    Route {
        method: "PATCH",
        template: "/protected_branches/:name",
        fields: &[
            ("allow_force_push", false, Values::Truth),
            ("allowed_to_push", false, Values::Levels),
            ("allowed_to_merge", false, Values::Levels),
            ("allowed_to_unprotect", false, Values::Levels),
            ("code_owner_approval_required", false, Values::Truth),
        ],
    },
    Route {
        method: "PUT",
        template: "",
        fields: &[
            (
                "only_allow_merge_if_pipeline_succeeds",
                false,
                Values::Truth,
            ),
            ("allow_merge_on_skipped_pipeline", false, Values::Truth),
            (
                "only_allow_merge_if_all_discussions_are_resolved",
                false,
                Values::Truth,
            ),
        ],
    },
    post(
        "/repository/branches",
        &[("branch", true, LINE), ("ref", true, LINE)],
    ),
    delete("/repository/branches/:name"),
    post(
        "/repository/files/:name",
        &[
            ("branch", true, LINE),
            ("commit_message", true, Values::Text(MAX_NOTE)),
            ("content", true, Values::Text(MAX_NOTE)),
            ("start_branch", false, LINE),
            ("author_email", false, LINE),
            ("author_name", false, LINE),
            ("encoding", false, Values::Words(&["text", "base64"])),
            ("execute_filemode", false, Values::Truth),
        ],
    ),
    post(
        "/merge_requests",
        &[
            ("title", true, LINE),
            ("source_branch", true, LINE),
            ("target_branch", true, LINE),
            ("target_project_id", false, Values::Number),
            ("description", false, Values::Text(MAX_NOTE)),
            ("remove_source_branch", false, Values::Truth),
            ("squash", false, Values::Truth),
        ],
    ),
    Route {
        method: "PUT",
        template: "/merge_requests/:number",
        fields: &[
            ("title", false, LINE),
            ("target_branch", false, LINE),
            ("description", false, Values::Text(MAX_NOTE)),
            ("state_event", false, Values::Words(&["close", "reopen"])),
        ],
    },
    Route {
        method: "PUT",
        template: "/merge_requests/:number/merge",
        fields: &[
            ("sha", false, Values::Commit),
            ("merge_commit_message", false, Values::Text(MAX_NOTE)),
            ("squash_commit_message", false, Values::Text(MAX_NOTE)),
            ("should_remove_source_branch", false, Values::Truth),
            ("auto_merge", false, Values::Truth),
            ("squash", false, Values::Truth),
        ],
    },
    delete("/protected_branches/:name"),
    Route {
        method: "PUT",
        template: "/merge_requests/:number/notes/:number",
        fields: &[("body", true, Values::Text(MAX_NOTE))],
    },
];

const fn post(template: &'static str, fields: &'static [Field]) -> Route {
    Route {
        method: "POST",
        template,
        fields,
    }
}

const fn delete(template: &'static str) -> Route {
    Route {
        method: "DELETE",
        template,
        fields: &[],
    }
}

impl Route {
    /// Returns what is wrong with a body; a change that changes nothing is wrong too.
    pub(super) fn fault(&self, body: &serde_json::Map<String, Value>) -> Option<String> {
        let is_empty = |value: &Value| value.as_str().is_some_and(str::is_empty);
        for (name, is_required, _) in self.fields {
            if *is_required && body.get(*name).is_none_or(is_empty) {
                return Some(format!("{name} is missing"));
            }
        }
        if body.is_empty() && self.method != "DELETE" {
            return Some("all parameters are missing".to_owned());
        }
        let is_known = |(name, value): &(&String, &Value)| {
            let mut fields = self.fields.iter();
            fields.any(|(known, _, values)| known == name && values.take(value))
        };
        let mut unknown = body.iter().filter(|field| !is_known(field));
        let (name, value) = unknown.next()?;
        Some(format!("{name} does not have a valid value: {value}"))
    }
}

impl Values {
    fn take(&self, value: &Value) -> bool {
        let text = value.as_str();
        let is_at_most = |most| text.is_some_and(|it| it.chars().count() <= most);
        match self {
            Values::Text(most) => is_at_most(*most),
            Values::Address => {
                let is_address = |it: &str| it.starts_with("https://") || it.starts_with("http://");
                is_at_most(255) && text.is_some_and(is_address)
            }
            Values::Words(words) => text.is_some_and(|it| words.contains(&it)),
            Values::Truth => value.is_boolean(),
            Values::Number => value.is_number(),
            Values::Commit => text.is_some_and(|it| super::table::fits(":commit", it)),
            Values::Level(levels) => value.as_u64().is_some_and(|it| levels.contains(&it)),
            Values::Levels => {
                let list = value.as_array();
                list.is_some_and(|all| !all.is_empty() && all.iter().all(is_level))
            }
        }
    }
}

/// `{access_level}`, `{user_id}`, `{group_id}` or `{deploy_key_id}`, with the `id` of one that is there, or the end of that.
fn is_level(value: &Value) -> bool {
    let Some(level) = value.as_object() else {
        return false;
    };
    let known = |name: &str, value: &Value| match name {
        "access_level" => value.as_u64().is_some_and(|it| LEVELS.contains(&it)),
        "id" | "user_id" | "group_id" | "deploy_key_id" => value.is_u64(),
        "_destroy" => value == &Value::Bool(true),
        _ => false,
    };
    let whom = ["access_level", "user_id", "group_id", "deploy_key_id"];
    let named = whom
        .iter()
        .filter(|name| level.contains_key(**name))
        .count();
    let is_end = level.contains_key("_destroy");
    let is_whole = match is_end {
        true => named == 0 && level.contains_key("id"),
        false => named == 1,
    };
    is_whole && level.iter().all(|(name, value)| known(name, value))
}

#[cfg(test)]
mod tests {
    use super::ROUTES;
    use serde_json::{Value, json};

    fn is_good(method: &str, template: &str, body: Value) -> bool {
        let mut routes = ROUTES.iter();
        let route = routes.find(|it| it.method == method && it.template == template);
        route.unwrap().fault(body.as_object().unwrap()).is_none()
    }

    #[test]
    fn what_is_sent_is_known_good_and_whole() {
        let protect = |body| is_good("POST", "/protected_branches", body);
        assert!(protect(json!({"name": "main", "push_access_level": 0})));
        assert!(!protect(json!({"push_access_level": 0})));
        assert!(!protect(json!({"name": "main", "push_access_level": 50})));
        assert!(!protect(json!({"name": "main", "push": 0})));
        let level = |levels| {
            let body = json!({"allowed_to_push": levels});
            is_good("PATCH", "/protected_branches/:name", body)
        };
        assert!(level(
            json!([{"id": 12, "access_level": 0}, {"id": 13, "_destroy": true}])
        ));
        assert!(!level(json!([{"access_level": 0, "user_id": 3}])));
        assert!(!level(json!([{"_destroy": true}])));
        assert!(!level(json!([])));
        assert!(!is_good("PUT", "", json!({})));
        assert!(!is_good("PUT", "", json!({"visibility": "public"})));
    }
}
