//! The forge that an address of a remote lies at.

use std::collections::BTreeSet;

/// Words in the host that tell the forge; the first that fits counts.
const FORGES: [(&str, &str); 9] = [
    ("github", "github"),
    ("gitlab", "gitlab"),
    ("bitbucket", "bitbucket"),
    ("dev.azure.com", "azure"),
    ("visualstudio.com", "azure"),
    ("gitea", "gitea"),
    ("forgejo", "forgejo"),
    ("codeberg.org", "forgejo"),
    ("sr.ht", "sourcehut"),
];

/// Returns the forges of some addresses.
pub(super) fn of_urls(urls: &[String]) -> BTreeSet<String> {
    let forges = urls.iter().filter_map(|url| of_url(url));
    forges.map(str::to_owned).collect()
}

fn of_url(url: &str) -> Option<&'static str> {
    let host = host(url)?.to_lowercase();
    let mut known = FORGES.iter();
    known
        .find(|(word, _)| host.contains(word))
        .map(|(_, forge)| *forge)
}

/// Returns the host of `https://user@host:port/path` and of `user@host:path`.
fn host(url: &str) -> Option<&str> {
    let (authority, is_url) = match url.split_once("://") {
        Some((_, rest)) => (rest.split('/').next()?, true),
        None => (url.split_once(':')?.0, false),
    };
    let host = authority.rsplit('@').next()?;
    match is_url {
        true => host.split(':').next(),
        false => Some(host).filter(|host| !host.contains('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expect: Option<&str>) {
        assert_eq!(of_url(url), expect, "{url}");
    }

    #[test]
    fn hosts_tell_the_forge() {
        check("https://github.com/larkspur/shop.git", Some("github"));
        check("git@github.com:larkspur/shop.git", Some("github"));
        check(
            "ssh://git@gitlab.larkspur.example:2222/shop.git",
            Some("gitlab"),
        );
        check(
            "https://ada:secret@bitbucket.org/larkspur/shop",
            Some("bitbucket"),
        );
        check("git@ssh.dev.azure.com:v3/larkspur/shop/shop", Some("azure"));
        check("https://codeberg.org/larkspur/shop", Some("forgejo"));
        check("https://git.larkspur.example/github/shop", None);
        check("/srv/github/shop.git", None);
        check("../github:shop/x", None);
        check("", None);
    }
}
