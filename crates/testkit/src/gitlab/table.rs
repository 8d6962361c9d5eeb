//! What GitLab's published description allows: paths behind a project's, their parameters, and the values of these.
//!
//! Facts of `doc/api/openapi/openapi_v3.yaml` of GitLab 19.5; the routes that are marked otherwise are taken from the pages
//! of its documentation.

/// A path that can be asked with GET.
#[derive(Debug)]
pub struct Route {
    /// The path behind the project's; a part with a colon stands for any number, commit or name.
    pub template: &'static str,
    /// Whether the token of a CI job is taken.
    pub takes_job_token: bool,
    /// Whether the description has it; else a page of the documentation does.
    pub is_described: bool,
    /// Its parameters.
    parameters: &'static [&'static [Parameter]],
}

type Parameter = (&'static str, Values);

/// The values that a parameter takes.
#[derive(Debug, Clone, Copy)]
enum Values {
    Words(&'static [&'static str]),
    Truth,
    Number,
    Any,
}

const PAGES: &[Parameter] = &[("page", Values::Number), ("per_page", Values::Number)];
const SORT: &[Parameter] = &[("sort", Values::Words(&["asc", "desc"]))];
const NONE: &[&[Parameter]] = &[];

const REQUESTS: &[Parameter] = &[
    (
        "state",
        Values::Words(&["opened", "closed", "locked", "merged", "all"]),
    ),
    (
        "order_by",
        Values::Words(&[
            "created_at",
            "label_priority",
            "milestone_due",
            "popularity",
            "priority",
            "title",
            "updated_at",
            "merged_at",
        ]),
    ),
    ("author_id", Values::Number),
    ("author_username", Values::Any),
    ("reviewer_username", Values::Any),
    ("labels", Values::Any),
    ("milestone", Values::Any),
    ("with_labels_details", Values::Truth),
    ("with_merge_status_recheck", Values::Truth),
    ("created_after", Values::Any),
    ("created_before", Values::Any),
    ("updated_after", Values::Any),
    ("updated_before", Values::Any),
    ("merged_after", Values::Any),
    ("merged_before", Values::Any),
    ("view", Values::Words(&["simple"])),
    (
        "scope",
        Values::Words(&["created_by_me", "assigned_to_me", "reviews_for_me", "all"]),
    ),
    ("source_branch", Values::Any),
    ("source_project_id", Values::Number),
    ("target_branch", Values::Any),
    ("search", Values::Any),
    ("draft", Values::Truth),
    ("deployed_before", Values::Any),
    ("deployed_after", Values::Any),
    ("environment", Values::Any),
];
const REQUEST: &[Parameter] = &[
    ("render_html", Values::Truth),
    ("include_diverged_commits_count", Values::Truth),
    ("include_rebase_in_progress", Values::Truth),
];
const NOTES: &[Parameter] = &[
    ("order_by", Values::Words(&["created_at", "updated_at"])),
    (
        "activity_filter",
        Values::Words(&["all_notes", "only_comments", "only_activity"]),
    ),
];
const JOBS: &[Parameter] = &[
    ("include_retried", Values::Truth),
    (
        "scope",
        Values::Words(&[
            "created",
            "waiting_for_resource",
            "preparing",
            "waiting_for_callback",
            "pending",
            "running",
            "success",
            "failed",
            "canceling",
            "canceled",
            "skipped",
            "manual",
            "scheduled",
        ]),
    ),
];
const STATUSES: &[Parameter] = &[
    ("ref", Values::Any),
    ("stage", Values::Any),
    ("name", Values::Any),
    ("pipeline_id", Values::Number),
    ("all", Values::Truth),
    ("order_by", Values::Words(&["id", "pipeline_id"])),
];
const SEARCH: &[Parameter] = &[("search", Values::Any)];
const MEMBERS: &[Parameter] = &[
    ("query", Values::Any),
    ("show_seat_info", Values::Truth),
    ("state", Values::Words(&["awaiting", "active"])),
];
const ENVIRONMENTS: &[Parameter] = &[
    ("name", Values::Any),
    ("search", Values::Any),
    (
        "states",
        Values::Words(&["stopped", "stopping", "available"]),
    ),
];
const PROJECT: &[Parameter] = &[
    ("statistics", Values::Truth),
    ("with_custom_attributes", Values::Truth),
    ("license", Values::Truth),
];
const EVENTS: &[Parameter] = &[
    ("created_after", Values::Any),
    ("created_before", Values::Any),
];

