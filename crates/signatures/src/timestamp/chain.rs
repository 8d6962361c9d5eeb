//! Follows a certificate to one that the verifier trusts (RFC 5280, section 6).

use x509_cert::ext::pkix::KeyUsage;

use super::certificate::Certificate;
use super::key::SignatureError;
use super::verify::TIME_STAMPING;

/// The most certificates from an authority's to the trusted one.
pub const MAX_CHAIN: usize = 8;

/// Signatures that are verified in search of a chain; certificates that name each other as issuers could ask for thousands.
const MAX_SIGNATURES: usize = 64;

const ANY_PURPOSE: &str = "2.5.29.37.0";

/// Why a certificate does not lead to a trusted one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// No certificate at hand issued it.
    #[error("no certificate at hand issued `{subject}`, and it is not trusted itself")]
    NoIssuer {
        /// Whom the certificate is for.
        subject: String,
    },
    /// It had expired, or did not yet count, at the moment of the timestamp.
    #[error("the certificate `{subject}` was not valid at the time of the timestamp")]
    NotValid {
        /// Whom the certificate is for.
        subject: String,
    },
    /// It may not issue others.
    #[error("the certificate `{subject}` may not issue certificates")]
    NotIssuer {
        /// Whom the certificate is for.
        subject: String,
    },
    /// It may not issue for this purpose.
    #[error("the certificate `{subject}` may not issue for timestamps")]
    Purpose {
        /// Whom the certificate is for.
        subject: String,
    },
    /// More stand below it than it allows.
    #[error("the certificate `{subject}` allows fewer certificates below it")]
    PathLength {
        /// Whom the certificate is for.
        subject: String,
    },
    /// An extension that must be understood is not.
    #[error("the certificate `{subject}` has the critical extension {extension}, which is unknown")]
    CriticalExtension {
        /// Whom the certificate is for.
        subject: String,
        /// The extension.
        extension: String,
    },
    /// It is not signed by what it names as its issuer.
    #[error("the certificate `{subject}` is not signed by its issuer")]
    Signature {
        /// Whom the certificate is for.
        subject: String,
        /// Why.
        source: SignatureError,
    },
    /// The chain does not end.
    #[error("the chain is longer than {MAX_CHAIN} certificates, or branches too often")]
    TooLong,
}

/// Returns the certificates from `first` to a trusted one, all valid at a moment in seconds since 1970.
///
/// What `first` itself must be allowed to do is not asked here.
pub(super) fn chain<'a>(
    first: &'a Certificate,
    offered: &'a [Certificate],
    trusted: &[&'a Certificate],
    second: i64,
) -> Result<Vec<&'a Certificate>, ChainError> {
    sound(first, second)?;
    let mut search = Search {
        offered,
        trusted,
        second,
        path: vec![first],
        signatures: 0,
    };
    search.complete()?;
    Ok(search.path)
}

struct Search<'s, 'a> {
    offered: &'a [Certificate],
    trusted: &'s [&'a Certificate],
    second: i64,
    path: Vec<&'a Certificate>,
    signatures: usize,
}

impl<'a> Search<'_, 'a> {
    /// Extends the path to a trusted certificate, or leaves it as it was and says why the last try failed.
    fn complete(&mut self) -> Result<(), ChainError> {
        let Some(&last) = self.path.last() else {
            return Err(ChainError::TooLong);
        };
        if self.trusted.iter().any(|known| known.der() == last.der()) {
            return Ok(());
        }
        let mut fault = ChainError::NoIssuer {
            subject: last.subject().to_string(),
        };
        for issuer in self.issuers_of(last) {
            match self.through(last, issuer) {
                Ok(()) => return Ok(()),
                Err(ChainError::TooLong) => return Err(ChainError::TooLong),
                Err(other) => fault = other,
            }
        }
        Err(fault)
    }

    fn issuers_of(&self, certificate: &Certificate) -> Vec<&'a Certificate> {
        let trusted = self.trusted.iter().copied();
        let fits = |issuer: &&Certificate| {
            let used = self.path.iter().any(|used| used.der() == issuer.der());
            *issuer.subject() == certificate.body.issuer && !used
        };
        trusted.chain(self.offered).filter(fits).collect()
    }

    fn through(
        &mut self,
        subject: &'a Certificate,
        issuer: &'a Certificate,
    ) -> Result<(), ChainError> {
        if self.path.len() == MAX_CHAIN || self.signatures == MAX_SIGNATURES {
            return Err(ChainError::TooLong);
        }
        sound(issuer, self.second)?;
        may_issue(issuer, &self.path)?;
        self.signatures += 1;
        let signed = subject.signed_by(issuer);
        signed.map_err(|source| ChainError::Signature {
            subject: subject.subject().to_string(),
            source,
        })?;
        self.path.push(issuer);
        let completed = self.complete();
        if completed.is_err() {
            self.path.pop();
        }
        completed
    }
}

/// What each certificate of a chain must be, whatever its place.
fn sound(certificate: &Certificate, second: i64) -> Result<(), ChainError> {
    let subject = || certificate.subject().to_string();
    if !certificate.is_valid_at(second) {
        return Err(ChainError::NotValid { subject: subject() });
    }
    match certificate.unknown_critical() {
        Some(extension) => Err(ChainError::CriticalExtension {
            subject: subject(),
            extension,
        }),
        None => Ok(()),
    }
}

/// RFC 5280, section 6.1.4 (k) to (n); `below` begins with the certificate of the authority itself.
fn may_issue(issuer: &Certificate, below: &[&Certificate]) -> Result<(), ChainError> {
    let subject = || issuer.subject().to_string();
    let extensions = &issuer.extensions;
    let basic = extensions.basic.as_ref().filter(|basic| basic.ca);
    let usage = extensions.key_usage.as_ref();
    let Some(basic) = basic.filter(|_| usage.is_none_or(KeyUsage::key_cert_sign)) else {
        return Err(ChainError::NotIssuer { subject: subject() });
    };
    let purposes = extensions.purposes.as_ref();
    let suits = purposes.is_none_or(|(_, purposes)| {
        let mut purposes = purposes.0.iter();
        purposes.any(|oid| *oid == TIME_STAMPING || oid.to_string() == ANY_PURPOSE)
    });
    if !suits {
        return Err(ChainError::Purpose { subject: subject() });
    }
    let between = below.iter().skip(1);
    let counted = between.filter(|one| !one.is_self_issued()).count();
    match basic.path_len_constraint {
        Some(limit) if counted > usize::from(limit) => {
            Err(ChainError::PathLength { subject: subject() })
        }
        _ => Ok(()),
    }
}
