//! `.mailmap`: which addresses the project itself says are one person's (gitmailmap(5)).

/// One line of `.mailmap`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailmapEntry {
    /// The name that the person goes by.
    pub name: Option<String>,
    /// The address that the person goes by.
    pub address: String,
    /// The address in commits.
    pub commit_address: String,
}

/// Lines that are read.
const MAX_LINES: usize = 100_000;

/// Returns the entries; a line that is none is passed over.
pub(super) fn parse(text: &str) -> Vec<MailmapEntry> {
    text.lines().take(MAX_LINES).filter_map(entry).collect()
}

fn entry(line: &str) -> Option<MailmapEntry> {
    let line = line.split('#').next()?.trim();
    let (name, rest) = line.split_once('<')?;
    let (address, rest) = rest.split_once('>')?;
    let commit_address = rest
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or(address, |(commit_address, _)| commit_address);
    Some(MailmapEntry {
        name: Some(name.trim()).filter(|name| !name.is_empty()).map(String::from),
        address: address.trim().to_owned(),
        commit_address: commit_address.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_gitmailmap() {
        let text = "# people\nAda Marsh <ada@larkspur.example> Ada <ada@home.example>\n<b@x.example> <c@x.example>\nnothing\n";
        let entries = parse(text);
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].name.as_deref(), Some("Ada Marsh"));
        assert_eq!(entries[0].commit_address, "ada@home.example");
        assert_eq!((entries[1].address.as_str(), entries[1].commit_address.as_str()), ("b@x.example", "c@x.example"));
    }
}
