//! The commits that an earlier reading knows.

use crate::git::walk::Known;
use gix::ObjectId;

/// Sorted lists of ids, one of each reading.
pub(in crate::git) struct KnownIds {
    tip: ObjectId,
    lists: Vec<Vec<u8>>,
}

/// Returns a list of ids as it is kept: sorted, one behind the other.
pub(super) fn encode(mut ids: Vec<ObjectId>) -> Vec<u8> {
    ids.sort_unstable();
    ids.iter().flat_map(|id| id.as_bytes()).copied().collect()
}

impl KnownIds {
    /// Returns the ids in these lists, `None` where a list holds something else.
    pub(super) fn new(tip: ObjectId, lists: Vec<Vec<u8>>) -> Option<KnownIds> {
        let id_bytes = tip.as_bytes().len();
        let is_whole = |list: &Vec<u8>| list.len().is_multiple_of(id_bytes);
        lists
            .iter()
            .all(is_whole)
            .then_some(KnownIds { tip, lists })
    }

    /// Returns the ids.
    pub(super) fn ids(&self) -> impl Iterator<Item = ObjectId> + '_ {
        let id_bytes = self.tip.as_bytes().len();
        let ids = self
            .lists
            .iter()
            .flat_map(move |list| list.chunks(id_bytes));
        ids.filter_map(|id| ObjectId::try_from(id).ok())
    }
}

impl Known for KnownIds {
    fn tip(&self) -> Option<ObjectId> {
        Some(self.tip)
    }

    fn contains(&self, id: &ObjectId) -> bool {
        self.lists.iter().any(|list| is_in(list, id.as_bytes()))
    }
}

fn is_in(list: &[u8], id: &[u8]) -> bool {
    let (mut low, mut high) = (0, list.len() / id.len());
    while low < high {
        let middle = low + (high - low) / 2;
        match list[middle * id.len()..][..id.len()].cmp(id) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return true,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> ObjectId {
        ObjectId::from_bytes_or_panic(&[byte; 20])
    }

    #[test]
    fn ids_are_found() {
        let lists = vec![
            encode(vec![id(5), id(1), id(3)]),
            encode(vec![id(9)]),
            Vec::new(),
        ];
        let known = KnownIds::new(id(9), lists).unwrap();
        for byte in 0..12 {
            assert_eq!(
                known.contains(&id(byte)),
                [1, 3, 5, 9].contains(&byte),
                "{byte}"
            );
        }
    }

    #[test]
    fn a_list_of_something_else_is_refused() {
        assert!(KnownIds::new(id(1), vec![vec![0; 21]]).is_none());
    }
}
