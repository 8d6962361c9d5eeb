//! The address below which the whole of an API lies, as a person wrote it.

use reqwest::Url;

use super::is_loopback;

/// Why a text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is no address of HTTP.
    OtherScheme,
    /// Everybody on the way could read the credential.
    InTheClear,
    /// It holds a login, a query or a fragment.
    MoreThanBase,
}

/// Returns the address that a text is, with a slash at its end; without encryption only this machine is asked.
pub(crate) fn base(text: &str) -> Result<Url, Fault> {
    let mut url = Url::parse(text).map_err(|_| Fault::OtherScheme)?;
    let is_bare = url.query().is_none() && url.fragment().is_none();
    if !url.username().is_empty() || url.password().is_some() || !is_bare {
        return Err(Fault::MoreThanBase);
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(Fault::InTheClear),
        _ => return Err(Fault::OtherScheme),
    }
    let path = format!("{}/", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(url)
}
