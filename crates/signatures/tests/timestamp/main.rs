//! Timestamps that OpenSSL made, good and spoilt.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod flips;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod support;
