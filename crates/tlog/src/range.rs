//! Complete subtrees, and the hashes of ranges of leaves that are made of them.

use crate::merkle::{self, Hash};

/// A complete subtree: its leaves are `index << level` up to `(index + 1) << level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// Its height; 0 is a leaf.
    pub level: u8,
    /// How many subtrees of this height lie to its left.
    pub index: u64,
}

/// Returns the complete subtrees that cover `start..end`, from left to right, as few as possible.
pub fn complete_subtrees(mut start: u64, end: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    while start < end {
        let level = (end - start).ilog2().min(start.trailing_zeros());
        nodes.push(Node {
            level: level as u8,
            index: start >> level,
        });
        start += 1 << level;
    }
    nodes
}

/// Returns the hash of the leaves `start..end`, a range that RFC 6962 hashes, reading each complete subtree once.
///
/// The error is that of `read`.
pub fn hash<E>(
    start: u64,
    end: u64,
    read: &mut impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Hash, E> {
    let hashes: Result<Vec<Hash>, E> = complete_subtrees(start, end)
        .into_iter()
        .map(read)
        .collect();
    Ok(fold(&hashes?))
}

/// Returns the root over the hashes of [`complete_subtrees`], in their order.
pub fn fold(hashes: &[Hash]) -> Hash {
    hashes
        .iter()
        .copied()
        .rev()
        .reduce(|right, left| merkle::node_hash(&left, &right))
        .unwrap_or_else(merkle::empty_root)
}

#[cfg(test)]
mod tests {
    use super::{Node, complete_subtrees, hash};
    use crate::merkle::{Hash, leaf_hash, root};

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count)
            .map(|index| leaf_hash(&index.to_be_bytes()))
            .collect()
    }

    #[test]
    fn a_range_is_covered_by_few_subtrees() {
        let levels = |start, end| -> Vec<u8> {
            complete_subtrees(start, end)
                .iter()
                .map(|node| node.level)
                .collect()
        };
        assert_eq!(levels(0, 7), [2, 1, 0]);
        assert_eq!(levels(8, 8), []);
        assert_eq!(levels(0, u64::MAX).len(), 64);
        assert_eq!(complete_subtrees(4, 6), [Node { level: 1, index: 2 }]);
    }

    #[test]
    fn folding_subtrees_gives_the_root_of_the_list() {
        for count in 0..70 {
            let leaves = leaves(count);
            let mut read = |node: Node| -> Result<Hash, ()> {
                let start = (node.index << node.level) as usize;
                Ok(root(&leaves[start..start + (1 << node.level)]))
            };
            assert_eq!(
                hash(0, count, &mut read),
                Ok(root(&leaves)),
                "{count} leaves"
            );
        }
    }
}
