//! Consistency proofs: that a tree begins with all the leaves of an older one (RFC 6962 section 2.1.2).

use crate::merkle::{self, Hash};
use crate::range::{self, Node};

/// Why a consistency proof was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConsistencyError {
    /// The newer tree has fewer leaves.
    #[error("a tree of {new_size} leaves cannot extend one of {old_size}")]
    Shrunk {
        /// The leaves of the older tree.
        old_size: u64,
        /// The leaves of the newer tree.
        new_size: u64,
    },
    /// The path is longer or shorter than these sizes have.
    #[error("the path from {old_size} to {new_size} leaves has {found} hashes, not {expected}")]
    Length {
        /// The leaves of the older tree.
        old_size: u64,
        /// The leaves of the newer tree.
        new_size: u64,
        /// The hashes that such a path has.
        expected: usize,
        /// The hashes that were given.
        found: usize,
    },
    /// The path leads to another root for the older tree.
    #[error("the path leads to old root {computed}, not to {root}")]
    OtherOldRoot {
        /// The root that follows from the path.
        computed: Hash,
        /// The root that was claimed.
        root: Hash,
    },
    /// The path leads to another root for the newer tree.
    #[error("the path leads to new root {computed}, not to {root}")]
    OtherNewRoot {
        /// The root that follows from the path.
        computed: Hash,
        /// The root that was claimed.
        root: Hash,
    },
}

/// Returns the path that shows the tree of `new_size` leaves to extend the one of `old_size`.
///
/// `read` supplies the hash of a complete subtree of the newer tree, and its error is passed on.
/// From nothing, to the same size, and to a smaller tree, the path is empty.
pub fn prove<E>(
    old_size: u64,
    new_size: u64,
    mut read: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    ranges(old_size, new_size)
        .into_iter()
        .map(|(start, end)| range::hash(start, end, &mut read))
        .collect()
}

/// Checks that the tree of `new_size` leaves under `new_root` extends the one of `old_size` under `old_root`.
///
/// Every tree extends the empty one, whose root is checked and whose path is empty.
pub fn verify(
    old_size: u64,
    new_size: u64,
    path: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ConsistencyError> {
    if new_size < old_size {
        return Err(ConsistencyError::Shrunk { old_size, new_size });
    }
    let expected = ranges(old_size, new_size).len();
    if path.len() != expected {
        let found = path.len();
        return Err(ConsistencyError::Length {
            old_size,
            new_size,
            expected,
            found,
        });
    }
    let (computed_old, computed_new) = match old_size {
        0 => (merkle::empty_root(), *new_root),
        same if same == new_size => (*new_root, *new_root),
        _ => climb(old_size, new_size, path, old_root),
    };
    compare(computed_old, computed_new, old_root, new_root)
}

fn compare(
    computed_old: Hash,
    computed_new: Hash,
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ConsistencyError> {
    if computed_old != *old_root {
        return Err(ConsistencyError::OtherOldRoot {
            computed: computed_old,
            root: *old_root,
        });
    }
    if computed_new != *new_root {
        return Err(ConsistencyError::OtherNewRoot {
            computed: computed_new,
            root: *new_root,
        });
    }
    Ok(())
}

/// RFC 6962 section 2.1.2, `SUBPROOF(m, D[n], true)`: the ranges whose hashes make up the path.
fn ranges(old_size: u64, new_size: u64) -> Vec<(u64, u64)> {
    let mut ranges = Vec::new();
    if old_size == 0 || old_size >= new_size {
        return ranges;
    }
    let (mut start, mut end) = (0, new_size);
    while end != old_size {
        let middle = start + merkle::split_point(end - start);
        if old_size <= middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((start, middle));
            start = middle;
        }
    }
    // The whole older tree is known to the verifier, so only a part of it is sent.
    if start != 0 {
        ranges.push((start, end));
    }
    ranges.reverse();
    ranges
}

/// RFC 9162 section 2.1.4.2, steps 3 to 6, for `0 < old_size < new_size` and a path of the right length.
fn climb(old_size: u64, new_size: u64, path: &[Hash], old_root: &Hash) -> (Hash, Hash) {
    let shift = (old_size - 1).trailing_ones();
    let (mut node, mut last) = ((old_size - 1) >> shift, (new_size - 1) >> shift);
    let (seed, rest) = match path {
        [first, rest @ ..] if !old_size.is_power_of_two() => (first, rest),
        all => (old_root, all),
    };
    let (mut old, mut new) = (*seed, *seed);
    for sibling in rest {
        if node & 1 == 1 || node == last {
            old = merkle::node_hash(sibling, &old);
            new = merkle::node_hash(sibling, &new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new = merkle::node_hash(&new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    (old, new)
}

#[cfg(test)]
mod tests {
    use super::{ConsistencyError, verify};
    use crate::merkle::{empty_root, leaf_hash};

    #[test]
    fn every_tree_extends_the_empty_one() {
        let root = leaf_hash(b"only");
        assert_eq!(verify(0, 1, &[], &empty_root(), &root), Ok(()));
        let forged = verify(0, 1, &[], &root, &root);
        assert!(
            matches!(forged, Err(ConsistencyError::OtherOldRoot { .. })),
            "{forged:?}"
        );
        let stuffed = verify(0, 1, &[root], &empty_root(), &root);
        assert!(
            matches!(stuffed, Err(ConsistencyError::Length { .. })),
            "{stuffed:?}"
        );
    }

    #[test]
    fn a_tree_extends_only_itself_at_one_size() {
        let (root, other) = (leaf_hash(b"one"), leaf_hash(b"two"));
        assert_eq!(verify(7, 7, &[], &root, &root), Ok(()));
        assert!(verify(7, 7, &[], &root, &other).is_err());
        assert_eq!(
            verify(8, 7, &[], &root, &other),
            Err(ConsistencyError::Shrunk {
                old_size: 8,
                new_size: 7
            })
        );
    }
}
