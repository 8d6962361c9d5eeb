//! The forge that an address of a remote lies at.

use model::program::ForgeKind;
use std::collections::{BTreeMap, BTreeSet};

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
pub(super) fn of_urls<'a>(urls: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    let forges = urls.filter_map(|url| of_url(url));
    forges.map(str::to_owned).collect()
}

fn of_url(url: &str) -> Option<&'static str> {
    let host = host(url)?.to_lowercase();
    let mut known = FORGES.iter();
    known
        .find(|(word, _)| host.contains(word))
        .map(|(_, forge)| *forge)
}

/// A repository at a forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestsAt {
    /// What kind of forge it is.
    pub kind: ForgeKind,
    /// The repository there: `owner/name`, at GitLab the path with all groups.
    pub repository: String,
    /// The host of a forge of one's own.
    pub own_host: Option<String>,
}

/// Hosts of the forges that everybody uses; the second of each serves SSH on the port of HTTPS.
const HOSTS: [(ForgeKind, [&str; 2]); 2] = [
    (ForgeKind::Github, ["github.com", "ssh.github.com"]),
    (ForgeKind::Gitlab, ["gitlab.com", "altssh.gitlab.com"]),
];

/// Returns where the requests of a repository are, by its remotes: by `origin`, else by the only one.
pub(super) fn requests_at(remotes: &BTreeMap<String, String>) -> Option<RequestsAt> {
    let only = || remotes.values().next().filter(|_| remotes.len() == 1);
    let url = remotes.get("origin").or_else(only)?;
    let host = host(url)?.to_lowercase();
    let mut kinds = ForgeKind::ALL.into_iter();
    let kind = kinds.find(|kind| of_url(url) == Some(kind.name()))?;
    let is_public =
        |(of, hosts): &(ForgeKind, [&str; 2])| *of == kind && hosts.contains(&host.as_str());
    let is_own = !HOSTS.iter().any(is_public);
    Some(RequestsAt {
        kind,
        repository: repository(kind, path(url)?)?,
        own_host: is_own.then_some(host),
    })
}

/// Returns what follows the host.
fn path(url: &str) -> Option<&str> {
    match url.split_once("://") {
        Some((_, rest)) => Some(rest.split_once('/')?.1),
        None => Some(url.split_once(':')?.1),
    }
}

/// Returns the name of a repository; nothing where the forge would not call one so.
fn repository(kind: ForgeKind, path: &str) -> Option<String> {
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let parts: Vec<&str> = path.split('/').collect();
    let is_name = |part: &&str| {
        let plain = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
        !part.is_empty() && part.chars().all(plain) && !matches!(*part, "." | "..")
    };
    let fits = match kind {
        ForgeKind::Github => parts.len() == 2,
        ForgeKind::Gitlab => parts.len() >= 2,
    };
    (fits && parts.iter().all(is_name)).then(|| path.to_owned())
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
    fn the_address_of_origin_tells_where_requests_are() {
        let at = |url: &str| {
            let remotes = [("origin".to_owned(), url.to_owned())];
            let found = requests_at(&remotes.into())?;
            let host = found.own_host.map(|host| format!(" on {host}"));
            let host = host.unwrap_or_default();
            Some(format!("{}:{}{host}", found.kind.name(), found.repository))
        };
        let check =
            |url: &str, expect: Option<&str>| assert_eq!(at(url).as_deref(), expect, "{url}");
        let shop = Some("github:larkspur/shop");
        check("git@github.com:larkspur/shop.git", shop);
        check("https://github.com/larkspur/shop", shop);
        check("https://ada:secret@github.com/larkspur/shop.git/", shop);
        check("ssh://git@ssh.github.com:443/larkspur/shop.git", shop);
        check(
            "git@gitlab.com:larkspur/web/shop.git",
            Some("gitlab:larkspur/web/shop"),
        );
        let own = Some("gitlab:larkspur/shop on gitlab.larkspur.example");
        check("https://gitlab.larkspur.example/larkspur/shop.git", own);
        for none in [
            "https://github.com/larkspur",
            "https://github.com/larkspur/shop/tree",
            "https://github.com/larkspur/..",
            "https://github.com/larkspur/sh\"op",
            "https://codeberg.org/larkspur/shop",
            "/srv/shop.git",
            "",
        ] {
            check(none, None);
        }
        let remote = |name: &str| (name.to_owned(), "git@github.com:a/b".to_owned());
        assert!(requests_at(&[remote("hub")].into()).is_some());
        assert!(requests_at(&[remote("hub"), remote("other")].into()).is_none());
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
