//! Inclusion proofs: that a leaf stands at an index of a tree (RFC 6962 section 2.1.1).

use crate::merkle::{self, Hash};
use crate::range::{self, Node};

/// Why an inclusion proof was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InclusionError {
    /// The tree has no such leaf.
    #[error("leaf {index} lies outside a tree of {size} leaves")]
    OutsideTree {
        /// The index of the leaf.
        index: u64,
        /// The leaves of the tree.
        size: u64,
    },
    /// The path is longer or shorter than this leaf of this tree has.
    #[error(
        "the path to leaf {index} in a tree of {size} leaves has {found} hashes, not {expected}"
    )]
    Length {
        /// The index of the leaf.
        index: u64,
        /// The leaves of the tree.
        size: u64,
        /// The hashes that such a path has.
        expected: usize,
        /// The hashes that were given.
        found: usize,
    },
    /// The path leads to another root.
    #[error("the path leads to root {computed}, not to {root}")]
    OtherRoot {
        /// The root that follows from leaf and path.
        computed: Hash,
        /// The root that was claimed.
        root: Hash,
    },
}

/// Returns the path from leaf `index` of a tree of `size` leaves, the sibling of the leaf first.
///
/// `read` supplies the hash of a complete subtree of that tree, and its error is passed on.
/// A leaf outside the tree has an empty path, which [`verify`] refuses.
pub fn prove<E>(
    index: u64,
    size: u64,
    mut read: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    siblings(index, size)
        .into_iter()
        .map(|(start, end)| range::hash(start, end, &mut read))
        .collect()
}

/// Checks that the tree of `size` leaves under `root` has `leaf` at `index`.
pub fn verify(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> Result<(), InclusionError> {
    if index >= size {
        return Err(InclusionError::OutsideTree { index, size });
    }
    let expected = path_length(index, size);
    if path.len() != expected {
        return Err(InclusionError::Length {
            index,
            size,
            expected,
            found: path.len(),
        });
    }
    let computed = climb(leaf, index, size, path);
    if computed != *root {
        return Err(InclusionError::OtherRoot {
            computed,
            root: *root,
        });
    }
    Ok(())
}

/// Returns the number of hashes on the path from leaf `index` of a tree of `size` leaves.
fn path_length(index: u64, size: u64) -> usize {
    siblings(index, size).len()
}

/// RFC 6962 section 2.1.1, `PATH(m, D[n])`: the ranges beside the way from the leaf to the root.
fn siblings(index: u64, size: u64) -> Vec<(u64, u64)> {
    let mut ranges = Vec::new();
    if index >= size {
        return ranges;
    }
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + merkle::split_point(end - start);
        if index < middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((start, middle));
            start = middle;
        }
    }
    ranges.reverse();
    ranges
}

/// RFC 9162 section 2.1.3.2, step 4; the length of the path was checked before.
fn climb(leaf: &Hash, index: u64, size: u64, path: &[Hash]) -> Hash {
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in path {
        if node & 1 == 1 || node == last {
            hash = merkle::node_hash(sibling, &hash);
            // On the right edge a node without a sibling rises unhashed.
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = merkle::node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::{InclusionError, prove, verify};
    use crate::merkle::leaf_hash;

    #[test]
    fn a_tree_of_one_leaf_needs_no_path() {
        let leaf = leaf_hash(b"only");
        assert_eq!(verify(&leaf, 0, 1, &[], &leaf), Ok(()));
    }

    #[test]
    fn length_and_position_are_checked_before_any_hash() {
        let leaf = leaf_hash(b"only");
        assert_eq!(
            verify(&leaf, 1, 1, &[], &leaf),
            Err(InclusionError::OutsideTree { index: 1, size: 1 })
        );
        assert_eq!(
            verify(&leaf, 0, 1, &[leaf], &leaf),
            Err(InclusionError::Length {
                index: 0,
                size: 1,
                expected: 0,
                found: 1
            })
        );
        let huge = verify(&leaf, u64::MAX - 1, u64::MAX, &[], &leaf);
        assert!(
            matches!(huge, Err(InclusionError::Length { expected: 63, .. })),
            "{huge:?}"
        );
    }

    #[test]
    fn a_leaf_outside_the_tree_has_an_empty_path() {
        let path = prove(3, 3, |_| Err::<_, &str>("nothing is read"));
        assert_eq!(path, Ok(Vec::new()));
    }
}
