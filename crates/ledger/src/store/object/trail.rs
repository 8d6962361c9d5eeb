//! Trails: what a record knows of those before it, so that any of them is found in a few steps, each vouched for.
//!
//! A trail is a counter in base 16 whose digits are lists: level 0 has the last records one by one, each link of
//! level 1 ends a block of 16 records, each of level 2 one of 256. What lies within a block is told by the trail of
//! the record that ends it.

use model::digest::Digest;

/// The links of a level.
const WIDTH: usize = 16;

/// More levels than a log can fill.
const MAX_LEVELS: usize = 16;

const LINK_BYTES: usize = 8 + 8 + 32;

/// The longest encoding of a trail.
pub(super) const MAX_TRAIL_BYTES: usize = 1 + MAX_LEVELS * (1 + (WIDTH - 1) * LINK_BYTES);

/// One record, and the leaves that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Link {
    /// The leaves of the log before it.
    pub(super) base: u64,
    /// The leaves of the log after it.
    pub(super) end: u64,
    /// The SHA-256 of its header.
    pub(super) header: Digest,
}

/// The records before one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Trail {
    levels: Vec<Vec<Link>>,
}

impl Link {
    /// Returns what names of its objects end with.
    pub(super) fn name(&self) -> String {
        format!("{:020}-{}", self.base, self.header)
    }

    /// Returns whether it holds a leaf.
    pub(super) fn holds(&self, leaf: u64) -> bool {
        (self.base..self.end).contains(&leaf)
    }
}

impl Trail {
    /// Returns the trail of the record behind `last`, whose own trail this is.
    pub(super) fn followed_by(&self, last: Link) -> Trail {
        let mut trail = self.clone();
        for level in 0..MAX_LEVELS {
            if trail.levels.len() == level {
                trail.levels.push(Vec::new());
            }
            trail.levels[level].push(last);
            if trail.levels[level].len() < WIDTH {
                break;
            }
            trail.levels[level].clear();
        }
        trail
    }

    /// Returns the links in the order of the log, each with its level.
    pub(super) fn links(&self) -> impl Iterator<Item = (usize, Link)> + '_ {
        let levels = self.levels.iter().enumerate().rev();
        levels.flat_map(|(level, links)| links.iter().map(move |link| (level, *link)))
    }

    /// Returns the record that ends the block in which a leaf lies.
    pub(super) fn towards(&self, leaf: u64) -> Option<Link> {
        let mut links = self.links().map(|(_, link)| link);
        links.find(|link| link.end > leaf)
    }

    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.levels.len() as u8);
        for links in &self.levels {
            out.push(links.len() as u8);
            for link in links {
                out.extend_from_slice(&link.base.to_be_bytes());
                out.extend_from_slice(&link.end.to_be_bytes());
                out.extend_from_slice(link.header.as_bytes());
            }
        }
    }

    /// Returns the trail that these bytes encode, if they do and every record in it follows the one before.
    pub(super) fn parse(bytes: &[u8]) -> Option<Trail> {
        let (count, mut rest) = bytes.split_first()?;
        let mut trail = Trail::default();
        if usize::from(*count) > MAX_LEVELS {
            return None;
        }
        for _ in 0..*count {
            let (count, links) = rest.split_first()?;
            let length = usize::from(*count) * LINK_BYTES;
            if usize::from(*count) >= WIDTH || links.len() < length {
                return None;
            }
            let (links, behind) = links.split_at(length);
            let links = links
                .chunks_exact(LINK_BYTES)
                .map(link)
                .collect::<Option<_>>()?;
            trail.levels.push(links);
            rest = behind;
        }
        let is_ordered = trail
            .links()
            .try_fold(0, |end, (_, link)| (link.base >= end).then_some(link.end));
        (rest.is_empty() && is_ordered.is_some()).then_some(trail)
    }
}

fn link(bytes: &[u8]) -> Option<Link> {
    let (base, rest) = bytes.split_first_chunk()?;
    let (end, header) = rest.split_first_chunk()?;
    let link = Link {
        base: u64::from_be_bytes(*base),
        end: u64::from_be_bytes(*end),
        header: Digest::from_bytes(header.try_into().ok()?),
    };
    (link.base < link.end).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::{Link, MAX_TRAIL_BYTES, Trail};
    use model::digest::Digest;

    fn log(records: u64) -> Vec<(Link, Trail)> {
        let mut log: Vec<(Link, Trail)> = Vec::new();
        for index in 0..records {
            let trail = log
                .last()
                .map(|(link, trail)| trail.followed_by(*link))
                .unwrap_or_default();
            let link = Link {
                base: index * 3,
                end: index * 3 + 3,
                header: Digest::of(&index.to_be_bytes()),
            };
            log.push((link, trail));
        }
        log
    }

    #[test]
    fn every_leaf_is_found_in_a_few_steps() {
        let log = log(5_000);
        let trail_of = |link: Link| &log[(link.base / 3) as usize].1;
        for leaf in (0..15_000).step_by(7) {
            let mut at = log.last().unwrap().0;
            let mut steps = 0;
            while !at.holds(leaf) {
                at = trail_of(at).towards(leaf).unwrap();
                steps += 1;
            }
            assert_eq!(at, log[(leaf / 3) as usize].0);
            assert!(steps <= 5, "leaf {leaf}: {steps}");
        }
    }

    #[test]
    fn a_trail_comes_back_and_nothing_else_does() {
        for (_, trail) in log(300) {
            let mut bytes = Vec::new();
            trail.encode(&mut bytes);
            assert!(bytes.len() <= MAX_TRAIL_BYTES);
            assert_eq!(Trail::parse(&bytes), Some(trail));
            bytes.push(0);
            assert_eq!(Trail::parse(&bytes), None);
            assert_eq!(Trail::parse(&bytes[..bytes.len() - 2]), None);
        }
    }

    #[test]
    fn records_in_another_order_are_no_trail() {
        let log = log(3);
        let trail = Trail::default().followed_by(log[1].0).followed_by(log[0].0);
        let mut bytes = Vec::new();
        trail.encode(&mut bytes);
        assert_eq!(Trail::parse(&bytes), None);
    }
}
