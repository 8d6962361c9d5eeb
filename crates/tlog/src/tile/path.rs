//! The one spelling of a tile's path (C2SP tlog-tiles, "Merkle Tree").

use std::fmt;

use super::{FULL_WIDTH, Level, Tile};
use crate::encoding;

impl Tile {
    /// Returns the path below the prefix of the log, such as `tile/0/x001/x234/067.p/8`.
    pub fn path(self) -> String {
        self.to_string()
    }

    /// Returns the tile of a path, or nothing when no tile has exactly this path.
    pub fn from_path(path: &str) -> Option<Tile> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let level = match level {
            "entries" => Level::Entries,
            // C2SP tlog-tiles: `<L>` is a decimal between 0 and 63; no 64-bit tree rises above level 7.
            number => Level::Hashes(u8::try_from(encoding::from_decimal(number)?).ok()?),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, u16::try_from(encoding::from_decimal(width)?).ok()?),
            None => (rest, FULL_WIDTH),
        };
        let tile = Tile {
            level,
            index: index_of(index)?,
            width,
        };
        (tile.path() == path && (1..=FULL_WIDTH).contains(&width)).then_some(tile)
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Entries => write!(formatter, "tile/entries/{}", index_path(self.index))?,
            Level::Hashes(level) => write!(formatter, "tile/{level}/{}", index_path(self.index))?,
        }
        if self.is_partial() {
            write!(formatter, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

/// C2SP tlog-tiles: zero-padded elements of three digits, all but the last beginning with an `x`.
fn index_path(index: u64) -> String {
    let last = format!("{:03}", index % 1000);
    match index / 1000 {
        0 => last,
        higher => format!("{}/{last}", higher_path(higher)),
    }
}

fn higher_path(index: u64) -> String {
    let last = format!("x{:03}", index % 1000);
    match index / 1000 {
        0 => last,
        higher => format!("{}/{last}", higher_path(higher)),
    }
}

/// Returns the index that such a path may spell; the caller compares the spelling.
fn index_of(path: &str) -> Option<u64> {
    path.split('/').try_fold(0_u64, |index, element| {
        let digits = element.strip_prefix('x').unwrap_or(element);
        index.checked_mul(1000)?.checked_add(digits.parse().ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{FULL_WIDTH, Level, Tile};

    #[test]
    fn paths_follow_the_specification() {
        let tile = Tile {
            level: Level::Hashes(0),
            index: 1_234_067,
            width: FULL_WIDTH,
        };
        assert_eq!(tile.path(), "tile/0/x001/x234/067");
        let partial = Tile {
            level: Level::Entries,
            index: 5,
            width: 8,
        };
        assert_eq!(partial.path(), "tile/entries/005.p/8");
        for tile in [
            tile,
            partial,
            Tile {
                level: Level::Hashes(7),
                index: 1_000,
                width: 255,
            },
        ] {
            assert_eq!(Tile::from_path(&tile.path()), Some(tile));
        }
    }

    #[test]
    fn only_the_one_spelling_of_a_path_is_read() {
        let strange = [
            "tile/0/0",
            "tile/0/x000/001",
            "tile/0/1000",
            "tile/00/001",
            "tile/0/001.p/256",
            "tile/0/001.p/0",
            "tile/0/001.p/08",
            "tile/0/+01",
            "tile/0/001/",
            "tile/x/001",
            "tile/0/x001",
            "tile/256/000",
            "/tile/0/000",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ];
        for path in strange {
            assert_eq!(Tile::from_path(path), None, "{path}");
        }
    }
}
