//! Whether a token holds, and what it then says.

use std::time::Duration;

use der::asn1::ObjectIdentifier;
use jiff::Timestamp;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage, KeyUsages};

use super::certificate::{Certificate, TrustedCertificate};
use super::chain::{self, ChainError};
use super::content::{Content, SignerId};
use super::hash::Imprint;
use super::info::Info;
use super::key::{Algorithm, SignatureError};
use super::request;
use super::signer::{self, BindingError};
use super::token::{Token, TokenError};

/// `id-kp-timeStamping`.
pub(super) const TIME_STAMPING: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

/// What a token proves once it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timestamped {
    /// When the authority stamped, by its clock.
    pub time: Timestamp,
    /// How far its clock may be off to either side, where it says so.
    pub accuracy: Option<Duration>,
    /// The name in the authority's certificate, as in RFC 4514.
    pub authority: String,
    /// The number of the token, in hexadecimal.
    pub serial: String,
    /// The object identifier of the rules under which the authority stamps.
    pub policy: String,
    /// The SHA-256 of the authority's certificate.
    pub certificate_sha256: [u8; 32],
    /// The SHA-256 of the trusted certificate that it rests on.
    pub trusted_sha256: [u8; 32],
}

/// Why a token proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The token cannot be read.
    #[error("the token cannot be read")]
    Token(#[from] TokenError),
    /// It is of something else.
    #[error("the token is of another digest")]
    OtherImprint,
    /// It answers another question.
    #[error("the token does not answer this question")]
    OtherNonce,
    /// The certificate of its signer is not at hand.
    #[error("the certificate that signed the token is not at hand")]
    NoCertificate,
    /// It is not signed by the certificate that it names.
    #[error("the token is not signed by its certificate")]
    Signature(#[from] SignatureError),
    /// The signature does not cover what it must.
    #[error("the signature does not bind the token")]
    Binding(#[from] BindingError),
    /// The certificate is not for timestamps, and for nothing else (RFC 3161, section 2.3).
    #[error("the certificate `{subject}` is not one for timestamps alone")]
    Purpose {
        /// Whom the certificate is for.
        subject: String,
    },
    /// The token bears another name than the certificate.
    #[error("the token names another authority than `{subject}`")]
    OtherAuthority {
        /// Whom the certificate is for.
        subject: String,
    },
    /// The certificate does not lead to a trusted one.
    #[error("the certificate of the authority is not trusted")]
    Chain(#[from] ChainError),
}

impl Token {
    /// Returns what the token proves about a digest, resting on one of the trusted certificates.
    ///
    /// `nonce` is that of the request, for whoever has just asked; later there is nothing to compare it with.
    /// Everything is judged at the time that the token names, so it holds after its certificates have expired.
    pub fn verify(
        &self,
        imprint: &Imprint,
        nonce: Option<u64>,
        trusted: &[TrustedCertificate],
    ) -> Result<Timestamped, VerifyError> {
        let content = Content::parse(self.bytes())?;
        let info = Info::parse(content.info)?;
        answers(&info, imprint, nonce)?;
        let trusted: Vec<&Certificate> = trusted.iter().map(|known| &known.0).collect();
        // A certificate that cannot be read helps nobody: where it is needed, it is not at hand.
        let offered = content.certificates.iter();
        let offered: Vec<Certificate> = offered
            .filter_map(|der| Certificate::parse(der).ok())
            .collect();
        let mut at_hand = offered.iter().chain(trusted.iter().copied());
        let authority = at_hand
            .find(|certificate| names(&content.signer.id, certificate))
            .ok_or(VerifyError::NoCertificate)?;
        let named = signer::binding(&content)?;
        named.names_signer(authority)?;
        signed_by(&content, authority)?;
        for_timestamps_alone(authority)?;
        bears_the_name(&info, authority)?;
        let chain = chain::chain(authority, &offered, &trusted, info.time.as_second())?;
        named.names_chain(&chain)?;
        Ok(timestamped(&info, authority, &chain))
    }
}

fn timestamped(info: &Info<'_>, authority: &Certificate, chain: &[&Certificate]) -> Timestamped {
    Timestamped {
        time: info.time,
        accuracy: info.accuracy,
        authority: authority.subject().to_string(),
        serial: hex::encode(info.serial),
        policy: info.policy.to_string(),
        certificate_sha256: authority.sha256(),
        trusted_sha256: chain
            .last()
            .map_or(authority.sha256(), |last| last.sha256()),
    }
}

fn answers(info: &Info<'_>, imprint: &Imprint, nonce: Option<u64>) -> Result<(), VerifyError> {
    if info.hash != imprint.algorithm() || info.digest != imprint.digest() {
        return Err(VerifyError::OtherImprint);
    }
    match nonce {
        Some(nonce) if info.nonce != Some(&request::integer(nonce)) => Err(VerifyError::OtherNonce),
        Some(_) | None => Ok(()),
    }
}

fn names(id: &SignerId<'_>, certificate: &Certificate) -> bool {
    match id {
        SignerId::Certificate { issuer, serial } => certificate.is_numbered(issuer, serial),
        SignerId::Key(id) => certificate.has_key_id(id),
    }
}

fn signed_by(content: &Content<'_>, authority: &Certificate) -> Result<(), VerifyError> {
    let signer = &content.signer;
    let refused = || SignatureError::Parameters;
    let oid = signer.algorithm.ok_or_else(refused)?;
    let algorithm = Algorithm::of_signer(&oid, signer.hash)?;
    let message = signer::signed_bytes(signer).ok_or(TokenError::Malformed("the signer"))?;
    let key = &authority.body.subject_public_key_info;
    Ok(algorithm.verify(key, &message, signer.signature)?)
}

/// RFC 3161, section 2.3: the purpose is critical and the only one; the key only signs.
fn for_timestamps_alone(authority: &Certificate) -> Result<(), VerifyError> {
    let extensions = &authority.extensions;
    let purpose = match &extensions.purposes {
        Some((true, ExtendedKeyUsage(purposes))) => *purposes == [TIME_STAMPING],
        Some((false, _)) | None => false,
    };
    let signing = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
    let signs = |KeyUsage(usages): &KeyUsage| !usages.is_empty() && (*usages - signing).is_empty();
    if purpose && extensions.key_usage.as_ref().is_none_or(signs) {
        return Ok(());
    }
    Err(VerifyError::Purpose {
        subject: authority.subject().to_string(),
    })
}

/// RFC 3161, section 2.4.2: a name in the token is one of those in the certificate.
fn bears_the_name(info: &Info<'_>, authority: &Certificate) -> Result<(), VerifyError> {
    let Some(name) = info.authority else {
        return Ok(());
    };
    let name: GeneralName = name
        .read()
        .ok_or(TokenError::Malformed("the name of the authority"))?;
    let subject = authority.subject();
    let others = authority.extensions.other_names.iter();
    let other = others
        .flat_map(|names| &names.0)
        .any(|other| *other == name);
    // The same name may be encoded in strings of another type (RFC 5280, section 7.1).
    let own =
        matches!(&name, GeneralName::DirectoryName(own) if own.to_string() == subject.to_string());
    match own || other {
        true => Ok(()),
        false => Err(VerifyError::OtherAuthority {
            subject: subject.to_string(),
        }),
    }
}
