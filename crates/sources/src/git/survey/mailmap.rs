//! Entries of `.mailmap` (gitmailmap(5)).

/// Entries that are read.
const MAX_ENTRIES: usize = 10_000;

/// What `.mailmap` says of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailmapEntry {
    /// The proper name, where the entry gives one.
    pub name: Option<String>,
    /// The proper address; that of the commits where the entry gives no other.
    pub address: String,
    /// The name in commits, where the entry is for one name only.
    pub commit_name: Option<String>,
    /// The address in commits.
    pub commit_address: String,
}

/// Returns the entries of a text, leaving out lines that are none.
pub(super) fn parse(text: &str) -> Vec<MailmapEntry> {
    let entries = text.lines().filter_map(entry);
    entries.take(MAX_ENTRIES).collect()
}

/// `Proper Name <proper@address> Commit Name <commit@address>`, of which all but one address may be absent.
fn entry(line: &str) -> Option<MailmapEntry> {
    let line = line.split('#').next()?;
    let (name, address, rest) = person(line)?;
    let entry = match person(rest) {
        Some((commit_name, commit_address, _)) => MailmapEntry {
            name,
            address,
            commit_name,
            commit_address,
        },
        None => MailmapEntry {
            name,
            commit_address: address.clone(),
            address,
            commit_name: None,
        },
    };
    Some(entry)
}

fn person(text: &str) -> Option<(Option<String>, String, &str)> {
    let (name, rest) = text.split_once('<')?;
    let (address, rest) = rest.split_once('>')?;
    let name = Some(name.trim()).filter(|name| !name.is_empty());
    Some((name.map(str::to_owned), address.trim().to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<(&str, &str, &str, &str)>) {
        let found = entry(line).map(|entry| {
            let name = entry.name.unwrap_or_default();
            let commit_name = entry.commit_name.unwrap_or_default();
            (name, entry.address, commit_name, entry.commit_address)
        });
        let expect = expect.map(|(a, b, c, d)| (a.into(), b.into(), c.into(), d.into()));
        assert_eq!(found, expect, "{line}");
    }

    #[test]
    fn the_four_forms() {
        check(
            "Ada Marsh <ada@x>",
            Some(("Ada Marsh", "ada@x", "", "ada@x")),
        );
        check("<ada@x> <old@x>", Some(("", "ada@x", "", "old@x")));
        check(
            "Ada Marsh <ada@x> <old@x>",
            Some(("Ada Marsh", "ada@x", "", "old@x")),
        );
        check(
            "Ada Marsh <ada@x> ada <old@x> # once",
            Some(("Ada Marsh", "ada@x", "ada", "old@x")),
        );
    }

    #[test]
    fn other_lines_are_left_out() {
        check("", None);
        check("# Ada <ada@x>", None);
        check("Ada", None);
        check("Ada <ada@x", None);
    }
}
