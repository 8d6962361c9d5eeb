//! Lists with several pages, whole and cut short.

use sources::gitlab::endpoint::Endpoint;
use sources::gitlab::read;
use testkit::gitlab::{Content, FakeGitlab};

use super::{access, answers, ask};

/// Returns so many pages with one merge request each.
fn pages(count: u64) -> Vec<String> {
    let page = |iid: u64| {
        let mut request = answers::request();
        request["iid"] = iid.into();
        format!("[{request}]")
    };
    (1..=count).map(page).collect()
}

#[test]
fn all_pages_come_in_their_order() {
    let gitlab = FakeGitlab::start(&[("/merge_requests", Content::Pages(pages(3)))]);
    let got = ask(&gitlab, access(), Endpoint::Requests).unwrap();
    assert!(got.is_whole());
    let read = read::requests(&got.bodies()).unwrap();
    let numbers: Vec<u64> = read.iter().map(|request| request.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    // The whole path below the host, with the project as one part, is what a later reader would ask again.
    let address = "/lab/api/v4/projects/larkspur%2Fweb%2Fshop/merge_requests\
                   ?per_page=100&state=all&order_by=created_at&sort=asc";
    assert!(got.address.ends_with(address), "{}", got.address);
}

#[test]
fn a_list_whose_pages_nobody_chooses_is_followed_all_the_same() {
    let page = answers::all()
        .remove("/merge_requests/7/pipelines")
        .unwrap();
    let content = Content::Pages(vec![page.clone(), page]);
    let gitlab = FakeGitlab::start(&[("/merge_requests/7/pipelines", content)]);
    let got = ask(&gitlab, access(), Endpoint::RequestPipelines(7)).unwrap();
    assert_eq!((got.is_whole(), got.pages.len()), (true, 2));
}

#[test]
fn a_list_that_ends_early_says_so() {
    for status in [500, 404, 403] {
        let content = Content::CutShort(pages(2), status);
        let gitlab = FakeGitlab::start(&[("/merge_requests", content)]);
        let got = ask(&gitlab, access(), Endpoint::Requests).unwrap();
        assert_eq!((got.is_whole(), got.pages.len()), (false, 2), "{status}");
    }
}
