//! TLS by the three kinds of trust. Signatures are checked in each of them.

use super::{Fingerprint, NetError, Trust};
use crate::model::chain;
use once_cell::sync::OnceCell;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme,
};
use std::sync::{Arc, Mutex, PoisonError};

/// The server's certificate is none of the pinned ones.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the certificate {seen} is not the pinned one")]
pub(super) struct Mismatch {
    pub(super) seen: Fingerprint,
    pub(super) wanted: Vec<Fingerprint>,
}

/// A certificate's fingerprint on its way out of a handshake.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<Option<Fingerprint>>);

impl Seen {
    pub(super) fn get(&self) -> Option<Fingerprint> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, fingerprint: Fingerprint) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(fingerprint);
    }
}

/// What this machine trusts, read once: there are some 140 certificates, and a shop may have many endpoints. Where there was
/// none it is looked again the next time.
static SYSTEM_ROOTS: OnceCell<Arc<RootCertStore>> = OnceCell::new();

fn system_roots() -> Result<Arc<RootCertStore>, NetError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        return Err(NetError::Setup(
            "this machine has no trusted root certificates (package ca-certificates); \
             pin the server's fingerprint instead"
                .to_owned(),
        ));
    }
    Ok(Arc::new(roots))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// The TLS settings for a kind of trust.
pub(super) fn client_config(trust: &Trust) -> Result<ClientConfig, NetError> {
    match trust {
        Trust::System => {
            let roots = SYSTEM_ROOTS.get_or_try_init(system_roots)?;
            with_roots(Arc::clone(roots))
        }
        Trust::Authority(pem) => {
            let mut roots = RootCertStore::empty();
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let certificate = certificate.map_err(|e| {
                    NetError::Setup(format!(
                        "'ca' holds no readable PEM certificate: {}",
                        chain(&e)
                    ))
                })?;
                roots.add(certificate).map_err(|e| {
                    NetError::Setup(format!(
                        "'ca' holds a certificate that is no authority: {}",
                        chain(&e)
                    ))
                })?;
            }
            if roots.is_empty() {
                return Err(NetError::Setup("'ca' holds no PEM certificate".to_owned()));
            }
            with_roots(roots)
        }
        // No handshake is ever made with it.
        Trust::Nearby => with_roots(RootCertStore::empty()),
        Trust::Pinned(prints) => {
            let wanted = Wanted::OneOf(prints.clone());
            with_verifier(Arc::new(ByFingerprint {
                wanted,
                provider: provider(),
            }))
        }
    }
}

/// Settings that trust nobody but tell what was shown.
pub(super) fn capturing_config(seen: Arc<Seen>) -> Result<ClientConfig, NetError> {
    with_verifier(Arc::new(ByFingerprint {
        wanted: Wanted::Tell(seen),
        provider: provider(),
    }))
}

fn versions() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, NetError> {
    ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|e| NetError::Setup(format!("TLS cannot be set up: {}", chain(&e))))
}

fn with_roots(roots: impl Into<Arc<RootCertStore>>) -> Result<ClientConfig, NetError> {
    Ok(versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn with_verifier(verifier: Arc<ByFingerprint>) -> Result<ClientConfig, NetError> {
    Ok(versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

#[derive(Debug)]
enum Wanted {
    OneOf(Vec<Fingerprint>),
    Tell(Arc<Seen>),
}

/// Judges a certificate by its fingerprint alone; that the server holds its key is checked as ever.
#[derive(Debug)]
struct ByFingerprint {
    wanted: Wanted,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for ByFingerprint {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let seen = Fingerprint::of(end_entity);
        let wanted = match &self.wanted {
            Wanted::OneOf(wanted) => wanted.clone(),
            Wanted::Tell(told) => {
                told.set(seen);
                Vec::new()
            }
        };
        if wanted.contains(&seen) {
            return Ok(ServerCertVerified::assertion());
        }
        let mismatch = OtherError(Arc::new(Mismatch { seen, wanted }));
        Err(rustls::Error::InvalidCertificate(CertificateError::Other(
            mismatch,
        )))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
