//! Inputs made from good ones by small changes, the same at each run.

/// The longest piece that is doubled, dropped or taken from another seed.
const PIECE_BYTES: usize = 64;
/// Bytes that parsers take for more than themselves.
const TELLING: &[u8] = b"\0\n\r\t \"'#%&*+-./:;<=>@[\\]^`{|}~09AZaz\x7f\x80\xc3\xe2\xf0\xff";

/// An endless sequence of inputs.
#[derive(Debug, Clone)]
pub struct Mutations<'seed> {
    seeds: Vec<&'seed [u8]>,
    state: u64,
}

impl<'seed> Mutations<'seed> {
    /// Returns the inputs that follow from these seeds.
    ///
    /// # Panics
    /// Without a seed.
    #[must_use]
    pub fn of(seeds: &[&'seed [u8]]) -> Mutations<'seed> {
        assert!(!seeds.is_empty(), "changes are made to something");
        Mutations {
            seeds: seeds.to_vec(),
            state: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// Returns a number below `end`, and 0 for an empty range (xorshift64 of Marsaglia).
    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state % end.max(1) as u64) as usize
    }

    fn seed(&mut self) -> &'seed [u8] {
        let place = self.below(self.seeds.len());
        self.seeds[place]
    }

    /// Returns a short piece of some bytes.
    fn piece(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(bytes.len() + 1);
        let length = self.below(PIECE_BYTES.min(bytes.len() - start) + 1);
        start..start + length
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len());
        match self.below(6) {
            0 => {
                let bit = self.below(8);
                bytes
                    .iter_mut()
                    .skip(at)
                    .take(1)
                    .for_each(|byte| *byte ^= 1 << bit);
            }
            1 => {
                let telling = TELLING[self.below(TELLING.len())];
                bytes
                    .iter_mut()
                    .skip(at)
                    .take(1)
                    .for_each(|byte| *byte = telling);
            }
            2 => bytes.truncate(at),
            3 => {
                let piece = self.piece(bytes);
                bytes.drain(piece);
            }
            4 => {
                let piece = self.piece(bytes);
                let doubled = bytes[piece.clone()].repeat(1 + self.below(3));
                bytes.splice(piece, doubled);
            }
            _ => {
                let other = self.seed();
                let piece = self.piece(other);
                bytes.splice(at..at, other[piece].iter().copied());
            }
        }
    }
}

impl Iterator for Mutations<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut bytes = self.seed().to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes);
        }
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_the_same_at_each_run_and_differ_from_each_other() {
        let seeds: [&[u8]; 2] = [b"organisation: {name: Larkspur}", b""];
        let one: Vec<Vec<u8>> = Mutations::of(&seeds).take(1000).collect();
        let other: Vec<Vec<u8>> = Mutations::of(&seeds).take(1000).collect();
        assert_eq!(one, other);
        let different: std::collections::BTreeSet<Vec<u8>> = one.into_iter().collect();
        assert!(different.len() > 300, "{}", different.len());
    }
}
