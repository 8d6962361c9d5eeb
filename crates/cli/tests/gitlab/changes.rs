//! Nothing is written at GitLab, and what would write there says so.

use crate::company::Company;

/// The fake complains of everything but a GET.
const NOTHING: &str = "larkspur/web/shop is at GitLab, where Countersign reads and changes nothing";

#[test]
fn what_changes_something_is_refused() {
    let mut company = Company::new("  CR-1: in use\n  CR-4: in use\n");
    company.gitlab.set_protected(&[("main", 0)]);
    company.change(|request| request.is_draft = false);
    for publish in ["status", "check-run"] {
        let arguments = ["gate", "merge", "--request", "1", "--publish", publish];
        let said = company.says(&arguments, 2);
        assert!(said.contains(NOTHING), "{said}");
        assert!(
            said.contains("request 1 of larkspur/web/shop: pass"),
            "{said}"
        );
    }
    for what in ["--plan", "--apply"] {
        let said = company.says(&["protect", what], 2);
        assert!(said.contains(NOTHING), "{said}");
        assert!(said.contains("docs/gitlab.md"), "{said}");
    }
}
