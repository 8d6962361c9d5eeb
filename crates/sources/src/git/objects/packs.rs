//! The packs of a repository, shared by all threads.

use super::{Fault, MAX_OBJECT_BYTES};
use gix::ObjectId;
use gix::odb::pack::{data, index};
use std::path::{Path, PathBuf};

/// The packs of the repository and of its alternates. What is loose is asked of `gix`.
pub(in crate::git) struct Packs {
    packs: Vec<Pack>,
}

struct Pack {
    index: index::File,
    data: data::File,
}

impl Packs {
    /// Returns the packs below `objects`, without those that cannot be opened: reading them through
    /// the object store says why.
    pub(in crate::git) fn open(objects: &Path, hash: gix::hash::Kind) -> Packs {
        let alternates = gix::odb::alternate::resolve(objects.into(), objects);
        let folders = alternates.into_iter().flatten();
        let mut names: Vec<PathBuf> = folders.flat_map(|folder| indices(&folder)).collect();
        names.extend(indices(objects));
        names.sort();
        let packs = names.iter().filter_map(|path| Pack::open(path, hash));
        Packs {
            packs: packs.collect(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.packs.len()
    }

    pub(super) fn offset(&self, pack: usize, id: &ObjectId) -> Option<u64> {
        let index = &self.packs[pack].index;
        index.lookup(id).map(|at| index.pack_offset_at_index(at))
    }

    pub(super) fn entry(&self, pack: usize, offset: u64) -> Result<data::Entry, Fault> {
        let entry = self.packs[pack].data.entry(offset);
        entry.map_err(|_| Fault::Corrupt("there is no object at its place in the pack"))
    }

    pub(super) fn inflate(
        &self,
        pack: usize,
        entry: &data::Entry,
        inflate: &mut gix::zlib::Inflate,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let size = entry.decompressed_size;
        let too_large = Fault::TooLarge(size);
        let Some(bytes) = usize::try_from(size)
            .ok()
            .filter(|_| size <= MAX_OBJECT_BYTES)
        else {
            return Err(too_large);
        };
        out.resize(bytes, 0);
        let data = &self.packs[pack].data;
        let inflated = data.decompress_entry(entry, inflate, out);
        inflated
            .map(drop)
            .map_err(|_| Fault::Corrupt("its compressed bytes do not fit its size"))
    }
}

fn indices(objects: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(objects.join("pack"))
        .into_iter()
        .flatten();
    let paths = entries.flatten().map(|entry| entry.path());
    let is_index = |path: &PathBuf| path.extension().is_some_and(|it| it == "idx");
    paths.filter(is_index).collect()
}

impl Pack {
    fn open(index: &Path, hash: gix::hash::Kind) -> Option<Pack> {
        Some(Pack {
            index: index::File::at(index, hash).ok()?,
            data: data::File::at(index.with_extension("pack"), hash).ok()?,
        })
    }
}