/// All of them.
pub const ROUTES: [Route; 23] = [
    described("", &[PROJECT]),
    described("/merge_requests", &[REQUESTS, SORT, PAGES]),
    described("/merge_requests/:number", &[REQUEST]),
    described("/merge_requests/:number/commits", &[PAGES]),
    described("/merge_requests/:number/notes", &[NOTES, SORT, PAGES]),
    described("/merge_requests/:number/approvals", NONE),
    described("/merge_requests/:number/pipelines", NONE),
    documented("/merge_requests/:number/versions", &[PAGES]),
    documented("/merge_requests/:number/merge_ref", NONE),
    documented("/repository/branches/:name", NONE),
    described("/merge_requests/:number/closes_issues", &[PAGES]),
    of_jobs(described("/pipelines/:number/jobs", &[JOBS, PAGES])),
    described(
        "/repository/commits/:commit/statuses",
        &[STATUSES, SORT, PAGES],
    ),
    described("/protected_branches", &[SEARCH, PAGES]),
    described("/protected_branches/:name", NONE),
    described("/deploy_keys", &[PAGES]),
    described("/members/all", &[MEMBERS, PAGES]),
    of_jobs(described("/environments", &[ENVIRONMENTS, PAGES])),
    described("/approval_rules", &[PAGES]),
    described("/push_rule", NONE),
    documented("/issues/:number", NONE),
    described("/audit_events", &[EVENTS, PAGES]),
    documented("/groups/:name/audit_events", &[EVENTS, PAGES]),
];

const fn described(template: &'static str, parameters: &'static [&'static [Parameter]]) -> Route {
    Route {
        template,
        takes_job_token: false,
        is_described: true,
        parameters,
    }
}

const fn documented(template: &'static str, parameters: &'static [&'static [Parameter]]) -> Route {
    Route {
        is_described: false,
        ..described(template, parameters)
    }
}

const fn of_jobs(route: Route) -> Route {
    Route {
        takes_job_token: true,
        ..route
    }
}

/// Returns the route of a path behind the project's.
#[must_use]
pub fn route(path: &str) -> Option<&'static Route> {
    ROUTES.iter().find(|route| {
        let parts = route.template.split('/').count();
        let mut both = route.template.split('/').zip(path.split('/'));
        parts == path.split('/').count() && both.all(|(wanted, found)| fits(wanted, found))
    })
}

/// Returns whether a part of a path is what a part of a template stands for.
pub(super) fn fits(wanted: &str, found: &str) -> bool {
    let is_number = || {
        found
            .parse::<u64>()
            .is_ok_and(|it| it > 0 && it.to_string() == found)
    };
    match wanted {
        ":number" => is_number(),
        ":commit" => {
            matches!(found.len(), 40 | 64) && found.bytes().all(|it| it.is_ascii_hexdigit())
        }
        ":name" => !found.is_empty(),
        word => word == found,
    }
}

impl Route {
    /// Returns whether it takes a parameter with this value.
    #[must_use]
    pub fn takes(&self, name: &str, value: &str) -> bool {
        let mut parameters = self.parameters.iter().flat_map(|group| group.iter());
        parameters.any(|(known, values)| {
            *known == name
                && match values {
                    Values::Words(words) => words.contains(&value),
                    Values::Truth => matches!(value, "true" | "false"),
                    Values::Number => value.parse::<u64>().is_ok_and(|it| it > 0),
                    Values::Any => !value.is_empty(),
                }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::route;

    #[test]
    fn a_path_has_one_route() {
        let check = |path, expected: Option<&str>| {
            assert_eq!(route(path).map(|it| it.template), expected, "{path}");
        };
        check("", Some(""));
        check(
            "/merge_requests/7/notes",
            Some("/merge_requests/:number/notes"),
        );
        check(
            "/protected_branches/fix%2F*",
            Some("/protected_branches/:name"),
        );
        for path in [
            "/",
            "/merge_requests/07",
            "/merge_requests/a",
            "/protected_branches/",
            "/pulls",
        ] {
            check(path, None);
        }
    }

    #[test]
    fn a_parameter_has_its_values() {
        let takes = |path, name, value| route(path).unwrap().takes(name, value);
        assert!(takes("/merge_requests", "order_by", "merged_at"));
        assert!(takes("/merge_requests", "sort", "asc"));
        assert!(!takes("/merge_requests", "sort", "up"));
        assert!(!takes("/merge_requests", "direction", "asc"));
        // The list of a request's pipelines lets nobody choose how long its pages are.
        assert!(!takes("/merge_requests/7/pipelines", "per_page", "100"));
    }
}
