//! The keys with which forges sign what people do in the browser.

/// GitHub's `web-flow` keys, from <https://github.com/web-flow.gpg>.
///
/// `968479A1AFF927E37D1A566BB5690EEEBB952194` since January 2024, `5DE3E0509C47EA3CF04A42D34AEE18F83AFDEB23` before.
pub const GITHUB_WEB_FLOW_KEYS: [&str; 2] = [
    include_str!("forge_keys/github_2024.asc"),
    include_str!("forge_keys/github_2017.asc"),
];
